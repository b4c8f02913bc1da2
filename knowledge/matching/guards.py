"""Guards: rules that no score overrides. Each says of one entry that it must not be the answer to one question."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from knowledge.language.asked_facts import asks_count, lacks_count
from knowledge.language.grammar import A_NOT_A, DENYING
from knowledge.matching.decision import Hit
from knowledge.matching.features import lacks_person
from knowledge.matching.index.profile import Profile
from knowledge.matching.query import Query
from knowledge.matching.snapshot import Snapshot

_WHO = re.compile("谁|领导|说话|代表|派")
_COMMON_ORDINAL = 3
# Every entry that may answer is asked the same of one question.
_N_KEPT = 16
# 你替他签个字, 帮我写一份; not 帮我看看, 替用户保密.
_TASK = re.compile(
    r"^你?(?:替|帮|代)[^用]{1,4}?(?:签|写|骂|投票|投个票|转账|办|改|删|画|唱|编|订|买|充|报名|报个名|申请|发个|打个)(?!错|过|了|的)"
)
# 省总工会和商务厅: of two that are named together, the entry must have both.
_PARTNERS = 2
# 分别, 特别 and 未成年 deny nothing.
_NEGATIONS = re.compile(
    r"不(?![光仅但止只管论])|没|未(?!成年|来)|(?<![分特级类个区差性识告鉴派])别(?![的人处家])|勿|禁止|严禁|拒绝|并非|无需"
)
_ASKS_AT_END = re.compile(r"(?<=[\u4e00-\u9fff])(?:不|没得|没有|没)$")
_NEGATING = frozenset("不没未别勿禁严拒并无")
"""With none of these characters a text has no negation."""
# What may stand beside a negation or in its place, and asks the same: 能发布, 可以发布, 不准发布.
_MODALS = re.compile(r"能|可以|允许|准|许|得|要|该|应|必须|必|用")
_MINIMAL_PAIR_RATIO = 85
# Two characters that a negation stands right before: what the question denies. 没 often only says that something is lacking,
# and 不刷脸就不给用 denies nothing, it tells a condition.
_DENIED = re.compile(r"(?:不要|禁止|不|未|勿)([\u4e00-\u9fff]{2})(?!就)")
# What the question says is done.
_DONE = re.compile(r"已经?([\u4e00-\u9fff]{2})")
# 备了案, 审过核的: the verb is parted by the sign that it is done.
_PARTED = re.compile(r"([\u4e00-\u9fff])[了过]([\u4e00-\u9fff])")
# 用户要为企业保密: who, to whom, does what.
_DUTY = re.compile(
    r"([\u4e00-\u9fff]{2,4}?)(?:是不是|该不该|能不能|要不要)?(?:应该|应当|必须|需要|可以|得|要|能|该)(?:为|替|向|对|给)?"
    r"([\u4e00-\u9fff]{2}?)(?:的)?([\u4e00-\u9fff]{2})"
)
_FOR = "[为替向对给]{0}|{0}的?(?:信息|秘密|隐私|权益|资料|数据|利益|合法|个人)"
# 企业承诺不做什么 asks what is not done.
_ASKS_DENIED = re.compile(r"([不没未][\u4e00-\u9fff]{1,2}?)(?:什么|哪些|啥)")
# Who asks what somebody asked is answered by the question.
_ASKS_WHAT_WAS_SAID = re.compile("问了|问过|提问|疑问|问题|提了|提出|反映|担心|意见|说了|讲了|说过|发言")
_TURNED_AWAY_FROM = re.compile(f"[{DENYING}勿禁拒反抵防]")


Guard = Callable[[Snapshot, Query, Hit], bool]
"""Says whether a hit must not be the answer to a question that its guard is asked of."""


def held_by(snapshot: Snapshot, query: Query, hit: Hit, unasked: str = "") -> str:
    """Return the name of the first guard, but for the one `unasked`, that holds `hit` back from answering `query`; "" when none does."""
    for name, guard in _asked_of(query):
        if name != unasked and guard(snapshot, query, hit):
            return name
    return ""


@lru_cache(maxsize=_N_KEPT)
def _asked_of(query: Query) -> list[tuple[str, Guard]]:
    """Return the guards that can hold anything back from a query: most questions name no year, clause or place."""
    return [(name, guard) for name, is_asked, guard in GUARDS if is_asked(query)]


def _other_clause(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    return not set(query.terms.clauses) <= snapshot.profile(hit.target).clauses


def _other_year(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    content = snapshot.content
    known = snapshot.profile(hit.target).text + "".join(
        content.sources[content.passages[quote.passage_id].source_id].date for quote in hit.quotes
    )
    return any(year not in known for year in query.terms.years)


def _other_subject(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the question names people, bodies or documents and the entry has none of one of these kinds."""
    profile = snapshot.profile(hit.target)
    # Who spoke for a body is not told by words that only mention it.
    known = profile.subjects if _WHO.search(query.terms.canonical) else profile.entities
    kinds = snapshot.content.lexicon.kinds
    for kind in ("person", "organisation", "document"):
        asked = [name for name in query.terms.entities if kinds.get(name) == kind]
        if asked and not any(name in known for name in asked):
            return True
        if kind != "document" and len(asked) == _PARTNERS and not profile.entities.issuperset(asked):
            return True
    return False


