"""Marking finished attempts again by the live keys, after a key was put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bot.deciding import certificate_secret
from bot.editing.bank.given_answers import given_answers
from bot.editing.sessions import sessions_of
from bot.pipeline import cards_to_keep, effects_to_record
from bot.process import Parts
from bot.store.rewriting import Rewritten, rewrite_session
from handlers.codec import dump_session, load_session
from handlers.quiz.regrade import MarkChange, Unclear, regrade, regraded


@dataclass(frozen=True, slots=True)
class Regrading:
    """What marking again would change, what can't be marked again, and the releases answered in that are no longer kept.

    `unread` are the codes of users whose session can't be read: whatever they have is left as it is.
    """

    changes: tuple[MarkChange, ...]
    unclear: tuple[Unclear, ...]
    gone: tuple[str, ...]
    unread: tuple[str, ...]


async def plan_regrade(parts: Parts) -> Regrading:
    """Return what the live keys would make of every finished attempt; nothing is changed.

    Raises:
        RedisError: Redis is away.
    """
    given = await given_answers(parts)
    changes, unclear = regrade(given.effects, parts.releases.live.content, given.banks)
    _, unread = await sessions_of(parts)
    return Regrading(changes, unclear, given.gone, unread)


async def apply_regrade(parts: Parts, changes: tuple[MarkChange, ...], key: str) -> int:
    """Put every session right that has a changed result, each by compare-and-set; return how many.

    `key` is the process's privacy key, from which that of certificates is made. Run again after a fault, it changes
    what is left.
    """
    by_subject: defaultdict[str, list[MarkChange]] = defaultdict(list)
    for change in changes:
        by_subject[change.subject].append(change)
    secret = certificate_secret(key)
    n = 0
    sessions, _ = await sessions_of(parts)
    for user, session in sessions.items():
        if session.subject in by_subject:
            n += await _apply_to(parts, user, by_subject, secret)
    return n


async def _apply_to(
    parts: Parts, user: str, by_subject: Mapping[str, list[MarkChange]], secret: bytes
) -> bool:
    def change(stored: str) -> Rewritten | None:
        try:
            session = load_session(stored)
        except ValueError:
            # It was read a moment ago; now there is nothing to mark.
            return None
        if session.subject not in by_subject:
            return None
        after, effects = regraded(session, by_subject[session.subject], secret)
        return Rewritten(dump_session(after), effects_to_record(effects, after), cards_to_keep(after))

    return await rewrite_session(parts.store, user, change)
