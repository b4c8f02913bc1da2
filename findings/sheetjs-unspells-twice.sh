#!/usr/bin/env bash
# SheetJS, npm xlsx 0.18.5 (the last on npm), beside openpyxl 3.1.5's reading of the same file.
#
# Guess:      a workbook that is read and written again, untouched, holds the same texts.
# Behaviour:  a cell with the literal text _x000D_ (spelled _x005F_x000D_ in the file, as ECMA-376 22.9.2.19 wants it)
#             is read right, but written as plain _x000D_, which every reader takes for a carriage return. A text that is
#             only such a spelling is an empty line after one visit.
# Output seen: read "a_x000D_b", file written: a_x000D_b, read again: "a\rb".
# Why it matters: identifiers and codes that look so are changed in silence by any tool on SheetJS; an import can't tell
#             it from a line end that somebody typed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts xlsx@0.18.5
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openpyxl==3.1.5 2>/dev/null
venv/bin/python - <<'EOF'
from openpyxl import Workbook

book = Workbook()
book.active["A1"] = "a_x005F_x000D_b"  # openpyxl writes what it is given: this is the spelling of a_x000D_b
book.save("in.xlsx")
EOF
cat >try.cjs <<'EOF'
const XLSX = require("xlsx");
const first = XLSX.readFile("in.xlsx");
XLSX.writeFile(first, "out.xlsx");
const again = XLSX.readFile("out.xlsx");
const texts = [first, again].map((book) => book.Sheets[book.SheetNames[0]].A1.v);
const xml = XLSX.CFB.find(XLSX.CFB.read("out.xlsx", { type: "file" }), "/xl/worksheets/sheet1.xml").content.toString();
console.log(JSON.stringify({ read: texts[0], "read again": texts[1], "written spelled": xml.includes("_x005F_") }));
process.exit(texts[0] === "a_x000D_b" && texts[1] === "a\rb" && !xml.includes("_x005F_") ? 0 : 1);
EOF
node try.cjs
