"""The first page: what waits for whoever signed in, what is live, and what became of the questions of late."""

from __future__ import annotations

import asyncio
import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from bot.china import today
from bot.editing.bank.given_answers import GivenAnswers, given_answers
from bot.editing.learning.unanswered import unanswered
from bot.editing.review import live_line, same_person, sent_back, waiting
from bot.store.asked import OUTCOMES, Count
from bot.telemetry import reply_times
from bot.web.admin.desk import Ask
from bot.web.admin.plots import days_plot
from knowledge.model.content import Content
from knowledge.quiz.past_attempts import read_attempts

_N_DAYS = 14
_N_TOPICS = 10
# The pieces of a day's bar, in the order of their legend.
_PIECES = {"told": ("told",), "back": ("clarified",), "vain": ("missed", "rejected")}


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """One paper: how often it was begun, handed in and passed."""

    title: str
    n_begun: int
    n_finished: int
    n_passed: int

    @property
    def pass_rate(self) -> float:
        """The share of the papers handed in that passed."""
        return self.n_passed / self.n_finished if self.n_finished else 0.0


async def show_overview(ask: Ask) -> Response:
    """Show what waits for this person and how things stand; figures that take longer come after."""
    parts = ask.parts
    found = await waiting(parts)
    mine = [one for one in found if same_person(one.by, ask.account.name)]
    others = [one for one in found if one not in mine]
    returned = [r for r in await sent_back(ask.settings, parts) if same_person(r.author, ask.account.name)]
    return ask.page(
        "overview.html",
        others=others if ask.account.role == "approver" else [],
        mine=mine,
        returned=returned,
        live=parts.releases.live,
        line=await live_line(parts),
    )


async def show_reading(ask: Ask) -> Response:
    """Say whether the draft has been read since it was changed elsewhere."""
    _, is_now = await ask.lately()
    return ask.page("read_anew.html" if is_now else "reading.html")


async def show_figures(ask: Ask) -> Response:
    """Show the figures of the last days: questions by day, topics nobody got an answer to, papers."""
    topics = (await unanswered(ask.parts)).listed
    counts = await ask.parts.tally.counts()
    days, live = _by_day(counts), ask.parts.releases.live.content
    given = await given_answers(ask.parts)
    papers = await asyncio.to_thread(_papers, given, live)
    plot = await asyncio.to_thread(_plotted, days)
    return ask.page(
        "figures.html",
        days=days,
        plot=plot,
        outcomes=OUTCOMES,
        topics=[one for one in topics if one.is_open][:_N_TOPICS],
        n_topics=sum(one.is_open for one in topics),
        papers=papers,
        n_takers=len({one["subject"] for one in given.effects if one.get("name") == "started"}),
        asked=_most_asked(counts, live),
        quick=_quick(reply_times(ask.desk.account)),
    )


async def show_people(ask: Ask) -> Response:
    """Show of how many users something is kept."""
    found = await ask.desk.do_soon("count_kept")
    users = next((one for one in found["kept"] if one["name"] == "session"), None)
    return ask.page("people.html", users=users)


def _most_asked(counts: Iterable[Count], live: Content) -> list[tuple[str, str, int]]:
    """Return what was answered most in the last days: the entry, or the passage, what it is about, and how often."""
    first, told = _days()[-1], Counter[str]()
    for count in counts:
        if count.outcome == "told" and count.day >= first:
            told[count.entry] += count.n
    found = [(address, _about(address, live), n) for address, n in told.most_common() if n > 0]
    return [one for one in found if one[1]][:_N_TOPICS]


def _about(address: str, live: Content) -> str:
    if entry := live.entries.get(address):
        return entry.question
    passage = live.passages.get(address)
    return passage.heading if passage else ""


def _quick(times: Mapping[float, int]) -> list[tuple[int, float, int]]:
    """Return the time within which half, 95 % and 99 % of the replies went out, with how many there were; [] before the first.

    A time is the bound of its bucket: it took no longer.
    """
    n = max(times.values(), default=0)
    shares = (50, 95, 99) if n else ()
    return [
        (share, min(bound for bound, within in times.items() if within * 100 >= n * share), n)
        for share in shares
    ]


def _days() -> list[str]:
    first = datetime.date.fromisoformat(today())
    return [(first - datetime.timedelta(days=n)).isoformat() for n in range(_N_DAYS)]


def _by_day(counts: Iterable[Count]) -> list[tuple[str, Counter[str]]]:
    """Return the outcomes of each of the last days, days without a question too, the newest first."""
    days = {day: Counter[str]() for day in _days()}
    for count in counts:
        if count.day in days:
            days[count.day][count.outcome] += count.n
    return list(days.items())


def _plotted(days: Sequence[tuple[str, Counter[str]]]) -> Markup | None:
    """Return the days since the first question of all that are shown as a plot, None where nobody asked."""
    asked = [place for place, (_, n) in enumerate(days) if n.total()]
    if not asked:
        return None
    shown = days[: asked[-1] + 1]
    counts = {name: [sum(n[one] for one in ones) for _, n in shown] for name, ones in _PIECES.items()}
    return days_plot([day[5:] for day, _ in shown], counts)


def _papers(given: GivenAnswers, content: Content) -> list[PaperFigures]:
    attempts = read_attempts(given.effects, content.items, given.banks)
    found = []
    for paper in content.papers.values():
        mine = [attempt for attempt in attempts if attempt.paper_id == paper.id]
        scores = [attempt.score for attempt in mine if attempt.score is not None]
        n_passed = sum(score >= paper.pass_line for score in scores)
        if mine:
            found.append(PaperFigures(paper.title, len(mine), len(scores), n_passed))
    return found
