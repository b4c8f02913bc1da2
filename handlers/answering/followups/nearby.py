"""A few words that name nothing and ask one kind of fact (几点开门, 电话呢): of what the last words tell, or missing of it.

By rule alone, for the words of sources: nobody wrote beside them what they are about, so it is read from the last question.
"""

from __future__ import annotations

import re

from handlers.answering.focus import Focus, is_about
from handlers.answering.followups.switch import LEADING, TRAILING, own_words
from handlers.model.turn import Context
from knowledge.language.asked_facts import given_kinds
from knowledge.language.compound import FACT_NAME
from knowledge.language.tables import places
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.snapshot import WHOLE
from knowledge.model.sources import Passage

_IN_IT = re.compile(r"[这那](?:一)?(?:条|段|项|点|款|句|句话|段话)(?:话)?(?:里头|里面|里边|里|中|上)")
_FEW_CHARS = 8
_ASKS_PLACE = re.compile(r"(?:在|去|到)?(?:哪里|哪儿|哪(?:个|座)(?:城市|地方|区|县|市)|什么地方|啥地方|哪$)")
_AT = re.compile(r"(?:在|于|址[:：]?)([^，。,；;]{2,6})")
_ASKS_BODY = re.compile(
    r"^(?:由|归|是)?(?:谁|哪个|哪家|哪个单位|哪个部门|什么部门|什么单位)(?:来)?(?:管理?|负责|主管|解释|监督|组织|牵头)"
)
_BODY_DOES = re.compile(r"由[^，。；,;]{2,16}(?:管理|负责|主管|解释|监督|组织|牵头)|[^，。；,;]{2,16}负责")
# 那个会是哪里开的 says itself what it is about.
NAMES_AN_EVENT = re.compile(r"[这那][次个场](?:会(?![儿不])|活动|比赛|仪式)|会议|大会")
_OF_THE_KIND = re.compile(r"城市|地方|单位|部门|时候|多久|好久|多少")


def fact_of_focus(context: Context, focus: Focus, alone: Decision) -> Hit | None:
    """Return the words told last, where a few words ask a kind of fact that these give and nothing of their own that these have not."""
    if not _asks_only_a_fact(context, focus, alone) or not _may_be_of_another(context, focus, alone):
        return None
    for passage in focus.passages:
        if _gives(alone, passage) and _has_no_other(context, focus, passage, alone):
            target = f"{passage.id}{WHOLE}"
            return Hit(target, 1.0, "", 0.0, context.snapshot.quotes(target))
    return None


def pointed_at(context: Context, focus: Focus, said: str, alone: Decision) -> Hit | None:
    """Return the passage told last, where a text asks what stands in it, and other words would answer: 那条里头对企业有啥要求."""
    if len(focus.passages) != 1 or not _IN_IT.match(said):
        return None
    passage = focus.passages[0]
    if alone.band is Band.ANSWER and any(q.passage_id == passage.id for q in alone.hits[0].quotes):
        return None
    target = f"{passage.id}{WHOLE}"
    return Hit(target, 1.0, "", 0.0, context.snapshot.quotes(target))


def missing_of(context: Context, focus: Focus, alone: Decision) -> str:
    """Return what the last question was about, where a few words ask a fact of it that stands only in words about something else; else "".

    收容所在哪, 电话呢: the number of another body is no answer.
    """
    if not _asks_only_a_fact(context, focus, alone) or alone.band is not Band.ANSWER:
        return ""
    subject = subject_of(context, focus)
    hit = alone.hits[0]
    if hit.entry_id or is_within_reach(context, focus, hit):
        return ""
    known = context.snapshot.profile(hit.target).text
    return subject if subject and subject not in known else ""


def is_within_reach(context: Context, focus: Focus, hit: Hit) -> bool:
    """Return whether a hit quotes the last words, or some that stand beside them in a part that no clause divides."""
    content, structure = context.snapshot.content, context.snapshot.structure
    quoted = {quote.passage_id for quote in hit.quotes}
    beside = {p.id for passage in focus.passages for p in structure.siblings(passage) if not p.article}
    return bool(quoted & ({p.id for p in focus.passages} | beside)) and all(
        i in content.passages for i in quoted
    )


def _asks_only_a_fact(context: Context, focus: Focus, alone: Decision) -> bool:
    query = alone.query
    few = len(strip_punctuation(query.text)) <= _FEW_CHARS
    names = query.terms.entities or query.terms.clauses or NAMES_AN_EVENT.search(query.text)
    asks = query.kinds or _ASKS_PLACE.search(query.text) or _ASKS_BODY.search(query.text)
    return bool(few and asks and not names and alone.rule != "exact" and not focus.person)


def _may_be_of_another(context: Context, focus: Focus, alone: Decision) -> bool:
    """Return whether nothing is sure to answer by itself, or only the words of a document that has nothing to do with this one."""
    if alone.band is not Band.ANSWER:
        return focus.entry is None
    hit = alone.hits[0]
    if is_about(context, focus, hit) and hit.entry_id:
        return False
    if not hit.entry_id:
        return focus.entry is None and not is_within_reach(context, focus, hit)
    return not _are_related(context, focus, hit)


def _are_related(context: Context, focus: Focus, hit: Hit) -> bool:
    """Return whether one of two documents names the other."""
    sources = context.snapshot.content.sources
    here = sources[focus.document]
    others = [sources[context.snapshot.content.passages[q.passage_id].source_id] for q in hit.quotes]
    return any(o is here or here.title in o.text or o.title in here.text for o in others)


def _gives(alone: Decision, passage: Passage) -> bool:
    asked, said = alone.query, passage.text
    if asked.kinds:
        return asked.kinds <= given_kinds(said)
    if _ASKS_PLACE.search(asked.text):
        return any(place in said for place in places())
    return bool(_BODY_DOES.search(said))


def _has_no_other(context: Context, focus: Focus, passage: Passage, alone: Decision) -> bool:
    """Return whether each word of a text but what asks stands in a passage, or nowhere in its document: 开门, where it says 开放."""
    title = context.snapshot.content.sources[focus.document].text
    words = [w for w in own_words(alone) if len(w) > 1 and not _OF_THE_KIND.fullmatch(w)]
    words = [w for w in words if not FACT_NAME.fullmatch(w)]
    return all(word in passage.text or word not in title for word in words)


def tells_no_place(context: Context, said: str, hit: Hit) -> bool:
    """Return whether a text asks nothing but where, and a hit says of nothing that it is at a place.

    共青团四川省委 names a place and tells none; that the sources lack it answers.
    """
    if not _ASKS_PLACE.fullmatch(TRAILING.sub("", LEADING.sub("", said))):
        return False
    entry = context.snapshot.content.entries.get(hit.entry_id)
    told = "".join(quote.text for quote in (entry.quotes if entry else hit.quotes))
    is_at = any(place in match[1] for match in _AT.finditer(told) for place in places())
    return not is_at and not (entry and entry.gap)


def subject_of(context: Context, focus: Focus) -> str:
    """Return the first word of the last question that stands in the words it got, but none that names a kind of fact; "" for none."""
    said = "".join(passage.text for passage in focus.passages)
    cut = context.snapshot.segmenter.cut(plain(focus.question))
    words = (word for word in cut if len(word) > 1 and word in said)
    return next((word for word in words if not FACT_NAME.fullmatch(word)), "")
