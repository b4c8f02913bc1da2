"""What a yes/no question says and the source does not: a number of its own kind, a coined term, or words that stand nowhere.

By rule alone: the question that the stated words would answer is asked, and what answers that is shown. That the words themselves
stand nowhere in the knowledge is looked up, so saying so is true however the question was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.answering.answer import Answer, of_hit
from handlers.answering.premises.premise import DENIES, Premise
from handlers.model.turn import Context
from handlers.replies import reply_text
from knowledge.language.claims import ClaimedValue, read_claim
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit
from knowledge.matching.snapshot import Snapshot
from knowledge.model.sources import Quote

_DIGITS = r"(?P<digits>\d[\d-]{5,18}\d)"
_CODE = re.compile(rf"(?<![\dA-Za-z-])(?:[\u4e00-\u9fff]?icp备?)?{_DIGITS}号?", re.IGNORECASE)
_LABELLED = re.compile(rf"(?P<label>\w{{0,8}}?)[:：](?:[\u4e00-\u9fff]?icp备?)?{_DIGITS}", re.IGNORECASE)
_NUMERALS = "一二三四五六七八九十百两\\d"
_TERM = re.compile(rf"(?P<said>[{_NUMERALS}]{{1,3}}(?P<term>[条个大项种]?(?:[\u4e00-\u9fff]{{2}})))")
_BODY = "哪个单位"
# The object of a claim, and how it is asked for.
_OBJECTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?P<before>.{2,30}(?:跟|和|与|同|联合|会同|联手))(?P<said>[\u4e00-\u9fff]{3,14}?)(?P<after>(?:一起|联合|共同|合作|一块|建|办|搞|开展|成立|举办|发起).{0,8})"
        ),
        _BODY,
    ),
    (
        re.compile(
            r"(?P<before>.{2,30}(?:支持|包括|包含|写着|写了|提到|提出|提了|叫做?|的[\u4e00-\u9fff]{2,8}有|是))(?P<said>(?![在从由于为被把]).{3,20})(?P<after>)"
        ),
        "什么",
    ),
)
_SURE_AT = 0.9
_LONG_CHARS = 160


def find_unsaid(context: Context, text: str) -> Premise | None:
    """Return what the knowledge has instead of words that `text` takes for granted; None where they stand somewhere, or nothing answers."""
    claim, asks = read_claim(tidy(text))
    snapshot = context.snapshot
    if not claim or (not asks and decide(snapshot, text).band is Band.ANSWER):
        return None
    if snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical):
        return None
    found = _of_term(context, claim)
    return (
        found
        if found or not asks or DENIES.search(claim)
        else _of_code(context, claim) or _of_object(context, claim)
    )


def _of_code(context: Context, claim: str) -> Premise | None:
    """Return whether a telephone number, an account or a registration is the one that stands beside the same label."""
    match = _CODE.search(claim)
    hit = _answering(context, f"{claim[: match.start()]}多少", _SURE_AT) if match else None
    if match is None or hit is None:
        return None
    labelled = [found for quote in hit.quotes for found in _LABELLED.finditer(tidy(quote.text))]
    ones = [
        found["digits"] for found in labelled if len(labelled) == 1 or _shares_a_pair(found["label"], claim)
    ]
    if len(set(ones)) != 1:
        return None
    holds = ones[0].replace("-", "") == match["digits"].replace("-", "")
    return _premise(context, hit, match["digits"], "premise.right" if holds else "premise.wrong", holds=holds)


def _shares_a_pair(label: str, claim: str) -> bool:
    return any(label[i : i + 2].lower() in claim.lower() for i in range(len(label) - 1))


def _of_term(context: Context, claim: str) -> Premise | None:
    """Return the coined term with its right number: 九条底线 where only “七条底线” stands anywhere."""
    for match in _TERM.finditer(claim):
        if not context.snapshot.is_written(match["term"]):
            continue
        known = rf"[“‘]([{_NUMERALS}]{{1,3}}){re.escape(match['term'])}[”’]"
        for passage in context.snapshot.content.passages.values():
            found = {m.group(1) for m in re.finditer(known, passage.text)} if passage.answers else set()
            if found and match["said"].removesuffix(match["term"]) not in found:
                sentence = next(
                    s.group().strip()
                    for s in re.finditer(r"[^。！？；\n]+[。！？；]?", passage.text)
                    if re.search(known, s.group())
                )
                lead = reply_text(context, "premise.wrong", said=match["said"])
                answer = Answer(lead, (Quote(passage.id, sentence),), passage.id)
                return Premise(False, _value(match["said"]), answer)
    return None


def _of_object(context: Context, claim: str) -> Premise | None:
    """Return the answer to the question that words which stand nowhere would answer: 支持粤港澳大湾区建设 → 支持什么."""
    for before, said, after, asked in _objects(claim):
        named = set(context.snapshot.analyzer.analyze(said).entities) if asked == _BODY else set()
        if not named and _stands(context.snapshot, plain(said)):
            continue
        hit = _answering(context, f"{before}{asked}{after}", _SURE_AT)
        known = context.snapshot.profile(hit.target).text if hit else ""
        words = [word for word in context.snapshot.segmenter.cut(plain(said)) if len(word) > 1]
        if (
            hit
            and sum(len(quote.text) for quote in hit.quotes) <= _LONG_CHARS
            and (any(w not in known for w in words) if not named else not named & _named_in(context, hit))
        ):
            # The asker's own words are not repeated.
            return _premise(context, hit, "", "premise.unsaid", holds=False)
    return None


def _stands(snapshot: Snapshot, words: str) -> bool:
    """Return whether words stand in a source; a look at all that is written tells mostly that they don't."""
    passages = snapshot.content.passages.values()
    return snapshot.is_written(words) and any(words in plain(passage.text) for passage in passages)


def _named_in(context: Context, hit: Hit) -> set[str]:
    """Return the names that the words of a hit have."""
    return {name for quote in hit.quotes for name in context.snapshot.terms(quote.text).entities}


def _objects(claim: str) -> Iterator[tuple[str, str, str, str]]:
    for pattern, asked in _OBJECTS:
        match = pattern.fullmatch(claim)
        if match and not (asked == "什么" and match["said"].endswith("的")):
            yield match["before"], match["said"], match["after"], asked


def _answering(context: Context, question: str, sure_at: float) -> Hit | None:
    decision = decide(context.snapshot, question)
    hit = decision.hits[0] if decision.band is Band.ANSWER else None
    entry = context.snapshot.content.entries.get(hit.entry_id) if hit else None
    return hit if hit and hit.score >= sure_at and not (entry and entry.gap) else None


def _premise(context: Context, hit: Hit, said: str, key: str, *, holds: bool) -> Premise:
    answer = of_hit(context, hit)
    lead = reply_text(context, key, said=said) if said else reply_text(context, key)
    return Premise(holds, _value(said), Answer(lead, answer.quotes, answer.address, answer.entry))


def _value(said: str) -> ClaimedValue:
    return ClaimedValue("unsaid", said, 0, len(said), (said,))
