"""Care: whoever speaks of danger gets the official lines at once, and the talk stays with help.

Nothing of what was said is kept, counted or searched for; the session knows which help was given last, no more.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.model.messages import Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.grammar import A_NOT_A, ASKING
from knowledge.language.speech.danger import AGAIN, LOW, N_AGAIN, YIELDING, Danger
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.matching.intents import intent_of
from knowledge.reading.papers import COMMANDS

_OTHER = "other"
_FIRST = {"crisis": "crisis", "danger": "danger"}
_SUPPOSED = "?"
"""Stands behind the kind in the session where no saying was found: a sure question then leads out of the help."""
_PRACTICAL = frozenset({"money", "web"})
_THANKS = frozenset({"谢谢", "谢谢你", "谢谢您", "谢谢啦", "谢了", "多谢", "感谢"})
_PARTING = frozenset({"thanks", "bye"})
_SURE_AT = 0.8
_KNOWN_AT = 0.3
# Who only tells something (这是我发的最后一条消息) asks the knowledge for nothing.
_ASKS = re.compile(
    rf"{ASKING}|{A_NOT_A.pattern}|[吗么吧呢?？]|[不没][有得]?[\s。.!！]*$|是不是|有没有|能不能"
)
_KIN = {kind: kin for kin, kinds in AGAIN.items() for kind in kinds} | {_OTHER: "life"}
# Said to us, not to the quiz or the knowledge, by who was given help: 没用, 为什么, 你好, 更多.
_STAYS = frozenset(
    [
        "没用",
        "有用",
        "为什么",
        "更多",
        "出处",
        "原文",
        "核对",
        "都不是",
        "跳过",
        "上一题",
        "你好",
        "您好",
        "谢谢",
    ]
)
_LEAVES = COMMANDS - _STAYS


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Give the lines of the danger that is spoken of, and others of them to whatever is said next; record nothing.

    What somebody answers to an open item is the item's.
    """
    if message.kind != "text":
        return None
    danger = context.snapshot.alarms.read(message.text, session.said)
    if danger and not _is_question(danger, message.text, context):
        return _help(danger, session, context)
    if session.care and context.snapshot.alarms.is_better(message.text):
        return say(context, replace(session, care="", n_care=0), "care.better")
    if danger is None and (sensed := _sensed(message.text, session, context)):
        turn = _help(sensed, session, context, supposed=True)
        # 我吃了一整瓶 is danger already; 安眠药 may be what it ends in.
        begun = tidy(message.text) if context.snapshot.alarms.is_begun(message.text) else ""
        return replace(turn, session=replace(turn.session, said=begun))
    waits = session.attempt is not None and not session.attempt.paused
    return None if waits else handle_rest(message, session, context)


def handle_rest(message: Message, session: Session, context: Context) -> Turn | None:
    """Stay with help until somebody asks for something else by its own word."""
    if message.kind != "text" or not session.care or _leaves(message.text, context):
        return None
    kind = session.care.removesuffix(_SUPPOSED)
    if _KIN[kind] in _PRACTICAL and _is_parting(message.text, context):
        return say(context, replace(session, care="", n_care=0), "care.better")
    if _is_thanks(message.text, context):
        # Whose life was at stake is not out of the help by thanking for it.
        return say(context, session, "care.thanked")
    is_known = is_supposed(session) or (_KIN[kind] in _PRACTICAL and _names_something(message.text, context))
    if is_known and _is_another_matter(message.text, context):
        return None
    return _say(kind, session.n_care, session, context, _SUPPOSED if is_supposed(session) else "")


def is_supposed(session: Session) -> bool:
    """Return whether the danger that help was given for was read by likeness alone."""
    return session.care.endswith(_SUPPOSED)


def is_left_by_asking(session: Session) -> bool:
    """Return whether a question that got its answer ends the help: danger was only supposed, or it was about money or the web."""
    return is_supposed(session) or _KIN.get(session.care) in _PRACTICAL


