"""证书: the card of a passed 正式测评, and 验证 CODE, by which anyone can check one."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.cards.signed_codes import PREFIX, unseal
from handlers.china import spell_day
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import linked, say
from knowledge.language.tidy import plain

_WORDS = frozenset({"证书", "我的证书", "查看证书", "看证书"})
_CHECK = re.compile(rf"(?:验证|核验|查验)(?:证书|编号)?[\s:：]*({PREFIX}[0-9A-Z\s－—-]+)", re.IGNORECASE)


def _code_in(text: str) -> str:
    match = _CHECK.fullmatch(text.strip().strip("。.!！"))
    return match.group(1) if match else ""


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Show the latest certificate, or say what a code stands for that begins with our letter."""
    if message.kind != "text":
        return None
    code = _code_in(message.text)
    if code:
        return _say(context, session, code, "certificate.valid", "verify.unknown")
    if plain(message.text) not in _WORDS:
        return None
    if not context.can_save:
        return say(context, session, "quiz.away")
    codes = [result.code for result in session.results if result.code]
    own = codes[-1] if codes else ""
    turn = _say(context, session, own, "certificate.card", "certificate.none")
    return replace(turn, reply=replace(turn.reply, card=own))


def _say(context: Context, session: Session, code: str, found: str, missing: str) -> Turn:
    papers = context.snapshot.content.papers
    certificate = unseal(code, papers, context.secret) if code else None
    if certificate is None:
        return say(context, session, missing)
    return say(
        context,
        session,
        found,
        code=linked(context, "v", code.strip().upper()),
        date=spell_day(certificate.day),
        title=papers[certificate.paper_id].title,
        percent=certificate.percent,
    )
