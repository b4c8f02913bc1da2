"""What is asked of one of the documents, or people, that the last words set side by side: 第一份有几家签字, 第二个呢."""

from __future__ import annotations

import re

from handlers.answering.focus import Focus
from handlers.answering.followups.intents import Move
from handlers.answering.followups.retell import ask_in_full, title_of
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from knowledge.language.tidy import plain

THINGS = frozenset({"个", "份", "位", "篇", "件", ""})
"""What counts people or documents, "" for nothing said."""
WHOLE_THINGS = frozenset({"份", "篇"})
"""What counts documents alone."""
_A_PART = re.compile(r"第.{1,3}[条项段点款]")


def nth_listed(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Ask about the document or the person that stands at that place in the last words: 第二份讲了啥, 第一份有几家签字."""
    if move.measure not in THINGS:
        return None
    text = "".join(passage.text for passage in focus.passages)
    titles = [source.title for source in context.snapshot.content.sources.values()]
    named = sorted((title for title in titles if title in text), key=text.index)
    things = [title for title in named if title != title_of(context, focus)]
    if len(focus.listed) > 1 and all(title in text for title in focus.listed):
        things = list(focus.listed)
    if len(things) < 2 and (move.measure == "份" or len(focus.people) < 2):
        things = list(focus.listed)
    ask = f"{{}}{move.rest or '说了什么'}"
    if len(things) < 2 and move.measure not in WHOLE_THINGS:
        things, ask = list(focus.people), f"{{}}{move.rest or '是谁'}"
    place = move.number - 1 if move.number > 0 else len(things) + move.number
    if len(things) < 2 or not 0 <= place < len(things):
        return None
    names = (things[place], *context.snapshot.content.lexicon.aliases.get(things[place], ()))
    turns = (ask_in_full(context, session, ask.format(name)) for name in names)
    return next((turn for turn in turns if turn), None)


def asked_of_listed(context: Context, focus: Focus) -> str:
    """Return what was just asked of one of the documents that were named side by side; "" for nothing: 第一个是谁签的, 第二个呢."""
    aliases = context.snapshot.content.lexicon.aliases
    names = (plain(name) for title in focus.listed for name in (title, *aliases.get(title, ())))
    asked = plain(focus.question)
    own = max((name for name in names if asked.startswith(name)), key=len, default="")
    rest = asked[len(own) :] if own else ""
    return "" if _A_PART.search(rest) else rest
