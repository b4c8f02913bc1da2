"""Minimal pairs: a phrasing and its twin, which differs by one word and must not get the same words back.

A twin is negated (能接入 → 不能接入), renumbered (第四条 → 第五条) or re-subjected (李志刚 → 周键). Whoever
asks the twin and is sent the original's entry has been told something wrong in official words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from knowledge.language.numerals import chinese_numeral, numeral
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision
from knowledge.matching.index.profile import Profile
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.sources import Quote

NEGATED = "negated"
RENUMBERED = "renumbered"
RESUBJECTED = "resubjected"

_AFFIRMED = {
    "不能": "能",
    "不得": "可以",
    "不要": "要",
    "不准": "可以",
    "不许": "可以",
    "不该": "该",
    "不应": "应",
    "不应该": "应该",
    "不可以": "可以",
    "禁止": "允许",
    "严禁": "允许",
    "不信": "信",
    "不传": "传",
    "未经": "已经",
}
# 未备案, 已审批: whether it is done.
_STATE = re.compile(r"([未已])(?=[\u4e00-\u9fff]{2}$)")
_MODALS = {
    "要": "不要",
    "应该": "不应该",
    "应当": "不应当",
    "必须": "不必",
    "需要": "不需要",
    "可以": "不可以",
    "能": "不能",
    "能够": "不能",
    "允许": "不允许",
    "该": "不该",
}
_HABITS = "支持 鼓励 遵守 保护 提倡 倡导 接入 提供 传播 抵制"
_ACTS = "参加 出席 参与 签署 签 承诺 提到 讲到 号召 公布"
_DENIED = {
    **_MODALS,
    **{verb: f"不{verb}" for verb in _HABITS.split()},
    **{verb: f"没{verb}" for verb in _ACTS.split()},
}
# 我要看, 想要: what the asker wants, not what is asked about. 什么承诺, 三条承诺: here the verb is a noun.
_NOT_AFTER = frozenset(
    [
        "我",
        "想",
        "你",
        "的",
        "不",
        "没",
        "主要",
        "什么",
        "啥",
        "哪些",
        "条",
        "项",
        "份",
        "句",
        "个",
        "二条",
        "三条",
        "三项",
        "几条",
        "哪条",
        "哪几条",
    ]
)
# 签署单位, 接入商: here the verb only says which noun is meant. 要不要 asks both ways.
_NOT_BEFORE = frozenset(
    ["单位", "人", "人员", "人数", "代表", "者", "内容", "方", "名单", "能力", "服务", "商", "点", "求", "得"]
)
_CLAUSE = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})条")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_COUNT = re.compile(
    r"(?<![第\d.十一二三四五六七八九几])(\d{1,3}|[二三四五六七八九十]{1,3})余?(?=[条项个家句点方种类份位名]|不准)"
)
_SUBJECT_KINDS = ("person", "organisation", "document")
# 自律 may be the virtue; 自律倡议书 is the document.
_DOCUMENT_ENDS = "书言议诺"


@dataclass(frozen=True, slots=True)
class Twin:
    """A phrasing with one thing changed; `put` is what was put in, in the form that an entry would say it."""

    kind: str
    text: str
    put: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A twin that was answered with an entry that does not say it."""

    entry_id: str
    phrasing: str
    twin: Twin
    answered_by: str
    score: float
    rule: str


def twins(snapshot: Snapshot, entry: Entry, phrasing: str, *, every: bool = False) -> tuple[Twin, ...]:
    """Return the twins of a phrasing: one negated (`every`: at each place where one can stand), renumbered, re-subjected.

    Where the language gives no clear twin there is none: a question that asks 能不能 has no negation that
    would turn its answer round. Equal input gives equal twins.
    """
    profile = snapshot.profile(entry.id)
    negated = _negated(snapshot, phrasing)
    found = (
        *(negated if every else islice(negated, 1)),
        *_renumbered(phrasing, profile),
        *_resubjected(snapshot, profile, phrasing),
    )
    return tuple(twin for twin in found if twin.text != phrasing)


def attack(snapshot: Snapshot, entry_ids: Iterable[str], spared: Collection[str] = ()) -> Iterator[Failure]:
    """Yield every twin of these entries' phrasings that is answered with words that are not its own.

    Args:
        spared: Texts (without punctuation) for which editors have said themselves what they lead to.
    """
    for entry_id in entry_ids:
        entry = snapshot.content.entries[entry_id]
        for phrasing in (entry.question, *entry.phrasings):
            for twin in twins(snapshot, entry, phrasing):
                if plain(twin.text) not in spared:
                    yield from _failure(snapshot, entry, phrasing, twin)


def _failure(snapshot: Snapshot, entry: Entry, phrasing: str, twin: Twin) -> Iterator[Failure]:
    decision = decide(snapshot, twin.text)
    if decision.band is Band.ANSWER and not _is_own(snapshot, entry, twin, decision):
        hit = decision.hits[0]
        yield Failure(entry.id, phrasing, twin, hit.address, round(hit.score, 4), decision.rule)


def _is_own(snapshot: Snapshot, entry: Entry, twin: Twin, decision: Decision) -> bool:
    """Return whether the entry that answers the twin speaks of what the twin asks."""
    hit = decision.hits[0]
    answering = snapshot.content.entries.get(hit.entry_id)
    if answering and (answering.gap or _is_phrasing_of(snapshot, answering, twin.text)):
        return True
    if twin.kind == NEGATED:
        return not share_words(snapshot.content, entry.quotes, snapshot.quotes(hit.target))
    profile = snapshot.profile(hit.target)
    return twin.put in profile.entities or twin.put in profile.clauses or twin.put in profile.text


