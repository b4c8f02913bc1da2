"""No fixed sentence is sent more than twice in a row: who gets it a third time is told where else to turn."""

from __future__ import annotations

import re
from zlib import crc32

from msgspec.structs import replace

from handlers.model.messages import Reply
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text

_AT_MOST = 2
_SKILLS = frozenset({"talk", "repair", "nods", "stickers", "ask"})
"""Whose sentences say that there is no answer; those of commands are what was asked for, however often."""
_SOUGHT = re.compile("出处：|您是不是想问")
_MISSING = "没有收录"


def varied(turn: Turn, before: str, context: Context) -> Turn:
    """Return the turn with another sentence in place of one that would be sent a third time.

    Args:
        before: `Session.echo` as the turn before left it.
    """
    text = turn.reply.text
    is_fixed = turn.skill in _SKILLS and turn.reply.kind == "text" and not _SOUGHT.search(text)
    if not is_fixed:
        return replace(turn, session=replace(turn.session, echo=""))
    # A check sum says whether it is the same, and tells nobody what was said.
    mark = f"{crc32(text.encode()):08x}"
    n = int(before.removeprefix(mark)) if before.startswith(mark) else 0
    session = replace(turn.session, echo=f"{mark}{(n + 1) % (_AT_MOST + 1)}")
    if n < _AT_MOST:
        return replace(turn, session=session)
    key = "again.missing" if _MISSING in text else "again.said"
    return replace(turn, reply=Reply("text", reply_text(context, key)), session=session)
