"""报到: a taker who wants to be counted for a unit enters the number that an examiner gave out; 取消报到 takes it back.

Nobody has to. Neither number nor unit goes into an effect: they lie in the session, and go with it.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec.structs import replace

from handlers.model.attempts import RosterPlace
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Need, Turn
from handlers.replies import inert, say
from knowledge.quiz.roster import MAX_NUMBER_CHARS, plain_number

# 报到时间 and 报到流程 are questions: a number stands apart, or begins with a letter or a digit.
_ENTERS = re.compile(
    r"\s*报到(?:码|编号)?(?:[\s:]+(?P<apart>\S.*)|(?P<close>[0-9A-Za-z].*)|[\s。.!:]*)", re.S
)
_LEAVES = re.compile(r"\s*(?:取消报到|退出报到|报到取消|不报到了)[\s。.!！]*")


def _number_in(text: str) -> str | None:
    """Return the number that a message enters, "" when it enters none, None when it is about something else."""
    found = _ENTERS.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    return plain_number((found["apart"] or found["close"] or "").strip("。.! "))


def needs(message: Message) -> tuple[Need, ...]:
    """Ask for the unit of the number in the message."""
    number = _number_in(message.text) if message.kind == "text" else None
    return (Need("unit", number),) if number and len(number) <= MAX_NUMBER_CHARS else ()


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Remember unit and number, or forget them; while nothing can be saved, say so."""
    if message.kind != "text":
        return None
    leaves = _LEAVES.fullmatch(message.text)
    number = _number_in(message.text)
    if not leaves and number is None:
        return None
    if not context.can_save:
        return say(context, session, "quiz.away")
    if leaves:
        key = "roster.left" if session.roster else "roster.not_in"
        return say(context, replace(session, roster=None), key)
    if not number:
        return _how(session, context)
    if not context.unit:
        return say(context, session, "roster.unknown")
    place = RosterPlace(context.unit, number)
    return say(context, replace(session, roster=place), "roster.entered", **_told(place, context))


def _how(session: Session, context: Context) -> Turn:
    if session.roster:
        return say(context, session, "roster.entered", **_told(session.roster, context))
    return say(context, session, "roster.how", days=context.limits.session_days)


def _told(place: RosterPlace, context: Context) -> dict[str, object]:
    return {"unit": inert(place.unit), "number": place.number, "days": context.limits.session_days}
