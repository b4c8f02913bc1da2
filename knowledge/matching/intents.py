"""What is said to the bot itself: by sayings that are the whole message, clause by clause, or by its likeness to such.

The knowledge comes first: a way to ask an entry is a question, whatever it is like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.language.grammar import A_NOT_A, ASKING
from knowledge.language.speech.likeness import NEAR_AT, likeness
from knowledge.language.tables import places
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.matching.decide import SURE_AT as SURE_OF_ANSWER
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.matching.index.examples import words_alone
from knowledge.matching.query import read_query
from knowledge.matching.snapshot import Snapshot
from knowledge.matching.talking import (
    COMMAND_AT,
    SURE_AT,
    TALK_AT,
    Talking,
    asked_odds,
    talking,
)
from knowledge.model.service import Intent

_MAX_CLAUSES = 4
_MAX_MESSAGE_CHARS = 200
N_KEPT = 256
_WHOLE_AT = 0.8
"""From these log odds on, by what all of it looks like, the clauses of a message may be talk by likeness: any clause of a question may look so alone."""
_UNPLACED_AT = 1.0
"""From these log odds on, by what it looks like, a message may be talk that nobody can place."""
_MIN_WORD_CHARS = 2
_CHINESE = re.compile("[\u4e00-\u9fff]")
_TWICE = re.compile(r"(.{2,12}?)(?:[，,、\s]*\1){1,3}[了啦哈啊嘛吧]?")
_CLAUSES = re.compile(r"[，,。.！!？?；;、~…\s]+")
_GREETING = "greet"
_PARTING = frozenset({"thanks", "bye"})
_LATER = "laterquestion"
_SUPPOSES = re.compile(r"^(?:那|但|可|可是|但是)?(?:要是|如果|假如|万一|若是)")
"""要是他不听呢 asks what then; it is no complaint."""
_OF_ONESELF = re.compile(
    r"(?:我|俺|咱|本人|这边|这里)们?(?:是|叫|姓|在|来自|刚|才|第一次|头一[回次]|也是|家|住|今年)"
)
_ASKS = re.compile(
    rf"{ASKING}|{A_NOT_A.pattern}|[吗么呢?？]|想|要|求|帮|请(?!多)|能|可以|告诉|说说|讲讲|介绍|了解|问|查|看看|找|反映|举报|投诉|被"
)
"""What may ask for something, or tell of something that happened to somebody; who only greets says none of it."""
_COURTESY = frozenset({"greet", "thanks", "bye", "howareyou", "repeated"})
"""What stands beside something else in one message, and gives way to it."""


def intent_of(snapshot: Snapshot, text: str, *, nearly: bool = False) -> Intent | None:
    """Return what the whole of a message says to the bot, None when it is a question, or no talk that is known.

    Equal for equal text and release. Text of any length is allowed; long text is no talk.

    Args:
        nearly: Whether what is only like an example counts: for what is no command, pick or step of the talk.
    """
    kept, key = snapshot.intents, (text, nearly)
    try:
        return kept[key]
    except KeyError:
        found = _intent_of(snapshot, text, nearly=nearly)
    # What is near to danger is kept nowhere.
    if likeness(text) < NEAR_AT:
        if len(kept) >= N_KEPT:
            kept.clear()
        kept[key] = found
    return found


def _intent_of(snapshot: Snapshot, text: str, *, nearly: bool) -> Intent | None:
    if len(text) > _MAX_MESSAGE_CHARS or _is_way_to_ask(snapshot, text):
        return None
    whole = _read(snapshot, text, nearly=nearly)
    twice = _TWICE.fullmatch(tidy(text)) if whole is None else None
    if twice:
        # 不耍了不耍了 says what 不耍了 says.
        whole = _read(snapshot, twice.group(1), nearly=nearly)
    if whole and whole.id == _LATER:
        # 没问题了，感谢 has nothing to ask any more.
        return _parting(snapshot, text) or whole
    whole = whole or (_newcomer(snapshot, text) if nearly else None)
    # 拍错了，那不是我的车，怎么撤 asks for a rule, though each clause of it alone is like a correction.
    return whole or _clause_by_clause(
        snapshot, text, nearly=nearly and asked_odds(snapshot, text) >= _WHOLE_AT
    )


def _is_way_to_ask(snapshot: Snapshot, text: str) -> bool:
    return bool(snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical))


def _read(snapshot: Snapshot, text: str, *, nearly: bool) -> Intent | None:
    return snapshot.talk.read(text) or (_alike(snapshot, text) if nearly else None)


def _clause_by_clause(snapshot: Snapshot, text: str, *, nearly: bool) -> Intent | None:
    """Return what several things said at once come to: a command, else what is more than courtesy."""
    clauses = [clause for clause in _CLAUSES.split(tidy(text)) if strip_punctuation(clause)]
    if not 1 < len(clauses) <= _MAX_CLAUSES:
        return None
    read = {clause: _read(snapshot, clause, nearly=nearly) for clause in clauses}
    known = [intent for intent in read.values() if intent]
    if any(intent.id in _PARTING for intent in known):
        known = [intent for intent in known if intent.id != _LATER]
    strange = [clause for clause, intent in read.items() if intent is None]
    if not known or (strange and not (nearly and _is_by_the_way(snapshot, text, strange))):
        return None
    # 好嘛，谢谢你了 thanks.
    return min(known, key=lambda intent: (not intent.say, intent.id in _COURTESY, intent.id == "greet"))


def _parting(snapshot: Snapshot, text: str) -> Intent | None:
    """Return the thanks or the farewell that stands in a clause of its own beside whatever else is said."""
    clauses = [clause for clause in _CLAUSES.split(tidy(text)) if strip_punctuation(clause)][:_MAX_CLAUSES]
    said = (snapshot.examples.by_text.get(words_alone(c)) or snapshot.talk.read(c) for c in clauses)
    return next((intent for intent in said if intent and intent.id in _PARTING), None)


def _newcomer(snapshot: Snapshot, text: str) -> Intent | None:
    """Return the greeting of who says beside it no more than who he is, and asks for nothing: 你好，我是退休教师，学生推荐我来的."""
    greeting, *rest = [clause for clause in _CLAUSES.split(tidy(text)) if strip_punctuation(clause)] or [""]
    intent = snapshot.examples.by_text.get(words_alone(greeting)) or snapshot.talk.read(greeting)
    if intent is None or intent.id != _GREETING or not rest or likeness(text) >= NEAR_AT:
        return None
    asks = any(_ASKS.search(clause) for clause in rest) or snapshot.analyzer.analyze(text).clauses
    return intent if _OF_ONESELF.match(rest[0]) and not asks else None


def _is_by_the_way(snapshot: Snapshot, text: str, strange: Sequence[str]) -> bool:
    """Return whether one clause that is nothing known only says why or how else: 精简点行不行，我在地铁上."""
    if len(strange) > 1 or likeness(text) >= NEAR_AT or snapshot.analyzer.analyze(text).entities:
        return False
    return asked_odds(snapshot, text) >= _UNPLACED_AT or not _has_words_of(snapshot, strange[0])


def is_unplaced(snapshot: Snapshot, text: str) -> bool:
    """Return whether a message is surely said to the bot, though nothing tells which of the intents it is."""
    if asked_odds(snapshot, text) < _UNPLACED_AT or _is_way_to_ask(snapshot, text):
        return False
    measured = _measured(snapshot, text)
    return bool(measured and not measured.is_placed and measured.odds >= SURE_AT)


def _alike(snapshot: Snapshot, text: str) -> Intent | None:
    example = snapshot.examples.by_text.get(words_alone(text))
    if example:
        return example
    measured = _measured(snapshot, text)
    if measured is None or not measured.is_placed:
        return None
    least = COMMAND_AT if measured.intent.say else TALK_AT
    if measured.odds < SURE_AT and (_SUPPOSES.search(tidy(text)) or _has_words_of(snapshot, text)):
        return None
    if not measured.intent.say and _is_told_a_fact(snapshot, text):
        return None
    # 我不想 may end in anything.
    if measured.intent.say and snapshot.alarms.is_begun(text):
        return None
    return measured.intent if measured.odds >= least else None


def _is_told_a_fact(snapshot: Snapshot, text: str) -> bool:
    """Return whether a text asks for a kind of fact that the base surely has: 值班电话多少 is asked of an office, not of the bot."""
    decision = decide(snapshot, text)
    is_sure = decision.band is Band.ANSWER and decision.hits[0].score >= SURE_OF_ANSWER
    return is_sure and bool(decision.query.kinds)


def _has_words_of(snapshot: Snapshot, text: str) -> bool:
    """Return whether one of the content words stands in what the knowledge has, or names a place: 参保 asks an office that has rules for it."""
    words = read_query(snapshot, text).words
    return any(place in text for place in places()) or any(
        len(word) >= _MIN_WORD_CHARS and snapshot.is_written(word) for word in words
    )


def _measured(snapshot: Snapshot, text: str) -> Talking | None:
    """Return what is measured of a message; None where it is near to danger, which is never talked away.

    Letters alone are too little to go by without their meaning: pinyin is told by sayings, and another language has a sentence of its own.
    """
    if len(text) > _MAX_MESSAGE_CHARS or not (snapshot.meaning or _CHINESE.search(text)):
        return None
    measured = talking(snapshot, text)
    return None if measured and likeness(text) >= NEAR_AT else measured
