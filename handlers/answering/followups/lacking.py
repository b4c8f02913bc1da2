"""What the one spoken of does not have: asked of it (电话呢, 下一步呢), it is missing of it, and another's is no answer."""

from __future__ import annotations

import re

from handlers.answering.focus import GUESS_AT, Focus, is_about, subjects_of
from handlers.answering.followups.nearby import missing_of
from handlers.answering.followups.switch import (
    ASKS_OR_NAMES_A_PLACE,
    LEADING,
    PRONOUN,
    is_short,
    is_specific,
    own_words,
    subjects_meant,
    switched_to,
)
from handlers.model.turn import Context
from knowledge.language.compound import FACT_NAME
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decide import BY_CHARACTERS
from knowledge.matching.decision import Band, Decision

FEW_CHARS = 6
_STRAY_CHARS = 8
"""Longer texts say what they are about: 娃儿上网家长要注意啥子 is asked as it stands."""
_GOES_ON = ("呢", "嘞", "咧", "喃", "呐")
_HOW_MUCH = re.compile("好多|好久")
_COMING = frozenset("来去到有是在开会讲说人")
_SEVERAL = 3
_PERSONAL = frozenset({"phone", "wechat", "mail"})
# A body that no list of names has: 那交通运输局谁汇报的.
_NAMES_A_BODY = re.compile(
    r"(?!那?哪)[\u4e00-\u9fff]{2,}(?:局|厅|公司|学校|医院|大队|支队|街道|社区|协会|银行|委员会|办公室)"
)
_OF_ANYBODY = frozenset({"联系", "号码", "多少", "个人"})
_HIM = re.compile(r"(?:那|还|又)?(?:他|她)(?!们)")


def lacking_of(context: Context, focus: Focus, alone: Decision) -> str:
    """Return the name of the one spoken of, where a text asks a fact of it that only others are known to have: 电话呢, 下一步呢; else "".

    What the text names itself, or a word that only one other subject uses, makes it a question of its own.
    """
    what = switched_to(alone.query.text)
    is_other = not any(is_about(context, focus, hit) for hit in alone.hits[:1])
    if what and is_other and subjects_meant(context, what) and is_specific(context, focus):
        # Asked of another one, and not known of that one either: 团省委呢.
        return next((name for name in alone.query.terms.entities), what)
    title = context.snapshot.content.sources[focus.document].title
    subject = missing_of(context, focus, alone)
    if subject:
        return subject
    missing = lacks_it(context, focus, alone) or _strays(context, focus, alone)
    return (focus.person or focus.organisation or title) if missing else ""


def _strays(context: Context, focus: Focus, alone: Decision) -> bool:
    """Return whether a few words that name nothing are best answered by something else, which lacks what they ask for: 有多少人签名."""
    query = alone.query
    if alone.band is not Band.ANSWER or query.terms.entities or query.terms.clauses or alone.rule == "exact":
        return False
    if len(strip_punctuation(query.text)) > _STRAY_CHARS or is_about(context, focus, alone.hits[0]):
        return False
    known = context.snapshot.profile(alone.hits[0].target).text
    own = [word for word in own_words(alone) if len(word) > 1]
    # 帮了多少人 says by one sign what is asked; 去了多少人 asks of any meeting.
    own = own or [word for word in own_words(alone) if word not in _COMING]
    return bool(own) and not any(word in known for word in own)


def lacks_it(context: Context, focus: Focus, alone: Decision) -> bool:
    """Return whether a text asks a fact of the person or body spoken of, and only others are known to have it."""
    query = alone.query
    if not (focus.person or focus.organisation) or query.terms.entities or query.terms.clauses:
        return False
    if _NAMES_A_BODY.search(query.text):
        return False
    near = alone.hits if alone.band is not Band.DECLINE else ()
    if not is_short(query.text) or any(is_about(context, focus, hit) for hit in near):
        return False
    said = plain(query.text)
    if _says_whose(context, focus, alone):
        return False
    if asks_personal(alone) or (focus.person and _HIM.match(said)):
        return True
    goes_on = LEADING.match(said) or PRONOUN.search(said) or said.endswith(_GOES_ON)
    if alone.band is Band.ANSWER and len(said) > _STRAY_CHARS and not goes_on:
        return False
    asks = goes_on or ASKS_OR_NAMES_A_PLACE.search(said) or len(said) <= FEW_CHARS
    # What a source only might have is not known to be said by anybody.
    told = (hit for hit in alone.hits if hit.entry_id or hit.score >= BY_CHARACTERS.clarify_at)
    others = [subjects_of(context, hit, "speaker") for hit in told]
    said_by_others = bool(asks and others) and all(others)
    is_far = alone.band is Band.CLARIFY and (alone.hits[0].score < GUESS_AT or len(said) <= FEW_CHARS)
    is_asked = ASKS_OR_NAMES_A_PLACE.search(said) or _HOW_MUCH.search(said) or said.endswith(_GOES_ON)
    is_guess = is_far and bool(focus.person and is_asked)
    return (said_by_others or is_guess) and all(_is_common(context, focus, word) for word in own_words(alone))


def _says_whose(context: Context, focus: Focus, alone: Decision) -> bool:
    """Return whether a text says itself whose number it asks for, by a word that the answer has and the last words have not: 值班电话."""
    if alone.band is not Band.ANSWER or alone.hits[0].entry_id:
        return False
    known = context.snapshot.profile(alone.hits[0].target).text
    told = "".join(passage.text for passage in focus.passages)
    own = [w for w in own_words(alone) if len(w) > 1 and w not in _OF_ANYBODY and not FACT_NAME.search(w)]
    return any(word in known and word not in told for word in own)


def asks_personal(alone: Decision) -> bool:
    """Return whether a text asks just what is somebody's own, and another's is no answer: a phone number, an age."""
    few = len(strip_punctuation(alone.query.text)) <= FEW_CHARS
    return few and bool(alone.query.facts or alone.query.kinds & _PERSONAL)


def _is_common(context: Context, focus: Focus, word: str) -> bool:
    """Return whether a word belongs to no other subject alone: several use it, the one spoken of does, or nobody."""
    if len(word) == 1:
        return True
    content = context.snapshot.content
    users = {(p.source_id, p.speaker) for p in content.passages.values() if p.answers and word in p.text}
    return (
        not users
        or len(users) >= _SEVERAL
        or bool(users & {(p.source_id, p.speaker) for p in focus.passages})
    )
