#!/usr/bin/env bash
# hanziconv 0.3.2, zhconv 1.4.3, OpenCC 1.4.2 and opencc-python-reimplemented 0.1.7 on text that is simplified already.
#
# Guess:      turning traditional characters into simplified ones leaves simplified text as it is, so it may be run over all that
#             comes in, whoever wrote it.
# Behaviour:  each has characters or words that it changes. hanziconv maps characters that are right in both: 著 to 着, 乾 to 干,
#             and 呼 to 唿. OpenCC's t2s leaves all of these; its tw2sp, for texts of Taiwan with their words, takes 文件 and 程序 for
#             Taiwanese words and makes 文档 and 进程 of them. The rewrite in Python makes 什幺 of 什么 with tw2s too. zhconv changes a
#             name and a note of the scale, where the simplified character is another one than its table thinks.
# Output seen: hanziconv 著作权法 -> 着作权法, 乾坤 -> 干坤, 呼吁 -> 唿吁; OpenCC tw2sp 印发文件 -> 印发文档, 法定程序 -> 法定进程;
#             opencc-python-reimplemented tw2s 什么 -> 什幺; zhconv 钱锺书 -> 钱钟书, 宫商角徵羽 -> 宫商角征羽.
# Why it matters: visitors from Taiwan and Hong Kong are the reason for such a step, and official texts pass through it as well: a
#             law is cited by a name that it does not have, and a question (什幺) has lost the word that makes it one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check hanziconv==0.3.2 zhconv==1.4.3 OpenCC==1.4.2 "setuptools<81" 2>/dev/null
python3 -m venv rewritten  # of the same module name as OpenCC
rewritten/bin/pip install --quiet --disable-pip-version-check opencc-python-reimplemented==0.1.7 "setuptools<81" 2>/dev/null
cat >try.py <<'PY'
import sys

import opencc


def shown(name, simplify, expected):
    found = {text: simplify(text) for text in expected}
    print(f"{name:<34}", ", ".join(f"{text} -> {given}" for text, given in found.items()))
    return found == expected


if sys.argv[1] == "rewritten":
    same = [shown("opencc-python-reimplemented tw2s", opencc.OpenCC("tw2s").convert, {"什么": "什幺"})]
else:
    import zhconv
    from hanziconv import HanziConv

    kept = {text: text for text in ("著作权法", "乾坤", "呼吁", "印发文件", "法定程序", "什么")}
    same = [
        shown("hanziconv", HanziConv.toSimplified, {"著作权法": "着作权法", "乾坤": "干坤", "呼吁": "唿吁"}),
        shown("zhconv", lambda t: zhconv.convert(t, "zh-cn"), {"钱锺书": "钱钟书", "宫商角徵羽": "宫商角征羽", "著作权法": "著作权法"}),
        shown("OpenCC t2s", opencc.OpenCC("t2s").convert, kept),
        shown("OpenCC tw2sp", opencc.OpenCC("tw2sp").convert, {"印发文件": "印发文档", "法定程序": "法定进程"}),
    ]
sys.exit(not all(same))
PY
venv/bin/python try.py first
rewritten/bin/python try.py rewritten
