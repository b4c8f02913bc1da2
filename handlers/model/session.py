"""What is remembered of a user."""

from __future__ import annotations

from msgspec import Struct

from handlers.model.attempts import Attempt, Result, RosterPlace, Try, Wrong


class Choice(Struct, frozen=True):
    """One numbered choice of a list: the words shown, and the entry it leads to or the words it stands for.

    `target` is what answers instead where no entry does: the key of a sentence, or a passage with an @ behind it.
    """

    entry_id: str
    text: str
    say: str = ""
    target: str = ""


class Card(Struct, frozen=True):
    """Something a user was given to show around: anyone may look it up by its code (验证 CODE).

    It lives exactly as long as the session that holds it. The first sign of `code` is `Context.home`.
    It names nobody; `title` is that of the document that was signed.
    """

    code: str
    kind: str
    title: str
    at: int


OF_AN_ITEM = "item"
"""The rule of words that were sent with the mark of a quiz item."""


class LastAnswer(Struct, frozen=True):
    """What the last turn was about, for follow-ups; stale after `Context.limits.context_s`.

    `entry_id` is "" when passages were shown that no entry was chosen for. `question` is the complete one: what
    the user left out is put in. `passages` are the passages quoted, `told` those shown whole since this speaker
    or document came up, `listed` the documents that were named side by side last, in order (第二份讲了啥), `rule` is what decided (`OF_AN_ITEM`: the words proved a quiz item), `code`
    what the answer's words are checked with, and `vote` what the user thought of it. `shown` is where its words begin in the
    first of the passages and where they end in the last, 0 for its end.
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
    shown: tuple[int, int] = (0, 0)

    @property
    def is_of_item(self) -> bool:
        """Whether the words came with the mark of a quiz item: nobody asked for them, so they are no answer to judge."""
        return self.rule == OF_AN_ITEM


class Session(Struct, frozen=True):
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
