"""Where words come from: the citation line of a passage."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.sources import Passage, Source, Speaker

_NUMERAL = "[一二三四五六七八九十百]{1,5}"
_UNSAID = frozenset({"正文", "答"})
"""Headings of what stands alone under a heading of the text: it is cited by that."""
_INNER = re.compile(
    rf"第（?(?:{_NUMERAL}|\d{{1,4}})）?[段项点行]$|[（(]|[①-⑳]|\d{{1,3}}[.．、)）]|{_NUMERAL}是|表（"
)
"""Headings that say where something stands only together with what is around it."""
_EVENT = re.compile(r"(?:会|会议|论坛|仪式|活动|座谈|访谈)$")
_COUNTED = re.compile(
    rf"(?P<before>.*第)(?P<number>{_NUMERAL}|（{_NUMERAL}）|\d{{1,4}})(?P<after>[条项段点款章节行].*)"
)
_FEW_PLACES = 4
_CAPTION = re.compile(r"^\s*[▲△▼]\s*")
_COPYRIGHT = re.compile(r"\s*(?:copyright|©|all ?rights)", re.I)
_ANNEXED = re.compile(r"document-\d+")


def cite(content: Content, passage: Passage) -> str:
    """Return the line `出处：…` of a passage: who said it (post), where, which clause, when.

    A passage without a speaker is cited by its document and heading, a clause by its number; one whose heading is only a
    place (第二段) by the heading above as well. What the source does not say (its day, a post) is left out; that it was
    repealed is told.
    """
    source = content.sources[passage.source_id]
    speaker = source.speakers.get(passage.speaker)
    said = _speech(content, source, speaker) if speaker else _place(content, source, passage)
    new = content.sources.get(source.repealed_by)
    repealed = f"已由{_titled(content, new)}废止" if new else ""
    return "，".join(filter(None, (f"出处：{said}", written(source.date), repealed)))


def cite_all(content: Content, passages: Iterable[Passage]) -> tuple[str, ...]:
    """Return the lines `出处：…` of passages sent together, one for all that a speech, or a document, has of them.

    Clauses of one series are counted up (第一、二、三项倡议), other places set side by side; of more than a few
    places the document alone is named.
    """
    groups: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        groups.setdefault((passage.source_id, passage.speaker), []).append(passage)
    return tuple(dict.fromkeys(_cite_group(content, group) for group in groups.values()))


def _cite_group(content: Content, passages: list[Passage]) -> str:
    source = content.sources[passages[0].source_id]
    if len(passages) == 1 or passages[0].speaker in source.speakers:
        return cite(content, passages[0])
    merged = _side_by_side(dict.fromkeys(_path(passage) for passage in passages))
    kind = _label(content, source) if merged else _label(content, source).rstrip(" ·")
    return "，".join(filter(None, (f"出处：{_titled(content, source)}{kind}{merged}", written(source.date))))


def _side_by_side(places: Iterable[str]) -> str:
    """Return places as one: 前言、第一、二项倡议; "" when that would be too many."""
    runs: list[tuple[str, list[str], str]] = []
    for place in places:
        match = _COUNTED.fullmatch(place)
        before, number, after = match.group("before", "number", "after") if match else (place, "", "")
        if runs and number and (runs[-1][0], runs[-1][2]) == (before, after):
            runs[-1][1].append(number)
        else:
            runs.append((before, [number], after))
    found = [f"{before}{'、'.join(numbers)}{after}" for before, numbers, after in runs]
    return "、".join(found) if len(found) <= _FEW_PLACES else ""


def _speech(content: Content, source: Source, speaker: Speaker) -> str:
    who = f"{speaker.name}（{speaker.post}）" if speaker.post else speaker.name
    if content.kind_of(source).event or _EVENT.search(source.title):
        return f"{who}在{source.title}上的讲话"
    return f"{who}的讲话，{_titled(content, source)}"


def _titled(content: Content, source: Source) -> str:
    plain = "“" in source.title or "《" in source.title or content.kind_of(source).plain
    title = source.title if plain else f"《{source.title}》"
    return f"《{title}》" if title.startswith("“") else title


def _place(content: Content, source: Source, passage: Passage) -> str:
    return f"{_titled(content, source)}{_label(content, source)}{_path(passage)}"


def _label(content: Content, source: Source) -> str:
    kind = content.kind_of(source)
    return f"{source.kind if kind.labelled else ''} · " if kind.plain or kind.labelled else ""


def _path(passage: Passage) -> str:
    path = [passage.heading]
    for heading in reversed(passage.outer):
        if path[0] in _UNSAID:
            path[0] = heading
        elif _INNER.match(path[0]):
            path.insert(0, heading)
        else:
            break
    annexed = passage.outer[:1] if _ANNEXED.match(passage.id.partition("#")[2]) else ()
    within = "".join(f"所附{heading}" for heading in annexed if heading not in path)
    return f"{within}{''.join(path)}"


def written(date: str) -> str:
    """Return a date of the content as people write it; "" for none.

    >>> written("2020-10-12")
    '2020年10月12日'
    """
    if not date:
        return ""
    year, month, day = (int(part) for part in date.split("-"))
    return f"{year}年{month}月{day}日"


def without_marks(text: str) -> str:
    """Return quoted words without the mark of a photo caption and without a line that only claims copyright.

    >>> without_marks("▲参会代表共同发布。"), without_marks("版权所有\\nCopyright©2009.Allrightsreserved.")
    ('参会代表共同发布。', '版权所有')
    """
    lines = [_CAPTION.sub("", line) for line in text.split("\n")]
    return "\n".join([line for line in lines if not _COPYRIGHT.match(line)] or lines)


def squeeze(text: str) -> str:
    """Return `text` without white space, for comparing words whatever their lines."""
    return "".join(text.split())


def said_by(entry: Entry) -> str:
    """Return all words that an entry sends, without white space and citation."""
    return squeeze(entry.lead + "".join(quote.text for quote in entry.quotes))
