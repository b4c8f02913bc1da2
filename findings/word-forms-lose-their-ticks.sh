#!/usr/bin/env bash
# python-docx 1.2.0, mammoth 1.13.0, markitdown 0.1.9, docx2txt 0.9, docx2python 3.7.1 and pandoc 3.9 (pypandoc_binary 1.17) on ticked boxes.
#
# Guess:      which box of a form is ticked is text like the words beside it: ☑同意 □不同意 comes out so, or at least the two
#             signs come out as two different ones.
# Behaviour:  Word keeps a box in three ways (a sign of Wingdings, ECMA-376 17.3.3.30; a content control; a field of an old form,
#             17.16.5.20), and only markitdown and docx2python (signs as HTML) tell a ticked box from an empty one in all three.
#             python-docx tells none, docx2txt only content controls, mammoth's text only signs, pandoc all but the old field.
# Output seen: 意见：同意　不同意, whichever of the two is ticked: of signs from python-docx and docx2txt, of content controls from
#             python-docx and mammoth, of old fields from all but markitdown and docx2python. Nothing warns.
# Why it matters: the answer of a form is its ticks. What is left reads like a whole sentence that names both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-docx==1.2.0 mammoth==1.13.0 "markitdown[docx]==0.1.9" \
    docx2txt==0.9 docx2python==3.7.1 pypandoc_binary==1.17 2>/dev/null
cat >try.py <<'PY'
import sys
import warnings

import docx
import docx2txt
import mammoth
import pypandoc
from docx2python import docx2python
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from markitdown import MarkItDown

warnings.simplefilter("ignore")
W = nsdecls("w")
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def sign(is_ticked):
    return [f'<w:r {W}><w:sym w:font="Wingdings" w:char="{"F0FE" if is_ticked else "F0A8"}"/></w:r>']


def control(is_ticked):
    return [
        f'<w:sdt {W} {W14}><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(is_ticked)}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{'☒' if is_ticked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
    ]


def field(is_ticked):
    box = f'<w:ffData><w:checkBox><w:default w:val="{int(is_ticked)}"/></w:checkBox></w:ffData>'
    return [
        f'<w:r {W}><w:fldChar w:fldCharType="begin">{box}</w:fldChar></w:r>',
        f'<w:r {W}><w:instrText> FORMCHECKBOX </w:instrText></w:r>',
        f'<w:r {W}><w:fldChar w:fldCharType="end"/></w:r>',
    ]


def of_mammoth(path):
    with open(path, "rb") as file:
        return mammoth.extract_raw_text(file).value


READERS = {
    "python-docx": lambda path: "\n".join(p.text for p in docx.Document(path).paragraphs),
    "mammoth": of_mammoth,
    "markitdown": lambda path: MarkItDown().convert(path).text_content,
    "docx2txt": docx2txt.process,
    "docx2python": lambda path: docx2python(path).text,
    "pandoc": lambda path: pypandoc.convert_file(path, "plain"),
}
told = {name: [] for name in READERS}
for kind in (sign, control, field):
    for first_is_ticked in (True, False):
        word = docx.Document()
        paragraph = word.add_paragraph("意见：")
        for is_ticked, words in ((first_is_ticked, "同意　"), (not first_is_ticked, "不同意")):
            for xml in kind(is_ticked):
                paragraph._p.append(parse_xml(xml))
            paragraph.add_run(words)
        word.save(f"{kind.__name__}-{first_is_ticked}.docx")
    for name, read in READERS.items():
        text, other = (read(f"{kind.__name__}-{first}.docx").strip() for first in (True, False))
        told[name].append(text != other)
        print(f"{kind.__name__:<8} {name:<12} {text!r}")
expected = {
    "python-docx": [False, False, False],
    "mammoth": [True, False, False],
    "markitdown": [True, True, True],
    "docx2txt": [False, True, False],
    "docx2python": [True, True, True],
    "pandoc": [True, True, False],
}
print(told)
sys.exit(told != expected)
PY
venv/bin/python try.py
