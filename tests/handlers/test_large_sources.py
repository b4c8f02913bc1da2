"""A source may be long: what is asked of it is looked up, not gone through. Counted, for time depends on the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, content_of, load_folder
from tests.handlers.conversation import Conversation
from tests.serving import CONTENT

MOST = 1.3
"""How many times the lines of Python a reply may take with two thousand more paragraphs in a source."""


@pytest.fixture(scope="module")
def larger(snapshot: Snapshot) -> Snapshot:
    files = dict(load_folder(CONTENT))
    longest = max((name for name in files if name.startswith("sources/")), key=lambda name: len(files[name]))
    files[longest] += "".join(
        f"\n## 附录第{i}节 {{#more-{i}}}\n\n附录里的第{i}段，讲的是第{i}件日常小事。\n" for i in range(2000)
    )
    return assemble(content_of(files), like=snapshot)


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("什么是好网民", "下一条"),
        ("网络暴力怎么办", "下一条"),
        ("公约第二条讲什么", "下一条"),
        ("公约有几条", "第三条呢"),
    ],
)
def test_two_thousand_more_paragraphs_make_no_reply_dearer(
    snapshot: Snapshot, larger: Snapshot, text: str, follows: str
) -> None:
    few, many = _lines_run(snapshot, text, follows), _lines_run(larger, text, follows)
    assert [n <= MOST * before for n, before in zip(many, few, strict=True)] == [True, True], (few, many)


def _lines_run(snapshot: Snapshot, *texts: str) -> list[int]:
    """Return how many lines each reply of a conversation runs, once all of it was asked before."""
    n = 0

    def count(_frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal n
        n += event == "line"
        return count

    found = []
    for counts in (False, True):
        talk = Conversation(snapshot)
        for text in texts:
            snapshot.decisions.clear()
            snapshot.intents.clear()
            n, before = 0, sys.gettrace()
            sys.settrace(count if counts else before)
            try:
                talk.say(text)
            finally:
                sys.settrace(before)
            found.append(n)
    return found[len(texts) :]
