"""Results of those who entered a number of the roster: a row each, and what they come to by unit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.editing.sessions import sessions_of
from bot.process import Parts
from bot.store.roster import read_list
from handlers.china import day_of
from handlers.model.attempts import Result
from handlers.model.session import Session
from knowledge.model.bank import Paper
from knowledge.quiz.roster import Roster

PERSON_COLUMNS = ("单位", "编号", "试卷", "交卷日期", "得分", "满分", "得分率", "及格", "更正前得分", "提醒")
UNIT_COLUMNS = (
    *("单位", "名单人数", "报到人数", "交卷人数", "答卷份数", "平均得分率", "最高得分率", "及格人数"),
    "提醒",
)
_TWICE = "这个编号有 {n} 个人用"
_OFF_LIST = "编号已不在名单里"


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who entered a number: their unit by the list, their results of the papers asked for, what to look at."""

    unit: str
    number: str
    results: tuple[Result, ...]
    doubt: str


async def entered(parts: Parts, paper_ids: Sequence[str]) -> tuple[list[Entered], Roster, tuple[str, ...]]:
    """Return who entered a number, by unit and number, the list, and the codes of users whose session can't be read.

    Raises:
        RedisError, StoreDown: Redis is away.
    """
    roster = await read_list(parts.store)
    sessions, unread = await sessions_of(parts)
    return _entered(sessions.values(), roster, paper_ids), roster, unread


def _entered(sessions: Iterable[Session], roster: Roster, paper_ids: Sequence[str]) -> list[Entered]:
    held = [(session.roster, session.results) for session in sessions if session.roster]
    n_users = Counter(place.number for place, _ in held)
    found = []
    for place, results in held:
        doubts = []
        if place.number not in roster:
            doubts.append(_OFF_LIST)
        if n_users[place.number] > 1:
            doubts.append(_TWICE.format(n=n_users[place.number]))
        taken = tuple(result for result in results if result.paper_id in paper_ids)
        unit = roster.get(place.number, place.unit)
        found.append(Entered(unit, place.number, taken, "；".join(doubts)))
    return sorted(found, key=lambda one: (one.unit, one.number, [r.finished_at for r in one.results]))


def by_person(people: Iterable[Entered], papers: dict[str, Paper]) -> list[tuple[str, ...]]:
    """Return a row for each result, under its columns; who has none yet has one without figures."""
    rows: list[tuple[str, ...]] = [PERSON_COLUMNS]
    for one in people:
        for result in one.results:
            paper = papers.get(result.paper_id)
            before = "" if result.corrected_from is None else _figure(result.corrected_from)
            rows.append(
                (
                    *(one.unit, one.number, paper.title if paper else result.paper_id),
                    *(day_of(result.finished_at), _figure(result.points), str(result.n_items)),
                    *(_share(result), "是" if result.passed else "否", before, one.doubt),
                )
            )
        if not one.results:
            rows.append((one.unit, one.number, *[""] * (len(PERSON_COLUMNS) - 3), one.doubt))
    return rows


def by_unit(people: Iterable[Entered], roster: Roster) -> list[tuple[str, ...]]:
    """Return a row for each unit of the list, under its columns; of each person the best result counts."""
    own: defaultdict[str, list[Entered]] = defaultdict(list)
    for one in people:
        own[one.unit].append(one)
    n_listed = Counter(roster.values())
    rows: list[tuple[str, ...]] = [UNIT_COLUMNS]
    for unit in sorted({*n_listed, *own}):
        best = [max(_fraction(r) for r in one.results) for one in own[unit] if one.results]
        rows.append(
            (
                *(unit, str(n_listed[unit]), str(len(own[unit])), str(len(best))),
                str(sum(len(one.results) for one in own[unit])),
                f"{sum(best) / len(best):.4f}" if best else "",
                f"{max(best):.4f}" if best else "",
                str(sum(any(r.passed for r in one.results) for one in own[unit])),
                "；".join(dict.fromkeys(f"{one.number}：{one.doubt}" for one in own[unit] if one.doubt)),
            )
        )
    return rows


def _fraction(result: Result) -> float:
    return result.points / result.n_items if result.n_items else 0.0


def _share(result: Result) -> str:
    return f"{_fraction(result):.4f}"


def _figure(value: float) -> str:
    return f"{round(value, 2):g}"
