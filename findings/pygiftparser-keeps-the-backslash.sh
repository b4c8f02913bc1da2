#!/bin/sh
# pygiftparser 1.1 (PyPI): escaped signs keep their backslash, while \n becomes a line end.
#
# Guess:     a GIFT reader gives the words that the teacher wrote: \= is =, \~ is ~, \# is #, \: is :, \\ is \.
#            Moodle (question/format/gift/format.php) and gift-pegjs do.
# Behaviour: title, stem, answers and feedback come with the backslashes; only \n is taken. The question is called valid.
# Seen:      stem '1\: 2\{x\}', answers ['甲\\=乙', '丙\\~丁'], general feedback '因为\: 是'; '上\n下' -> '上', line end, '下'
# Why:       whoever shows these texts shows backslashes, and whoever compares an answer that a taker types with them
#            marks 甲=乙 wrong. One has to unescape once more, and must not touch what came from \n.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pygiftparser==1.1
cat >seen.py <<'PY'
import contextlib, io

from pygiftparser import parser

def read(text):
    with contextlib.redirect_stderr(io.StringIO()):
        (question,) = parser.parseFile(io.StringIO(text))
    return question

one = read("1\\: 2\\{x\\}{=甲\\=乙 ~丙\\~丁 ####因为\\: 是}")
print(repr(one.text), [a.answer for a in one.answers.answers], repr(one.generalFeedback), one.valid)
print(repr(read("上\\n下{T}").text))
PY
cat >expected <<'TXT'
'1\\: 2\\{x\\}' ['甲\\=乙', '丙\\~丁'] '因为\\: 是' True
'上\n下'
TXT
venv/bin/python seen.py | tee seen
diff expected seen && echo "as described"
