#!/usr/bin/env bash
# XlsxWriter 3.3.1, read by python-calamine 0.9.1 and SheetJS (npm xlsx 0.18.5).
#
# Guess:      XlsxWriter spells what looks like a spelled character (_x000D_) as ECMA-376 22.9.2.19 wants it, so that every
#             text comes back as it was given.
# Behaviour:  where two such look-alikes share their underscore (_x005F_x000D_, the spelling itself as a text, or
#             _x0041_x0042_), only the first is spelled; a reader takes the second for the character. One alone is right.
# Output seen: "_x000D_" comes back whole; "_x005F_x000D_" as "_x005F\r", "_x0041_x0042_" as "_x0041B", in both readers.
# Why it matters: openpyxl and pandas give texts as the file spells them, so _x005F_x000D_ is what a table holds after
#             reading any workbook with a literal _x000D_; written by XlsxWriter, it has become a line end.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check xlsxwriter==3.3.1 python-calamine==0.9.1 2>/dev/null
cat >try.py <<'PY'
import json
import sys

import python_calamine
import xlsxwriter

TEXTS = ["_x000D_", "_x005F_x000D_", "_x0041_x0042_"]
with xlsxwriter.Workbook("out.xlsx") as book:
    book.add_worksheet().write_column(0, 0, TEXTS)
read = [row[0] for row in python_calamine.CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()]
print("calamine:", json.dumps(read))
sys.exit(0 if read == ["_x000D_", "_x005F\r", "_x0041B"] else 1)
PY
venv/bin/python try.py
cat >try.cjs <<'JS'
const XLSX = require("xlsx");
const sheet = XLSX.readFile("out.xlsx").Sheets.Sheet1;
const read = ["A1", "A2", "A3"].map((cell) => sheet[cell].v);
console.log("SheetJS:", JSON.stringify(read));
process.exit(read[0] === "_x000D_" && read[1] === "_x005F\r" && read[2] === "_x0041B" ? 0 : 1);
JS
node try.cjs
