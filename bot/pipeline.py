"""load → decide → commit, once per push, within the platform's patience."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.deciding import Decided, Decider
from bot.store.store import Conflict, Flooded, Loaded, Replayed, Unconfirmed, Unsettled
from bot.store.wire.runner import StoreDown
from bot.telemetry import FAILURES, QUESTIONS, TURNS, Step
from handlers.codec import dump_card, dump_session
from handlers.model.attempts import Standing
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Limits, Turn
from handlers.service.events import ANSWERED, ERASING
from knowledge.codec import dump, load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.releases.releases import Releases
    from bot.store.store import Store

log = logging.getLogger(__name__)
DEADLINE_S = 4.0
"""The platform hangs up after 5 s; the last second belongs to the network."""
_LOOK_AGAIN_S = 0.05
# What is left to say that nothing came of it.
_LAST_WORD_S = 0.5
_CAME_TO = frozenset({"told", "clarified", "missed"})
# The platform delivers a push again for at most so long.
_DELIVERED_S = 20.0


@dataclass(slots=True)
class _Doubt:
    """What this process knows of the record of one push, for all deliveries of it.

    `until_ms` is 0 while no commit can have recorded it; else until when one may, by the store's clock. `said` is
    the reply that an earlier delivery got.
    """

    since: float
    until_ms: int = 0
    said: Reply | None = None


class Pipeline:
    """Answers messages, each exactly once however often it is delivered.

    Args:
        key: Secret from which seeds are derived, so that nobody can foretell a paper.
        clock: Unix time in seconds; only tests pass their own.
        board: Gives 排行榜 as this process knows it.
        owe: Told of a user who left while nothing could be erased.
    """

    def __init__(
        self,
        store: Store,
        releases: Releases,
        key: str,
        limits: Limits,
        clock: Callable[[], float] = time.time,
        deadline_s: float = DEADLINE_S,
        board: Callable[[], tuple[Standing, ...]] = tuple,
        owe: Callable[[str], None] | None = None,
    ) -> None:
        self._store = store
        self._decider = Decider(store, releases, key, limits, clock, board)
        self._owe = owe
        self._clock = clock
        self._deadline_s = deadline_s
        # When the store last answered.
        self._answered_at = 0.0
        self._doubts: dict[str, _Doubt] = {}
        self._queues: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def reply_to(self, message: Message) -> Reply:
        """Return the reply to a message: the stored one for a repeated push, else a new one, now recorded.

        Never raises and never takes longer than the deadline: a fault gives an apology with a trace
        code that is in the log, lateness a plea to try again; in both cases nothing is recorded. While nobody
        knows whether it was, the reply says that.
        """
        doubt = self._doubt_about(message.push_key)
        if message.event:
            log.info("event", extra={"fields": {"event": message.event[:64]}})
        try:
            async with asyncio.timeout(self._deadline_s), self._turn_of(message.user):
                return await self._answer(message, doubt)
        except TimeoutError:
            log.warning("deadline passed", extra={"fields": {"push": message.push_key}})
            return self._fail(message, "unsettled" if doubt.until_ms else "busy")
        except Exception:
            code = secrets.token_hex(4)
            log.exception("turn failed", extra={"fields": {"code": code, "push": message.push_key}})
            return self._fail(message, "unsettled" if doubt.until_ms else "apology", code=code)

    def _doubt_about(self, push: str) -> _Doubt:
        # An earlier delivery may have been recorded, and its reply lost on the way: while the store is away, who
        # asks again must not be told that nothing was.
        now = time.monotonic()
        while self._doubts and next(iter(self._doubts.values())).since < now - _DELIVERED_S:
            del self._doubts[next(iter(self._doubts))]
        return self._doubts.setdefault(push, _Doubt(now))

    def _fail(self, message: Message, key: str, **values: str) -> Reply:
        """Return what to say when a turn came to nothing; an erasure is done later, and asks for no words."""
        FAILURES.labels(key).inc()
        if message.event not in ERASING:
            return self._decider.fixed(key, **values)
        if self._owe:
            self._owe(message.user)
        return Reply("none")

    @asynccontextmanager
    async def _turn_of(self, user: str) -> AsyncIterator[None]:
        # One user's pushes wait for each other here, so that they do not fight over one session in the store.
        queue = self._queues[user]
        try:
            async with queue:
                yield
        finally:
            if not queue.locked() and self._queues.get(user) is queue:
                del self._queues[user]

    async def _answer(self, message: Message, doubt: _Doubt) -> Reply:
        patient_until = time.monotonic() + self._deadline_s - _LAST_WORD_S
        while True:
            try:
                return await self._answer_once(message, doubt)
            except Conflict:
                continue
            except (Unsettled, Unconfirmed, StoreDown):
                if doubt.said:
                    return doubt.said
                if not doubt.until_ms:
                    turn = await self._decider.decide_unsaved(message)
                    if not self._is_worth_waiting(turn, patient_until):
                        return self._unremembered(message, turn)
                # The next load tells what became of the commit; this very push is never recorded twice.
                await asyncio.sleep(_LOOK_AGAIN_S)

    async def _answer_once(self, message: Message, doubt: _Doubt) -> Reply:
        with Step("load"):
            loaded = await self._store.load(
                message.user,
                message.push_key,
                counts=message.kind != "event" or message.event in ANSWERED,
            )
        self._answered_at = time.monotonic()
        if isinstance(loaded, Replayed):
            await self._confirm(message, doubt)
            return _load_reply(loaded.reply) if loaded.reply else Reply("none")
        if isinstance(loaded, Flooded):
            return self._decider.fixed("flood") if loaded.n == 1 else Reply("none")
        if loaded.server_ms > doubt.until_ms:
            doubt.until_ms = 0
        with Step("decide"):
            decided = await self._decider.decide(message, loaded)
        turn = decided.turn
        if turn.reply.kind == "none" and not turn.effects:
            # Acknowledged and no more: nothing to remember, least of all of somebody who has left.
            return turn.reply
        try:
            with Step("commit"):
                stored = await self._commit(loaded, decided, doubt)
                await self._confirm(message, doubt)
        except (Unsettled, Unconfirmed):
            if message.event not in ERASING and await decided.same_unsaved():
                doubt.said = turn.reply
                return turn.reply
            raise
        TURNS.labels(turn.skill).inc()
        for effect in turn.effects:
            if effect.name in _CAME_TO:
                QUESTIONS.labels(effect.name).inc()
        doubt.said = _load_reply(stored)
        return doubt.said

    def _is_worth_waiting(self, turn: Turn, patient_until: float) -> bool:
        """Return whether to ask the store again before saying that nothing can be done now.

        One that answered a moment ago may be back in time; and another process may be at an earlier delivery of the
        same push until then.
        """
        now = time.monotonic()
        is_new = now < self._answered_at + self._deadline_s and now < patient_until
        return is_new and self._decider.puts_off(turn.reply)

    def _unremembered(self, message: Message, turn: Turn) -> Reply:
        if turn.erase and self._owe:
            self._owe(message.user)
        return turn.reply

    async def _commit(self, loaded: Loaded, decided: Decided, doubt: _Doubt) -> str:
        turn = decided.turn
        # The store takes a commit no later than this, whatever becomes of us; recorded, it is in doubt no less
        # for another delivery that can't load it.
        before, doubt.until_ms = doubt.until_ms, loaded.server_ms + int((self._deadline_s + 1) * 1000)
        try:
            return await self._store.commit(
                loaded,
                session="" if turn.erase else dump_session(turn.session),
                reply=dump(replace(turn.reply, at=int(self._clock()))),
                effects=effects_to_record(turn.effects, turn.session),
                erase=turn.erase,
                cards=cards_to_keep(turn.session),
                set_aside=decided.is_unread,
            )
        except Unsettled as unsettled:
            doubt.until_ms = max(before, unsettled.until_ms)
            raise
        except (Conflict, StoreDown):
            doubt.until_ms = before
            raise

    async def _confirm(self, message: Message, doubt: _Doubt) -> None:
        try:
            await self._store.confirm(message.user)
        except Unconfirmed:
            # In doubt as long as every load finds it, and no longer.
            doubt.until_ms = max(doubt.until_ms, 1)
            raise


def effects_to_record(effects: Iterable[Effect], session: Session) -> list[dict[str, str]]:
    """Return effects as the streams have them: every value text, under the session's subject."""
    return [
        {"name": effect.name, "subject": session.subject, **{k: str(v) for k, v in effect.fields.items()}}
        for effect in effects
    ]


def cards_to_keep(session: Session) -> list[tuple[str, str, str]]:
    """Return the cards of a session as the store wants them."""
    return [(card.kind, card.code, dump_card(card)) for card in session.cards]


def _load_reply(text: str) -> Reply:
    reply: Reply = load(Reply, text)
    return reply
