#!/usr/bin/env bash
# python-calamine 0.9.1, on a workbook that openpyxl 3.1.5 writes and reads.
#
# Guess:      a date cell whose number is no day is read as a number, or raises CalamineError.
# Behaviour:  the Rust code panics ("TimeDelta::milliseconds out of bounds"). Python gets pyo3_runtime.PanicException,
#             a BaseException: `except Exception` and `except CalamineError` let it pass, and a server thread ends.
# Output seen: "PanicException TimeDelta::milliseconds out of bounds; an Exception: False".
# Why it matters: one cell ends whatever reads foreign workbooks; a far day to come (1e14) is given as a number and
#             harmless. Look at the numbers of date cells first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5 2>/dev/null
venv/bin/python - 2>/dev/null <<'EOF'
import sys

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

book = Workbook()
book.active["A1"] = -1e14
book.active["A1"].number_format = "yyyy-mm-dd"
book.save("far.xlsx")
try:
    rows = CalamineWorkbook.from_path("far.xlsx").get_sheet_by_index(0).to_python()
except BaseException as error:
    print(f"{type(error).__name__} {error}; an Exception: {isinstance(error, Exception)}")
    sys.exit(not (type(error).__name__ == "PanicException" and not isinstance(error, Exception)))
print("read as", rows)
sys.exit(1)
EOF
