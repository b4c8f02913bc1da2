"""What lies behind a code that a user shows: the words that were sent, of which release, and what became of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.editing.draft.snapshots import live_snapshot
from bot.process import Parts
from bot.releases.records import Line, Record
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.sources import Passage
from knowledge.sources.cite import cite_all
from knowledge.sources.codes import find_by_code

_N_LINES = 5
_FAULT_CODE = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Traced:
    """An answer that was sent, by its code.

    Attributes:
        release: What is known of the release that it was sent from; None when that is no longer to be had, and the
            words are those of the live one.
        entry: The entry that answered; None where bare words of a source did.
        quotes, citations: The words that were sent, and whose they are.
        now: What live has in their place: "same", "changed" or "gone".
        history: The last changes to the entry, the newest first.
    """

    address: str
    sign: str
    release: Record | None
    entry: Entry | None
    quotes: tuple[str, ...]
    citations: tuple[str, ...]
    now: str
    history: tuple[Line, ...]


def is_fault_code(code: str) -> bool:
    """Return whether a code is the 编号 of an apology: it stands in the log alone."""
    return bool(_FAULT_CODE.fullmatch(code.strip().lower()))


async def trace_answer(parts: Parts, code: str) -> Traced | None:
    """Return what is behind the 核对码 of an answer; None when it is none.

    Raises:
        RedisError: Redis is away.
    """
    live = await live_snapshot(parts)
    if live is None:
        return None
    _, sign = find_by_code(live.content, code)
    if not sign:
        return None
    for record in await parts.releases.ledger.records():
        if not record.version.upper().startswith(sign):
            continue
        try:
            content = await parts.releases.pinned(record.version)
        except LookupError:
            continue
        address, _ = find_by_code(content, code)
        if address:
            return await _traced(parts, address, sign, record, content, live.content)
    address, _ = find_by_code(live.content, code)
    return await _traced(parts, address, sign, None, live.content, live.content) if address else None


async def _traced(
    parts: Parts, address: str, sign: str, record: Record | None, content: Content, live: Content
) -> Traced:
    sent = _words(content, address)
    same = _words(live, address)
    now = "gone" if not same else "same" if [p.text for p in same] == [p.text for p in sent] else "changed"
    entry = content.entries.get(address)
    return Traced(
        address=address,
        sign=sign,
        release=record,
        entry=entry,
        quotes=tuple(quote.text for quote in entry.quotes) if entry else tuple(p.text for p in sent),
        citations=cite_all(content, sent),
        now=now,
        history=tuple(await parts.releases.ledger.log(address, _N_LINES)),
    )


def _words(content: Content, address: str) -> list[Passage]:
    """Return the passages behind an address, none when it is not served."""
    entry = content.entries.get(address)
    if entry:
        return (
            [content.passages[quote.passage_id] for quote in entry.quotes]
            if entry.status == "published"
            else []
        )
    return [content.passages[address]] if address in content.passages else []


def lines_with(log: Iterable[str], code: str) -> Iterator[dict[str, Any]]:
    """Give each line of a service's log that has this 编号; what is no JSON is passed over."""
    for line in log:
        if code not in line:
            continue
        try:
            # What journald or a container's log puts before it is not ours.
            found = json.loads(line[max(line.find("{"), 0) :])
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("code") == code:
            yield found
