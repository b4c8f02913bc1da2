"""验证 CODE: anyone may see whether a card is in force, and nobody sees whose it is."""

from __future__ import annotations

import re
import unicodedata

from handlers.cards.cards import N_SIGNS, card_facts
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Need, Turn
from handlers.replies import say
from knowledge.sources.codes import READ_AS

_ASKED = re.compile(
    r"^\s*(?:验证|驗證)(?:承诺|证书|编号)?\s*+[:：]?\s*+([0-9A-Za-z][0-9A-Za-z \-—–]{0,30})?\s*[。.!！]?$"
)


def read_code(text: str) -> str | None:
    """Return the code in a request to verify, "" when the request names none, None when it is no such request.

    >>> [read_code(t) for t in ("验证 7k3m-9qpx", "验证７Ｋ３Ｍ９ＱＰＸ", "验证", "验证码是什么")]
    ['7K3M9QPX', '7K3M9QPX', '', None]
    """
    match = _ASKED.match(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    return re.sub(r"[^0-9A-Z]", "", (match.group(1) or "").upper()).translate(READ_AS)


def needs(message: Message) -> tuple[Need, ...]:
    """Ask for the card of the code in the message."""
    code = read_code(message.text) if message.kind == "text" else None
    return (Need("card", code),) if code and len(code) == N_SIGNS else ()


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Say what the card says, or that there is none in force with this code."""
    code = read_code(message.text) if message.kind == "text" else None
    if code is None:
        return None
    if not context.can_save:
        return say(context, session, "away")
    if not code:
        return say(context, session, "verify.how")
    card = context.card
    if card is None or card.code != code:
        return say(context, session, "verify.unknown")
    return say(context, session, f"verify.{card.kind}", **card_facts(context, card))
