"""排行榜 as a fold over effects: who asked to be on it, and the best 正式测评 of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.model.attempts import Result, Standing
from handlers.model.messages import Effect
from knowledge.model.content import Content
from knowledge.reading.papers import main_papers

TAKEN = frozenset({"ranked", "unranked", "erased"})
"""The names of the effects that make the board; it is not moved by others."""


def ranked_paper(content: Content) -> str:
    """Return the id of the paper that 排行榜 compares: the first exam; "" without one."""
    paper = main_papers(content.papers).get("exam")
    return paper.id if paper else ""


def ranked(code_name: str, result: Result) -> Effect:
    """Return the effect that puts a result of a 正式测评 on 排行榜."""
    seconds = max(0, result.finished_at - result.started_at)
    return Effect(
        "ranked",
        {
            "attempt": result.attempt_id,
            "code_name": code_name,
            "points": result.points,
            "n": result.n_items,
            "seconds": seconds,
        },
    )


@dataclass(slots=True)
class Ranking:
    """What the effects seen so far make of the board; feed it each effect once, those of a user in order."""

    _results: dict[str, dict[str, Standing]] = field(default_factory=dict)

    def take(self, effect: Mapping[str, str]) -> None:
        """Take one recorded effect in; most are about other things."""
        subject = effect.get("subject", "")
        if effect["name"] == "ranked":
            row = Standing(
                effect["code_name"], float(effect["points"]), int(effect["n"]), int(effect["seconds"])
            )
            self._results.setdefault(subject, {})[effect["attempt"]] = row
        elif effect["name"] in ("unranked", "erased"):
            self._results.pop(subject, None)

    def rows(self, n: int) -> tuple[Standing, ...]:
        """Return the best `n`: by share of points, then by time, then by name; one row a user."""
        best = (min(results.values(), key=_rank) for results in self._results.values())
        return tuple(sorted(best, key=_rank)[:n])


def _rank(row: Standing) -> tuple[float, int, str]:
    return (-row.points / max(1, row.n_items), row.seconds, row.code_name)
