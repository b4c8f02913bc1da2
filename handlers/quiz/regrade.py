"""After a key was put right: which recorded answers earn another mark now, and what that makes of a session.

What was answered is read from the effects, with the words of the options as that release had them, so an
option that only moved keeps its meaning. Running attempts are left alone until they are finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from handlers.cards.signed_codes import certify
from handlers.model.attempts import Result
from handlers.model.messages import Effect
from handlers.model.session import Session
from handlers.quiz.modes import MODES
from handlers.quiz.ranking import ranked, ranked_paper
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.quiz.grading import grade, grade_written, options_now

_TINY = 1e-9


class MarkChange(Struct, frozen=True):
    """One answer whose mark changes. `attempt_id` is of a finished attempt of the user `subject`.

    `certifies` and `ranks` say whether its paper is an exam, and the one of 排行榜.
    """

    subject: str
    attempt_id: str
    item_id: str
    before: float
    after: float
    pass_line: float
    certifies: bool
    ranks: bool


class Unclear(Struct, frozen=True):
    """An answer that can't be marked again: `reason` is release or option, whichever is gone."""

    attempt_id: str
    item_id: str
    reason: str


@dataclass(slots=True)
class _Given:
    fields: Mapping[str, str]
    fraction: float


def regrade(
    effects: Iterable[Mapping[str, str]], live: Content, banks: Mapping[str, Content]
) -> tuple[tuple[MarkChange, ...], tuple[Unclear, ...]]:
    """Return what would change were every finished attempt marked by the live keys, and what can't be told.

    Args:
        effects: As recorded, those of one attempt in order.
        banks: The content of each release that the effects name, as far as it is still kept.
    """
    compared = ranked_paper(live)
    changes: list[MarkChange] = []
    unclear: list[Unclear] = []
    for answer in _finished(effects):
        fields, item = answer.fields, live.items.get(answer.fields.get("item", ""))
        if item is None:
            continue
        after = _mark(fields, item, banks.get(fields["release"]))
        if isinstance(after, str):
            unclear.append(Unclear(fields["attempt"], item.id, after))
        elif abs(after - answer.fraction) > _TINY:
            paper = banks[fields["release"]].papers[fields["paper"]]
            changes.append(
                MarkChange(
                    subject=fields["subject"],
                    attempt_id=fields["attempt"],
                    item_id=item.id,
                    before=answer.fraction,
                    after=after,
                    pass_line=paper.pass_line,
                    certifies=MODES[paper.mode].is_exam,
                    ranks=paper.id == compared,
                )
            )
    return tuple(changes), tuple(unclear)


def _finished(effects: Iterable[Mapping[str, str]]) -> list[_Given]:
    """Return the answers of finished attempts, each with the mark that it has by now."""
    given: dict[tuple[str, str], _Given] = {}
    finished: set[str] = set()
    for effect in effects:
        place = (effect.get("attempt", ""), effect.get("item", ""))
        if effect["name"] == "answered" and "release" in effect:
            given[place] = _Given(effect, float(effect["fraction"]))
        elif effect["name"] == "regraded" and place in given:
            given[place].fraction = float(effect["fraction"])
        elif effect["name"] == "finished":
            finished.add(place[0])
    return [answer for (attempt_id, _), answer in given.items() if attempt_id in finished]


def _mark(answer: Mapping[str, str], item: Item, bank: Content | None) -> float | str:
    before = bank.items.get(answer["item"]) if bank else None
    if bank is None or before is None:
        return "release"
    if item.kind == "fill" or before.kind == "fill":
        return grade_written(item, answer["given"]) if item.kind == before.kind else "option"
    chosen = options_now(answer["given"], before, item)
    if None in chosen:
        return "option"
    return grade(item, {i for i in chosen if i is not None}, bank.papers[answer["paper"]].partial)


def regraded(
    session: Session, changes: Sequence[MarkChange], secret: bytes
) -> tuple[Session, tuple[Effect, ...]]:
    """Return the session with its results put right, and the effects that say so.

    A result remembers what it had before, for 我的成绩. An exam that passes gets the certificate of what it has now, in place
    of the one it had; one that no longer passes keeps what it was given in good faith. An item that was right after all
    leaves 错题.
    """
    results = tuple(_corrected(result, changes, secret) for result in session.results)
    cleared = {change.item_id for change in changes if change.after == 1}
    wrong = tuple(held for held in session.wrong if held.item_id not in cleared)
    effects = [
        Effect("regraded", {"attempt": change.attempt_id, "item": change.item_id, "fraction": change.after})
        for change in changes
    ]
    if session.code_name:
        touched = {change.attempt_id for change in changes if change.ranks}
        effects += [ranked(session.code_name, result) for result in results if result.attempt_id in touched]
    return replace(session, results=results, wrong=wrong), tuple(effects)


def _corrected(result: Result, changes: Sequence[MarkChange], secret: bytes) -> Result:
    own = [change for change in changes if change.attempt_id == result.attempt_id]
    if not own:
        return result
    points = result.points + sum(change.after - change.before for change in own)
    before = result.points if result.corrected_from is None else result.corrected_from
    passed = points >= own[0].pass_line * result.n_items - _TINY
    code = result.code
    if passed and own[0].certifies:
        code = certify(
            result.attempt_id, points / result.n_items, result.finished_at, result.paper_id, secret
        )
    return replace(result, points=points, corrected_from=before, passed=passed, code=code)
