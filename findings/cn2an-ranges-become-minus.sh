#!/usr/bin/env bash
# cn2an 0.5.23, the usual library for Chinese numerals, on sentences as offices write them (cn2an.transform).
#
# Guess:      transform turns numbers into figures or numerals and leaves the words around them; 二〇二〇年 is a number all of
#             whose digits it knows, and a hyphen between two numbers is a range.
# Behaviour:  to numerals ("an2cn"), the hyphen of a range is the sign of the second number: 1-3年 becomes 一负三年. To figures
#             ("cn2an"), 〇 is no digit, though the same library writes and reads 零: 二〇二〇年 becomes 2〇2〇年, half and half. And
#             every 一, 十, 两 within a word is a number: 统1标准, 10分重要, 54运动.
# Output seen: 每年3-5次 -> 每年三负五次 | 二〇二〇年十月 -> 2〇2〇年10月 | 统一标准 -> 统1标准 | 十分重要 -> 10分重要 | 五四运动 -> 54运动
# Why it matters: figures and numerals are made equal before texts are compared, and before a voice reads them out. A notice
#             for 3-5 becomes one for minus five; two spellings of 2020 in official papers (二〇二〇, by GB/T 15835, and 2020)
#             stay unequal.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cn2an==0.5.23 2>/dev/null
cat >try.py <<'PY'
import sys

import cn2an

expected = {
    ("每年3-5次", "an2cn"): "每年三负五次",
    ("二〇二〇年十月", "cn2an"): "2〇2〇年10月",
    ("统一标准", "cn2an"): "统1标准",
    ("十分重要", "cn2an"): "10分重要",
    ("五四运动", "cn2an"): "54运动",
}
found = {case: cn2an.transform(*case) for case in expected}
for (text, way), given in found.items():
    print(f"{way}  {text} -> {given}")
sys.exit(found != expected)
PY
venv/bin/python try.py
