"""Who somebody is, in brief: what stands above a speech, without the speech."""

from __future__ import annotations

import re

from handlers.model.turn import Context
from knowledge.language.tidy import plain, strip_punctuation, tidy
from knowledge.model.entries import Entry
from knowledge.model.sources import Quote

_WHO = re.compile(
    r"谁|哪位|什么人|职[务位称]|头衔|身份|哪个单位|哪里工作|[做干](?:什么|啥子?)的|什么官|姓(?:什么|啥)|叫什么名"
)
_SHORT_CHARS = 16
_OF_A_PERSON = re.compile(r"谁|哪|领导|官|全名|单位|部门|代表|派|任|职|副|人")


def brief_quotes(
    context: Context, quotes: tuple[Quote, ...], entry: Entry | None, question: str
) -> tuple[Quote, ...]:
    """Return quotes without the speech below a caption, where only the person is asked for: 黎召阳是谁, 教育厅派的谁去."""
    said = tidy(question)
    brief = tuple(caption_of(context, quote) for quote in quotes)
    if _WHO.search(said) or _is_a_name(context, said):
        return brief
    is_short = len(plain(said)) <= _SHORT_CHARS
    return brief if entry and is_short and _asks_nothing_of(context, said, entry, brief) else quotes


def _asks_nothing_of(context: Context, said: str, entry: Entry, brief: tuple[Quote, ...]) -> bool:
    """Return whether an entry is about who somebody is, and no word of the question stands in the speech alone."""
    if not (_WHO.search(tidy(entry.question)) and _OF_A_PERSON.search(said)):
        return False
    shown = entry.lead + "".join(quote.text for quote in brief)
    speech = "".join(quote.text for quote in entry.quotes)
    words = context.snapshot.segmenter.cut(plain(said))
    return not any(len(word) > 1 and word in speech and word not in shown for word in words)


def _is_a_name(context: Context, said: str) -> bool:
    lexicon = context.snapshot.content.lexicon
    folded = strip_punctuation(said)
    return any(
        folded in {name, *lexicon.aliases.get(name, ())}
        for name, kind in lexicon.kinds.items()
        if kind == "person"
    )


def caption_of(context: Context, quote: Quote) -> Quote:
    """Return the words that stand above a speech; a quote of anything else as it is."""
    passage = context.snapshot.content.passages[quote.passage_id]
    spoken = [p for p in context.snapshot.structure.children(passage) if p.speaker]
    if passage.speaker or not spoken or quote.text != passage.text:
        return quote
    caption = passage.text[: min(p.start for p in spoken) - passage.start].strip()
    return Quote(passage.id, caption) if caption else quote
