"""Results: scores as a plot with their table, units by the roster, and marking again after a key was put right."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup
from starlette.responses import Response

from bot.editing.bank.bank_figures import counted_papers, figures_csv, spreadsheet
from bot.editing.bank.results import by_person, by_unit, entered
from bot.editing.refused import Refused
from bot.web.admin.desk import Ask
from bot.web.admin.forms import Fault
from bot.web.admin.plots import scores_plot
from bot.web.admin.views.exchange import as_file
from bot.web.admin.words import worded
from knowledge.quiz.statistics import N_BINS

_CSV = "text/csv; charset=utf-8"
_N_UNITS = 200


async def show_results(ask: Ask) -> Response:
    """Show whose results there are to see; the figures come after."""
    papers = ask.parts.releases.live.content.papers
    chosen = [name for name in ask.request.query_params.getlist("paper") if name in papers]
    wanted = chosen or list(counted_papers(ask.parts.releases.live.content))
    return ask.page("quiz_results.html", papers=list(papers.values()), wanted=wanted)


async def show_result_figures(ask: Ask) -> Response:
    """Show the scores of finished attempts as a plot and a table, and how units did."""
    papers = ask.parts.releases.live.content.papers
    wanted = [name for name in ask.request.query_params.getlist("paper") if name in papers]
    figures = await ask.desk.figures.read(ask.parts)
    found = await asyncio.to_thread(figures.of, wanted)
    people, roster, unread = await entered(ask.parts, wanted)
    units = await asyncio.to_thread(by_unit, people, roster)
    passed = Counter[str]()
    for attempt in figures.attempts:
        paper = papers.get(attempt.paper_id)
        if paper and attempt.paper_id in wanted and attempt.score is not None:
            passed[paper.id] += attempt.score >= paper.pass_line
    mean = sum(found.scores) / len(found.scores) if found.scores else 0.0
    return ask.page(
        "quiz_result_figures.html",
        found=found,
        mean=mean,
        plot=await asyncio.to_thread(_plotted, found.bins),
        n_bins=N_BINS,
        n_passed=passed.total(),
        units=units[: _N_UNITS + 1],
        n_more=max(0, len(units) - 1 - _N_UNITS),
        wanted=wanted,
        unread=unread,
        gone=figures.gone,
    )


async def download_results(ask: Ask) -> Response:
    """Send results by unit or by person, or the figures of the items, as a file for spreadsheets."""
    what = ask.path("what")
    papers = dict(ask.parts.releases.live.content.papers)
    wanted = [name for name in ask.request.query_params.getlist("paper") if name in papers]
    if what == "items":
        figures = await ask.desk.figures.read(ask.parts)
        found = await asyncio.to_thread(figures.of, wanted)
        text = figures_csv(found, figures.content.items)
    elif what in ("unit", "person"):
        people, roster, _ = await entered(ask.parts, wanted)
        text = spreadsheet(by_unit(people, roster) if what == "unit" else by_person(people, papers))
    else:
        raise Fault(404, "not_found")
    return as_file(text.encode(), worded(f"results.{what}_file"), _CSV)


def _plotted(bins: Sequence[int]) -> Markup:
    return scores_plot([f"{n * 100 // N_BINS}–" for n in range(N_BINS)], bins)


async def show_regrade(ask: Ask) -> Response:
    """Show what marking again is; what it would change comes after."""
    return ask.page("quiz_regrade.html")


async def show_regrade_plan(ask: Ask) -> Response:
    """Show what the live keys would make of every finished attempt; nothing is changed."""
    plan = await ask.desk.do_apart("plan_regrade", {})
    if "state" in plan:
        raise Refused(str(plan.get("why") or worded("fault.broken")))
    return ask.page("quiz_regrade_plan.html", plan=plan, once=secrets.token_hex(16))


async def apply_regrade_seen(ask: Ask) -> Response:
    """Begin to mark again what was seen, and no more."""
    return await ask.begin("regrade", seen=ask.text("seen"))
