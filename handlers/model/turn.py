"""What a skill is given, and what it decides.

A skill gets `(Message, Session, Context)` and returns a `Turn`; it opens nothing, reads no clock and draws no random
number except from `Context.seed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct, field

from handlers.model.attempts import Attempt, Standing
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Card, Session
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content


class Limits(Struct, frozen=True):
    """What a skill may need to know of the settings; the lifetimes are for telling the truth about them.

    `reading_ms` is how soon after an item was shown nobody can have read it; `public_url` where our pages are, "" for nowhere.
    """

    reply_bytes: int = 2000
    context_s: int = 600
    session_days: int = 90
    stream_days: int = 90
    reply_minutes: int = 11
    human_service: bool = False
    reading_ms: int = 0
    public_url: str = ""


class Need(Struct, frozen=True):
    """Something beyond the session that a skill wants looked up: the `card` of a code, `cards` counted by kind, `held`, the `unit` of a number."""

    what: Literal["card", "cards", "held", "unit"]
    name: str = ""


class Held(Struct, frozen=True):
    """What the store keeps of a user beside the session: repeated replies, and events by name under the subject."""

    n_replies: int
    events: tuple[tuple[str, int], ...] = ()


class Context(Struct, frozen=True):
    """Everything a skill may look at besides message and session.

    `seed` is a hash of the push key: a turn that is decided twice draws the same.
    `can_save` is false while the store is away: nothing this turn decides will be remembered.
    `banks` has the content of every older release that an attempt of the session needs, `secret` seals
    certificates, `board` is 排行榜 as it stands.
    `home` is the first sign of every code given to this user; it tells the store where to look.
    `card`, `n_cards`, `held` and `unit` are filled for the skills whose `needs` asked for them.
    """

    snapshot: Snapshot
    now_ms: int
    seed: str
    can_save: bool = True
    limits: Limits = Limits()
    banks: Mapping[str, Content] = field(default_factory=dict)
    secret: bytes = b""
    board: tuple[Standing, ...] = ()
    home: str = "0"
    card: Card | None = None
    n_cards: int = 0
    held: Held | None = None
    unit: str = ""

    def bank_of(self, attempt: Attempt) -> Content:
        """The content of the release that an attempt is pinned to; the live one when that is gone."""
        live = self.snapshot.content
        return live if attempt.release == live.version else self.banks.get(attempt.release, live)

    @property
    def now(self) -> int:
        """The time in whole Unix seconds."""
        return self.now_ms // 1000


class Turn(Struct, frozen=True):
    """Everything a skill decided. `erase` asks for all of the user to be deleted with the commit.

    `pending` names what the user is asked a yes to, which the next turn finds in `Session.pending`.
    """

    reply: Reply
    session: Session
    effects: tuple[Effect, ...] = ()
    erase: bool = False
    skill: str = ""
    pending: str = ""


def no_needs(message: Message) -> tuple[Need, ...]:
    """Return what a skill needs that can tell by message and session alone."""
    return ()


class Skill(Struct, frozen=True):
    """One row of the routing table: `handle` gives a Turn for a message that is the skill's, else None.

    `needs` says what to look up before a message is routed; whether the skill takes it is decided by `handle` alone.
    """

    name: str
    handle: Callable[[Message, Session, Context], Turn | None]
    needs: Callable[[Message], tuple[Need, ...]] = no_needs
