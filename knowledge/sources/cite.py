"""Where words come from: the citation line of a passage."""

from __future__ import annotations

from knowledge.model import Content, Entry, Passage


def cite(content: Content, passage: Passage) -> str:
    """Return the line `出处：…` of a passage: who said it (post), where, which clause, when.

    A passage without a speaker is cited by its document and heading, a clause by its number.
    """
    source = content.sources[passage.source_id]
    date = written(source.date)
    speaker = source.speakers.get(passage.speaker)
    if speaker:
        return f"出处：{speaker.name}（{speaker.post}）在{source.title}上的讲话，{date}"
    title = (
        source.title if "“" in source.title or source.kind in {"会议报道", "页脚"} else f"《{source.title}》"
    )
    title = f"《{title}》" if title.startswith("“") else title
    kind = {"会议报道": "会议报道 · "}.get(source.kind, " · " if source.kind == "页脚" else "")
    return f"出处：{title}{kind}{passage.heading}，{date}"


def written(date: str) -> str:
    """Return a date of the content as people write it.

    >>> written("2020-10-12")
    '2020年10月12日'
    """
    year, month, day = (int(part) for part in date.split("-"))
    return f"{year}年{month}月{day}日"


def squeeze(text: str) -> str:
    """Return `text` without white space, for comparing words whatever their lines."""
    return "".join(text.split())


def said_by(entry: Entry) -> str:
    """Return all words that an entry sends, without white space and citation."""
    return squeeze(entry.lead + "".join(quote.text for quote in entry.quotes))
