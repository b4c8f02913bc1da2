"""Which document says of which other one that it is no longer in force: 《X》同时废止."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from knowledge.model.sources import Source

_SENTENCE = re.compile(r"[^。；;\n]+")
_REPEALS = re.compile(r"废止|停止执行|失效")
_STAYS = re.compile(r"(?:不|未|没有)(?:予以)?(?:被)?(?:废止|失效|停止执行)|继续(?:有效|执行)")
_NAMED = re.compile(r"《([^《》]+)》")
_EDITION = re.compile(r"[（(][^（）()]*[)）]$")
_SIGNS = re.compile(r"[\s〔〕［］（）【】\[\]()《》“”]")


def with_repeals(sources: Mapping[str, Source]) -> dict[str, Source]:
    """Return the sources, each with the one that repeals it, if one says so.

    A sentence of a document repeals every other document that it names in 《》 or by its number, unless that is of a later
    day. Of documents that differ only in an edition behind the title, （2019年）, the sentence must tell the year or the number.
    """
    found = dict(sources)
    for source in sources.values():
        for sentence in _SENTENCE.findall(source.text):
            if _REPEALS.search(sentence) and not _STAYS.search(sentence):
                for other in _named_in(sentence, source, sources):
                    found[other.id] = replace(other, repealed_by=source.id)
    return found


def _named_in(sentence: str, source: Source, sources: Mapping[str, Source]) -> Iterator[Source]:
    titles = {_SIGNS.sub("", title) for title in _NAMED.findall(sentence)}
    plain = _SIGNS.sub("", sentence)
    for other in sources.values():
        if other.id == source.id or (source.date and other.date > source.date):
            continue
        if ((number := _SIGNS.sub("", other.number)) and number in plain) or _SIGNS.sub(
            "", other.title
        ) in titles:
            yield other
        elif _SIGNS.sub("", _EDITION.sub("", other.title)) in titles:
            alike = [s for s in sources.values() if s.id != source.id and _bare(s) == _bare(other)]
            if len(alike) == 1 or (other.date and other.date[:4] in sentence):
                yield other


def _bare(source: Source) -> str:
    return _SIGNS.sub("", _EDITION.sub("", source.title))
