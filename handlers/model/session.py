"""The types of a conversation: what came in, what is remembered, what goes out.

All frozen. A skill gets `(Message, Session, Context)` and returns a `Turn`; it opens nothing,
reads no clock and draws no random number except from `Context.seed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content


@dataclass(frozen=True, slots=True)
class Message:
    """One push, without XML and without the openid.

    `push_key` is equal for every delivery of one push and different for every other. `user` is the
    keyed hash of the openid. `kind` is WeChat's MsgType (text, image, …, event); `event` and
    `event_key` are filled for events only. `received_ms` is when the push reached this server, in Unix
    milliseconds.
    """

    push_key: str
    user: str
    kind: str
    text: str = ""
    event: str = ""
    event_key: str = ""
    received_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What the user gets: `kind` "text" with words, "none", which acknowledges in silence, or "transfer" to human service.

    `at` is when it was decided (Unix seconds; 0 = just now): a repeated push gets the same reply, to the byte. `card` is the
    number of a card of the user's own that the words are about: its picture may follow them.
    """

    kind: str
    text: str = ""
    at: int = 0
    card: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something a turn records, exactly once: missed, answered, declined, finished, erased …"""

    name: str
    fields: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered choice of a list: the words shown, and the entry it leads to or the words it stands for.

    `target` is what answers instead where no entry does: the key of a sentence, or a passage with an @ behind it.
    """

    entry_id: str
    text: str
    say: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A user's answer to one item: the option indexes chosen (as written in the bank), the mark earned.

    `text` is what was put into the blank of a fill item.
    """

    item_id: str
    given: tuple[int, ...]
    fraction: float
    at: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run through a paper, fixed when it starts: release, items and seed never change.

    The order of options follows from the seed and the item id. `open_id` is the item on the screen ("" the
    first that was not answered), `before_id` the one that was there before it. `shown_ms` is when the item
    on the screen was first shown: a message that arrived before it cannot be about it. `paused` is set by
    退出: only quiz words are then the quiz's. `scope` is the track of a 专项, the day of a 每日一答.
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
    open_id: str = ""
    before_id: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished attempt, kept for 我的成绩.

    `code` is the number of the certificate it earned, "" for none. `corrected_from` is what it had before
    a key was put right, None when nothing was.
    """

    paper_id: str
    n_items: int
    points: float
    started_at: int
    finished_at: int
    attempt_id: str = ""
    scope: str = ""
    passed: bool = False
    code: str = ""
    corrected_from: float | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt that counts against the limits of its paper, by when it was begun."""

    paper_id: str
    at: int


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """What a taker who wants to be counted for a unit entered: a number of the examiner's list, and its unit."""

    unit: str
    number: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An item of the user's 错题: how often it was right since, and when it is due again (Unix seconds)."""

    item_id: str
    n_right: int
    due: int


@dataclass(frozen=True, slots=True)
class Card:
    """Something a user was given to show around: anyone may look it up by its code (验证 CODE).

    It lives exactly as long as the session that holds it. The first sign of `code` is `Context.home`.
    It names nobody; `title` is that of the document that was signed.
    """

    code: str
    kind: str
    title: str
    at: int


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What the last turn was about, for follow-ups; stale after `Context.limits.context_s`.

    `entry_id` is "" when passages were shown that no entry was chosen for. `question` is the complete one: what
    the user left out is put in. `passages` are the passages quoted, `told` those shown whole since this speaker
    or document came up, `listed` the documents that were named side by side last, in order (第二份讲了啥), `rule` is what decided, `code`
    what the answer's words are checked with, and `vote` what the user thought of it.
    """

    entry_id: str
    question: str
    at: int
    passages: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    rule: str = ""
    code: str = ""
    vote: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A user's state, stored whole. `subject` is a random id: streams carry it, never the user.

    `offered` is the list shown last, whatever it was; `asking` says that it was a question back, which can be
    answered with 都不是. `hinted` is what a question back was about, until there is an answer.
    `shelf` holds attempts that were left for another paper, at most one a paper and scope. `streak` counts the days
    in a row with a 每日一答, up to `streak_day`. `code_name` is what 排行榜 calls a user who asked to be on it.
    `pending` is what the last turn wants a yes to (`Turn.pending`); it is forgotten after one turn. `care` is the kind of danger
    that help was given for, `n_care` how many of its sentences; `said` is a message that may be the beginning of another.
    `talk` is the intent of the last message that was talk, `n_talk` how often it came in a row. `echo` is a check sum of the
    fixed sentence that was sent last, and how often it was.
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
    shelf: tuple[Attempt, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    tries: tuple[Try, ...] = ()
    streak: int = 0
    streak_day: str = ""
    code_name: str = ""
    cards: tuple[Card, ...] = ()
    pending: str = ""
    care: str = ""
    n_care: int = 0
    said: str = ""
    talk: str = ""
    n_talk: int = 0
    roster: RosterPlace | None = None
    echo: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
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


@dataclass(frozen=True, slots=True)
class Need:
    """Something beyond the session that a skill wants looked up: the `card` of a code, `cards` counted by kind, `held`, the `unit` of a number."""

    what: Literal["card", "cards", "held", "unit"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What the store keeps of a user beside the session: repeated replies, and events by name under the subject."""

    n_replies: int
    events: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of 排行榜: a code name and its best 正式测评."""

    code_name: str
    points: float
    n_items: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Context:
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


@dataclass(frozen=True, slots=True)
class Turn:
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


@dataclass(frozen=True, slots=True)
class Skill:
    """One row of the routing table: `handle` gives a Turn for a message that is the skill's, else None.

    `needs` says what to look up before a message is routed; whether the skill takes it is decided by `handle` alone.
    """

    name: str
    handle: Callable[[Message, Session, Context], Turn | None]
    needs: Callable[[Message], tuple[Need, ...]] = no_needs
