"""Premises: a yes/no question that states a value is borne out, or set right, by the words that state that very value.

By rule alone: the claim is asked as the question that its value would answer (12家 → 几家), and the words that answer
that are searched for a value of the same kind. Where they have none, or it counts something else, the claim is asked
like any other question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from handlers.answering.answer import Answer
from handlers.answering.premises.parts import parts_claimed
from handlers.answering.premises.titles import bodies_of
from handlers.model.turn import Context
from handlers.replies import reply_text
from knowledge.language.claims import ClaimedValue, asking_for, read_claim, values_in, without
from knowledge.language.grammar import DENYING
from knowledge.language.numerals import chinese_numeral
from knowledge.language.tables import places
from knowledge.language.tidy import tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit
from knowledge.matching.guards import CHANGED
from knowledge.model.sources import Quote
from knowledge.sources.cite import without_marks
from knowledge.sources.structure import Series, speaker_of

_DATES = frozenset({"date", "year", "part of day"})
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?[”’》]*")
# What denies, and what is of another time, is not borne out by words that say the opposite, or tell of this time.
DENIES = re.compile(
    rf"[{DENYING}]|无|别|并非|明年|后年|去年|前年|往年|每年|历年|下次|上次|[上下]一?届|明天|昨天|将来|以后|原定|本来"
)
# A bound denies nothing: 不超过60分钟.
BOUND = re.compile(r"不(?:能|得|可|应|许)?(?:超过|少于|低于|高于|多于|大于|小于|足|满|到)")
_IS = re.compile(r"(?:是|由|归|属于?|来自|叫|让|(?<=\w)代表)(?:我们|咱们)?$")
_AT = re.compile(r"(?:在|到|于|是|去)(?:我们|咱们)?$")
_VERB_CHARS = 4
# 两个优惠能一起用吗 names what is asked about, and states no number of it.
_WHETHER_THEY_MAY = re.compile(r"[^，,。]{0,8}?(?:能|可以|可否|要不要|用不用|得不得)")
_SAID = re.compile(r"说|讲|提|谈|表示|指出|发言")
_LIKE_ITEMS = frozenset("条点个款") | {"方面"}
_HUMAN = frozenset("位名人个")
_LONG_CHARS = 120
# Each value is asked for; nobody takes so many for granted in one message, and a list of them would take seconds.
_MOST_STATED = 4
_SURE_AT = 0.5


class Premise(Struct, frozen=True):
    """What the words say of a value: whether it is so, and the telling that shows it."""

    holds: bool
    value: ClaimedValue
    answer: Answer


def find_premise(context: Context, text: str, said: str = "") -> Premise | None:
    """Return what the knowledge says of a value that `text` states; None when it states none that the words state too.

    Args:
        said: Where only the values of these words are meant: the rest of `text` was put before them to name what they are about.
    """
    claim, asks = read_claim(tidy(text))
    if not claim or DENIES.search(BOUND.sub("", claim)):
        return None
    if not asks and decide(context.snapshot, text).band is Band.ANSWER:
        return None
    stated = values_of(context, claim)
    if len(stated) > _MOST_STATED:
        return None
    told = tuple(v for v in stated if is_told(claim, v) and without(v, claim).strip("是在的有共一就也 "))
    told = tuple(v for v in told if v.said in (said or claim))
    told = tuple(v for v in told if v.kind != "count" or not _WHETHER_THEY_MAY.match(claim, v.end))
    # 团省委许静 is one name of hers: which body is not what is said.
    told = tuple(v for v in told if v.kind != "organisation" or all(v.end != p.start for p in stated))
    n_people = sum(value.kind == "person" for value in stated)
    if n_people > 1 or any(value.kind == "organisation" for value in told):
        # 李志刚是省妇联的 is asked of the body, not of the person; of two people neither can be asked for alone.
        told = tuple(value for value in told if value.kind != "person")
    found = [finding for value in told if (finding := _find(context, claim, value, stated))]
    wrong = next((finding for finding in found if not finding.holds), None)
    return wrong or (found[0] if found and asks else None)


def is_gap(context: Context, hit: Hit) -> bool:
    """Return whether a hit is an entry that only says what is not there."""
    entry = context.snapshot.content.entries.get(hit.entry_id)
    return bool(entry and entry.gap)


def is_told(claim: str, value: ClaimedValue) -> bool:
    """Return whether a claim is about its value: 是许静说的, 在绵阳开; a name that merely does something is no such one."""
    before = claim[: value.start]
    if value.kind in {"person", "organisation"}:
        return bool(_IS.search(before))
    return value.kind != "place" or bool(_AT.search(before))


def _bears_out(claim: str, value: ClaimedValue, sentence: str) -> bool:
    """Return whether the rest of what is said of a name is so too: 是团省委的书记 is no 副书记."""
    if value.kind not in {"person", "organisation"}:
        return True
    rest = claim[value.end :].removeprefix("的")
    if rest.endswith("的") and len(rest) <= _VERB_CHARS:
        return True
    return not rest or (rest in sentence and f"副{rest}" not in sentence)


def values_of(context: Context, text: str) -> tuple[ClaimedValue, ...]:
    """Return the values that a text states, by the names of this release."""
    return values_in(text, context.snapshot.analyzer.names_as_written, places())


def _find(
    context: Context, claim: str, value: ClaimedValue, stated: tuple[ClaimedValue, ...]
) -> Premise | None:
    series = parts_claimed(context, claim, value) if value.kind == "count" else None
    if series:
        return _of_series(context, value, series)
    for hit in _hits(context, claim, value, stated):
        truth = tuple(_truths(context, claim, value, hit))
        number = 0 if truth or value.kind != "count" else _enumerated(context, value, hit)
        if number:
            key = "premise.right" if number == value.meant[0] else "premise.wrong"
            quotes = (*_counting(context, hit, number), *hit.quotes)
            telling = replace(_whole_hit(context, hit, key, value), quotes=quotes)
            return Premise(number == value.meant[0], value, telling)
        same = next((quote for quote, meant in truth if agrees(value, meant)), None)
        if same and not _bears_out(claim, value, tidy(same.text)):
            return None
        # 代表新网银行发言的是曾薇: a sentence that names both tells which is whose.
        bodies = {other.meant[0] for other in stated if other.kind == "organisation"}
        own = bodies_of(context, value.said, same.text) if same and bodies and value.kind == "person" else ()
        if same and own and not bodies & set(own):
            return Premise(False, value, _telling(context, hit, same, "premise.wrong", value))
        if same and (value.kind != "count" or _counts_the_same(context, claim, value, same.text)):
            return Premise(True, value, _telling(context, hit, same, "premise.right", value))
        if truth and same is None:
            nearest = max((quote for quote, _ in truth), key=lambda quote: _shared(claim, quote.text))
            return Premise(False, value, _telling(context, hit, nearest, "premise.wrong", value))
    return None


def _shared(claim: str, sentence: str) -> int:
    """Return how many pairs of characters of a claim a sentence has."""
    said = tidy(sentence)
    return sum(claim[i : i + 2] in said for i in range(len(claim) - 1))


def _hits(
    context: Context, claim: str, value: ClaimedValue, stated: tuple[ClaimedValue, ...]
) -> Iterator[Hit]:
    """Yield what answers the question behind the claim; else what the claim would ask but for its value."""
    question = asking_for(value, claim)
    for other in stated:
        if other is not value and {other.kind, value.kind} <= _DATES:
            question = question.replace(other.said, "", 1)
    decision = decide(context.snapshot, question)
    if decision.band is not Band.ANSWER:
        decision = decide(context.snapshot, claim)
        first = decision.hits[0] if decision.hits else None
        changed = first and first.score >= _SURE_AT and any(r.name in CHANGED for r in first.reasons)
        if decision.rule != "changed" or not changed:
            return
    if not is_gap(context, decision.hits[0]):
        yield decision.hits[0]


def _truths(
    context: Context, claim: str, value: ClaimedValue, hit: Hit
) -> Iterator[tuple[Quote, tuple[int | str, ...]]]:
    """Yield the values of the same kind that the words of a hit state, each with the sentence that does."""
    for quote in hit.quotes:
        for match in _SENTENCE.finditer(quote.text):
            sentence = Quote(quote.passage_id, without_marks(match.group().strip()))
            yield from ((sentence, meant) for meant in _stated(context, claim, value, sentence))


def _enumerated(context: Context, value: ClaimedValue, hit: Hit) -> int:
    """Return how many there are where a hit quotes all of a series, one by one: 一是 … 三是; 0 where it does not."""
    content, structure = context.snapshot.content, context.snapshot.structure
    quoted = {quote.passage_id for quote in hit.quotes}
    series = structure.series_around(content.passages[i] for i in sorted(quoted))[:1]
    whole = any({p.id for _, p in found.members} == quoted for found in series)
    return len(quoted) if whole and value.meant[1] in _LIKE_ITEMS | {"项"} else 0


def _counting(context: Context, hit: Hit, number: int) -> tuple[Quote, ...]:
    """Return the sentence that leads to a series and says how many there are: 今年将突出抓好以下三方面工作."""
    content, structure = context.snapshot.content, context.snapshot.structure
    first = min((content.passages[quote.passage_id] for quote in hit.quotes), key=lambda p: p.start)
    before = [p for p in structure.leaves(first.source_id) if p.end <= first.start][-1:]
    for passage in before:
        sentence = [match.group().strip() for match in _SENTENCE.finditer(passage.text)][-1]
        if any(v.kind == "count" and v.meant[0] == number for v in values_of(context, tidy(sentence))):
            return (Quote(passage.id, sentence),)
    return ()


def _stated(
    context: Context, claim: str, value: ClaimedValue, sentence: Quote
) -> Iterator[tuple[int | str, ...]]:
    passage = context.snapshot.content.passages[sentence.passage_id]
    found = values_of(context, tidy(sentence.text))
    speaker = speaker_of(context.snapshot.content, passage)
    if value.kind == "person" and speaker and _SAID.search(claim):
        yield (speaker.name,)
    elif value.kind == "organisation":
        yield from _bodies(context, claim, found)
        if speaker and not any(other.kind == "person" for other in values_of(context, claim)):
            yield (speaker.organisation,)
    elif value.kind == "count":
        counted = [
            other.meant for other in found if other.kind == "count" and other.meant[1] == value.meant[1]
        ]
        yield from counted or _listed(value, found, sentence.text)
    else:
        yield from (other.meant for other in found if other.kind == value.kind)


def _bodies(context: Context, claim: str, found: tuple[ClaimedValue, ...]) -> Iterator[tuple[int | str, ...]]:
    """Yield the bodies of a sentence; where the claim names a person, those that stand right before that name."""
    person = next((v.meant for v in values_of(context, claim) if v.kind == "person"), None)
    before: list[tuple[int | str, ...]] = []
    for other in found:
        if other.kind == "organisation":
            before.append(other.meant)
        elif other.kind == "person":
            if other.meant == person:
                yield from before
            before = []
    if person is None:
        yield from (other.meant for other in found if other.kind == "organisation")


def _listed(
    value: ClaimedValue, found: tuple[ClaimedValue, ...], sentence: str
) -> Iterator[tuple[int | str, ...]]:
    """Yield how many documents, or people, a sentence lists one by one."""
    unit = value.meant[1]
    titles = len(re.findall("《[^《》]+》", sentence))
    people = len({other.meant for other in found if other.kind == "person"})
    if unit == "份" and titles > 1:
        yield (titles, unit)
    elif unit in _HUMAN and people > 1:
        yield (people, unit)


def agrees(value: ClaimedValue, meant: tuple[int | str, ...]) -> bool:
    """Return whether a value is the one that is meant; of a date what is not said agrees."""
    if value.kind == "date":
        return all(said in (0, true) for said, true in zip(value.meant, meant, strict=True))
    return value.meant == meant


def _counts_the_same(context: Context, claim: str, value: ClaimedValue, sentence: str) -> bool:
    """Return whether what is counted, by its next word, stands in the sentence too: 10家企业 is no 10家媒体."""
    if value.meant[1] == "人":
        # 90多个人参会: they are counted themselves, and what follows is what they did.
        return True
    following = claim[value.end :].removeprefix("的")
    counted = next(iter(context.snapshot.segmenter.cut(following)), "")
    return len(counted) < 2 or counted in sentence or not context.snapshot.segmenter.knows(counted)


def _of_series(context: Context, value: ClaimedValue, series: Series) -> Premise:
    """Return whether there are so many, shown by the last one."""
    last = series.members[-1][1]
    number, holds = len(series.members), value.meant[0] == len(series.members)
    total = f"{chinese_numeral(number)}{series.measure}"
    key = "premise.right_series" if holds else "premise.wrong_series"
    lead = reply_text(context, key, said=value.said, total=total)
    return Premise(holds, value, Answer(lead, (Quote(last.id, last.text),), last.id))


def _whole_hit(context: Context, hit: Hit, key: str, value: ClaimedValue) -> Answer:
    entry = context.snapshot.content.entries.get(hit.entry_id)
    return Answer(reply_text(context, key, said=value.said), hit.quotes, hit.address, entry)


def _telling(context: Context, hit: Hit, sentence: Quote, key: str, value: ClaimedValue) -> Answer:
    """Return the words of a hit under the verdict: all of them, or of long ones the sentence that states the value."""
    whole = _whole_hit(context, hit, key, value)
    short = sum(len(quote.text) for quote in hit.quotes) <= _LONG_CHARS
    return whole if short else replace(whole, quotes=(sentence,))
