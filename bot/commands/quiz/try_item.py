"""`qinglang quiz try`: one item of the draft as takers see it, with what they are told for their answers."""

from __future__ import annotations

import time

import click

from bot.commands.kb.release import refusals
from bot.commands.terminal import load_or_exit, settings_or_exit


@click.command("try", help="看一道题在聊天里是什么样：题面，答对、答错时各说什么。看的是草稿，什么都不记。")
@click.argument("item_id", metavar="题目")
@click.argument("said", nargs=-1, metavar="[答案]...")
def quiz_try(item_id: str, said: tuple[str, ...]) -> None:
    """Print the item's card and the feedback to each answer; without answers, to a right and a wrong one."""
    from bot.editing.bank.try_item import try_item
    from bot.editing.draft.snapshots import prepared_draft
    from handlers.answering.choices import untap

    # Without meaning: an item needs none, and a draft would have to be encoded for it.
    settings = settings_or_exit()
    draft = load_or_exit(settings)
    snapshot = prepared_draft(settings, draft.files, draft.content)
    with refusals(code=2):
        for number, (text, reply) in enumerate(try_item(snapshot, item_id, said, int(time.time() * 1000))):
            click.echo(f"\n—— 答“{text}” ——" if number else f"—— {item_id} ——")
            click.echo(untap(reply))
