"""The parts of a running process, opened in order and closed in reverse: store, releases, pipeline."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import stat
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from bot.config import Settings
from bot.files import keep_secret
from bot.releases.draft_base import keep_base
from bot.releases.ledger import Ledger, Overtaken
from bot.releases.records import SYSTEM, Note
from bot.releases.releases import NoRelease, Releases
from bot.releases.vectors import VectorFiles
from bot.store.board import Board
from bot.store.erasure import Owed
from bot.store.naming import keep_naming, namer
from bot.store.server.embedded import Embedded
from bot.store.server.faults import ServerUnavailable
from bot.store.server.healing import Heal
from bot.store.store import FloodLimit, Lifetimes, Store
from bot.store.tally import Tally
from bot.store.verdicts import Verdicts
from bot.store.wire.client import SOCKET_TIMEOUT_S, UNHURRIED_S, connect
from bot.store.wire.runner import StoreDown
from bot.telemetry import STORE_UP
from knowledge.release.build import load_draft

if TYPE_CHECKING:
    # A command that looks at releases answers nobody, and does not wait for what would.
    from bot.pipeline import Pipeline
    from bot.wechat.door import Door
    from handlers.model.turn import Limits

log = logging.getLogger(__name__)
_DAY_S = 86_400
_DAY_MS = _DAY_S * 1000
_HOUR_S = 3600
_MINUTE_S = 60
_MIN_REPLY_S = 600
# A replaced release must outlive any unfinished quiz that is pinned to it.
_RELEASE_MARGIN_DAYS = 10


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker or a command works with."""

    store: Store
    releases: Releases
    board: Board
    owed: Owed
    tally: Tally
    verdicts: Verdicts
    flush: Callable[[], None]


def privacy_key(settings: Settings) -> str:
    """Return the secret behind every user hash, made in the data folder at the first call."""
    return keep_secret(settings.data_dir, "privacy_key", settings.privacy.key, 48)


def known_privacy_key(settings: Settings) -> str:
    """Return that secret where there is one, "" where nobody made it yet: looking makes none."""
    made = settings.data_dir / "secrets" / "privacy_key"
    if settings.privacy.key or not made.exists():
        return settings.privacy.key
    return privacy_key(settings)


def token(settings: Settings) -> str:
    """Return the account's token, made in the data folder at the first call when none is set."""
    return keep_secret(settings.data_dir, "token", settings.wechat.token, 32)


def user_hash(settings: Settings) -> Callable[[str], str]:
    """Return the function that turns an openid into the only name we ever store or log for it."""
    return namer(privacy_key(settings))


def open_pipeline(settings: Settings, parts: Parts) -> Pipeline:
    """Return what answers messages with the parts of a service."""
    from bot.pipeline import Pipeline

    return Pipeline(
        parts.store,
        parts.releases,
        privacy_key(settings),
        limits(settings),
        board=parts.board.rows,
        owe=parts.owed.note,
    )


def open_door(settings: Settings) -> Door:
    """Return the door of the configured account."""
    from bot.wechat.door import Door

    wechat = settings.wechat
    keys = tuple(filter(None, (wechat.encoding_aes_key, wechat.previous_encoding_aes_key)))
    return Door(token(settings), wechat.app_id, keys, wechat.effective_mode, wechat.window_s)


def _reply_s(settings: Settings) -> int:
    # A reply must be remembered for longer than the signature of its push is good: that is what stops replays.
    return max(_MIN_REPLY_S, 2 * settings.wechat.window_s + 60)


def lifetimes(settings: Settings) -> Lifetimes:
    """Return how long the store keeps what."""
    days = settings.privacy
    return Lifetimes(days.session_days * _DAY_MS, _reply_s(settings) * 1000, days.stream_days * _DAY_MS)