def _is_phrasing_of(snapshot: Snapshot, entry: Entry, text: str) -> bool:
    same = snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical, ())
    return any(snapshot.rows[number].entry_id == entry.id for number in same)


def share_words(content: Content, a: Iterable[Quote], b: Iterable[Quote]) -> bool:
    """Return whether two answers have any word of a source in common."""
    spans = [[_span(content, quote.passage_id, quote.text) for quote in quotes] for quotes in (a, b)]
    return any(p[0] == q[0] and p[1] < q[2] and q[1] < p[2] for p in spans[0] for q in spans[1])


def _span(content: Content, passage_id: str, text: str) -> tuple[str, int, int]:
    passage = content.passages[passage_id]
    start = passage.start + passage.text.index(text)
    return passage.source_id, start, start + len(text)


def _negated(snapshot: Snapshot, phrasing: str) -> Iterator[Twin]:
    words = snapshot.segmenter.cut(phrasing)
    for number, word in enumerate(words):
        before, after = (
            words[number - 1] if number else "",
            words[number + 1] if number + 1 < len(words) else "",
        )
        put = _affirmed(word) if before[-1:] != word[1:2] else None
        if word in ("不", "没") and _negates(before, after):
            put = ""
        elif word in _DENIED and _is_verb(before, after):
            put = _DENIED[word]
        if put is not None:
            changed = "".join(
                put if other == word and i >= number else other for i, other in enumerate(words)
            )
            yield Twin(NEGATED, changed, put or f"－{word}")


def _affirmed(word: str) -> str | None:
    """Return the word that says the contrary of one that denies, or of one that says whether something is done."""
    if word in _AFFIRMED:
        return _AFFIRMED[word]
    return _STATE.sub(lambda m: "已" if m[1] == "未" else "未", word) if _STATE.match(word) else None


def _negates(before: str, after: str) -> bool:
    """Return whether a lone 不 or 没 denies what follows, as it does not in 管不管, 要得不, 没有 and 看不见."""
    return (
        (len(strip_punctuation(after)) >= 2 or after in tuple("信传造发做用删转"))
        and before[-1:] != after[:1]
        and after[:1] not in "有得到住完过了"
        and before[-1:] not in "差看听分找记"
    )


def _is_verb(before: str, after: str) -> bool:
    """Return whether a word between these two is a verb that a negation can stand before."""
    return (
        before not in _NOT_AFTER
        and after not in _NOT_BEFORE
        and bool(strip_punctuation(after))
        and after[0] not in "不没"
    )


def _renumbered(phrasing: str, profile: Profile) -> Iterator[Twin]:
    clause = _CLAUSE.search(phrasing)
    if clause:
        was = numeral(clause.group(1))
        number = was + 1 if was < 9 else was - 1
        yield Twin(RENUMBERED, _put(phrasing, clause, f"第{chinese_numeral(number)}条"), str(number))
    year = _YEAR.search(phrasing)
    if year:
        other = str(int(year.group()) - 1)
        yield Twin(RENUMBERED, _put(phrasing, year, other), other)
    count = _COUNT.search(phrasing)
    if count and _says(profile, numeral(count.group(1))):
        number = next(n for n in range(numeral(count.group(1)) + 1, 2000) if not _says(profile, n))
        said = chinese_numeral(number) if number < 100 and not count.group(1).isdecimal() else str(number)
        changed = phrasing[: count.start(1)] + said + phrasing[count.end(1) :]
        yield Twin(RENUMBERED, changed, said)


def _says(profile: Profile, number: int) -> bool:
    forms = [str(number), *([chinese_numeral(number)] if number < 100 else [])]
    return any(re.search(rf"(?<!\d){form}(?!\d)", profile.text) for form in forms)


def _resubjected(snapshot: Snapshot, profile: Profile, phrasing: str) -> Iterator[Twin]:
    lexicon = snapshot.content.lexicon
    for name in snapshot.analyzer.analyze(phrasing).entities:
        kind = lexicon.kinds[name]
        alias = max((a for a in (name, *lexicon.aliases[name]) if a in phrasing), key=len, default="")
        if (
            not alias
            or kind not in _SUBJECT_KINDS
            or (kind == "document" and alias[-1] not in _DOCUMENT_ENDS)
        ):
            continue
        names = [other for other in snapshot.analyzer.names if lexicon.kinds[other] == kind]
        at = names.index(name)
        strangers = [o for o in names[at + 1 :] + names[:at] if not _knows(profile, o, lexicon.aliases[o])]
        for other in strangers[:1]:
            yield Twin(RESUBJECTED, phrasing.replace(alias, other, 1), other)
        unknown = (word for word in lexicon.unknown if word[-1] == alias[-1] and word not in profile.text)
        for other in [*unknown][:1]:
            yield Twin(RESUBJECTED, phrasing.replace(alias, other, 1), other)
        return


def _knows(profile: Profile, name: str, aliases: tuple[str, ...]) -> bool:
    return name in profile.entities or any(plain(word) in profile.text for word in (name, *aliases))


def _put(text: str, place: re.Match[str], new: str) -> str:
    return text[: place.start()] + new + text[place.end() :]
