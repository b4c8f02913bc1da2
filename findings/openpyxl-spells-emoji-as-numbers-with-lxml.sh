#!/usr/bin/env bash
# openpyxl 3.1.5 with lxml 6.1.3 installed, read by SheetJS (npm xlsx 0.18.5).
#
# Guess:      whether lxml is installed decides how fast openpyxl writes, not what it writes; and &#128104; is read by
#             every program as the character that it stands for.
# Behaviour:  with lxml, openpyxl writes characters beyond U+FFFF as numeric references, without it as themselves. SheetJS
#             keeps the low 16 bits of such a reference: another character, or a private one, is read in silence.
# Output seen: "表情👨" read back as "表情" followed by U+F468, and 𠮷 (U+20BB7, in names) as U+0BB7, from the file made
#             with lxml; both right from the file made without.
# Why it matters: adding an unrelated package (python-docx needs lxml) changes the bytes of every exported workbook, and
#             rare characters of names come back broken from a colleague's tool, with no error anywhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5 lxml==6.1.3 2>/dev/null
cat >make.py <<'PY'
import sys

from openpyxl import Workbook

book = Workbook()
book.active["A1"] = "表情👨𠮷"
book.save(sys.argv[1])
PY
OPENPYXL_LXML=True venv/bin/python make.py with.xlsx
OPENPYXL_LXML=False venv/bin/python make.py without.xlsx
cat >try.cjs <<'JS'
const XLSX = require("xlsx");
const read = (file) => XLSX.readFile(file).Sheets.Sheet.A1.v;
const codes = (text) => [...text].map((c) => c.codePointAt(0).toString(16)).join(" ");
const [withLxml, without] = ["with.xlsx", "without.xlsx"].map(read);
console.log(JSON.stringify({ "with lxml": codes(withLxml), without: codes(without) }));
process.exit(without === "表情👨𠮷" && codes(withLxml) === "8868 60c5 f468 bb7" ? 0 : 1);
JS
node try.cjs