def limits(settings: Settings) -> Limits:
    """Return what the skills may know of the settings."""
    from handlers.model.turn import Limits

    return Limits(
        session_days=settings.privacy.session_days,
        stream_days=settings.privacy.stream_days,
        reply_minutes=-(-_reply_s(settings) // 60),
        human_service=settings.wechat.human_service,
        reading_ms=settings.quiz.reading_ms,
        public_url=settings.server.public_url,
    )


def vectors_of(settings: Settings) -> VectorFiles:
    """Return what gives snapshots their meaning here."""
    return VectorFiles(settings.data_dir / "releases", is_on=settings.matching.meaning == "auto")


@asynccontextmanager
async def open_parts(settings: Settings, *, serving: bool = False) -> AsyncIterator[Parts]:
    """Open the store and what stands on it; on leaving, close it and leave the embedded server.

    Args:
        serving: Whether this is the service: it goes on without an embedded server that can't be had, and tries
            again, for questions need none, it gets releases ready for its users, and it waits for Redis no longer
            than a reply can.

    Raises:
        ServerUnavailable: the embedded server is wanted and can't be had; the message says what to do.
    """
    _own_data(settings.data_dir)
    embedded = None if settings.redis.url else Embedded(settings.redis_dir, settings.redis.server_binary)
    down = await _join(embedded, serving=serving) if embedded else ""
    store = _store(settings, embedded, down, SOCKET_TIMEOUT_S if serving else UNHURRIED_S)
    keep_days = settings.privacy.session_days + _RELEASE_MARGIN_DAYS
    ledger = Ledger(store.redis, keep_days * _DAY_S)
    releases = Releases(ledger, settings.data_dir / "releases", vectors=vectors_of(settings), serves=serving)
    try:
        board = Board(store.redis)
        owed = Owed(settings.data_dir / "owed-erasures")
        flush = embedded.flush if embedded else lambda: None
        tally = Tally(store.redis, settings.privacy.stream_days)
        yield Parts(store, releases, board, owed, tally, Verdicts(store.redis), flush)
    finally:
        if embedded:
            embedded.give_up()
        await store.runner.close()
        if embedded:
            await asyncio.to_thread(embedded.stop)


async def _join(embedded: Embedded, *, serving: bool) -> str:
    """Join the users of the embedded server; return "", or to a service why it can't be had yet."""
    try:
        await asyncio.to_thread(embedded.start)
    except ServerUnavailable as error:
        if not serving:
            await asyncio.to_thread(embedded.stop)
            raise
        log.error("%s", error)
        return str(error)
    return ""


def _store(settings: Settings, embedded: Embedded | None, down: str, timeout_s: float) -> Store:
    return Store(
        connect(embedded.url if embedded else settings.redis.url, timeout_s, settings.key_prefix),
        lifetimes(settings),
        _heal_with(embedded) if embedded else None,
        FloodLimit(settings.flood.pushes, settings.flood.window_s * 1000),
        down=down,
        min_replicas=settings.redis.min_replicas,
    )


def _own_data(folder: Path) -> None:
    """Make the data folder, or shut it to strangers: secrets and what users said lie in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = folder.stat()
    if about.st_uid == os.getuid() and about.st_mode & stat.S_IRWXO:
        folder.chmod(0o700)


def _heal_with(embedded: Embedded) -> Heal:
    async def heal() -> None:
        try:
            await asyncio.to_thread(embedded.ensure)
        except (ServerUnavailable, OSError) as error:
            raise StoreDown(str(error)) from error

    return heal


async def tell_review(settings: Settings, parts: Parts) -> None:
    """Write down what this service wants of a draft: publishing goes by that, not by the publisher's shell.

    Raises:
        RedisError: Redis is away.
    """
    review = settings.review
    await parts.releases.ledger.keep_review(review.required, review.min_precision)


async def tell_naming(settings: Settings, parts: Parts) -> None:
    """Log that another host names the people in this Redis by another key; the first host that says so decides.

    Raises:
        RedisError: Redis is away.
    """
    if not await keep_naming(parts.store.redis, privacy_key(settings)):
        log.error(
            "privacy.key is another than that of the other hosts: one person is two; see qinglang doctor"
        )


async def keep_alive(settings: Settings, parts: Parts) -> None:
    """Look after the store once a second, so that it is back before the next push needs it and on the disk; once an hour tidy it up."""
    before, failed = "", ""
    for second in itertools.count():
        await asyncio.sleep(1.0)
        try:
            before = await _tell_trouble(parts.store, before)
            await parts.store.runner.look()
            if second % _MINUTE_S == 0:
                await tell_review(settings, parts)
            if second % _HOUR_S == 0:
                await parts.store.trim()
            await asyncio.to_thread(parts.flush)
            # Last: one that can't be done keeps nothing else.
            await parts.owed.settle(parts.store)
        except StoreDown:
            continue
        except Exception as error:
            # Whatever it was, a killed server must be brought back in the next second, too.
            if repr(error) != failed:
                log.exception("looking after the store failed")
            failed = repr(error)


async def _tell_trouble(store: Store, before: str) -> str:
    """Log once that nothing can be remembered, and why, and once that it can again; return what is the matter now."""
    now = await store.runner.trouble()
    STORE_UP.set(0 if now else 1)
    if now and not before:
        log.warning("nothing is remembered", extra={"fields": {"why": now}})
    elif before and not now:
        log.info("remembering again")
    return now


async def publish_first(settings: Settings, parts: Parts) -> None:
    """Publish what the checkout ships when nothing was ever published here, and make it live in this process.

    Raises:
        KnowledgeError: the shipped content has Problems.
        RedisError: the store is away and nothing lies on disk.
    """
    # Before anything is published: an emptied Redis is no new one.
    with suppress(RedisError):
        await parts.releases.put_back()
    try:
        await parts.releases.start()
    except NoRelease:
        draft = await asyncio.to_thread(load_draft, settings.content_dir)
        # Workers that start together all come here; the first one publishes for them.
        with suppress(Overtaken):
            note = Note(SYSTEM, "首次启动", int(time.time()))
            version = await parts.releases.publisher.publish(draft.files, note, expected="")
            keep_base(settings.data_dir, settings.content_dir, version)
        await parts.releases.start(draft.content)
