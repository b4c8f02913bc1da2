#!/usr/bin/env bash
# exceljs 4.4.0 (with jszip 3.10.1, which its package asks for as ^3.10.1) on Node 20.
#
# Guess:      a text that a cell may hold (16 400 characters, Excel allows 32 767) is in the file that is written.
# Behaviour:  a character outside the first 65 536 (an emoji, 𠮷 of a Chinese name) is written as two U+FFFD when it
#             lies across a multiple of 16 384 UTF-16 units of the XML part. jszip cuts a string into pieces of that
#             size and encodes each alone, so half a surrogate pair stands at either side of the cut. No error.
# Output seen: "broken: 2 of 2 halves at unit 16384 of xl/sharedStrings.xml" and "the same text one unit on: whole".
# Why it matters: names with rare characters are lost for one file in many, by place and not by content, and a test
#             with a short text never shows it. Whoever reads workbooks should look for U+FFFD.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts exceljs@4.4.0 jszip@3.10.1
cat >try.mjs <<'EOF'
import ExcelJS from "exceljs";
import JSZip from "jszip";

const shared = async (text) => {
  const book = new ExcelJS.Workbook();
  book.addWorksheet("a").getCell("A1").value = text;
  const zip = await JSZip.loadAsync(await book.xlsx.writeBuffer());
  return zip.file("xl/sharedStrings.xml").async("string");
};

const before = (await shared("")).length && (await shared("甲")).indexOf("甲");
const padding = (at) => "甲".repeat(at - before);
const across = padding(16383) + "𠮷" + "乙".repeat(10);
const beside = padding(16384) + "𠮷" + "乙".repeat(10);
const broken = await shared(across);
const whole = await shared(beside);
const halves = [...broken].filter((c) => c === "\ufffd").length;
console.log(`broken: ${halves} of 2 halves at unit 16384 of xl/sharedStrings.xml`);
console.log(`the same text one unit on: ${whole.includes(beside) ? "whole" : "broken"}`);
process.exit(halves === 2 && !broken.includes(across) && whole.includes(beside) ? 0 : 1);
EOF
node try.mjs
