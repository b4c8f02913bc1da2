"""What answers tell about the items of a bank: how hard each is, whether it tells takers apart, who fell for what.

Facility is the mean share of the mark; an item that a handed-in paper holds and its taker did not reach
earned nothing, as in the score of that paper. Discrimination is the correlation (point-biserial where the mark
is all or nothing) between an item's mark and the mean mark of the *other* items of the same finished
attempt, so an item can't agree with itself; it needs takers, variance on both sides, and no luck.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.model.bank import Item

N_BINS = 10
N_ENOUGH = 20
"""So many answers, or finished attempts, before a remark about an item is fair."""
TOO_HARD, TOO_EASY, TOO_FLAT = 0.2, 0.95, 0.1


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """One recorded answer: what was given, as the effect has it, and the share of the mark it earned."""

    item_id: str
    given: str
    fraction: float


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One attempt: its answers, each item once, and its score (0..1), None while it is not finished.

    `unreached` are the items of a finished one that were not answered.
    """

    paper_id: str
    answers: tuple[PastAnswer, ...]
    score: float | None = None
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item's figures; `discrimination` is None where it is not defined.

    `choices` counts each option index (of a multiple item an answer counts for every option it names),
    `written` the answers to a fill item as they were given. `n` counts answers, `n_unreached` the finished
    papers in which the item was not reached.
    """

    item_id: str
    n: int
    facility: float
    n_compared: int
    discrimination: float | None
    choices: Mapping[int, int] = field(default_factory=dict)
    written: Mapping[str, int] = field(default_factory=dict)
    n_unreached: int = 0


@dataclass(frozen=True, slots=True)
class BankStatistics:
    """All items that were answered or not reached, and the scores of the finished attempts as shares (0..1)."""

    items: Mapping[str, ItemStatistics]
    n_attempts: int
    scores: tuple[float, ...]

    @property
    def bins(self) -> tuple[int, ...]:
        """How many scores fall into each tenth; a full score belongs to the last."""
        counted = Counter(min(int(score * N_BINS + 1e-9), N_BINS - 1) for score in self.scores)
        return tuple(counted[i] for i in range(N_BINS))


def statistics(attempts: Iterable[PastAttempt], items: Mapping[str, Item]) -> BankStatistics:
    """Return the figures of every item that was answered or not reached, known to the bank or not, by id."""
    attempts = tuple(attempts)
    given: dict[str, list[PastAnswer]] = defaultdict(list)
    missed: Counter[str] = Counter()
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for attempt in attempts:
        missed.update(attempt.unreached)
        marks = dict.fromkeys(attempt.unreached, 0.0)
        marks |= {answer.item_id: answer.fraction for answer in attempt.answers}
        for answer in attempt.answers:
            given[answer.item_id].append(answer)
        if attempt.score is not None and len(marks) > 1:
            total, n_others = sum(marks.values()), len(marks) - 1
            for item_id, mark in marks.items():
                pairs[item_id].append((mark, (total - mark) / n_others))
    figures = {
        item_id: _of_item(item_id, given[item_id], missed[item_id], pairs[item_id], items.get(item_id))
        for item_id in sorted(given.keys() | missed.keys())
    }
    scores = tuple(attempt.score for attempt in attempts if attempt.score is not None)
    return BankStatistics(figures, len(attempts), scores)


def _of_item(
    item_id: str,
    answers: Sequence[PastAnswer],
    n_unreached: int,
    pairs: Sequence[tuple[float, float]],
    item: Item | None,
) -> ItemStatistics:
    is_written = item is not None and item.kind == "fill"
    return ItemStatistics(
        item_id,
        len(answers),
        sum(answer.fraction for answer in answers) / (len(answers) + n_unreached),
        len(pairs),
        correlation(pairs),
        {} if is_written else Counter(index for answer in answers for index in read_given(answer.given)),
        Counter(answer.given for answer in answers) if is_written else {},
        n_unreached,
    )


def read_given(given: str) -> tuple[int, ...]:
    """Return the option indexes of an answer as an effect records it: `2`, or `0,2`."""
    return tuple(int(part) for part in given.replace(" ", "").split(",") if part.isdigit())


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Pearson's correlation; None with fewer than two pairs, or when one side never changes."""
    n = len(pairs)
    if n < 2:
        return None
    mean_x = math.fsum(x for x, _ in pairs) / n
    mean_y = math.fsum(y for _, y in pairs) / n
    spread_x = math.fsum((x - mean_x) ** 2 for x, _ in pairs)
    spread_y = math.fsum((y - mean_y) ** 2 for _, y in pairs)
    if spread_x <= 1e-12 or spread_y <= 1e-12:
        return None
    together = math.fsum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return together / math.sqrt(spread_x * spread_y)


def remarks(figures: ItemStatistics, item: Item | None) -> tuple[str, ...]:
    """Return what an examiner should look at, in words for a table; () while there are too few answers."""
    if item is None:
        return ("gone",)
    if figures.n < N_ENOUGH:
        return ()
    found = []
    if figures.facility < TOO_HARD:
        found.append("hard")
    elif figures.facility > TOO_EASY:
        found.append("easy")
    if (
        figures.discrimination is not None
        and figures.n_compared >= N_ENOUGH
        and figures.discrimination < TOO_FLAT
    ):
        found.append("flat")
    return (*found, *_remarks_on_choices(figures, item))


def _remarks_on_choices(figures: ItemStatistics, item: Item) -> Iterator[str]:
    wrong = [figures.choices.get(i, 0) for i in range(len(item.options)) if i not in item.key]
    right = [figures.choices.get(i, 0) for i in item.key]
    if wrong and max(wrong) > max(right):
        yield "doubtful"
    if item.kind in ("single", "multiple") and 0 in wrong:
        yield "idle"
