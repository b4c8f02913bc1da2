#!/usr/bin/env bash
# xmltodict 1.0.4, the parser under WeRoBot 1.13.1 and wechatpy 1.8.18, on pushes of a WeChat Official Account.
#
# Guess:      CDATA is handed over as it stands, so Content is exactly what a user typed; an empty message is "".
# Behaviour:  with its defaults xmltodict strips every text, that of CDATA too, by Python's idea of blanks: line ends, tabs and
#             the ideographic space U+3000 at both ends are gone, and what was blank altogether is None, not "". Both frameworks hand it on.
# Output seen: "　　第四条\n" -> "第四条"; " " -> None and "" -> None, in WeRoBot and in wechatpy alike.
# Why it matters: a handler written against the type of every message seen so far (message.content.strip(), "词" in
#             message.content) raises on a message of one blank, and its sender gets the platform's 该公众号提供的服务出现故障.
#             A text that is quoted or signed loses its indentation without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    xmltodict==1.0.4 WeRoBot==1.13.1 wechatpy==1.8.18 cryptography==50.0.2 2>/dev/null
cat >try.py <<'PY'
import sys

import wechatpy
from werobot.parser import parse_user_msg

PUSH = (
    "<xml><ToUserName><![CDATA[gh_0]]></ToUserName><FromUserName><![CDATA[o0]]></FromUserName><CreateTime>1348831860</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{}]]></Content><MsgId>1234567890123456</MsgId></xml>"
)
expected = {"\u3000\u3000第四条\n": "第四条", " ": None, "": None, "第一行\n第二行": "第一行\n第二行"}
found = {
    name: {typed: read(PUSH.format(typed)).content for typed in expected}
    for name, read in (("WeRoBot", parse_user_msg), ("wechatpy", wechatpy.parse_message))
}
for name, contents in found.items():
    for typed, content in contents.items():
        print(f"{name:<9} {typed!r:<18} -> {content!r}")
sys.exit(any(contents != expected for contents in found.values()))
PY
venv/bin/python try.py
