"""The run through a paper as a pure state machine: draw, show, record, skip, back, and when it is over.

Everything follows from the attempt: its seed drew the items and shuffles the options, its release names the
bank, and its responses are what is done. So the same item shown again looks the same, and no item counts twice.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from handlers.china import DAY_S, day_of, midnight_of, start_of
from handlers.model.attempts import Attempt, Response
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content


def draw(
    content: Content, paper: Paper, seed: str, admits: Callable[[Item], bool] | None = None
) -> tuple[str, ...]:
    """Return the ids of a paper's items in order: no repeats, no two that exclude each other; the seed decides.

    Args:
        admits: Which items may be drawn besides what the paper says (专项 names a track).
    """
    pool = [
        item
        for _, item in sorted(content.items.items())
        if paper.admits(item) and (admits is None or admits(item))
    ]
    random.Random(seed).shuffle(pool)
    drawn: list[Item] = []
    for item in pool:
        if len(drawn) == paper.n_items:
            break
        if not any(item.id in other.excludes or other.id in item.excludes for other in drawn):
            drawn.append(item)
    return tuple(item.id for item in drawn)


def item_of_the_day(content: Content, paper: Paper, day: str) -> str:
    """Return the id of the item that everyone gets on `day`; "" when the paper admits none.

    Each item's hash with the day is its lot, so a new item in the bank rarely changes the day's.
    """
    ids = (item.id for item in content.items.values() if paper.admits(item))
    return min(ids, key=lambda i: hashlib.sha256(f"{day}:{i}".encode()).digest(), default="")


def option_order(attempt: Attempt, item: Item) -> tuple[int, ...]:
    """Return the order in which this attempt shows an item's options: indexes into `item.options`."""
    order = list(range(len(item.options)))
    if item.kind != "truefalse":
        random.Random(f"{attempt.seed}:{item.id}").shuffle(order)
    return tuple(order)


def response_to(attempt: Attempt, item_id: str) -> Response | None:
    """Return the one response to an item, None when it was not answered."""
    return next((r for r in attempt.responses if r.item_id == item_id), None)


def open_id(attempt: Attempt) -> str:
    """Return the id of the item on the screen: an unanswered one, or one that is looked back at."""
    return attempt.open_id or _next_open(attempt, -1)


def open_item(attempt: Attempt | None, bank: Content) -> Item | None:
    """Return the item on the screen; None without an attempt, or when no release has the item any more."""
    return bank.items.get(open_id(attempt)) if attempt else None


def place_of(attempt: Attempt, item_id: str) -> int:
    """Return the number of an item in its paper, from 1."""
    return attempt.item_ids.index(item_id) + 1 if item_id in attempt.item_ids else 1


def waiting_place(attempt: Attempt) -> int:
    """Return the number of the item that waits for an answer."""
    item_id = open_id(attempt)
    if response_to(attempt, item_id):
        item_id = _next_open(attempt, attempt.item_ids.index(item_id))
    return place_of(attempt, item_id)


def _next_open(attempt: Attempt, after: int) -> str:
    """Return the next unanswered item after a place, starting over at the end; "" when none is left."""
    n = len(attempt.item_ids)
    ids = (attempt.item_ids[(after + step) % n] for step in range(1, n + 1))
    answered = {r.item_id for r in attempt.responses}
    return next((item_id for item_id in ids if item_id not in answered), "")


def _show(attempt: Attempt, item_id: str, now_ms: int) -> Attempt:
    if item_id == attempt.open_id:
        return attempt
    return replace(attempt, before_id=open_id(attempt), open_id=item_id, shown_ms=now_ms)


def forward(attempt: Attempt, now_ms: int) -> Attempt:
    """Return the attempt at the next unanswered item, in 跳过 and after an answer; skipped ones come at the end."""
    at = attempt.item_ids.index(open_id(attempt))
    return _show(attempt, _next_open(attempt, at), now_ms)


