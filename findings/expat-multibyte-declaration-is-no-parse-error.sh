#!/bin/sh
# CPython's pyexpat under xmltodict 1.0.4 and xml.etree (Python 3.11.7): a declared GBK is no parse error.
#
# Guess:     a document that the parser can't read raises the parser's own error: xml.parsers.expat.ExpatError, or
#            ElementTree.ParseError. So one `except` is enough to answer every bad body.
# Behaviour: a well-formed document that truly is GBK, GB18030 or Big5 and says so raises ValueError; a declared name
#            that Python has no codec for raises LookupError. Neither is an ExpatError or a ParseError. Given as str,
#            xmltodict reads the same document, because it then encodes and names UTF-8 itself.
# Seen:      GBK, GB18030, Big5 -> ValueError: multi-byte encodings are not supported, of etree and of xmltodict alike
#            no-such -> LookupError: unknown encoding: no-such | as str: read 中文
# Why:       an endpoint that catches the parser's error and answers politely answers 500 to these after all, though a
#            gateway that re-encodes a body may well declare them. WeChat sends UTF-8, so decode as UTF-8 first and hand
#            over str, or name the encoding to the parser.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check xmltodict==1.0.4
cat >seen.py <<'PY'
from xml.etree import ElementTree
from xml.parsers import expat

import xmltodict

def outcome(read, document):
    try:
        return f"read {read(document)}"
    except Exception as error:
        own = isinstance(error, (expat.ExpatError, ElementTree.ParseError))
        return f"{type(error).__name__}: {error} (the parser's own error: {own})"

for name in ("GBK", "GB18030", "Big5", "no-such"):
    text = f'<?xml version="1.0" encoding="{name}"?><xml><Content>\u4e2d\u6587</Content></xml>'
    document = text.encode(name if name != "no-such" else "utf-8")
    print(name, "| etree:", outcome(lambda d: ElementTree.fromstring(d).findtext("Content"), document))
    print(name, "| xmltodict, bytes:", outcome(lambda d: xmltodict.parse(d)["xml"]["Content"], document))
    print(name, "| xmltodict, str:", outcome(lambda d: xmltodict.parse(d)["xml"]["Content"], text))
PY
cat >expected <<'TXT'
GBK | etree: ValueError: multi-byte encodings are not supported (the parser's own error: False)
GBK | xmltodict, bytes: ValueError: multi-byte encodings are not supported (the parser's own error: False)
GBK | xmltodict, str: read 中文
GB18030 | etree: ValueError: multi-byte encodings are not supported (the parser's own error: False)
GB18030 | xmltodict, bytes: ValueError: multi-byte encodings are not supported (the parser's own error: False)
GB18030 | xmltodict, str: read 中文
Big5 | etree: ValueError: multi-byte encodings are not supported (the parser's own error: False)
Big5 | xmltodict, bytes: ValueError: multi-byte encodings are not supported (the parser's own error: False)
Big5 | xmltodict, str: read 中文
no-such | etree: LookupError: unknown encoding: no-such (the parser's own error: False)
no-such | xmltodict, bytes: LookupError: unknown encoding: no-such (the parser's own error: False)
no-such | xmltodict, str: read 中文
TXT
venv/bin/python seen.py | tee seen
diff expected seen && echo "as described"
