#!/usr/bin/env bash
# SheetJS, npm xlsx 0.18.5, on Node 20, with the clock of the machine in Asia/Shanghai.
#
# Guess:      cellDates gives a date of a workbook as midnight of that day in the time zone of the machine, in China as
#             anywhere else.
# Behaviour:  in Asia/Shanghai alone it is 43 seconds before midnight: the day before. The days are counted from the last of
#             1899 by the offset of that time, which for Shanghai was +8:05:43 (local mean time), and 43 seconds are left over.
#             Writing such a Date with aoa_to_sheet stores a number 43 seconds late. Tokyo, Berlin and UTC are right.
# Output seen: 2027-07-01 is "Jun 30 2027 23:59:17" in Shanghai, "Jul 01 2027 00:00:00" in UTC and Tokyo;
#             aoa_to_sheet of midnight there is 46569.000497685185.
# Why it matters: getDate() of every date in a Chinese office's workbook is one too few, on exactly the machines that such
#             workbooks are read on, and never on a build server in UTC.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5 2>/dev/null
venv/bin/python -c '
import datetime, openpyxl
book = openpyxl.Workbook()
book.active["A1"] = datetime.date(2027, 7, 1)
book.save("date.xlsx")'
cat >try.cjs <<'JS'
const XLSX = require("xlsx");
const read = XLSX.readFile("date.xlsx", { cellDates: true }).Sheets.Sheet.A1.v;
const written = XLSX.utils.aoa_to_sheet([[new Date(2027, 6, 1)]]).A1.v;
console.log(read.toString().slice(4, 24), read.getDate(), written);
JS
failed=0
for zone in Asia/Shanghai Asia/Tokyo UTC; do
    seen=$(TZ=$zone node try.cjs)
    echo "$zone: $seen"
    case $zone in
    Asia/Shanghai) [[ $seen == "Jun 30 2027 23:59:17 30 46569.000497"* ]] || failed=1 ;;
    *) [[ $seen == "Jul 01 2027 00:00:00 1 46569" ]] || failed=1 ;;
    esac
done
exit $failed
