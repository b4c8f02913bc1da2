"""load → decide → commit, once per push, within the platform's patience."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.releases.encoder import MAY_WAIT, NotYet
from bot.store import lookups
from bot.store.keys import keys_of
from bot.store.roster import unit_of
from bot.store.store import Conflict, Flooded, Loaded, Replayed, Unsettled
from bot.store.wire.runner import StoreDown
from bot.telemetry import FAILURES, QUESTIONS, TURNS, Step
from handlers.codec import dump_card, dump_session, load_card, load_session
from handlers.model import Card, Context, Effect, Held, Limits, Message, Need, Reply, Session, Standing, Turn
from handlers.router import needs, route
from handlers.service.events import ANSWERED, ERASING
from knowledge.codec import dump, load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.releases.releases import Releases
    from bot.store.store import Store
    from knowledge.model import Content

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


@dataclass(frozen=True, slots=True)
class _Decided:
    """A turn on a session that may be new because nobody could read the old one; what tells whether its words are as true unsaved."""

    turn: Turn
    is_unread: bool
    same_unsaved: Callable[[], Awaitable[bool]]


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
        self._releases = releases
        self._key = key.encode()
        self._secret = certificate_secret(key)
        self._board = board
        self._owe = owe
        self._limits = limits
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
            return self._say(key, **values)
        if self._owe:
            self._owe(message.user)
        return Reply("none")

    def _say(self, key: str, **values: str) -> Reply:
        replies = self._releases.live.content.replies
        # A release from before a sentence was thought of has not got it.
        return Reply("text", replies.get(key, replies["busy"]).strip().format_map(values))

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
            except (Unsettled, StoreDown):
                if doubt.said:
                    return doubt.said
                if not doubt.until_ms:
                    turn = await self._route(message, Session(subject=""), can_save=False)
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
            return self._say("flood") if loaded.n == 1 else Reply("none")
        if loaded.server_ms > doubt.until_ms:
            doubt.until_ms = 0
        with Step("decide"):
            decided = await self._decide(message, loaded)
        turn = decided.turn
        if turn.reply.kind == "none" and not turn.effects:
            # Acknowledged and no more: nothing to remember, least of all of somebody who has left.
            return turn.reply
        try:
            with Step("commit"):
                stored = await self._commit(loaded, decided, doubt)
                await self._confirm(message, doubt)
        except Unsettled:
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
        return is_new and turn.reply.text in self._putting_off()

    def _putting_off(self) -> frozenset[str]:
        replies = self._releases.live.content.replies
        return frozenset(text.strip() for key, text in replies.items() if key.endswith("away"))

    def _unremembered(self, message: Message, turn: Turn) -> Reply:
        if turn.erase and self._owe:
            self._owe(message.user)
        return turn.reply

    async def _decide(self, message: Message, loaded: Loaded) -> _Decided:
        session, is_unread = self._session(loaded)
        # All times of one session are the store's: hosts have clocks of their own, and any clock may be set back.
        now_ms = loaded.now_ms
        if message.received_ms:
            ago_ms = max(0, int(time.monotonic() * 1000) - message.received_ms)
            message = replace(message, received_ms=loaded.earlier_ms(ago_ms))
        found = [
            await self._look_up(need, message.user, session) for need in needs(message, self._releases.live)
        ]
        turn = await self._route(message, session, can_save=True, found=found, now_ms=now_ms)
        if is_unread and turn.reply.kind == "text":
            told = f"{self._say('unreadable').text}\n\n{turn.reply.text}"
            fits = len(told.encode()) <= self._limits.reply_bytes
            turn = replace(turn, reply=Reply("text", told)) if fits else turn

        async def same_unsaved() -> bool:
            unsaved = await self._route(message, session, can_save=False, found=found, now_ms=now_ms)
            return unsaved.reply == turn.reply

        return _Decided(turn, is_unread, same_unsaved)

    @staticmethod
    def _session(loaded: Loaded) -> tuple[Session, bool]:
        """Return the session, a new one where there is none or nobody can read it; and whether that is so."""
        fresh = Session(subject=secrets.token_hex(8))
        if not loaded.session:
            return fresh, False
        try:
            return load_session(loaded.session), False
        except ValueError:
            log.exception("a session can't be read and is set aside", extra={"fields": {"user": loaded.user}})
            return fresh, True

    async def _look_up(self, need: Need, user: str, session: Session) -> dict[str, Any]:
        match need.what:
            case "card":
                text = await lookups.card(self._store, need.name)
                return {"card": _card(text)}
            case "cards":
                return {"n_cards": await lookups.n_cards(self._store, need.name)}
            case "unit":
                return {"unit": await unit_of(self._store, need.name)}
            case "held":
                n_replies, events = await lookups.held_data(self._store, user, session.subject)
                return {"held": Held(n_replies, tuple(sorted(events.items())))}

    async def _route(
        self,
        message: Message,
        session: Session,
        *,
        can_save: bool,
        found: Sequence[dict[str, Any]] = (),
        now_ms: int = 0,
    ) -> Turn:
        snapshot = self._releases.live
        banks = await self._banks(session, snapshot.version)
        context = Context(
            snapshot=snapshot,
            now_ms=now_ms or int(self._clock() * 1000),
            seed=hmac.new(self._key, message.push_key.encode(), hashlib.sha256).hexdigest()[:32],
            can_save=can_save,
            limits=self._limits,
            banks=banks,
            secret=self._secret,
            board=self._board(),
            home=keys_of(message.user).home,
        )
        for facts in found:
            context = replace(context, **facts)
        return await self._off_loop_if_slow(message, session, context)

    @staticmethod
    async def _off_loop_if_slow(message: Message, session: Session, context: Context) -> Turn:
        """Decide here, where it takes a millisecond or two; in a thread when a question must be encoded first."""
        token = MAY_WAIT.set(False)
        try:
            return route(message, session, context)
        except NotYet:
            pass
        finally:
            MAY_WAIT.reset(token)
        return await asyncio.to_thread(route, message, session, context)

    async def _banks(self, session: Session, live: str) -> dict[str, Content]:
        """Return the content of every older release that an attempt of the session is pinned to."""
        attempts = (session.attempt, *session.shelf)
        banks: dict[str, Content] = {}
        for version in {attempt.release for attempt in attempts if attempt} - {live}:
            try:
                banks[version] = await self._releases.pinned(version)
            except LookupError:
                # The live bank may still have the items; the quiz says so when it has not.
                log.exception("pinned release gone", extra={"fields": {"release": version}})
        return banks

    async def _commit(self, loaded: Loaded, decided: _Decided, doubt: _Doubt) -> str:
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
        except Unsettled as unsettled:
            doubt.until_ms = max(doubt.until_ms, unsettled.until_ms)
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


def _card(text: str | None) -> Card | None:
    try:
        return load_card(text) if text else None
    except ValueError:
        log.exception("a card can't be read")
        return None


def _load_reply(text: str) -> Reply:
    reply: Reply = load(Reply, text)
    return reply


def certificate_secret(key: str) -> bytes:
    """Return what seals certificates, derived from the deployment's key."""
    return hmac.new(key.encode(), b"certificates", hashlib.sha256).digest()
