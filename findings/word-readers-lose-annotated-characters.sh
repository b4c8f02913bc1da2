#!/usr/bin/env bash
# python-docx 1.2.0, mammoth 1.13.0, markitdown 0.1.9, docx2txt 0.9 and docx2python 3.7.1 on a character with 拼音指南.
#
# Guess:      a reader of .docx gives the characters of a line; the pronunciation that Word and WPS can set above a rare
#             one (w:ruby, ECMA-376 17.3.3.25) is an ornament, which is left out.
# Behaviour:  it is the other way round. python-docx, mammoth and markitdown leave out the annotated character itself
#             and the pronunciation; mammoth tells of an element ignored, in messages that markitdown drops. docx2txt and
#             docx2python put both into the line.
# Output seen: "会议在郫都区召开。" with pí above 郫: "会议在都区召开。" in the first three, "会议在pí郫都区召开。" in the others.
# Why it matters: offices annotate exactly the names that nobody can read. A knowledge base made from such text quotes
#             a place or a person that the document does not name, and nothing looks broken.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    python-docx==1.2.0 mammoth==1.13.0 "markitdown[docx]==0.1.9" docx2txt==0.9 docx2python==3.7.1 2>/dev/null
cat >try.py <<'PY'
import sys

import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx2python import docx2python
from markitdown import MarkItDown

RUBY = f"""<w:r {nsdecls("w")}><w:ruby>
<w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/>
<w:hpsBaseText w:val="21"/><w:lid w:val="zh-CN"/></w:rubyPr>
<w:rt><w:r><w:t>pí</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>郫</w:t></w:r></w:rubyBase>
</w:ruby></w:r>"""
document = docx.Document()
paragraph = document.add_paragraph("会议在")
paragraph._p.append(parse_xml(RUBY))
paragraph.add_run("都区召开。")
document.save("annotated.docx")

with open("annotated.docx", "rb") as file:
    by_mammoth = mammoth.extract_raw_text(file)
read = {
    "python-docx": docx.Document("annotated.docx").paragraphs[0].text,
    "mammoth": by_mammoth.value,
    "markitdown": MarkItDown().convert("annotated.docx").text_content,
    "docx2txt": docx2txt.process("annotated.docx"),
    "docx2python": docx2python("annotated.docx").text,
}
for name, text in read.items():
    print(f"{name:<12}", text.strip())
print("mammoth's messages:", by_mammoth.messages)
lost = all(read[n].strip() == "会议在都区召开。" for n in ("python-docx", "mammoth", "markitdown"))
both = all(read[n].strip() == "会议在pí郫都区召开。" for n in ("docx2txt", "docx2python"))
sys.exit(0 if lost and both else 1)
PY
venv/bin/python try.py 2>/dev/null
