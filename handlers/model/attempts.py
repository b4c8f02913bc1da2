"""An attempt at a paper, and what it leaves behind."""

from __future__ import annotations

from msgspec import Struct


class Response(Struct, frozen=True):
    """A user's answer to one item: the option indexes chosen (as written in the bank), the mark earned.

    `text` is what was put into the blank of a fill item.
    """

    item_id: str
    given: tuple[int, ...]
    fraction: float
    at: int
    text: str = ""


class Attempt(Struct, frozen=True):
    """A run through a paper, fixed when it starts: release, items and seed never change.

    The order of options follows from the seed and the item id. `open_id` is the item on the screen ("" the
    first that was not answered), `before_id` the one that was there before it. `shown_ms` is when the item
    on the screen was first shown: a message that arrived before it cannot be about it. `asked_ms` is when the
    message came that was last told which item is open: one that came before it is late. `paused` is set by 退出: only
    quiz words are then the quiz's. `scope` is the track of a 专项, the day of a 每日一答.
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
    asked_ms: int = 0


class Result(Struct, frozen=True):
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


class Try(Struct, frozen=True):
    """An attempt that counts against the limits of its paper, by when it was begun."""

    paper_id: str
    at: int


class RosterPlace(Struct, frozen=True):
    """What a taker who wants to be counted for a unit entered: a number of the examiner's list, and its unit."""

    unit: str
    number: str


class Wrong(Struct, frozen=True):
    """An item of the user's 错题: how often it was right since, and when it is due again (Unix seconds)."""

    item_id: str
    n_right: int
    due: int


class Standing(Struct, frozen=True):
    """One line of 排行榜: a code name and its best 正式测评."""

    code_name: str
    points: float
    n_items: int
    seconds: int
