"""Questions nobody got an answer to: what each topic could become, and what an editor decides about it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from bot.editing.learning.unanswered import ListedTopic, Unanswered, chosen, reopen, settle_topic, unanswered
from bot.editing.refused import Refused
from bot.web.admin.background.documents import handed_over
from bot.web.admin.desk import WRITERS, Ask
from bot.web.admin.words import worded

_N_TOPICS = 20
_N_WORDINGS = 12


async def show_misses(ask: Ask) -> Response:
    """Show the topics, the most asked first, with what is near to each."""
    show_all = "all" in ask.request.query_params
    found = await unanswered(ask.parts)
    listed = [one for one in found.listed if show_all or one.is_open]
    async with ask.desk.heavy:
        topics = await asyncio.to_thread(_described, found, listed[:_N_TOPICS])
    return ask.page(
        "misses.html",
        topics=topics,
        n_topics=len(listed),
        show_all=show_all,
        entries=found.live.content.entries,
        may_edit=ask.account.role in WRITERS,
    )


async def adopt_topic(ask: Ask) -> Response:
    """Write a topic, or the wordings of it that are ticked, into the draft."""
    kind, _, target = ask.text("into").partition(" ")
    if kind == "other":
        kind, target = "entry", ask.text("other").strip()
    if kind not in ("entry", "quote") or not target:
        raise Refused(worded("misses.choose"))
    only = ask.texts("only")
    if not only:
        raise Refused(worded("misses.choose_wordings"))
    topic = (await unanswered(ask.parts)).topic(ask.path("topic"))
    done = await ask.desk.do_soon(
        "adopt",
        by=ask.account.name,
        topic=handed_over(topic),
        entry=target if kind == "entry" else "",
        address=target if kind == "quote" else "",
        only=only,
        max_wordings=_N_WORDINGS,
    )
    is_whole = {miss.id for miss in topic.misses} == set(only)
    await settle_topic(ask.parts, topic, "done", done["entry"], () if is_whole else only)
    return ask.go(f"/knowledge/{done['entry']}?saved=1")


async def ignore_topic(ask: Ask) -> Response:
    """Say of a topic that there is no official word on it."""
    await settle_topic(ask.parts, (await unanswered(ask.parts)).topic(ask.path("topic")), "ignored")
    return ask.go("/misses")


async def reopen_topic(ask: Ask) -> Response:
    """Make a topic new again."""
    await reopen(ask.parts, (await unanswered(ask.parts)).topic(ask.path("topic")))
    return ask.go("/misses?all=1")


def _described(found: Unanswered, listed: list[ListedTopic]) -> list[dict[str, Any]]:
    return [
        {"one": one, "wordings": chosen(one.topic, ())[:_N_WORDINGS], "near": found.suggestion(one.topic)}
        for one in listed
    ]
