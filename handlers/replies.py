"""The fixed sentences of `replies.yaml`, filled in."""

from __future__ import annotations

from handlers.model.messages import Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn


def reply_text(context: Context, key: str, **values: object) -> str:
    """Return the fixed sentence `key` with its places filled; the live release has the wording.

    Raises:
        KeyError: when the content has no such sentence or it wants a value that is not given
            (`validate` refuses such content before it is published).
    """
    return context.snapshot.content.replies[key].strip().format_map(values)


def linked(context: Context, page: str, code: str) -> str:
    """Return a code as a link to its page, where people can reach our pages: `k` shows words, `v` a card."""
    url = context.limits.public_url
    return f'<a href="{url}/{page}/{code}">{code}</a>' if url else code


def inert(text: str) -> str:
    """Return a user's words as they may be shown back: nothing in them is a tag or becomes a link.

    >>> inert('<a href="http://x.cn">点</a>')
    '＜a href="http：//x.cn"＞点＜/a＞'
    """
    return text.replace("<", "＜").replace(">", "＞").replace("://", "：//")


def say(context: Context, session: Session, key: str, **values: object) -> Turn:
    """Return the turn that says one fixed sentence and changes nothing else."""
    return Turn(Reply("text", reply_text(context, key, **values)), session)
