"""A value that is claimed and not stated where the knowledge states others of its kind: 有效期是3年吧, of 有效期5年.

The last reader of a claim. Nothing is said to be wrong of the claim: the words nearest to it are shown, and that the value
does not stand in them is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from handlers.answering.answer import of_hit
from handlers.answering.premises.premise import BOUND, DENIES, Premise, agrees, is_gap, is_told, values_of
from handlers.model.turn import Context
from handlers.replies import reply_text
from knowledge.language.claims import ClaimedValue, read_claim, without
from knowledge.language.tidy import tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit

_NEAR_AT = 0.4
_MOST = 4
_NAMES = frozenset({"person", "organisation"})


def find_unstated(context: Context, text: str) -> Premise | None:
    """Return the words that state other values than the one that `text` takes for granted; None where none do, or one is the same."""
    claim, asks = read_claim(tidy(text))
    if not claim or not asks or DENIES.search(BOUND.sub("", claim)):
        return None
    snapshot = context.snapshot
    if snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical):
        return None
    stated = [v for v in values_of(context, claim) if v.kind not in _NAMES and is_told(claim, v)]
    if not 0 < len(stated) <= _MOST:
        return None
    return next(filter(None, (_of_value(context, claim, value) for value in stated)), None)


def _of_value(context: Context, claim: str, value: ClaimedValue) -> Premise | None:
    decision = decide(context.snapshot, claim)
    if decision.band is Band.DECLINE:
        return None
    near = [hit for hit in decision.hits if hit.score >= _NEAR_AT and not is_gap(context, hit)]
    stating = [(hit, meant) for hit in near if (meant := set(_of_kind(context, value, hit)))]
    if any(agrees(value, meant) for _, found in stating for meant in found):
        return None
    sure = decision.band is Band.ANSWER or len(stating) == 1
    words = [w for w in context.snapshot.segmenter.cut(without(value, claim)) if len(w) > 1]
    for hit, _ in stating[:1] if sure else []:
        known = context.snapshot.profile(hit.target).text
        if words and 2 * sum(word in known for word in words) > len(words):
            answer = replace(of_hit(context, hit), lead=reply_text(context, "premise.unsaid"))
            return Premise(False, value, answer)
    return None


def _of_kind(context: Context, value: ClaimedValue, hit: Hit) -> Iterator[tuple[int | str, ...]]:
    """Yield the values of a kind, counted in the same unit, that the passages of a hit state."""
    passages = (context.snapshot.content.passages[quote.passage_id] for quote in hit.quotes)
    for passage in passages:
        for other in values_of(context, tidy(passage.text)):
            if other.kind == value.kind and (value.kind != "count" or other.meant[1] == value.meant[1]):
                yield other.meant
