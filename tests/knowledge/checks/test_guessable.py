"""Items that can be answered without reading are told, those of one kind are not."""

from __future__ import annotations

import pytest

from knowledge.model.problems import Problem
from knowledge.release.build import parse_files

SOURCE = """---
id: report
title: 报道
kind: 报道
date: 2020-10-12
publisher: 协会
rights: 无
---

# 一 {#one}

远离网络欺诈、网络暴力,会同网信办开展,不仅仅是一个头衔,共筑网上网下同心圆,一律先审后发。
"""


def told(stem: str, options: str, quote: str, key: str = "A") -> list[Problem]:
    return told_in(f"kind: single, stem: {stem}, options: [{options}], key: {key}", quote)


def told_in(fields: str, quote: str) -> list[Problem]:
    bank = (
        f'- {{id: q-1, track: 共同, {fields}, why: 是, source: {{passage: "report#one", text: "{quote}"}}}}\n'
    )
    _, problems = parse_files({"sources/report.md": SOURCE, "quiz/bank.yaml": bank})
    return [p for p in problems if p.code in ("odd-option", "echoed-key", "absolute-word")]


VIOLENCE = "远离网络欺诈、网络暴力"
CIRCLE = "共筑网上网下同心圆"


def test_harmless_option_among_harms_is_told_at_its_place() -> None:
    (problem,) = told("要远离什么？", "网络暴力, 网络赌博, 网络购物", VIOLENCE)
    assert (problem.code, problem.line, problem.severity) == ("odd-option", 1, "warning")
    assert "网络购物" in problem.message
    assert "没有点名" in problem.hint


@pytest.mark.parametrize(
    ("stem", "options"),
    [
        ("要远离什么？", "网络暴力, 网络赌博, 网络传销"),
        # What is asked is not what to avoid.
        ("原文提到什么？", "网络暴力, 网络购物, 网络直播"),
    ],
)
def test_options_of_one_kind_are_not_told(stem: str, options: str) -> None:
    assert told(stem, options, VIOLENCE) == []


def test_key_that_lacks_what_the_others_share_is_told() -> None:
    (problem,) = told("要共筑什么？", "网上网下同心圆, 网络安全墙, 网络新长城, 网络防火墙", CIRCLE)
    assert problem.code == "odd-option"
    assert "“网络”" in problem.message
    assert told("要共筑什么？", "网上网下同心圆, 网上防火墙, 网络新长城, 网络防火墙", CIRCLE) == []


def test_word_of_the_stem_in_the_key_alone_is_told() -> None:
    (problem,) = told("感召青年以后让他们做什么？", "同心圆青年, 走进社区, 创办企业", CIRCLE)
    assert problem.code == "echoed-key"
    assert "“青年”" in problem.message
    assert told("感召青年以后让他们做什么？", "同心圆青年, 服务青年, 培训青年", CIRCLE) == []


@pytest.mark.parametrize(
    ("claim", "quote", "word"),
    [
        ("独自", "会同网信办开展", "独自"),
        ("仅仅是一个头衔", "不仅仅是一个头衔", "仅仅"),
        ("会同教育厅", "会同网信办开展", None),
        ("一律先发后审", "一律先审后发", None),
    ],
)
def test_statement_that_is_too_strong_is_told_unless_the_source_says_it(
    claim: str, quote: str, word: str | None
) -> None:
    found = told_in(
        f"kind: truefalse, stem: 原文说{claim}, key: false, claim: {claim}, truth: 会同网信办", quote
    )
    assert [p.code for p in found] == (["absolute-word"] if word else [])
    assert not word or f"“{word}”" in found[0].message


def test_distractor_that_is_too_strong_is_told() -> None:
    (problem,) = told("怎样开展？", "会同网信办, 从不开展, 会同教育厅", "会同网信办开展")
    assert (problem.code, "从不" in problem.message) == ("absolute-word", True)
