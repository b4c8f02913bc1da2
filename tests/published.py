"""Everything that the bot may say: a judge that knows all published content and every fixed sentence."""

from __future__ import annotations

import re
from functools import cached_property

from knowledge.model.content import Content
from knowledge.sources.cite import cite, cite_all

# What a place of a fixed sentence may hold besides published words: numbers, dates, times, letters, codes.
_FIGURE = re.compile(r"[\d./:%\-—–A-Z、，年月日分秒 ]+")
_LISTED = re.compile(r"(?:\d{1,2}|[A-H])[.、]\s?(.+)|[·]\s?(.+)")
_TAPPABLE = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=[^"<>\s]*">(.*?)</a>')
_WORD_CHARS = 12
_PLACE = re.compile(r"\{\w+\}")


class Published:
    """Judges sentences by one release's content.

    A line is known when it stands word for word in the content, when it is a line of a fixed sentence, or when it
    is one with places whose fillings are known themselves, or a list of published words.
    """

    def __init__(self, content: Content) -> None:
        self._content = content

    def unknown_lines(self, reply: str) -> list[str]:
        """Return the lines of a reply that nobody published."""
        return [line for line in _TAPPABLE.sub(r"\1", reply).split("\n") if not self._knows(line)]

    def _knows(self, text: str, depth: int = 2) -> bool:
        # The line of a choice shows the beginning of the words that it leads to.
        text = text.strip().removesuffix("…")
        if not text or _FIGURE.fullmatch(text) or text in self._words:
            return True
        words = text.split("、")
        if len(words) > 1 and all(self._is_word(word) for word in words):
            return True
        listed = _LISTED.fullmatch(text)
        if listed and self._knows(listed.group(1) or listed.group(2), depth):
            return True
        return depth > 0 and any(
            all(self._knows(filling, depth - 1) for filling in match.groups())
            for pattern, literals in self._patterns
            if all(literal in text for literal in literals) and (match := pattern.fullmatch(text))
        )

    def _is_word(self, text: str) -> bool:
        """Return whether a text is a published word or the title of a source, and not a whole sentence."""
        is_title = text in {source.title for source in self._content.sources.values()}
        return is_title or (len(text) <= _WORD_CHARS and text in self._words)

    @cached_property
    def _words(self) -> str:
        """All that is published, in one text; whatever stands in it stands there word for word."""
        c = self._content
        parts = [source.text for source in c.sources.values()]
        parts += [source.title for source in c.sources.values()]
        parts += [passage.heading for passage in c.passages.values()]
        parts += [cite(c, passage) for passage in c.passages.values()]
        for entry in c.entries.values():
            parts += cite_all(c, (c.passages[quote.passage_id] for quote in entry.quotes))
            parts += [entry.question, *entry.phrasings, entry.lead, *(q.text for q in entry.quotes)]
        for item in c.items.values():
            parts += [item.stem, *item.options, item.why, item.source.text]
        parts += [paper.title for paper in c.papers.values()]
        parts += [line for text in c.replies.values() for line in text.split("\n") if not _PLACE.search(line)]
        parts += [reply for intent in c.intents.values() for reply in intent.replies]
        return "\n".join(parts)

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], list[str]]]:
        found = []
        for line in sorted(
            {line.strip() for text in self._content.replies.values() for line in text.split("\n")}
        ):
            literals = _PLACE.split(line)
            # A line of places alone says nothing itself: what fills it is looked at as a line of its own.
            if len(literals) > 1 and any(literals):
                found.append((re.compile("(.+?)".join(map(re.escape, literals))), [x for x in literals if x]))
        return found
