"""The bank: its items with what takers made of them, its papers, and one item as takers see it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from bot.editing.bank.bank_figures import BankFigures, counted_papers, most_written
from bot.editing.bank.try_item import try_item
from bot.editing.record.item_fields import ITEMS
from bot.web.admin.desk import EXAMINERS, Ask
from bot.web.admin.forms import Fault
from bot.web.admin.plots import choices_plot
from bot.web.admin.views.records import form_of
from handlers.answering.choices import untap
from knowledge.language.tidy import plain
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content
from knowledge.quiz.statistics import ItemStatistics, remarks
from knowledge.reading.quiz import LETTERS

_N_LISTED = 50
# The same item is folded once, whichever reading of the files it stands in.
_folded = lru_cache(maxsize=1 << 16)(plain)


async def show_items(ask: Ask) -> Response:
    """Show the items of the draft; what takers made of them comes after."""
    return await _items(ask, None)


async def show_item_figures(ask: Ask) -> Response:
    """Show the same items with how hard each is, whether it tells takers apart, and what to look at."""
    return await _items(ask, await ask.desk.figures.read(ask.parts))


async def show_item(ask: Ask) -> Response:
    """Show an item: as takers see it, its source, and what takers answered."""
    draft, is_now = await ask.at_hand(lambda content: ask.path("item") in content.items)
    content = draft.content
    item = content.items.get(ask.path("item"))
    if item is None:
        raise Fault(404, "not_found")
    figures = await ask.desk.figures.read(ask.parts)
    found = (await asyncio.to_thread(figures.of, counted_papers(figures.content))).items.get(item.id)
    choices = _choices(item, found)
    return ask.page(
        "quiz_item.html",
        item=item,
        passage=content.passages.get(item.source.passage_id),
        content=content,
        letters=LETTERS,
        one=found,
        choices=choices,
        plot=await asyncio.to_thread(_plotted, choices),
        written=most_written(found) if found else [],
        remarks=remarks(found, item) if found else (),
        is_now=is_now,
        **form_of(ask, draft, ITEMS, item.id),
    )


async def try_in_chat(ask: Ask) -> Response:
    """Show an item of the draft as the chat shows it, and what is said to a right and a wrong answer."""
    item_id = ask.path("item")
    if item_id not in (await ask.desk.draft.read()).content.items:
        raise Fault(404, "not_found")
    async with ask.desk.heavy:
        draft = await ask.desk.draft.snapshot()
        said = await asyncio.to_thread(_tried, draft, item_id)
    return ask.page("quiz_tried.html", said=said)


async def show_papers(ask: Ask) -> Response:
    """Show the papers of the draft with their rules, and how many items each may draw from."""
    draft, is_now = await ask.lately()
    content = draft.content
    papers = [
        {"one": paper, "n_fit": sum(map(paper.admits, content.items.values())), "rules": _rules(paper)}
        for paper in content.papers.values()
    ]
    tracks = dict.fromkeys(content.tracks, 0)
    for item in content.items.values():
        tracks[item.track] = tracks.get(item.track, 0) + 1
    return ask.page(
        "quiz_papers.html",
        papers=papers,
        tracks=tracks,
        is_now=is_now,
        may_edit=ask.account.role in EXAMINERS,
    )


async def _items(ask: Ask, figures: BankFigures | None) -> Response:
    query = ask.request.query_params
    wanted, track = query.get("q", "").strip(), query.get("track", "")
    order, page = query.get("order", ""), query.get("page", "1")
    draft, is_now = await ask.lately()
    content = draft.content
    known: dict[str, ItemStatistics] = {}
    if figures:
        found = await asyncio.to_thread(figures.of, counted_papers(figures.content))
        known = dict(found.items)
    items = await asyncio.to_thread(_wanted, content, wanted, track)
    rows = [_row(item, known.get(item.id)) for item in items]
    if figures:
        rows = _in_order(rows, order)
    n_pages = max(1, -(-len(rows) // _N_LISTED))
    at = min(int(page), n_pages) if page.isdecimal() and page.isascii() and int(page) else 1
    return ask.page(
        "quiz_rows.html" if figures else "quiz.html",
        rows=rows[(at - 1) * _N_LISTED : at * _N_LISTED],
        n_rows=len(rows),
        n_all=len(content.items),
        counted=figures is not None,
        wanted=wanted,
        track=track,
        order=order,
        tracks=list(content.tracks),
        at=at,
        n_pages=n_pages,
        is_now=is_now,
        may_edit=ask.account.role in EXAMINERS,
    )


def _wanted(content: Content, wanted: str, track: str) -> list[Item]:
    words = [folded for word in wanted.split() if (folded := plain(word))]
    return [
        item
        for item in content.items.values()
        if track in ("", item.track)
        and (not wanted or item.id in wanted.split() or (words and _holds(item, words)))
    ]


def _holds(item: Item, words: Sequence[str]) -> bool:
    text = _folded("".join((item.stem, *item.options, *item.accepted, item.why)))
    return all(word in text for word in words)


def _row(item: Item, one: ItemStatistics | None) -> dict[str, Any]:
    return {"item": item, "one": one, "remarks": remarks(one, item) if one else ()}


def _in_order(rows: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    """Return the rows with those first that the order asks for; who has no figures comes last."""
    match order:
        case "hard":
            return sorted(rows, key=lambda r: (r["one"] is None, r["one"].facility if r["one"] else 0.0))
        case "flat":
            return sorted(rows, key=lambda r: _apartness(r["one"]))
        case "look":
            return sorted(rows, key=lambda r: not r["remarks"])
    return rows


def _apartness(one: ItemStatistics | None) -> tuple[bool, float]:
    known = one.discrimination if one else None
    return known is None, known or 0.0


def _choices(item: Item, one: ItemStatistics | None) -> list[dict[str, Any]]:
    if not item.options:
        return []
    counts = one.choices if one else {}
    return [
        {
            "letter": LETTERS[i],
            "text": option,
            "right": i in item.key,
            "n": counts.get(i, 0),
        }
        for i, option in enumerate(item.options)
    ]


def _plotted(choices: Sequence[dict[str, Any]]) -> Markup | None:
    if not any(choice["n"] for choice in choices):
        return None
    letters, counts, right = ([one[key] for one in choices] for key in ("letter", "n", "right"))
    return choices_plot(letters, counts, right)


def _tried(draft: Snapshot, item_id: str) -> list[tuple[str, str]]:
    return [(said, untap(reply)) for said, reply in try_item(draft, item_id, (), int(time.time() * 1000))]


def _rules(paper: Paper) -> list[tuple[str, Any]]:
    """Return what a paper says beyond its mode, size and pass mark: the key of a word, and its values."""
    found: list[tuple[str, Any]] = [("feedback", paper.feedback)]
    found += [("kinds", paper.kinds)] if paper.kinds else []
    found += [("difficulties", paper.difficulties)] if paper.difficulties else []
    found += [("tags", paper.tags)] if paper.tags else []
    found += [("partial", paper.partial)] if paper.partial != "none" else []
    found += [("until_mistake", True)] if paper.until_mistake else []
    for name in ("item_time_s", "paper_time_s", "attempts_per_day", "cool_down_s", "opens_on", "closes_on"):
        if getattr(paper, name):
            found.append((name, getattr(paper, name)))
    if (paper.opens_at, paper.closes_at) != (0, 1440):
        hours = "–".join(f"{at // 60:02}:{at % 60:02}" for at in (paper.opens_at, paper.closes_at))
        found.append(("hours", hours))
    return found
