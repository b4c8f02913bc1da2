"""One item of the draft as takers see it: through the router, with its own screens and feedback, and nothing kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.editing.refused import Refused
from handlers.model.attempts import Attempt
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.quiz.attempt import option_order
from handlers.router import route
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from knowledge.reading.papers import main_papers
from knowledge.reading.quiz import LETTERS

_SEED = "0" * 32


def try_item(snapshot: Snapshot, item_id: str, said: Sequence[str], now_ms: int) -> Iterator[tuple[str, str]]:
    """Yield what is said and what a taker reads then: the item (after 继续), and the feedback to each answer.

    Without `said` it is answered right, and wrong. Every answer is the first one: none is told 本题已作答.

    Raises:
        Refused: the draft has no such item.
    """
    item = snapshot.content.items.get(item_id)
    if item is None:
        raise Refused(f"题库里没有 {item_id}：编号见 quiz stats，或者 quiz/ 里的文件")
    session = Session("", attempt=_attempt(snapshot, item, now_ms))
    texts = ("继续", *(said or _right_and_wrong(session.attempt, item)))
    context = Context(snapshot.for_texts(*texts), now_ms, _SEED)
    for text in texts:
        yield text, route(Message("", "", "text", text), session, context).reply.text


def _attempt(snapshot: Snapshot, item: Item, now_ms: int) -> Attempt:
    paper = main_papers(snapshot.content.papers)["practice"]
    # A paper of one: its result follows the feedback, as it would for takers.
    return Attempt(
        id="try",
        paper_id=paper.id,
        release=snapshot.version,
        seed=_SEED,
        item_ids=(item.id,),
        responses=(),
        started_at=now_ms // 1000,
        open_id=item.id,
    )


def _right_and_wrong(attempt: Attempt | None, item: Item) -> tuple[str, ...]:
    if item.kind == "fill" or attempt is None:
        return item.accepted[0], "不知道写什么"
    order = option_order(attempt, item)
    others = [i for i in range(len(item.options)) if i not in item.key]
    return tuple(
        "".join(sorted(LETTERS[order.index(i)] for i in chosen))
        for chosen in (item.key, others[:1])
        if chosen
    )
