"""What a card tells anyone by its code, and how it is laid out as a picture; nothing here says whose it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.process import Parts
from bot.store import lookups
from handlers.cards.cards import N_SIGNS, code_in_halves, day
from handlers.cards.signed_codes import seal, unseal
from handlers.china import spell_day
from handlers.codec import load_card
from knowledge.sources.codes import READ_AS

_TITLE_COLUMNS = 22


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A certificate or a pledge card as a page shows it; `percent` is None for a pledge."""

    code: str
    title: str
    date: str
    percent: int | None = None


async def card_by(code: str, parts: Parts, secret: bytes) -> ShownCard | None:
    """Return the card with this code, written as we write codes; None for a forged, withdrawn or expired one.

    A certificate proves itself, a pledge is looked up.

    Raises:
        StoreDown: it may be a pledge, and nobody can look now.
    """
    papers = parts.releases.live.content.papers
    if certificate := unseal(code, papers, secret):
        title, date = papers[certificate.paper_id].title, spell_day(certificate.day)
        return ShownCard(seal(certificate, secret), title, date, certificate.percent)
    signs = re.sub(r"[^0-9A-Z]", "", code.upper()).translate(READ_AS)
    kept = await lookups.card(parts.store, signs) if len(signs) == N_SIGNS else None
    if not kept:
        return None
    pledge = load_card(kept)
    return ShownCard(code_in_halves(pledge.code), pledge.title, day(pledge.at))


def title_lines(title: str) -> list[str]:
    """Return a title in lines that fit on a picture, where a browser breaks none.

    >>> title_lines("网络素养测评"), title_lines("四川省互联网信息服务行业自律倡议书")
    (['网络素养测评'], ['四川省互联网信息服', '务行业自律倡议书'])
    """
    columns = sum(map(_columns, title))
    # As even as can be: one sign alone on the last line is ugly.
    wide = columns / max(1, -(-columns // _TITLE_COLUMNS))
    lines, used = [""], 0
    for sign in title:
        if used >= wide:
            lines, used = [*lines, ""], 0
        lines[-1] += sign
        used += _columns(sign)
    return [line.strip() for line in lines]


def _columns(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
