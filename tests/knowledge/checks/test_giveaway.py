"""Items that answer each other are told, and those that only share words are not."""

from __future__ import annotations

import pytest

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

会议在成都召开,共90余人参加,主题是诚信。

# 二 {#two}

成都的代表发言。
"""


def item(
    item_id: str, stem: str, options: str, quote: str, passage: str = "one", more: str = "", why: str = "是"
) -> str:
    return (
        f"- {{id: {item_id}, kind: single, track: 共同, stem: {stem}, options: [{options}], key: A, why: {why}, "
        f'source: {{passage: "report#{passage}", text: "{quote}"}}{more}}}\n'
    )


CITY = item("q-city", "在哪里召开？", "成都, 绵阳", "会议在成都召开")


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (
            item("q-n", "多少人参加？", "90余人, 80余人", "会议在成都召开,共90余人参加"),
            (2, "q-city 的答案“成都”"),
        ),
        (item("q-n", "成都的会有多少人？", "90余人, 80余人", "共90余人参加"), (2, "q-city 的答案“成都”")),
        (
            item("q-n", "多少人参加？", "90余人, 80余人", "共90余人参加", why="到成都的有这么多"),
            (2, "解析里有 q-city"),
        ),
        (item("q-n", "多少人参加？", "90余人, 80余人", "共90余人参加"), None),
        (item("q-n", "谁发言？", "代表, 主席", "成都的代表发言", "two"), None),
        (
            item(
                "q-n",
                "多少人参加？",
                "90余人, 80余人",
                "会议在成都召开,共90余人参加",
                more=", excludes: [q-city]",
            ),
            None,
        ),
    ],
    ids=["quote", "stem", "why", "apart", "elsewhere", "excluded"],
)
def test_quote_or_stem_that_shows_another_key_is_told(second: str, told: tuple[int, str] | None) -> None:
    _, problems = parse_files({"sources/report.md": SOURCE, "quiz/bank.yaml": CITY + second})
    found = [p for p in problems if p.code == "gives-away"]
    if told is None:
        assert found == []
    else:
        (problem,) = found
        assert (problem.line, problem.severity) == (told[0], "warning")
        assert told[1] in problem.message
        assert "excludes: [q-city]" in problem.hint
