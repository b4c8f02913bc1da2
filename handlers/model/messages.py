"""What came in, and what goes out."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Message(Struct, frozen=True):
    """One push, without XML and without the openid.

    `push_key` is equal for every delivery of one push and different for every other. `user` is the
    keyed hash of the openid. `kind` is WeChat's MsgType (text, image, …, event); `event` and
    `event_key` are filled for events only. `received_ms` is when the push reached this server, in Unix
    milliseconds.
    """

    push_key: str
    user: str
    kind: str
    text: str = ""
    event: str = ""
    event_key: str = ""
    received_ms: int = 0


class Reply(Struct, frozen=True):
    """What the user gets: `kind` "text" with words, "none", which acknowledges in silence, or "transfer" to human service.

    `at` is when it was decided (Unix seconds; 0 = just now): a repeated push gets the same reply, to the byte. `card` is the
    number of a card of the user's own that the words are about: its picture may follow them.
    """

    kind: str
    text: str = ""
    at: int = 0
    card: str = ""


class Effect(Struct, frozen=True):
    """Something a turn records, exactly once: missed, answered, declined, finished, erased …"""

    name: str
    fields: Mapping[str, str | int | float] = field(default_factory=dict)
