#!/usr/bin/env bash
# jieba 0.42.1: words that were added to the dictionary and can never come out.
#
# Guess:      after add_word(NAME) and suggest_freq(NAME, tune=True), which exists to force a word, NAME is one word of any text.
# Behaviour:  texts are first cut into runs of U+4E00..U+9FD5, letters, digits and a few signs; a word that holds anything else is
#             never looked up. So the names of Uyghurs, Tibetans and foreigners (阿依古丽·买买提) and names with a character outside
#             that block (刘䶮, U+4DAE; 陈𬭎) come out in pieces, whatever frequency they have. Both calls return as for any word;
#             lcut, cut_all and HMM=False alike.
# Output seen: 阿依古丽·买买提 -> 阿依古丽 | · | 买买提; 刘䶮 -> 刘 | 䶮; 陈𬭎 -> 陈 | 𬭎; and 好网民工程, added the same way, -> 好网民工程.
# Why it matters: a user dictionary of people is how names are found in Chinese text. It misses one group of people always, those
#             named with a dot, and no count, log line or test with ordinary names shows it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jieba==0.42.1 "setuptools<81" 2>/dev/null
cat >try.py <<'PY'
import logging
import sys

import jieba

jieba.setLogLevel(logging.ERROR)
expected = {
    "阿依古丽·买买提": ["阿依古丽", "·", "买买提"],
    "刘䶮": ["刘", "䶮"],
    "陈𬭎": ["陈", "𬭎"],
    "好网民工程": ["好网民工程"],
}
found = {}
for word in expected:
    jieba.add_word(word)
    jieba.suggest_freq(word, tune=True)
    found[word] = jieba.lcut(f"{word}说")[:-1]
    print(word, "->", " | ".join(found[word]))
sys.exit(found != expected)
PY
venv/bin/python try.py
