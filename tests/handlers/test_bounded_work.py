"""However a message is built, reading it takes a bounded number of searches: counted, for time depends on the machine."""

from __future__ import annotations

import pytest

from bot.wechat.messages import MAX_TEXT_CHARS
from knowledge.language.tidy import MAX_CHARS
from knowledge.matching.index.table import Nearest, Table
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

MOST_SEARCHES = 24
"""Of the longest speech (300 characters are read) twelve stretches are searched beside the whole, and the sources for the whole."""
MOST_PASSES = 16
"""A speech and its stretches are searched for in one pass over the table."""


@pytest.mark.parametrize(
    "text",
    [
        "网站备案要多久" * 280,
        "第一条第二条第三条12家90余人2020年" * 80,
        "李志刚周键许静唐敏陈梅黎召阳" * 140,
        "是2014年开的吧，是12家吧，是绵阳吧，" * 100,
        "推进会是李志刚2014年在绵阳开的，来了12家吧",
        "甲和乙和丙以及丁分别是谁" * 160,
        "时间地点主题主办单位，" * 180,
        "那第二项呢下一条呢" * 200,
        "".join(chr(0x4E00 + i * 7919 % 20000) for i in range(2000)),
        "我想问一下就是那个嘛" * 200,
    ],
)
def test_no_message_makes_more_than_a_bounded_number_of_searches(
    snapshot: Snapshot, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    passes: list[int] = []
    search = Table.search

    def counted(table: Table, texts: list[tuple[str, str]], n: int) -> list[Nearest]:
        searched.extend(canonical for canonical, _ in texts)
        passes.append(len(texts))
        return search(table, texts, n)

    snapshot.decisions.clear()
    monkeypatch.setattr(Table, "search", counted)
    talk = Conversation(snapshot)
    for words in ("李志刚下一步怎么打算", text[:MAX_TEXT_CHARS]):
        searched.clear()
        passes.clear()
        talk.say(words)
    assert len(searched) <= MOST_SEARCHES
    assert len(passes) <= MOST_PASSES
    assert all(len(one) <= MAX_CHARS for one in searched)
