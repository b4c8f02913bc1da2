#!/usr/bin/env bash
# pandoc 3.9 (wheel pypandoc_binary 1.17), mammoth 1.13.0 and markitdown 0.1.9 on articles that Word numbers itself.
#
# Guess:      a converter that keeps numbered lists keeps what the number says: 第一条, 第二条 (w:lvlText "第%1条",
#             ECMA-376 17.9.11, counted in chineseCountingThousand), as Word, WPS and LibreOffice show it.
# Behaviour:  pandoc makes 1. and 2. of them: the sign is lost, the count is kept. mammoth begins a new list after every
#             paragraph between two articles, so that 第二条 is number 1 again; markitdown, which builds on it, writes "1." for each.
# Output seen: pandoc "1." "2."; mammoth <ol> twice, without a start; markitdown "1." and "1.".
# Why it matters: a law is quoted by its numbers. A text that says 违反第一条的 keeps that reference and has no 第一条 any more;
#             with mammoth's it has only first articles.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    python-docx==1.2.0 pypandoc_binary==1.17 mammoth==1.13.0 "markitdown[docx]==0.1.9" 2>/dev/null
cat >try.py <<'PY'
import sys

import docx
import mammoth
import pypandoc
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from markitdown import MarkItDown

word = docx.Document()
numbering = word.part.numbering_part.element
numbering.insert(0, parse_xml(
    f'<w:abstractNum {nsdecls("w")} w:abstractNumId="91"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="space"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
))
numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="91"/></w:num>'))


def article(text):
    properties = word.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="91"/></w:numPr>'))


article("本办法自公布之日起施行。")
word.add_paragraph("前款所称公布，是指在网站上公布。")
article("违反第一条的，依照有关规定处理。")
word.save("law.docx")

by_pandoc = pypandoc.convert_file("law.docx", "plain")
with open("law.docx", "rb") as file:
    by_mammoth = mammoth.convert_to_html(file).value
by_markitdown = MarkItDown().convert("law.docx").text_content
print(f"pandoc {pypandoc.get_pandoc_version()}:", [line for line in by_pandoc.splitlines() if line])
print("mammoth:", by_mammoth)
print("markitdown:", [line for line in by_markitdown.splitlines() if line])
lost = all("第二条" not in text for text in (by_pandoc, by_mammoth, by_markitdown))
counted = "2.  违反" in by_pandoc and by_mammoth.count("<ol><li>") == 2 and by_markitdown.count("\n1. ") + by_markitdown.startswith("1. ") == 2
sys.exit(0 if lost and counted else 1)
PY
venv/bin/python try.py 2>/dev/null
