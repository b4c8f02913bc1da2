"""Which parts a claim counts that says no more than that a document, or a clause, has so many: 宣言有五段."""

from __future__ import annotations

import re

from handlers.model.turn import Context
from knowledge.language.claims import ClaimedValue, without
from knowledge.sources.structure import Series, series_among

# What may stand around a count of parts: 宣言一共有五段内容.
_OF_PARTS = re.compile(
    r"(?>有|一共|总共|共|分为|分成|分|就|只|是|包括|包含|列了|写了|讲了|提了|提出了?|说了|里[面头边]|里|下[面头边]|底下|下|列出?了?|这份|那份|总计|内容|条款|倡议|工作|要求|义务|规定|事项|的|了|都)*"
)
_LIKE_ITEMS = frozenset("条点个款") | {"方面"}


def parts_claimed(context: Context, claim: str, value: ClaimedValue) -> Series | None:
    """Return the parts that a claim counts, when it says no more than that a document, or a clause, has so many."""
    snapshot = context.snapshot
    named = [
        (name, source) for source, names in snapshot.source_names.items() for name in names if name in claim
    ]
    terms = snapshot.analyzer.analyze(claim)
    if terms.clauses:
        whole = [p for p in snapshot.content.passages.values() if p.article == terms.clauses[0]]
        rest = re.sub(r"第[^条]{1,4}条", "", without(value, claim))
        found = next(iter(snapshot.structure.series_inside(whole)), None)
    elif named:
        rest = without(value, claim)
        parts = snapshot.structure.passages(max(named, key=lambda n: len(n[0]))[1])
        found = series_among(p for p in parts if "." not in p.article)
    else:
        found, rest = _only_so_counted(context, claim, value), without(value, claim)
    named += [(source.kind, source.id) for source in snapshot.content.sources.values()]
    for name, _ in sorted(named, key=lambda n: -len(n[0])):
        rest = rest.replace(name, "", 1)
    unit = value.meant[1]
    fits = found and (found.measure == unit or (found.measure == "项" and unit in _LIKE_ITEMS))
    return found if fits and _OF_PARTS.fullmatch(rest.strip(" ，,")) else None


def _only_so_counted(context: Context, claim: str, value: ClaimedValue) -> Series | None:
    """Return the parts of the one document of a kind that counts by the unit of a claim: 倡议书一共有十条, where the other has 项."""
    of_kind = [s for s in context.snapshot.content.sources.values() if s.kind and s.kind in claim]
    series = (
        series_among(p for p in context.snapshot.structure.passages(s.id) if "." not in p.article)
        for s in of_kind
    )
    fitting = [found for found in series if found and found.measure == value.meant[1]]
    return fitting[0] if len(fitting) == 1 else None
