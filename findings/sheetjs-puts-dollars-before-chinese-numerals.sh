#!/usr/bin/env bash
# SheetJS (npm xlsx 0.18.5) and numfmt 4.0.1 on cells whose number format is Chinese: [DBNum1], and a language before the format.
#
# Guess:      a formatted text (the cell's `w`) is what Excel, WPS and LibreOffice show, 十二 or 星期一; where a library knows no Chinese
#             numerals it is the plain number.
# Behaviour:  SheetJS reads the language tag of [DBNum1][$-804] as a currency: 12 that is shown as 一十二 (LibreOffice 7.4) becomes $12, and
#             a date that is shown as 星期一 becomes $aaaa. Months in Chinese numerals are given in digits, and a format that holds
#             Excel's own Chinese word for General gives no text at all, so that a caller who falls back to `v` writes 12. numfmt, made
#             for showing cells, knows the weekday, and gives 12 and 10月12日.
# Output seen: $12, $aaaa, 10月12日, undefined; numfmt: 12, 星期一, 10月12日.
# Why it matters: offices number their articles and date their papers with these formats, which the cell dialogue of a Chinese Excel offers
#             under 特殊. A page that shows the formatted text tells of twelve dollars where the sheet says twelve.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check XlsxWriter==3.2.9 2>/dev/null
npm install --no-audit --no-fund --silent xlsx@0.18.5 numfmt@4.0.1 >/dev/null 2>&1
venv/bin/python - <<'PY'
import xlsxwriter

FORMATS = {
    '[DBNum1][$-804]General': 12,
    '[$-804]aaaa': 44116,
    '[DBNum1][$-804]m"月"d"日"': 44116,
    '[DBNum1][$-804]G/通用格式': 12,
}
with xlsxwriter.Workbook("cells.xlsx") as book:
    sheet = book.add_worksheet("S")
    for row, (code, value) in enumerate(FORMATS.items()):
        sheet.write_string(row, 0, code)
        sheet.write_number(row, 1, value, book.add_format({"num_format": code}))
PY
cat >try.mjs <<'JS'
import XLSX from "xlsx";
import { format } from "numfmt";

const sheet = XLSX.readFile("cells.xlsx").Sheets.S;
const shown = [];
for (let row = 1; row <= 4; row++) {
  const code = sheet[`A${row}`].v;
  const cell = sheet[`B${row}`];
  let other;
  try {
    other = format(code, cell.v);
  } catch {
    other = "refused";
  }
  shown.push([String(cell.w), other]);
  console.log(code, "| SheetJS:", cell.w, "| numfmt:", other);
}
const seen = shown.map(([w]) => w).join() === "$12,$aaaa,10月12日,undefined";
const others = shown.slice(0, 3).map(([, o]) => o).join() === "12,星期一,10月12日";
process.exit(seen && others ? 0 : 1);
JS
node try.mjs
