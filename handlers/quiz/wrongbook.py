"""错题: the items a user got wrong, when each comes back, and when it may go."""

from __future__ import annotations

from collections.abc import Collection

from handlers.china import DAY_S
from handlers.model.attempts import Response, Wrong

N_RIGHT_TO_GO = 2
_INTERVALS_S = (DAY_S, 3 * DAY_S)
"""When an item is due again: a day after it was wrong, three days after it was right once."""
_MAX_ITEMS = 100


def noted(book: tuple[Wrong, ...], response: Response) -> tuple[Wrong, ...]:
    """Return the book after a response: wrong items come in, right ones move on and leave after the second time.

    >>> book = noted((), Response("q", (0,), 0.0, 0))
    >>> book = noted(book, Response("q", (1,), 1.0, 100))
    >>> book, noted(book, Response("q", (1,), 1.0, 200))
    ((Wrong(item_id='q', n_right=1, due=259300),), ())
    """
    held = next((wrong for wrong in book if wrong.item_id == response.item_id), None)
    rest = tuple(wrong for wrong in book if wrong.item_id != response.item_id)
    if response.fraction < 1:
        n_right = 0
    elif held is None or held.n_right + 1 >= N_RIGHT_TO_GO:
        return rest
    else:
        n_right = held.n_right + 1
    return (*rest, Wrong(response.item_id, n_right, response.at + _INTERVALS_S[n_right]))[-_MAX_ITEMS:]


def due(book: tuple[Wrong, ...], item_ids: Collection[str], now: int) -> int:
    """Return how many items of the book that are still in the bank are due at `now`."""
    return sum(wrong.due <= now and wrong.item_id in item_ids for wrong in book)


def in_order(book: tuple[Wrong, ...], item_ids: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the book that are still in the bank, those that are due first at the front."""
    held = sorted(book, key=lambda wrong: (wrong.due, wrong.item_id))
    return tuple(wrong.item_id for wrong in held if wrong.item_id in item_ids)
