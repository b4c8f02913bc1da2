"""What a code shows: the words that were said with what stands around them, and whether they still are."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model.content import Content
from knowledge.model.sources import Passage
from knowledge.sources.cite import written
from knowledge.sources.codes import code_of, find_by_code, passages_behind
from knowledge.sources.structure import Structure, structure_of


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """One passage as a page shows it; `before` and `after` are its neighbours in the source, "" at an edge."""

    place: tuple[str, ...]
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownWords:
    """The words behind a code. `state` is "live", "changed" since, "withdrawn" since, or "lost": shown as they are now."""

    code: str
    release: str
    state: str
    title: str
    date: str
    publisher: str
    rights: str
    passages: tuple[ShownPassage, ...]


def shown_by(code: str, live: Content, then: Content | None) -> ShownWords | None:
    """Return the words that a code stands for, as they were said; None for a code of nothing.

    Args:
        then: The content of the release that the code names, None when it is nowhere any more.
    """
    content = then or live
    address, release = find_by_code(content, code)
    if not address:
        return None
    passages = passages_behind(content, address)
    source = content.sources[passages[0].source_id]
    structure = structure_of(content)
    return ShownWords(
        code=code_of(content, address).partition("-")[0] + f"-{release}",
        release=release,
        state=_state(address, passages, live, then),
        title=source.title,
        date=written(source.date),
        publisher=source.publisher,
        rights=source.rights,
        passages=tuple(_shown(passage, structure) for passage in passages),
    )


def _state(address: str, passages: tuple[Passage, ...], live: Content, then: Content | None) -> str:
    if then is None:
        return "lost"
    entry = live.entries.get(address)
    if address not in live.passages and (entry is None or entry.status != "published"):
        return "withdrawn"
    now = [passage.text for passage in passages_behind(live, address)]
    return "live" if now == [passage.text for passage in passages] else "changed"


def _shown(passage: Passage, structure: Structure) -> ShownPassage:
    before, after = structure.beside(passage)
    place = (*passage.outer, passage.heading)
    return ShownPassage(tuple(filter(None, place)), before, passage.text, after)
