"""What documents and speakers are called: in full, and in short where that says as much."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.language.tidy import tidy
from knowledge.model.content import Content
from knowledge.model.sources import Source
from knowledge.sources.quote_search import fold


def short_names(content: Content) -> Iterator[tuple[str, str]]:
    """Yield full names that say more than whom or what is meant, each with the shortest: title, post and name."""
    for source in content.sources.values():
        title = tidy(source.title)
        known = [name for name in content.lexicon.aliases if name != source.title and title.endswith(name)]
        if known:
            yield title, min(known, key=lambda name: (len(name), name))
        for speaker in source.speakers.values():
            if speaker.post:
                yield tidy(f"{speaker.post}{speaker.name}"), tidy(speaker.name)


def names_of(source: Source, content: Content) -> tuple[str, ...]:
    """Return the names of a document, the longest first, without punctuation."""
    names = {source.title, *content.lexicon.aliases.get(source.title, ())}
    return tuple(map(fold, sorted(names, key=lambda name: (-len(name), name))))
