"""承诺: read the pledge, sign it, get a card that anyone can verify, take it back at any time."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.pages import paginate
from handlers.cards.cards import card_facts, make_code
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Card, Session
from handlers.model.turn import Context, Need, Turn
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain
from knowledge.sources.cite import cite

_READ = frozenset(
    ["承诺", "我要承诺", "我想承诺", "签承诺", "签承诺书", "承诺书", "我的承诺", "我的承诺卡", "承诺卡"]
)
_SIGN = frozenset(["我承诺", "签署", "签署承诺", "签署承诺书", "我签署", "我要签署", "同意签署"])
_YES = frozenset(["签", "同意", "是", "是的", "确认", "好", "好的", "愿意", "我愿意", "我同意"])
_REVOKE = frozenset(["撤回承诺", "撤销承诺", "取消承诺", "收回承诺", "我要撤回承诺", "撤回我的承诺"])
_FIRST_SENTENCE = re.compile(r"^[^。]*。?")
KIND = "pledge"


def _said(message: Message) -> str:
    return plain(message.text) if message.kind == "text" else ""


def needs(message: Message) -> tuple[Need, ...]:
    """Ask for the public counter wherever it may be shown."""
    return (Need("cards", KIND),) if _said(message) in _READ | _SIGN | _YES | _REVOKE else ()


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Show the pledge or the card, sign what was just read, or take the signature back."""
    said = _said(message)
    asked = session.pending == KIND and said in _YES
    if not (asked or said in _READ | _SIGN | _REVOKE):
        return None
    if not context.can_save:
        return say(context, session, "away")
    card = _held(session)
    if said in _REVOKE:
        return _revoke(session, context, card)
    if not context.snapshot.content.pledge:
        return say(context, session, "pledge.no_text")
    if card:
        return Turn(Reply("text", _shown(card, context, context.n_cards)), session)
    if session.pending == KIND and said not in _READ:
        return _sign(session, context)
    return _read(session, context)


def _held(session: Session) -> Card | None:
    return next((card for card in session.cards if card.kind == KIND), None)


def _read(session: Session, context: Context) -> Turn:
    content = context.snapshot.content
    quoted = [quote.text for quote in content.pledge]
    cited = dict.fromkeys(cite(content, content.passages[quote.passage_id]) for quote in content.pledge)
    body = "\n".join((reply_text(context, "pledge.read"), *quoted))
    how = reply_text(context, "pledge.how", n=context.n_cards)
    first, *rest = paginate(context, body, "\n".join((*cited, how)))
    return Turn(Reply("text", first), replace(session, pages=tuple(rest), offered=()), pending=KIND)


def _sign(session: Session, context: Context) -> Turn:
    content = context.snapshot.content
    title = content.sources[content.passages[content.pledge[0].passage_id].source_id].title
    card = Card(make_code(context.home, context.seed), KIND, title, context.now)
    after = replace(session, cards=(*session.cards, card), pages=(), offered=())
    return Turn(Reply("text", _shown(card, context, context.n_cards + 1)), after, (Effect("pledged"),))


def _shown(card: Card, context: Context, n: int) -> str:
    clauses = (_FIRST_SENTENCE.match(quote.text) for quote in context.snapshot.content.pledge)
    listed = "\n".join(f"{i}. {clause.group()}" for i, clause in enumerate(clauses, start=1) if clause)
    return reply_text(
        context,
        "pledge.card",
        clauses=listed,
        n=n,
        days=context.limits.session_days,
        **card_facts(context, card),
    )


def _revoke(session: Session, context: Context, card: Card | None) -> Turn:
    if card is None:
        return say(context, session, "pledge.none")
    after = replace(session, cards=tuple(held for held in session.cards if held is not card))
    n = max(0, context.n_cards - 1)
    return Turn(Reply("text", reply_text(context, "pledge.revoked", n=n)), after, (Effect("unpledged"),))
