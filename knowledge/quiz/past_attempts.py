"""Effects → attempts: which attempts there were, as the quiz's own effects tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.quiz.grading import options_now
from knowledge.quiz.statistics import PastAnswer, PastAttempt


@dataclass(slots=True)
class _Open:
    paper_id: str = ""
    answers: dict[str, PastAnswer] = field(default_factory=dict)
    points: float = 0.0
    n_items: int = 0
    unreached: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        return self.points / self.n_items if self.n_items else None


def read_attempts(
    effects: Iterable[Mapping[str, str]], items: Mapping[str, Item], banks: Mapping[str, Content]
) -> tuple[PastAttempt, ...]:
    """Return the attempts that the effects tell of, in the order in which each is first named.

    The effects of one attempt are in order; other effects are passed over. The later of two answers to
    an item is the one that counts, as after a second thought, and a mark put right later is the mark. An
    attempt whose beginning is no longer kept has the paper "".

    Args:
        items: The bank that the attempts are told in: an option that moved since keeps its meaning.
        banks: The content of each release that answers were given in; without it no option is told.
    """
    attempts: dict[str, _Open] = {}
    for effect in effects:
        attempt_id = effect.get("attempt", "")
        if not attempt_id or effect.get("name") not in ("started", "answered", "regraded", "finished"):
            continue
        attempt = attempts.setdefault(attempt_id, _Open())
        attempt.paper_id = effect.get("paper", attempt.paper_id)
        match effect["name"]:
            case "answered":
                given = _given_now(effect, items, banks)
                attempt.answers[effect["item"]] = PastAnswer(effect["item"], given, float(effect["fraction"]))
            case "regraded":
                _put_right(attempt, effect)
            case "finished":
                attempt.points, attempt.n_items = float(effect["points"]), int(effect["n"])
                attempt.unreached = tuple(filter(None, effect.get("unreached", "").split(",")))
    return tuple(
        PastAttempt(a.paper_id, tuple(a.answers.values()), a.score, a.unreached) for a in attempts.values()
    )


def _put_right(attempt: _Open, effect: Mapping[str, str]) -> None:
    answer = attempt.answers.get(effect["item"])
    if answer is not None:
        corrected = replace(answer, fraction=float(effect["fraction"]))
        attempt.answers[effect["item"]] = corrected
        attempt.points += corrected.fraction - answer.fraction


def _given_now(effect: Mapping[str, str], items: Mapping[str, Item], banks: Mapping[str, Content]) -> str:
    """Return what was given, option indexes as the bank counts them now; an option that is gone is left out."""
    item = items.get(effect["item"])
    bank = banks.get(effect.get("release", ""))
    before = bank.items.get(effect["item"]) if bank else None
    if item is None or item.kind == "fill":
        return effect["given"]
    if before is None:
        return ""
    return ",".join(str(i) for i in options_now(effect["given"], before, item) if i is not None)
