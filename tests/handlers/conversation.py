"""A user who talks to the router without a server, remembering the session as the store would."""

from __future__ import annotations

from handlers.codec import dump_session, load_session
from handlers.model.messages import Effect, Message
from handlers.model.session import Session
from handlers.model.turn import Context, Limits, Turn
from handlers.router import route
from knowledge.matching.snapshot import Snapshot

NOW_MS = 1_790_000_000_000


class Conversation:
    """Each `say` is one push, a few seconds after the one before; `turn` is what the last one led to."""

    def __init__(self, snapshot: Snapshot, *, reply_bytes: int = 2000) -> None:
        self.snapshot = snapshot
        self.session = Session(subject="s")
        self.now_ms = NOW_MS
        self.limits = Limits(reply_bytes=reply_bytes)
        self.can_save = True
        self.turn: Turn | None = None

    def say(self, text: str) -> str:
        self.now_ms += 3000
        context = Context(
            self.snapshot,
            self.now_ms,
            f"{self.now_ms:032x}",
            can_save=self.can_save,
            limits=self.limits,
        )
        message = Message("p", "u", "text", text, received_ms=self.now_ms)
        self.turn = route(message, self.session, context)
        assert route(message, self.session, context) == self.turn
        assert len(self.turn.reply.text.encode()) <= self.limits.reply_bytes
        if self.can_save:
            self.session = load_session(dump_session(self.turn.session))
            assert self.session == self.turn.session
        return self.turn.reply.text

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.turn.effects if self.turn else ()
