"""Where words come from: the citation line of a passage."""

from __future__ import annotations

import re

from knowledge.model import Content, Entry, Passage, Source, Speaker

_NUMERAL = "[一二三四五六七八九十百]{1,5}"
_UNSAID = frozenset({"正文", "答"})
"""Headings of what stands alone under a heading of the text: it is cited by that."""
_INNER = re.compile(
    rf"第（?(?:{_NUMERAL}|\d{{1,4}})）?[段项点行]$|[（(]|[①-⑳]|\d{{1,3}}[.．、)）]|{_NUMERAL}是|表（"
)
"""Headings that say where something stands only together with what is around it."""
_EVENT = re.compile(r"(?:会|会议|论坛|仪式|活动|座谈|访谈)$")
_ANNEXED = re.compile(r"document-\d+")


def cite(content: Content, passage: Passage) -> str:
    """Return the line `出处：…` of a passage: who said it (post), where, which clause, when.

    A passage without a speaker is cited by its document and heading, a clause by its number; one whose heading is only a
    place (第二段) by the heading above as well. What the source does not say (its day, a post) is left out; that it was
    repealed is told.
    """
    source = content.sources[passage.source_id]
    speaker = source.speakers.get(passage.speaker)
    said = _speech(source, speaker) if speaker else _place(source, passage)
    new = content.sources.get(source.repealed_by)
    repealed = f"已由{_titled(new)}废止" if new else ""
    return "，".join(filter(None, (f"出处：{said}", written(source.date), repealed)))


def _speech(source: Source, speaker: Speaker) -> str:
    who = f"{speaker.name}（{speaker.post}）" if speaker.post else speaker.name
    if source.kind == "会议报道" or _EVENT.search(source.title):
        return f"{who}在{source.title}上的讲话"
    return f"{who}的讲话，{_titled(source)}"


def _titled(source: Source) -> str:
    plain = "“" in source.title or "《" in source.title or source.kind in {"会议报道", "页脚"}
    title = source.title if plain else f"《{source.title}》"
    return f"《{title}》" if title.startswith("“") else title


def _place(source: Source, passage: Passage) -> str:
    kind = {"会议报道": "会议报道 · "}.get(source.kind, " · " if source.kind == "页脚" else "")
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
    return f"{_titled(source)}{kind}{within}{''.join(path)}"


def written(date: str) -> str:
    """Return a date of the content as people write it; "" for none.

    >>> written("2020-10-12")
    '2020年10月12日'
    """
    if not date:
        return ""
    year, month, day = (int(part) for part in date.split("-"))
    return f"{year}年{month}月{day}日"


def squeeze(text: str) -> str:
    """Return `text` without white space, for comparing words whatever their lines."""
    return "".join(text.split())


def said_by(entry: Entry) -> str:
    """Return all words that an entry sends, without white space and citation."""
    return squeeze(entry.lead + "".join(quote.text for quote in entry.quotes))
