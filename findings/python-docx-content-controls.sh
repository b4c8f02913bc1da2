#!/usr/bin/env bash
# python-docx leaves the words of content controls out of Document.paragraphs and Paragraph.text.
#
# Version:   python-docx 1.2.0 (lxml 6.1.3), seen on Python 3.11.
# Guess:     joining the text of document.paragraphs gives every word of the body that a reader sees.
# Behaviour: a paragraph inside a block-level w:sdt is in neither paragraphs nor iter_inner_content(), and the runs of an
#            inline w:sdt or of a w:fldSimple are not in Paragraph.text; no warning. A list's number (w:numPr) is not in the text either.
# Seen:      paragraphs: ['before ', 'after', 'item']
#            words in the XML: before inline control block control after field item
# Why:       Word and WPS templates keep titles, dates and document numbers in content controls; a reader of .docx built on
#            .text loses official words without a sign. Our reader walks the XML instead.
# Exit:      0 while the behaviour is as told here, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-docx==1.2.0 lxml==6.1.3
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

ns = nsdecls("w")
word = docx.Document()
word.add_paragraph("before ")._p.append(parse_xml(f"<w:sdt {ns}><w:sdtContent><w:r><w:t>inline control </w:t></w:r></w:sdtContent></w:sdt>"))
word.add_paragraph("after")._p.append(parse_xml(f'<w:fldSimple {ns} w:instr="TITLE"><w:r><w:t> field </w:t></w:r></w:fldSimple>'))
word.add_paragraph("item", style="List Number")
block = parse_xml(f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>block control </w:t></w:r></w:p></w:sdtContent></w:sdt>")
word.element.body.insert(1, block)
word.save("controls.docx")
read = docx.Document("controls.docx")
seen = [p.text for p in read.paragraphs]
inner = [getattr(part, "text", "") for part in read.iter_inner_content()]
print("paragraphs:", seen)
print("words in the XML:", "".join(t.text or "" for t in read.element.body.iter(qn("w:t"))))
as_told = seen == ["before ", "after", "item"] and inner == seen
print("as told" if as_told else "CHANGED")
sys.exit(0 if as_told else 1)
PY
