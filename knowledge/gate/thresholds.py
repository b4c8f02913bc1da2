"""Tuning: what each threshold of a direct answer would give on the labelled questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.gate.precision import Measured, is_right, says_nothing
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision
from knowledge.matching.snapshot import Snapshot
from knowledge.model.entries import Case

# What these rules decided hangs on a score; what the others did would stay at any threshold.
_BY_SCORE = frozenset({"answer-band", "clarify-band", "only-one", "below-clarify"})
_STEPS = 13
_FROM, _STEP = 0.35, 0.05


@dataclass(frozen=True, slots=True)
class Point(Measured):
    """What one threshold gives."""

    threshold: float


def curve(snapshot: Snapshot) -> tuple[Point, ...]:
    """Return a point for each threshold from 0.35 to 0.95, on the cases that the content brings along."""
    judged = [_judge(snapshot, case, decide(snapshot, case.question)) for case in snapshot.content.cases]
    points = []
    for step in range(_STEPS):
        threshold = round(_FROM + step * _STEP, 2)
        given = [right for score, right in judged if score >= threshold]
        points.append(Point(len(judged), len(given), sum(given), threshold))
    return tuple(points)


def choose(points: Sequence[Point], min_precision: float) -> Point | None:
    """Return the lowest threshold from which on every point keeps the precision; None when not even the highest does."""
    chosen = None
    for point in reversed(points):
        if point.precision < min_precision:
            break
        chosen = point
    return chosen


def _judge(snapshot: Snapshot, case: Case, decision: Decision) -> tuple[float, bool]:
    """Return the score that would make the best entry the answer (-1: none does), and whether it is right."""
    if not decision.hits:
        return -1.0, False
    hit = decision.hits[0]
    if says_nothing(snapshot, hit):
        return -1.0, False
    right = is_right(snapshot, case, hit)
    if decision.rule in _BY_SCORE:
        return hit.score, right
    return (1.0 if decision.band is Band.ANSWER else -1.0), right
