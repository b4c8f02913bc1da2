#!/bin/sh
# pygiftparser 1.1 (PyPI): a question that begins with its blank is a description, and one answer without = ends the reader.
#
# Guess:     {=成都 ~绵阳}是四川的省会。 is a missing-word question, as in Moodle and gift-pegjs: GIFT lets the answers
#            stand anywhere. {北京} is a short answer: Moodle's help allows to leave the = out where there is one answer.
# Behaviour: the first is a Description whose text holds the braces, and it is called valid; no answer is left. The
#            second gives a Question without the attribute `answers`, so that reading it raises AttributeError.
# Seen:      Description '{=成都 ~绵阳}是四川的省会。' True | AttributeError: 'Question' object has no attribute 'answers'
# Why:       a bank that is read and counted looks whole, and takers are shown the key in braces. Compare the kinds with
#            what was written, not only the count and `valid`.
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

one = read("{=成都 ~绵阳}是四川的省会。")
print(type(one.answers).__name__, repr(one.text), one.valid)
two = read("中国的首都是{北京}")
try:
    print(two.answers)
except AttributeError as error:
    print("AttributeError:", error)
PY
cat >expected <<'TXT'
Description '{=成都 ~绵阳}是四川的省会。' True
AttributeError: 'Question' object has no attribute 'answers'
TXT
venv/bin/python seen.py | tee seen
diff expected seen && echo "as described"