def back(attempt: Attempt, now_ms: int) -> Attempt:
    """Return the attempt at the item before the one on the screen; at the first it stays."""
    at = attempt.item_ids.index(open_id(attempt))
    return _show(attempt, attempt.item_ids[max(0, at - 1)], now_ms)


def resumed(attempt: Attempt, now_ms: int) -> Attempt:
    """Return the attempt as 继续 finds it: awake, at an item that waits for an answer."""
    awake = replace(attempt, paused=False)
    return forward(awake, now_ms) if response_to(awake, open_id(awake)) else awake


def record(attempt: Attempt, response: Response, now_ms: int) -> Attempt:
    """Return the attempt with one more response, at the next item.

    Raises:
        ValueError: when the item was answered before: one answer an item, whatever led here.
    """
    if response_to(attempt, response.item_id):
        raise ValueError(f"{response.item_id} was answered before")
    after = replace(attempt, responses=(*attempt.responses, response))
    at = attempt.item_ids.index(response.item_id)
    item_id = _next_open(after, at)
    return replace(after, before_id=response.item_id, open_id=item_id, shown_ms=now_ms)


def points(attempt: Attempt) -> float:
    """Return the sum of what was earned; every item is worth one point."""
    return sum(response.fraction for response in attempt.responses)


def is_over(attempt: Attempt, paper: Paper) -> bool:
    """Return whether nothing is left to answer, or the mistake that ends a 挑战 was made."""
    mistaken = paper.until_mistake and any(r.fraction < 1 for r in attempt.responses)
    return mistaken or len(attempt.responses) == len(attempt.item_ids)


def deadline_ms(attempt: Attempt, paper: Paper) -> int:
    """Return when the time of the item or the paper is up (Unix ms); 0 without a limit.

    The item's clock starts when it was first shown and goes on through 退出; else leaving would buy time.
    """
    ends = []
    if paper.item_time_s:
        ends.append(attempt.shown_ms + paper.item_time_s * 1000)
    if paper.paper_time_s:
        ends.append((attempt.started_at + paper.paper_time_s) * 1000)
    return min(ends, default=0)


def is_late(attempt: Attempt, paper: Paper, at_ms: int) -> bool:
    """Return whether a message that arrived at `at_ms` is past the deadline."""
    return 0 < deadline_ms(attempt, paper) < at_ms


def has_begun(attempt: Attempt) -> bool:
    """Return whether anything was answered or skipped; until then a 正式测评 may be left without using up a try."""
    return bool(attempt.responses or attempt.before_id)


class Refusal(Struct, frozen=True):
    """Why a paper can't be started now: `rule` is not-yet, closed, hours, per-day or cool-down.

    `opens` is when it may be tried again (Unix seconds), 0 for never.
    """

    rule: str
    opens: int


def refusal(paper: Paper, starts: Iterable[int], last_end: int, now: int) -> Refusal | None:
    """Return why `paper` can't be started at `now`, or None when it can.

    Args:
        starts: When this user began the paper before.
        last_end: When they last finished or began it, 0 for never.
    """
    today = day_of(now)
    midnight = midnight_of(now)
    if paper.opens_on and today < paper.opens_on:
        return Refusal("not-yet", start_of(paper.opens_on) + paper.opens_at * 60)
    if paper.closes_on and today > paper.closes_on:
        return Refusal("closed", 0)
    if now < midnight + paper.opens_at * 60:
        return Refusal("hours", midnight + paper.opens_at * 60)
    tomorrow = midnight + DAY_S + paper.opens_at * 60
    if now >= midnight + paper.closes_at * 60:
        return _from(paper, Refusal("hours", tomorrow))
    if paper.attempts_per_day and sum(day_of(at) == today for at in starts) >= paper.attempts_per_day:
        return _from(paper, Refusal("per-day", tomorrow))
    if last_end and now < last_end + paper.cool_down_s:
        return _from(paper, Refusal("cool-down", last_end + paper.cool_down_s))
    return None


def _from(paper: Paper, refused: Refusal) -> Refusal:
    over = paper.closes_on and day_of(refused.opens) > paper.closes_on
    return Refusal("closed", 0) if over else refused
