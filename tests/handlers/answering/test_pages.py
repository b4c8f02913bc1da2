"""Pages lose nothing, stay within the limit and each carry the citation, whatever the limit."""

from __future__ import annotations

import pytest

from handlers.answering.pages import pack_pages
from handlers.model.turn import Context, Limits
from handlers.replies import reply_text
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation


@pytest.mark.parametrize("reply_bytes", [420, 700, 2000])
@pytest.mark.parametrize(
    "question", ["诚信宣言全文", "黎召阳讲了什么", "第三条", "原文 正能量", "谁讲过正能量"]
)
def test_every_page_is_cited_and_nothing_is_lost(snapshot: Snapshot, question: str, reply_bytes: int) -> None:
    talk = Conversation(snapshot, reply_bytes=reply_bytes)
    pages = [talk.say(question)]
    while talk.session.pages:
        pages.append(talk.say("更多"))
    assert all("\n出处：" in page for page in pages)
    assert "没有下一页" in talk.say("更多")
    bodies = "".join("".join(page.partition("\n出处：")[0].split()) for page in pages)
    last = talk.session.last
    assert last
    if question in {"诚信宣言全文", "黎召阳讲了什么", "第三条"}:
        for quote in snapshot.content.entries[last.entry_id].quotes:
            assert "".join(quote.text.split()) in bodies


@pytest.mark.parametrize("reply_bytes", [300, 500, 900])
def test_packed_blocks_joined_are_the_blocks(snapshot: Snapshot, reply_bytes: int) -> None:
    context = Context(snapshot, 0, "", limits=Limits(reply_bytes=reply_bytes))
    blocks = [(f"第{n}段" + "清朗的网络。" * n, f"出处：第{n}处") for n in range(1, 30)]
    pages = pack_pages(context, "头", blocks)
    assert all(len(page.encode()) <= reply_bytes for page in pages)
    marks = {reply_text(context, "page.more", page=i, total=len(pages)) for i in range(1, len(pages))}
    lines = [line for page in pages for line in page.split("\n") if line not in marks]
    said = "".join(line for line in lines if not line.startswith("出处："))
    assert said == "头" + "".join(body for body, _ in blocks)
    assert all("出处：" in page for page in pages)
