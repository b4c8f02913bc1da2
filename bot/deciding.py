"""What a message of a loaded session comes to: what is looked up for it, and the turn that the skills make of it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bot.config_accounts import keys_within
from bot.releases.encoder import MAY_WAIT, NotYet
from bot.store import lookups
from bot.store.keys import keys_of
from bot.store.roster import unit_of
from handlers.codec import load_card, load_session
from handlers.model.attempts import Standing
from handlers.model.messages import Message, Reply
from handlers.model.session import Card, Session
from handlers.model.turn import Context, Held, Limits, Need, Turn
from handlers.router import needs, route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.releases.releases import Releases
    from bot.store.store import Loaded, Store
    from knowledge.model.content import Content

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decided:
    """A turn on a session that may be new because nobody could read the old one; what tells whether its words are as true unsaved."""

    turn: Turn
    is_unread: bool
    same_unsaved: Callable[[], Awaitable[bool]]


class Decider:
    """Decides turns on the live release; records nothing, so a message may be decided again.

    Args:
        key: Secret from which seeds are derived, so that nobody can foretell a paper.
        clock: Unix time in seconds, for where the store gives none.
        board: Gives 排行榜 as this process knows it.
    """

    def __init__(
        self,
        store: Store,
        releases: Releases,
        key: str,
        limits: Limits,
        clock: Callable[[], float],
        board: Callable[[], tuple[Standing, ...]],
    ) -> None:
        self._store = store
        self._releases = releases
        self._key = key.encode()
        self._secret = certificate_secret(key)
        self._limits = limits
        self._clock = clock
        self._board = board

    def fixed(self, key: str, **values: str) -> Reply:
        """Return a fixed sentence of the live release as a reply."""
        replies = self._releases.live.content.replies
        # A release from before a sentence was thought of has not got it.
        return Reply("text", replies.get(key, replies["busy"]).strip().format_map(values))

    def puts_off(self, reply: Reply) -> bool:
        """Return whether a reply only says that something can't be done while the store is away."""
        replies = self._releases.live.content.replies
        return any(reply.text == text.strip() for key, text in replies.items() if key.endswith("away"))

    async def decide(self, message: Message, loaded: Loaded) -> Decided:
        """Return what a message comes to on the session that was loaded for it."""
        session, is_unread = _session_of(loaded)
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
            told = f"{self.fixed('unreadable').text}\n\n{turn.reply.text}"
            fits = len(told.encode()) <= self._limits.reply_bytes
            turn = replace(turn, reply=Reply("text", told)) if fits else turn

        async def same_unsaved() -> bool:
            unsaved = await self._route(message, session, can_save=False, found=found, now_ms=now_ms)
            return unsaved.reply == turn.reply

        return Decided(turn, is_unread, same_unsaved)

    async def decide_unsaved(self, message: Message) -> Turn:
        """Return what a message comes to while nothing is known of its user and nothing can be saved."""
        return await self._route(message, Session(subject=""), can_save=False)

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
        return await _off_loop_if_slow(message, session, context)

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


def _session_of(loaded: Loaded) -> tuple[Session, bool]:
    """Return the session, a new one where there is none or nobody can read it; and whether that is so."""
    fresh = Session(subject=secrets.token_hex(8))
    if not loaded.session:
        return fresh, False
    try:
        return load_session(loaded.session), False
    except ValueError:
        log.exception("a session can't be read and is set aside", extra={"fields": {"user": loaded.user}})
        return fresh, True


def _card(text: str | None) -> Card | None:
    try:
        return load_card(text) if text else None
    except ValueError:
        log.exception("a card can't be read")
        return None


def certificate_secret(key: str) -> bytes:
    """Return what seals certificates, derived from the deployment's key, the first where it was renewed."""
    return hmac.new(keys_within(key)[0].encode(), b"certificates", hashlib.sha256).digest()
