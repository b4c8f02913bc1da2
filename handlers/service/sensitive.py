"""Words that are not spoken here, in either direction; the list comes and goes with the release.

The bot's own sources can't be hit: `kb check` refuses a list that hits anything published.
"""

from __future__ import annotations

from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text
from knowledge.language.speech.wordlist import found_in


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Decline calmly; that it happened is counted, what was said is not kept."""
    if message.kind != "text" or not found_in(context.snapshot.content.sensitive, message.text):
        return None
    return Turn(Reply("text", reply_text(context, "sensitive.asked")), session, (Effect("blocked"),))


def screen(context: Context, text: str) -> str:
    """Return `text`, or the fixed sentence in its place when it holds a word of the list.

    It can only be an older release's text (an open attempt's), or words of a user on their way back.
    """
    hit = found_in(context.snapshot.content.sensitive, text)
    return reply_text(context, "sensitive.held_back") if hit else text