def _other_kind(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the question asks for an amount, a date, a clause or a name that the entry does not give,
    or for what concerns somebody whom the words of a source do not name.
    """
    profile = snapshot.profile(hit.target)
    if not query.kinds <= profile.given or lacks_count(query.text, profile.said):
        return True
    return not hit.entry_id and _names_nobody(query, profile)


def _names_nobody(query: Query, profile: Profile) -> bool:
    """Return whether a sentence, in its context, names neither whom a question asks for nor all whom it asks about."""
    told = f"{profile.own_text} {profile.said}"
    return lacks_person(query, profile) or any(name not in told for name in query.people)


def _other_number(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the question counts what the entry counts differently, or names a place beyond its last."""
    profile = snapshot.profile(hit.target)
    counted = {unit for unit, _ in profile.amounts}
    if any(unit in counted and (unit, n) not in profile.amounts for unit, n in query.amounts):
        return True
    return any(
        n not in profile.ordinals and (bool(profile.ordinals) or n > _COMMON_ORDINAL) for n in query.ordinals
    )


def _unknown_name(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    known = snapshot.profile(hit.target).text
    return any(name not in known for name in query.unknown)


def _absent_fact(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    # Only in the part that asks: who has to write a paper (论文) does not ask for one.
    known = snapshot.profile(hit.target).text
    return any(fact not in known for fact in query.facts)


def _a_question(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the hit is a sentence that asks something: who asks the same is not answered by it."""
    sentence = snapshot.sentences.get(hit.target)
    return sentence is not None and sentence.asks


def _any_at_all(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    return True


def _negated(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the question is the hit's phrasing with a negation put in or taken out, or denies what the entry only affirms."""
    found = snapshot.terms(hit.phrasing)
    if _is_denial(query.terms.canonical, found.canonical) or _is_denial(query.terms.literal, found.literal):
        return True
    denied, done = _denied_and_done(query.terms.canonical, query.terms.literal)
    if not denied and not done:
        return False
    profile = snapshot.profile(hit.target)
    said = f"{profile.text}\n{profile.canonical}"
    return any(_only_affirmed(word, said) for word in denied) or any(
        _only_denied(word, said) for word in done
    )


@lru_cache(maxsize=_N_KEPT)
def _denied_and_done(canonical: str, literal: str) -> tuple[list[str], list[str]]:
    """Return what a question denies, and what it says is done."""
    done = _DONE.findall(literal) + ["".join(parts) for parts in _PARTED.findall(literal)]
    return _DENIED.findall(A_NOT_A.sub(r"\1", canonical)), done


def _is_denial(asked: str, found: str) -> bool:
    """Return whether one text is the other with a negation put in or taken out."""
    if _NEGATING.isdisjoint(asked) and _NEGATING.isdisjoint(found):
        return False
    n_asked, bare = _denials_in(asked)
    found = _without_asking(found)
    if n_asked == len(_NEGATIONS.findall(found)):
        return False
    return fuzz.ratio(bare, _bare(found)) >= _MINIMAL_PAIR_RATIO


@lru_cache(maxsize=_N_KEPT)
def _denials_in(asked: str) -> tuple[int, str]:
    """Return how many negations a question has, and what is left without them."""
    asked = _without_asking(asked)
    return len(_NEGATIONS.findall(asked)), _bare(asked)


def _without_asking(text: str) -> str:
    """Return a text without the negations that only ask: 支不支持, 支持不."""
    return _ASKS_AT_END.sub("", A_NOT_A.sub(r"\1", text))


def _bare(text: str) -> str:
    return _MODALS.sub("", _NEGATIONS.sub("", text))


def _only_affirmed(word: str, said: str) -> bool:
    """Return whether `said` has the word, and nowhere a negation within two characters before it."""
    # 满意度低于80% affirms nothing: it is measured.
    places = [m.start() for m in re.finditer(rf"{re.escape(word)}(?![度率])", said)]
    return bool(places) and not any(_TURNED_AWAY_FROM.search(said[max(0, at - 3) : at]) for at in places)


def _only_denied(word: str, said: str) -> bool:
    """Return whether `said` has the word only as what is not done: 未备案, and nowhere 已备案."""
    return bool(re.search(f"[未没]{word}", said)) and not re.search(f"已经?{word}", said)


def tells_what_is_denied(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether a question asks what is not done, and a hit says it of the same deed: 不做什么, 不做违背良心的事."""
    asked = _ASKS_DENIED.search(query.terms.literal)
    return asked is not None and asked.group(1) in snapshot.profile(hit.target).text


def _other_place(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the part that asks names a province or city that the entry does not."""
    known = snapshot.profile(hit.target).text
    return any(place not in known for place in query.places)


def _other_level(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the question names a body of a level that the entry does not: 市妇联 where the province's speaks."""
    known = snapshot.profile(hit.target).text
    return any(body not in known for body in query.levels)


def _swapped(snapshot: Snapshot, query: Query, hit: Hit) -> bool:
    """Return whether the question says that one does for another what the entry says the other way round.

    用户要为企业保密吗 is not answered by 为用户保密.
    """
    duty = _duty_in(query.terms.literal)
    known = snapshot.profile(hit.target).text
    if duty is None or duty.deed not in known:
        return False
    return bool(re.search(duty.for_doer, known)) and not re.search(duty.for_other, known)


class _Duty(NamedTuple):
    """What one does for another, and how words say that something is for either."""

    deed: str
    for_doer: str
    for_other: str


@lru_cache(maxsize=_N_KEPT)
def _duty_in(literal: str) -> _Duty | None:
    match = _DUTY.search(literal)
    if match is None:
        return None
    doer, other, deed = match.groups()
    return _Duty(deed, *(_FOR.format(re.escape(who)) for who in (doer, other)))


def _asks_for_a_fact(query: Query) -> bool:
    return bool(query.kinds or query.asks_for_person or query.people) or asks_count(query.text)


CHANGED = frozenset({"negated", "other-level", "swapped", "other-number", "other-year", "other-place"})
"""Guards that tell a changed question: what it was changed from is near, and nothing else answers it either."""

GUARDS: tuple[tuple[str, Callable[[Query], object], Guard], ...] = (
    ("other-clause", lambda query: query.terms.clauses, _other_clause),
    ("other-year", lambda query: query.terms.years, _other_year),
    ("other-subject", lambda query: query.terms.entities, _other_subject),
    ("unknown-name", lambda query: query.unknown, _unknown_name),
    ("absent-fact", lambda query: query.facts, _absent_fact),
    ("other-kind", _asks_for_a_fact, _other_kind),
    ("other-number", lambda query: query.amounts or query.ordinals, _other_number),
    ("other-place", lambda query: query.places, _other_place),
    ("other-level", lambda query: query.levels, _other_level),
    ("swapped", lambda query: _duty_in(query.terms.literal), _swapped),
    ("a-question", lambda query: not _ASKS_WHAT_WAS_SAID.search(query.text), _a_question),
    # The bot is told to do something in somebody's place: no words of a source do that.
    ("a-task", lambda query: _TASK.search(query.terms.literal), _any_at_all),
    ("negated", lambda _: True, _negated),
)
"""Each guard by its name, with what a question must have for it to be asked, the first that holds first."""
