"""What stands around a name and belongs to it: the title and the bodies of that person, of none beside it."""

from __future__ import annotations

import re

from handlers.model.turn import Context
from knowledge.language.tidy import tidy

TITLES = r"副?(?:主任|书记|部长|厅长|局长|处长|科长|行长|主席|会长|秘书长|总裁|总经理|经理|董事长|院长|校长|巡视员|科学家|经济学家|总监|主编|记者|律师|主席团成员|党组成员)"
TITLE = re.compile(TITLES)
_STOPS = re.compile(r"[。！？；\n]")


def told_of(text: str, name: str, people: list[str]) -> str:
    """Return what stands around a name and belongs to it: since the sentence, or the person, before, and a title right behind."""
    before, _, after = tidy(text).partition(name)
    stretch = _STOPS.split(before)[-1]
    start = max((stretch.rfind(other) + len(other) for other in people if other in stretch), default=0)
    title = TITLE.match(after)
    return stretch[start:] + (title.group() if title else "")


def bodies_of(context: Context, name: str, text: str) -> tuple[str, ...]:
    """Return the bodies that a text says somebody is of, those right before the name, by their full names."""
    analyzer = context.snapshot.analyzer
    people = [n for n, (kind, _) in analyzer.names_as_written.items() if kind == "person" and n != name]
    kinds = context.snapshot.content.lexicon.kinds
    named = analyzer.analyze(told_of(text, name, people)).entities
    return tuple(n for n in named if kinds.get(n) == "organisation")
