"""Talk: what is said to the bot itself, and commands in one's own words; the intents are content (`talk.yaml`)."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.focus import read_focus
from handlers.answering.followups.lacking import asks_personal
from handlers.model.messages import Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import say
from knowledge.matching.decide import decide
from knowledge.matching.intents import intent_of, is_unplaced
from knowledge.matching.snapshot import Snapshot
from knowledge.model.service import Intent

# A code alone is looked up: that of an answer has five signs before its hyphen, that of a card four.
_ANSWER_CODE = re.compile(r"\s*[0-9A-Za-z]{5}[-—–－][0-9A-Fa-f]{4}\s*")
_CARD_CODE = re.compile(
    r"\s*[0-9A-Za-z]{4}[-—–－][0-9A-Za-z]{4}\s*|\s*[Zz][0-9A-Za-z]{3,5}(?:[-—–－][0-9A-Za-z]{3,5}){1,3}\s*"
)

_YOU = re.compile("[你您]|机器人|小助手|小编|客服")
_UNPLACED = "?"


def as_meant(message: Message, snapshot: Snapshot) -> Message:
    """Return the message as the command that it is in other words, or unchanged."""
    if message.kind != "text":
        return message
    if _ANSWER_CODE.fullmatch(message.text):
        return replace(message, text=f"核对 {message.text.strip()}")
    if _CARD_CODE.fullmatch(message.text):
        return replace(message, text=f"验证 {message.text.strip()}")
    return _said_for(message, intent_of(snapshot, message.text))


def as_nearly_meant(message: Message, snapshot: Snapshot) -> Message:
    """Return the message as the command that it is nearly in the words of, or unchanged: for what nothing else took."""
    return (
        _said_for(message, intent_of(snapshot, message.text, nearly=True))
        if message.kind == "text"
        else message
    )


def _said_for(message: Message, intent: Intent | None) -> Message:
    return (
        replace(message, text=intent.say) if intent and intent.say and intent.say != message.text else message
    )


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Say the intent's sentence, the next of them to who says the same again, or how to go on; the talk's subject stays."""
    if message.kind == "text" and _is_of_the_person(message.text, session, context):
        return None
    intent = intent_of(context.snapshot, message.text, nearly=True) if message.kind == "text" else None
    if intent is None and message.kind == "text" and _is_unplaced(message.text, context):
        n = session.n_talk if session.talk == _UNPLACED else 0
        key = ("talk.unplaced", "talk.unplaced_again")[n % 2]
        return say(context, replace(session, talk=_UNPLACED, n_talk=n + 1), key)
    if intent is None or not intent.replies:
        return None
    n = session.n_talk if session.talk == intent.id else 0
    after = replace(session, talk=intent.id, n_talk=n + 1)
    return Turn(Reply("text", intent.replies[n % len(intent.replies)]), after)


def _is_of_the_person(text: str, session: Session, context: Context) -> bool:
    """Return whether a few words ask something private, and somebody else than the bot was spoken of last: 结婚没有, after 唐敏."""
    focus = None if _YOU.search(text) else read_focus(context, session)
    return bool(focus and focus.person) and asks_personal(decide(context.snapshot, text))


def _is_unplaced(text: str, context: Context) -> bool:
    """Return whether words are surely talk that nobody can place, and not the beginning of something that must be heard out."""
    return is_unplaced(context.snapshot, text) and not context.snapshot.alarms.is_begun(text)
