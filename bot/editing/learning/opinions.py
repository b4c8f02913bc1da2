"""What people said of the account: 意见 as tickets with what became of them, and answers that were voted down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.editing.refused import Refused
from bot.process import Parts
from bot.store.asked import Asked
from bot.store.events import events_named

TICKET_STATES = ("new", "seen", "done")
_KEY = "{tally}:opinions"
_MAX_NOTE_CHARS = 500


@dataclass(frozen=True, slots=True)
class Ticket:
    """An opinion, masked as it was recorded; `entry` is what had been answered before it, `by` who looked at it last."""

    number: str
    at_ms: int
    text: str
    entry: str
    state: str = "new"
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class VotedDown:
    """A question and its answer that people called useless, and how many did."""

    question: str
    entry: str
    n: int
    last_ms: int


async def tickets(parts: Parts) -> tuple[Ticket, ...]:
    """Return every opinion that is still kept, the newest first; what was noted of others is forgotten with them.

    Raises:
        RedisError: Redis is away.
    """
    held = {name.decode(): json.loads(said) for name, said in (await parts.store.redis.hgetall(_KEY)).items()}
    found: dict[str, Ticket] = {}
    async for at_ms, event in events_named(parts.store.redis, "opinion"):
        number = event.get("ticket", "")
        found[number] = Ticket(
            number, at_ms, event.get("text", ""), event.get("entry", ""), **held.get(number, {})
        )
    for number in held.keys() - found.keys():
        await parts.store.redis.hdel(_KEY, number)
    return tuple(sorted(found.values(), key=lambda one: (-one.at_ms, one.number)))


async def note_ticket(parts: Parts, number: str, state: str, note: str, by: str) -> None:
    """Keep what became of an opinion.

    Raises:
        Refused: there is no such ticket or state.
        RedisError: Redis is away.
    """
    if state not in TICKET_STATES:
        raise Refused("没有这样的状态，什么都没有记")
    if all(ticket.number != number for ticket in await tickets(parts)):
        raise Refused(f"没有意见 {number}：满期自动删了，或者抄错了。什么都没有记")
    kept = {"state": state, "note": note.strip()[:_MAX_NOTE_CHARS], "by": by}
    await parts.store.redis.hset(_KEY, number, json.dumps(kept, ensure_ascii=False))


async def voted_down(parts: Parts) -> tuple[VotedDown, ...]:
    """Return the answers that people called useless, those of most votes first.

    Raises:
        RedisError: Redis is away.
    """
    await parts.tally.fold()
    return _down(await parts.tally.questions())


def _down(asked: Sequence[Asked]) -> tuple[VotedDown, ...]:
    found = [
        VotedDown(one.question, one.entry, one.n, one.last_ms)
        for one in asked
        if one.outcome == "useless" and one.n > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.n, -one.last_ms, one.question)))
