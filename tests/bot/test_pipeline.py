"""Whatever fails between a push and its reply: an answer or an acknowledgement, never silence, nothing half saved."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

import bot.deciding
from bot.pipeline import Pipeline
from bot.releases.encoder import MAY_WAIT, NotYet
from bot.store.erasure import Owed, erase
from bot.store.keys import event_streams, keys_of
from bot.store.server.embedded import Embedded
from bot.store.store import Lifetimes, Loaded, Store
from bot.store.wire.client import connect
from bot.store.wire.runner import StoreDown
from bot.telemetry import FAILURES
from handlers.model.messages import Message, Reply
from handlers.model.session import Session
from handlers.model.turn import Limits, Turn
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import get_ready

LIFETIMES = Lifetimes(90 * 86_400_000, 600_000, 90 * 86_400_000)


@pytest.fixture
async def store(embedded: Embedded) -> AsyncIterator[Store]:
    opened = Store(connect(embedded.url), LIFETIMES)
    yield opened
    await opened.runner.close()


def redis_of(embedded: Embedded) -> int:
    return int((embedded.socket.parent / "redis.pid").read_text())


def pipeline_of(store: Any, snapshot: Snapshot, owe: Any = None, deadline_s: float = 4.0) -> Pipeline:
    releases: Any = SimpleNamespace(live=snapshot)
    return Pipeline(store, releases, "key", Limits(), deadline_s=deadline_s, owe=owe)


def push(text: str, number: int = 1) -> Message:
    return Message(f"p{number}", "user", "text", text)


def now(text: str, number: int) -> Message:
    """Return a push that comes now."""
    return replace(push(text, number), received_ms=int(time.monotonic() * 1000))


LEAVING = Message("p9", "user", "event", event="unsubscribe")


async def held(store: Store) -> list[str]:
    keys = [key.decode() for key in await store.redis.keys("*")]
    return sorted(key for key in keys if ":erased" not in key and ":clock" not in key)


async def settled(store: Store) -> None:
    for _ in range(200):
        try:
            await store.runner.look()
        except StoreDown:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("the store never came back")


class Freezing(Store):
    """A store whose server falls silent between load and commit."""

    def __init__(self, store: Store, pid: int) -> None:
        super().__init__(store.redis, LIFETIMES)
        self.pid = pid

    async def commit(self, *arguments: Any, **more: Any) -> str:
        os.kill(self.pid, signal.SIGSTOP)
        return await super().commit(*arguments, **more)


async def test_store_lost_between_load_and_commit_costs_no_answer_and_saves_nothing(
    store: Store, embedded: Embedded, snapshot: Snapshot
) -> None:
    get_ready(snapshot)
    for number, (said, expected) in enumerate((("第五条", "出处："), ("答题", "不知道"), ("承诺", "不知道"))):
        freezing = Freezing(store, redis_of(embedded))
        try:
            reply = await pipeline_of(freezing, snapshot, deadline_s=2.0).reply_to(push(said, number))
        finally:
            # Longer than we wait for it: a server that wakes up refuses what we have given up on.
            await asyncio.sleep(0.4)
            os.kill(redis_of(embedded), signal.SIGCONT)
        assert expected in reply.text
        await settled(store)
        assert await held(store) == []


class Crowded(Store):
    """A store for which a process has no turn in time."""

    async def load(self, *arguments: Any, **more: Any) -> Any:
        await asyncio.sleep(60)


async def test_process_that_could_not_look_bids_nobody_answer_again_unseen(
    store: Store, snapshot: Snapshot
) -> None:
    """Another process may have recorded an earlier delivery of the same push: then the next answer is to the next item."""
    get_ready(snapshot)
    await pipeline_of(store, snapshot).reply_to(push("答题"))
    await pipeline_of(store, snapshot).reply_to(push("A", 2))
    crowded = pipeline_of(Crowded(store.redis, LIFETIMES), snapshot, deadline_s=0.3)
    assert "看到哪一题" in (await crowded.reply_to(push("A", 2))).text


class Away(Store):
    """A store that can be told to be away."""

    is_away = False

    async def load(self, *arguments: Any, **more: Any) -> Any:
        if self.is_away:
            raise StoreDown("away")
        return await super().load(*arguments, **more)


async def test_answer_that_waited_for_the_store_counts_for_no_item_that_its_user_asked_for_meanwhile(
    store: Store, snapshot: Snapshot
) -> None:
    """Put off by another process, they looked which item is open; the next answer is to that one."""
    get_ready(snapshot)
    away = Away(store.redis, LIFETIMES)
    one, other = pipeline_of(away, snapshot), pipeline_of(store, snapshot)
    shown = (await one.reply_to(now("答题", 1))).text
    away.is_away = True
    waiting = asyncio.create_task(one.reply_to(now("A", 2)))
    await asyncio.sleep(0.05)
    assert "第 1/10 题" in shown
    assert "第 1/10 题" in (await other.reply_to(now("继续", 3))).text
    away.is_away = False
    told = (await waiting).text
    assert "没有计分" in told
    assert "第 1/10 题" in told
    assert "第 2/10 题" in (await other.reply_to(now("A", 4))).text


class Refusing(Store):
    """A store without a replica, though one is wanted, that can be told to record nothing."""

    refuses = False

    async def commit(self, *arguments: Any, **more: Any) -> str:
        if self.refuses:
            raise StoreDown("full")
        return await super().commit(*arguments, **more)


async def test_record_that_went_with_its_master_is_in_doubt_no_longer_whatever_this_hosts_clock_says(
    store: Store, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_ready(snapshot)
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() + 3600)
    refusing = Refusing(store.redis, LIFETIMES, min_replicas=1)
    one, other = (pipeline_of(refusing, snapshot, deadline_s=1.0) for _ in range(2))
    assert "不知道" in (await one.reply_to(push("答题"))).text
    # Another process finds it where it may be lost.
    assert "不知道" in (await other.reply_to(push("答题"))).text

    await store.redis.flushall()
    refusing.refuses = True
    told = (await other.reply_to(push("答题"))).text
    assert "不知道" not in told
    assert "请稍后再" in told


async def test_question_that_takes_long_to_encode_gets_a_plea_in_time_and_saves_nothing(
    store: Store, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*arguments: Any) -> Turn:
        if not MAY_WAIT.get():
            raise NotYet
        time.sleep(0.6)
        return Turn(Reply("text", "太晚了"), Session("s"))

    monkeypatch.setattr(bot.deciding, "route", slow)
    before = FAILURES.labels("busy")._value.get()
    reply = await pipeline_of(store, snapshot, deadline_s=0.2).reply_to(push("第五条"))
    assert reply.text == snapshot.content.replies["busy"].strip()
    assert FAILURES.labels("busy")._value.get() == before + 1
    await asyncio.sleep(0.6)
    assert await held(store) == []


async def test_crashing_skill_gets_an_apology_and_saves_nothing(
    store: Store, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*arguments: Any) -> Turn:
        raise RuntimeError

    monkeypatch.setattr(bot.deciding, "route", crash)
    reply = await pipeline_of(store, snapshot).reply_to(push("第五条"))
    code = reply.text.partition("编号 ")[2][:8]
    assert code in str([record.__dict__ for record in caplog.records])
    assert await held(store) == []


@pytest.mark.parametrize("fault", ["frozen", "crash", "slow"])
async def test_who_leaves_during_an_outage_is_erased_after_it(
    store: Store,
    embedded: Embedded,
    snapshot: Snapshot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    owed = Owed(tmp_path / "owed")
    await pipeline_of(store, snapshot).reply_to(push("答题"))
    assert any(":session:" in key for key in await held(store))

    def fails(*arguments: Any) -> Turn:
        time.sleep(0.6 if fault == "slow" else 0)
        raise RuntimeError

    with monkeypatch.context() as patched:
        if fault == "frozen":
            os.kill(redis_of(embedded), signal.SIGSTOP)
        else:
            patched.setattr(bot.deciding, "route", fails)
        try:
            reply = await pipeline_of(
                store, snapshot, owed.note, deadline_s=0.5 if fault == "slow" else 4.0
            ).reply_to(LEAVING)
        finally:
            os.kill(redis_of(embedded), signal.SIGCONT)
    assert reply.kind == "none"
    await settled(store)
    await owed.settle(store)
    assert list(owed.folder.iterdir()) == []
    left = [key for key in await held(store) if keys_of("user").user in key]
    assert all(":reply:user:rewrite-" in key for key in left)


async def test_nobody_owed_is_nothing_to_do(store: Store, tmp_path: Path) -> None:
    await Owed(tmp_path / "owed").settle(store)
    assert not await erase(store, "nobody")


async def test_acknowledged_event_leaves_no_key(store: Store, snapshot: Snapshot) -> None:
    for number, event in enumerate(("view", "templatesendjobfinish", "never_heard_of")):
        reply = await pipeline_of(store, snapshot).reply_to(
            Message(f"p{number}", "user", "event", event=event)
        )
        assert reply.kind == "none"
    assert await held(store) == []


async def test_events_end_with_their_time(embedded: Embedded) -> None:
    store = Store(connect(embedded.url), Lifetimes(60_000, 60_000, 80))
    try:
        loaded = await store.load("u", "p")
        assert isinstance(loaded, Loaded)
        await store.commit(loaded, session="s", reply="r", effects=[{"name": "did"}], erase=False)
        stream = next(s for s in event_streams() if s.startswith(keys_of("u").tag))
        assert 0 < await store.redis.pttl(stream) <= 80
        await store.redis.persist(stream)
        await asyncio.sleep(0.1)
        await store.trim()
        assert await store.redis.xlen(stream) == 0
    finally:
        await store.runner.close()


async def test_push_delivered_again_while_the_store_is_away_gets_the_reply_it_got(
    store: Store, embedded: Embedded, snapshot: Snapshot
) -> None:
    pipeline = pipeline_of(store, snapshot)
    said = await pipeline.reply_to(push("答题"))
    assert "第 1/10 题" in said.text
    os.kill(redis_of(embedded), signal.SIGSTOP)
    try:
        assert await pipeline.reply_to(push("答题")) == said
        assert "请稍后再来" in (await pipeline.reply_to(push("答题", 2))).text
    finally:
        os.kill(redis_of(embedded), signal.SIGCONT)


async def test_clock_that_jumps_while_a_push_waits_refuses_no_answer(
    store: Store, snapshot: Snapshot
) -> None:
    releases: Any = SimpleNamespace(live=snapshot)
    ahead_s = [0.0]
    answering = Pipeline(store, releases, "key", Limits(), clock=lambda: time.time() + ahead_s[0])
    await answering.reply_to(push("答题", 1))
    message = now("A", 2)
    ahead_s[0] = 100.0
    told = await answering.reply_to(message)
    assert told.text.startswith(("答对", "答错")), told.text
