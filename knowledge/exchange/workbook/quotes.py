"""The cell of an entry's quotes: an address a line, or an address, ｜ and the words; or the words alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.exchange.workbook.cells import BadCell, lines
from knowledge.model.content import Content
from knowledge.model.entries import Entry

_ADDRESS = re.compile(r"([a-z0-9][a-z0-9-]*#[a-z0-9][a-z0-9.-]*)(?:\s*[｜|]\s*(.*))?")
_SHOWN_CHARS = 20


def read_quotes(text: str) -> tuple[str | Mapping[str, str], ...]:
    """Return the quotes of a cell: a line is an address, or an address, ｜ and the words; words may go on below."""
    quotes: list[tuple[str, str]] = []
    for line in lines(text):
        found = _match(line)
        if found:
            quotes.append((found.group(1), found.group(2) or ""))
        elif quotes and quotes[-1][1]:
            quotes[-1] = (quotes[-1][0], f"{quotes[-1][1]}\n{line}")
        else:
            hint = "写段落地址，例如 self-discipline#article-4；只引一句时在后面加 ｜ 和这句原话"
            raise BadCell("bad-quote", f"“{line[:_SHOWN_CHARS]}”不是原文地址，也不是原文里的话", hint)
    return tuple({"passage": passage, "text": words} if words else passage for passage, words in quotes)


def show_quotes(content: Content, entry: Entry) -> str:
    """Return the cell of an entry's quotes."""
    return "\n".join(_show_quote(content, quote.passage_id, quote.text) for quote in entry.quotes)


def _show_quote(content: Content, address: str, words: str) -> str:
    passage = content.passages.get(address)
    return address if not words or passage is None or words == passage.text else f"{address}｜{words}"


def shorten_quotes(content: Content, text: str) -> str:
    """Return a quote cell as export writes it: a passage quoted whole is its address alone. Unreadable text stays."""
    try:
        quotes = read_quotes(text)
    except BadCell:
        return text
    pairs = [(q, "") if isinstance(q, str) else (q["passage"], q["text"]) for q in quotes]
    return "\n".join(
        _show_quote(content, address, words)
        if address in content.passages or not words
        else f"{address}｜{words}"
        for address, words in pairs
    )


def addressed(content: Content, text: str) -> str:
    """Return a quote cell with the address before each line of words that has none.

    Raises:
        BadCell: the words stand in several places.
    """
    written: list[str] = []
    with_words = False
    for line in lines(text):
        found = _match(line)
        if found:
            written.append(line)
            with_words = bool(found.group(2))
        elif with_words:
            # Words that an address stands before go on, whatever else these are.
            written.append(line)
        else:
            passage = _passage_of(content, line)
            written.append(f"{passage}｜{line}" if passage else line)
    return "\n".join(written)


def _match(line: str) -> re.Match[str] | None:
    return _ADDRESS.fullmatch(line) or _ADDRESS.fullmatch(line[:1].lower() + line[1:])


def _passage_of(content: Content, words: str) -> str:
    """Return the smallest passage that holds these words; "" when none does."""
    places: dict[tuple[str, int], str] = {}
    for passage in sorted(content.passages.values(), key=lambda p: (p.end - p.start, p.id)):
        at = passage.text.find(words)
        if at >= 0:
            places.setdefault((passage.source_id, passage.start + at), passage.id)
    found = sorted({*places.values()})
    if len(found) > 1:
        message = f"“{words[:_SHOWN_CHARS]}”在 {'、'.join(found)} 都有"
        raise BadCell("bad-quote", message, f"在前面写上是哪一处，例如 {found[0]}｜{words[:_SHOWN_CHARS]}")
    return found[0] if found else ""
