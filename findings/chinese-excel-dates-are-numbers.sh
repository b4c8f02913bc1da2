#!/usr/bin/env bash
# openpyxl 3.1.5 (and pandas on it), exceljs 4.4.0, python-calamine 0.9.1, SheetJS 0.18.5 on a date as Chinese Excel keeps it.
#
# Guess:      a cell in which a Chinese Excel shows 2020年10月12日 is a date to every library that knows dates: what a
#             number means is its format, and the format stands in the file.
# Behaviour:  it does not stand there. Chinese Excel and WPS write the built-in number 31 (27 to 36 and 50 to 58 are such
#             formats, ECMA-376 18.8.30, of East Asian languages alone), which no <numFmt> describes. calamine and SheetJS
#             take it for a date; openpyxl and pandas on it give the serial number, and call the format General; exceljs
#             gives the number and, saving the workbook untouched, writes the cell without a format: the date is gone.
# Output seen: openpyxl 44116 'General', exceljs 44116 and numFmtId="0" after saving, calamine 2020-10-12, SheetJS 10/12/20.
# Why it matters: a column of dates that an editor typed becomes numbers in the import, and a tool made with exceljs that
#             only adds a row turns every date of the sheet into 44116 for good.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts exceljs@4.4.0 xlsx@0.18.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 xlsxwriter==3.3.1 2>/dev/null
cat >try.py <<'PY'
import datetime
import sys
import zipfile

import openpyxl
import python_calamine
import xlsxwriter

# XlsxWriter writes the built-in number 14; 31 in its place is what a Chinese Excel writes for 2012年3月14日.
with xlsxwriter.Workbook("base.xlsx") as book:
    book.add_worksheet().write(0, 0, 44116, book.add_format({"num_format": 14}))
with zipfile.ZipFile("base.xlsx") as base, zipfile.ZipFile("date.xlsx", "w", zipfile.ZIP_DEFLATED) as date:
    for name in base.namelist():
        data = base.read(name)
        date.writestr(name, data.replace(b'numFmtId="14"', b'numFmtId="31"') if name == "xl/styles.xml" else data)
cell = openpyxl.load_workbook("date.xlsx").active["A1"]
read = python_calamine.CalamineWorkbook.from_path("date.xlsx").get_sheet_by_index(0).to_python()[0][0]
print("openpyxl:", repr(cell.value), repr(cell.number_format))
print("calamine:", repr(read))
sys.exit(0 if (cell.value, cell.number_format, read) == (44116, "General", datetime.date(2020, 10, 12)) else 1)
PY
venv/bin/python try.py
cat >try.cjs <<'JS'
const ExcelJS = require("exceljs");
const XLSX = require("xlsx");
(async () => {
  const shown = XLSX.readFile("date.xlsx").Sheets.Sheet1.A1.w;
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile("date.xlsx");
  const value = book.worksheets[0].getCell("A1").value;
  await book.xlsx.writeFile("saved.xlsx");
  const saved = XLSX.readFile("saved.xlsx").Sheets.Sheet1.A1.w;
  console.log("SheetJS:", shown, "| exceljs:", value, "| SheetJS, after exceljs has saved it:", saved);
  process.exit(shown === "10/12/20" && value === 44116 && saved === "44116" ? 0 : 1);
})();
JS
node try.cjs
