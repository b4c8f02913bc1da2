"""What is quoted stands in the sources letter for letter."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.model.problems import Mark, Problem
from knowledge.model.sources import Quote

_SIGN = re.compile(r"[\W_]")
_OPENING = "“‘《（(▲"
_SPOKEN = re.compile(r"“([^“”]{6,})”")


def quotes_are_verbatim(c: Checked) -> Iterator[Problem]:
    """Each quote's passage exists, and its words stand there letter for letter."""
    for entry in c.content.entries.values():
        for i, quote in enumerate(entry.quotes):
            yield from _check_quote(c, quote, ("entry", entry.id, "quote", str(i)), entry.mark)
    for item in c.content.items.values():
        yield from _check_quote(c, item.source, ("item", item.id, "source"), item.mark)


def _check_quote(c: Checked, quote: Quote, path: tuple[str, ...], fallback: Mark) -> Iterator[Problem]:
    passage = c.content.passages.get(quote.passage_id)
    if passage is None:
        near = _nearest_address(quote.passage_id, list(c.content.passages))
        hint = f"是不是 {near}？" if near else "先在 sources/ 里给这一段加上地址"
        message = f"没有 {quote.passage_id} 这一段原文"
        yield c.problem((*path, "passage"), fallback, "unknown-passage", message, hint)
    elif quote.text not in passage.text or not quote.text.strip():
        yield c.problem(
            (*path, "text"),
            fallback,
            "not-verbatim",
            f"引文和原文 {quote.passage_id} 不一致",
            _difference(quote.text, passage.text),
        )
    elif path[0] == "entry" and not _is_whole(quote.text, passage.text):
        # The proof of a quiz item may be a few words; what an entry sends is a clause at least.
        yield c.problem(
            (*path, "text"),
            fallback,
            "cut-quote",
            f"引文在原文 {quote.passage_id} 的一句话中间断开",
            _neighbours(quote.text, passage.text),
        )


def _nearest_address(written: str, addresses: list[str]) -> str:
    """Return the address that was meant: in the same document, and the written name whole in it, before likeness."""
    source, _, name = written.partition("#")
    same = [address for address in addresses if address.startswith(f"{source}#")]
    parts = [a for a in same if name and re.search(rf"(?:^|-){re.escape(name)}(?:-|$)", a.partition("#")[2])]
    pool = parts or same or addresses
    near = difflib.get_close_matches(written, pool, n=1, cutoff=0.0 if parts else 0.4)
    return near[0] if near else ""


def _is_whole(quoted: str, original: str) -> bool:
    """Return whether the words stand somewhere in the original between signs, as a clause of their own."""
    at = original.find(quoted)
    while at >= 0:
        begins = at == 0 or _SIGN.match(original[at - 1]) or quoted[0] in _OPENING
        following = original[at + len(quoted) : at + len(quoted) + 1]
        if begins and (not following or _SIGN.match(following) or _SIGN.match(quoted[-1])):
            return True
        at = original.find(quoted, at + 1)
    return False


def _neighbours(quoted: str, original: str) -> str:
    at = original.index(quoted)
    end = at + len(quoted)
    around = f"{original[max(0, at - 6) : at]}【{quoted[:6]}…{quoted[-6:]}】{original[end : end + 6]}"
    return f"从标点后面引起，引到标点为止；原文这里是“{around}”"


def _difference(quoted: str, original: str) -> str:
    match = difflib.SequenceMatcher(None, original, quoted, autojunk=False).find_longest_match()
    if not match.size:
        return "原文里找不到这句话，请从原文复制"
    if match.b > 0 and match.b >= len(quoted) - match.b - match.size:
        before = max(0, match.a - 12)
        return f"“{quoted[: match.b][-12:]}”原文是“{original[before : match.a]}”，后面接“{quoted[match.b : match.b + 8]}”"
    rest = quoted[match.b + match.size :]
    return f"“{quoted[match.b : match.b + match.size][-8:]}”之后，原文是“{original[match.a + match.size :][:12]}”，您写的是“{rest[:12]}”"


def leads_quote_the_source(c: Checked) -> Iterator[Problem]:
    """Words in curly quotes inside a lead stand in some source."""
    everything = "\n".join(source.text for source in c.content.sources.values())
    titles = "\n".join(source.title for source in c.content.sources.values())
    for entry in c.content.entries.values():
        for words in _SPOKEN.findall(entry.lead):
            if words not in everything and words not in titles:
                hint = "改成原文的字句，或去掉引号"
                yield c.problem(
                    ("entry", entry.id, "answer"),
                    entry.mark,
                    "quote-drift",
                    f"引导语里的“{words}”不是原文",
                    hint,
                )
