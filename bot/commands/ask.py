"""`qinglang ask`: what a user would get, from the same engine and the same release."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click

from bot.commands.place import may_be_served, place_in_words, served_parts
from bot.commands.terminal import load_or_exit, settings_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from knowledge.matching.snapshot import Snapshot


@click.command(help="试问：和公众号里同一个引擎、同一个已发布版本。TEXT 写 - 就从标准输入一行一问。")
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="每问输出一行 JSON。")
@click.option("--explain", is_flag=True, help="说明为什么这样答。")
def ask(text: tuple[str, ...], as_json: bool, explain: bool) -> None:
    """Print what a user would get for each question."""
    questions = [line.rstrip("\n") for line in sys.stdin] if text == ("-",) else [" ".join(text)]
    snapshot = asyncio.run(_live_snapshot(settings_or_exit()))
    if len(questions) == 1:
        snapshot = snapshot.for_texts(*questions)
    for question in questions:
        _answer_one(snapshot, question, as_json=as_json, explain=explain)


def _answer_one(snapshot: Snapshot, question: str, *, as_json: bool, explain: bool) -> None:
    from bot.editing.explain import describe, explain_decision, explain_in_words
    from handlers.answering.choices import untap

    found, decision = describe(snapshot, question)
    if as_json:
        if explain:
            found["explain"] = explain_decision(decision) | {"words": explain_in_words(snapshot, decision)}
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    click.echo(untap(found["text"]))
    # Beside the reply, not in it: what a user gets stays as it is.
    own = found["entry"] or found.get("passage")
    ids = [own] if own else [choice.get("entry") or choice.get("passage") for choice in found["choices"]]
    if ids := [name for name in ids if name]:
        what = ("条目" if found["entry"] else "原文") if own else "列出的"
        click.echo(f"{what}：{'、'.join(ids)}", err=True)
    if explain:
        click.echo("\n" + "\n".join(explain_in_words(snapshot, decision)))


async def _live_snapshot(settings: Settings) -> Snapshot:
    """Return the live release; before the first, what it would be, and nothing is made or published for it."""
    from bot.editing.draft.snapshots import draft_snapshot, live_snapshot

    if may_be_served(settings):
        async with served_parts(settings, "没有回答") as parts:
            if live := await live_snapshot(parts):
                return live
    click.echo(
        f"{place_in_words(settings)}：还没有发布过，下面按内容目录 {settings.content_dir} 回答", err=True
    )
    draft = load_or_exit(settings)
    return draft_snapshot(settings, draft.files, read=draft.content)
