"""Words: the shipped table of common ones, and a lexicon's own."""

from __future__ import annotations

from knowledge.language.segment import Segmenter


def test_common_words_are_cut_as_people_mean_them() -> None:
    words = ["省", "教育厅", "有", "几个", "副厅长", "出席", "会议"]
    assert Segmenter(()).cut("".join(words)) == words
    assert Segmenter(()).cut("") == []


def test_words_of_a_lexicon_are_never_cut_and_known_to_no_other_segmenter() -> None:
    text = "争做四川好网民"
    assert "好网民" in Segmenter(("好网民",)).cut(text)
    assert "好网民" not in Segmenter(()).cut(text)
    assert not Segmenter(()).knows("好网民")
    assert Segmenter(()).knows("四川")
