"""The types of a conversation: what came in, what is remembered, what goes out.

All frozen. A skill gets `(Message, Session, Context)` and returns a `Turn`; it opens nothing,
reads no clock and draws no random number except from `Context.seed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from knowledge.model import Content, Snapshot


@dataclass(frozen=True, slots=True)
class Message:
    """One push, without XML and without the openid.

    `push_key` is equal for every delivery of one push and different for every other. `user` is the
    keyed hash of the openid. `kind` is WeChat's MsgType (text, image, …, event); `event` and
    `event_key` are filled for events only. `sent_at` is CreateTime in Unix seconds, `received_ms` when
    the push reached this server, in Unix milliseconds.
    """

    push_key: str
    user: str
    kind: str
    text: str = ""
    event: str = ""
    event_key: str = ""
    menu_id: str = ""
    sent_at: int = 0
    received_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What the user gets: `kind` "text" with words, or "none", which acknowledges in silence.

    `at` is when it was decided (Unix seconds; 0 = just now): a repeated push gets the same reply, to the byte.
    """

    kind: str
    text: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a turn records, exactly once: missed, answered, declined, finished, erased …"""

    name: str
    fields: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered choice of a list: the words shown, and the entry it leads to or the words it stands for."""

    entry_id: str
    text: str
    say: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A user's answer to one item: the option indexes chosen (as written in the bank), the mark earned."""

    item_id: str
    given: tuple[int, ...]
    fraction: float
    at: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run through a paper, fixed when it starts: release, items and seed never change.

    The position is `len(responses)`; the order of options follows from the seed and the item id.
    `shown_ms` is when the open item was first shown: a message that arrived before it cannot be
    about it. `paused` is set by 退出: only quiz words are then the quiz's.
    """

    id: str
    paper_id: str
    release: str
    seed: str
    item_ids: tuple[str, ...]
    responses: tuple[Response, ...]
    started_at: int
    shown_ms: int = 0
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A finished attempt, kept for 我的成绩."""

    paper_id: str
    n_items: int
    points: float
    started_at: int
    finished_at: int


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What the last turn was about, for follow-ups; stale after `Context.limits.context_s`.

    `entry_id` is "" when passages were shown that no entry was chosen for. `question` is the complete one: what
    the user left out is put in. `passages` are the passages quoted, `told` those shown whole since this speaker
    or document came up, `rule` is what decided, and `code` what the answer's words are checked with.
    """

    entry_id: str
    question: str
    at: int
    passages: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    rule: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A user's state, stored whole. `subject` is a random id: streams carry it, never the user.

    `offered` is the list shown last, whatever it was; `asking` says that it was a question back, which can be
    answered with 都不是. `hinted` is what a question back was about, until there is an answer.
    """

    subject: str
    attempt: Attempt | None = None
    results: tuple[Result, ...] = ()
    offered: tuple[Choice, ...] = ()
    pages: tuple[str, ...] = ()
    last: LastAnswer | None = None
    n_failed: int = 0
    updated_at: int = 0
    asking: bool = False
    hinted: LastAnswer | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers from the settings that a skill may need."""

    reply_bytes: int = 2000
    context_s: int = 600


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a skill may look at besides message and session.

    `bank` is the content of the release that the open attempt is pinned to (the live one when there
    is no attempt). `seed` is a hash of the push key: a turn that is decided twice draws the same.
    `can_save` is false while the store is away: nothing this turn decides will be remembered.
    """

    snapshot: Snapshot
    bank: Content
    now_ms: int
    seed: str
    can_save: bool = True
    limits: Limits = Limits()

    @property
    def now(self) -> int:
        """The time in whole Unix seconds."""
        return self.now_ms // 1000


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a skill decided. `erase` asks for the session to be deleted with the commit."""

    reply: Reply
    session: Session
    effects: tuple[Effect, ...] = ()
    erase: bool = False
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Skill:
    """One row of the routing table: the first whose `matches` says yes handles the turn."""

    name: str
    matches: Callable[[Message, Session, Context], bool]
    handle: Callable[[Message, Session, Context], Turn]
