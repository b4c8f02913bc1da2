"""Long replies in pages, cut at sentence ends, and the turn to the next one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from handlers.answering.focus import is_withdrawn
from handlers.model.messages import Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say

_ENDS = re.compile(r"[^。！？；\n]*[。！？；\n”]*")


def paginate(context: Context, body: str, footer: str) -> tuple[str, ...]:
    """Return `body` as pages, each followed by `footer` and within the byte limit of a reply.

    The bodies of all pages joined equal `body`. A page is cut after a sentence, or inside one that
    alone is too long, never inside a character. A short body gives one page without a page line.
    """
    tail = f"\n{footer}" if footer else ""
    limit = context.limits.reply_bytes
    if len((body + tail).encode()) <= limit:
        return (body + tail,)
    marker = reply_text(context, "page.more", page=99, total=99)
    parts = _split(body, limit - len(f"{tail}\n{marker}".encode()))
    last = len(parts)
    return tuple(
        part + tail + ("" if i == last else "\n" + reply_text(context, "page.more", page=i, total=last))
        for i, part in enumerate(parts, start=1)
    )


def pack_pages(context: Context, head: str, blocks: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return pages of whole blocks, each a body with its own footer, under one head; all within the limit.

    A block that alone is too long for a page is paginated by itself.
    """
    marker = reply_text(context, "page.more", page=99, total=99)
    room = context.limits.reply_bytes - len(f"\n{marker}".encode())
    pages: list[str] = []
    for number, (text, footer) in enumerate(blocks):
        body = text if number else f"{head}\n{text}"
        block = f"{body}\n{footer}"
        if pages and len(f"{pages[-1]}\n{block}".encode()) <= room:
            pages[-1] += f"\n{block}"
        elif len(block.encode()) <= room:
            pages.append(block)
        else:
            parts = _split(body, room - len(f"\n{footer}".encode()))
            pages += [f"{part}\n{footer}" for part in parts]
    last = len(pages)
    return tuple(
        page + ("" if i == last else "\n" + reply_text(context, "page.more", page=i, total=last))
        for i, page in enumerate(pages, start=1)
    )


def _split(body: str, limit_bytes: int) -> list[str]:
    parts = [""]
    for sentence in filter(None, _ENDS.findall(body)):
        for piece in _pieces(sentence, limit_bytes):
            if len((parts[-1] + piece).encode()) > limit_bytes:
                parts.append("")
            parts[-1] += piece
    return parts


def _pieces(sentence: str, limit_bytes: int) -> list[str]:
    pieces = [""]
    for character in sentence:
        if len((pieces[-1] + character).encode()) > limit_bytes:
            pieces.append("")
        pieces[-1] += character
    return pieces


def turn_page(context: Context, session: Session) -> Turn:
    """Return the turn that sends the next page, or says that there is none, or that its words were withdrawn."""
    if not session.pages:
        return say(context, session, "page.none")
    # Every page of an answer ends in its code; pages of a list have none.
    if session.last and session.last.code in session.pages[0] and is_withdrawn(context, session.last):
        return say(context, replace(session, pages=(), last=None), "page.withdrawn")
    return Turn(Reply("text", session.pages[0]), replace(session, pages=session.pages[1:]))
