"""The common words, and that nothing is held beside them."""

from __future__ import annotations

import subprocess
import sys

from knowledge.language.words import common_words, is_common


def test_words_have_their_frequency_and_beginnings_none() -> None:
    words = common_words()
    assert words.frequency("的") == 318825
    assert words.frequency("网络") > words.frequency("纳税人") > 0
    assert (words.begins_any("纳税人"), words.frequency("查无此"), is_common("网络")) == (True, 0, True)
    assert not words.begins_any("绵绵网")
    assert words.beginning("纳税人的") == ["纳", "纳税", "纳税人"]


def test_what_guesses_words_is_not_loaded_and_can_still_be() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, knowledge.language.segment, jieba; print('jieba.finalseg' in sys.modules);"
            "import jieba.finalseg; print(jieba.lcut('网络谣言'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split("\n")[:2] == ["False", "['网络', '谣言']"]
