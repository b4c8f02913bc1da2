#!/usr/bin/env bash
# xlsx-populate 1.21.0 on Node 20, beside openpyxl 3.1.5's reading of the same files.
#
# Guess:      a cell of type text, in the format of text, is a text in a workbook that was opened and saved untouched.
# Behaviour:  a text that JavaScript would print as the same number (4, 338561445985, -0.5) is a number afterwards; one that it
#             would not (007, 1.50, 1e3) stays a text. The XML reader turns every text node into a number where it can.
# Output seen: read back "4" -> 4 (int), "338561445985" -> 338561445985 (int), "-0.5" -> -0.5 (float); "007", "1.50", "1e3" texts.
# Why it matters: the format of the cell doesn't help, and it depends on the value: of hashes in hex, 12 digits long, one in
#             three hundred is all digits. Two of the checksums in a sheet of 193 came back as numbers, the others not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts xlsx-populate@1.21.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5 2>/dev/null
cat >make.py <<'PY'
from openpyxl import Workbook

book = Workbook()
for row, text in enumerate(("4", "338561445985", "-0.5", "007", "1.50", "1e3"), start=1):
    cell = book.active.cell(row, 1, text)
    cell.number_format, cell.data_type = "@", "s"
book.save("in.xlsx")
PY
venv/bin/python make.py
cat >save.cjs <<'JS'
const XlsxPopulate = require("xlsx-populate");
XlsxPopulate.fromFileAsync("in.xlsx").then((book) => book.toFileAsync("out.xlsx"));
JS
node save.cjs
cat >look.py <<'PY'
import sys

from openpyxl import load_workbook

before, after = ([row[0] for row in load_workbook(name).active.values] for name in ("in.xlsx", "out.xlsx"))
for text, value in zip(before, after, strict=True):
    print(repr(text), "->", repr(value), type(value).__name__)
sys.exit(0 if after == [4, 338561445985, -0.5, "007", "1.50", "1e3"] and {*map(type, before)} == {str} else 1)
PY
venv/bin/python look.py
