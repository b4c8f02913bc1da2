"""Effects → sittings: which attempts there were, as the quiz's own effects tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.item_statistics import Answer, Sitting


@dataclass(slots=True)
class _Open:
    paper_id: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    score: float | None = None


def read_sittings(effects: Iterable[Mapping[str, str]]) -> tuple[Sitting, ...]:
    """Return the attempts that the effects tell of, in the order in which each is first named.

    The effects of one attempt are in order; other effects are passed over. The later of two answers to
    an item is the one that counts, as after a second thought. An attempt whose beginning is no longer
    kept has the paper "".
    """
    attempts: dict[str, _Open] = {}
    for effect in effects:
        name, attempt_id = effect.get("name"), effect.get("attempt", "")
        if name not in ("started", "answered", "finished") or not attempt_id:
            continue
        attempt = attempts.setdefault(attempt_id, _Open())
        attempt.paper_id = effect.get("paper", attempt.paper_id)
        if name == "answered":
            item_id = effect["item"]
            attempt.answers[item_id] = Answer(item_id, effect.get("given", ""), float(effect["fraction"]))
        elif name == "finished":
            attempt.score = float(effect["points"]) / max(1, int(effect["n"]))
    return tuple(Sitting(a.paper_id, tuple(a.answers.values()), a.score) for a in attempts.values())