def _names_something(text: str, context: Context) -> bool:
    """Return whether words name somebody, a body or a document: who was insulted and asks who 唐敏 is has gone on."""
    return bool(context.snapshot.analyzer.analyze(text).entities)


def _is_parting(text: str, context: Context) -> bool:
    intent = intent_of(context.snapshot, text, nearly=True)
    return intent is not None and intent.id in _PARTING


def _is_thanks(text: str, context: Context) -> bool:
    intent = intent_of(context.snapshot, text)
    return plain(text) in _THANKS or (intent is not None and intent.id == "thanks")


def _is_another_matter(text: str, context: Context) -> bool:
    """Return whether words are a question that the knowledge surely answers; thanks and complaints are none."""
    if intent_of(context.snapshot, text):
        return False
    decision = decide(context.snapshot, text)
    return decision.band is Band.ANSWER and decision.hits[0].score >= _SURE_AT


def _sensed(text: str, session: Session, context: Context) -> Danger | None:
    """Return the danger that words are like, None when they are a command, known talk or a question to the knowledge.

    A long story (我有个亲戚…) may be like what people in need tell, and end in a question about the rules: where the knowledge has
    something to say to it, that is said, below a line on whom to call. Who was given help already stays with it.
    """
    snapshot = context.snapshot
    meaning = snapshot.meaning
    danger = snapshot.alarms.sense(text, session.said, meaning.encode if meaning else None)
    if danger is None or _leaves(text, context) or intent_of(snapshot, text):
        return None
    is_asked = _is_another_matter(text, context) if session.care else _is_known_of(text, context)
    return None if is_asked and not snapshot.alarms.is_plain(text) else danger


def _is_known_of(text: str, context: Context) -> bool:
    """Return whether words ask something that the knowledge answers, or has something to choose from that is no mere resemblance."""
    decision = decide(context.snapshot, text)
    # As it is read: in pinyin no question word stands there.
    if not _ASKS.search(decision.query.text):
        return False
    return decision.band is not Band.DECLINE and decision.hits[0].score >= _KNOWN_AT


def _is_question(danger: Danger, text: str, context: Context) -> bool:
    """Return whether the words are a question that the knowledge has just so: 有人在网上骂我."""
    snapshot = context.snapshot
    return danger.kind in YIELDING and snapshot.analyzer.analyze(text).canonical in snapshot.rows_by_canonical


def _leaves(text: str, context: Context) -> bool:
    said = plain(text)
    first = plain(text.split(maxsplit=1)[0]) if text.split() else ""
    papers = {word for paper in context.snapshot.content.papers.values() for word in paper.words}
    return bool({said, first} & (_LEAVES | papers))


def _help(danger: Danger, session: Session, context: Context, *, supposed: bool = False) -> Turn:
    """Give the lines of a danger, or go on where it is no new matter: low spirits, the same again, or what is only supposed."""
    kind = _OTHER if danger.is_other else danger.kind
    given = session.care.removesuffix(_SUPPOSED)
    goes_on = bool(given) and (
        kind == given or (danger.kind == LOW and _KIN[given] == "life") or (supposed and _KIN[kind] != "life")
    )
    mark = _SUPPOSED if supposed and (not given or is_supposed(session)) else ""
    if goes_on:
        return _say(given, session.n_care, session, context, mark)
    return _say(kind, 0, session, context, mark)


def _say(kind: str, n: int, session: Session, context: Context, mark: str) -> Turn:
    """Give the next of a kind's sentences: each once, then from the beginning."""
    keys = (_FIRST.get(kind, f"care.{kind}"), *(f"care.{_KIN[kind]}_{i}" for i in range(1, N_AGAIN + 1)))
    after = replace(
        session,
        care=kind + mark,
        n_care=n + 1,
        said="",
        offered=(),
        asking=False,
        pages=(),
        last=None,
        hinted=None,
        n_failed=0,
    )
    return Turn(Reply("text", reply_text(context, keys[n % len(keys)])), after)
