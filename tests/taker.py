"""A quiz taker who talks to the router: pure, with a clock that is moved and a bank that may be swapped."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.codec import dump_session, load_session
from handlers.model.attempts import Attempt, Standing
from handlers.model.messages import Effect, Message
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.quiz.attempt import open_item, option_order
from handlers.router import route
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content

# 2026-09-21 at 15:33:20 in China, a Monday.
START_MS = 1_789_976_000_000
DAY_MS = 86_400_000
LETTERS = "ABCDEFGH"


class Taker:
    """One user with a session, as the pipeline would keep it."""

    def __init__(self, snapshot: Snapshot, name: str = "taker") -> None:
        self.snapshot = snapshot
        self.releases = {snapshot.version: snapshot.content}
        self.name = name
        self.session = Session(subject=name)
        self.now_ms = START_MS
        self.can_save = True
        self.effects: list[Effect] = []
        self.board: tuple[Standing, ...] = ()

    def say(self, text: str, received_ms: int = 0) -> str:
        """Send words; `received_ms` is when they reached the server, now when it is 0."""
        self.now_ms += 1000
        session = self.session if self.can_save else Session(subject="")
        message = Message("p", "u", "text", text, received_ms=received_ms or self.now_ms)
        context = self.context(session)
        turn = route(message, session, context)
        assert route(message, session, context) == turn
        assert len(turn.reply.text.encode()) <= context.limits.reply_bytes, turn.reply.text
        if self.can_save:
            self.session = load_session(dump_session(turn.session))
            assert self.session == turn.session
            self.effects += turn.effects
        return turn.reply.text

    def context(self, session: Session) -> Context:
        return Context(
            self.snapshot,
            self.now_ms,
            f"{self.name}:{self.now_ms}",
            self.can_save,
            banks=self.releases,
            secret=b"secret",
            board=self.board,
        )

    def publish(self, content: Content) -> None:
        """Make `content` the live release; the older ones stay for whoever is pinned to them."""
        self.releases[content.version] = content
        self.snapshot = replace(self.snapshot, content=content)

    @property
    def attempt(self) -> Attempt:
        assert self.session.attempt
        return self.session.attempt

    @property
    def item(self) -> Item:
        item = open_item(self.attempt, self.releases[self.attempt.release])
        assert item
        return item

    @property
    def right(self) -> str:
        """The right answer to the open item, as shown."""
        if self.item.kind == "fill":
            return self.item.accepted[0]
        return self.letters_of(self.item.key)

    @property
    def wrong(self) -> str:
        """A wrong answer to the open item that earns nothing."""
        if self.item.kind == "fill":
            return "完全不对"
        others = [i for i in range(len(self.item.options)) if i not in self.item.key]
        return self.letters_of(tuple(others[:1]))

    def letters_of(self, indexes: tuple[int, ...]) -> str:
        order = option_order(self.attempt, self.item)
        return "".join(sorted(LETTERS[order.index(i)] for i in indexes))

    def names(self) -> list[str]:
        return [effect.name for effect in self.effects]


def card_in(reply: str) -> str:
    """Return the item that a reply shows, from 第 k/n 题 to its last option."""
    match = re.search(r"^第 \d+/\d+ 题\n[^\n]*(?:\n[A-H]\. [^\n]*)*", reply, re.MULTILINE)
    assert match, reply
    return match.group()


def with_paper(content: Content, paper_id: str, **rules: object) -> Content:
    """Return `content` as another release in which a paper has other rules."""
    paper: Paper = replace(content.papers[paper_id], **rules)  # type: ignore[arg-type]
    return replace(
        content, version=content.version + "+" + paper_id, papers={**content.papers, paper_id: paper}
    )


def with_item(content: Content, item: Item) -> Content:
    """Return `content` as another release in which an item is another."""
    return replace(content, version=content.version + "*", items={**content.items, item.id: item})


def finish(taker: Taker, n_wrong: int = 0) -> str:
    """Answer what is left, the first `n_wrong` wrongly; return the last reply."""
    reply = ""
    while taker.session.attempt:
        reply = taker.say(taker.wrong if n_wrong > 0 else taker.right)
        n_wrong -= 1
    return reply
