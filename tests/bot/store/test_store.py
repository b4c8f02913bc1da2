"""What the store promises, on a real Redis."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import NoScriptError

from bot.store.keys import event_streams, keys_of
from bot.store.server.embedded import Embedded
from bot.store.server.faults import NoServerBinary, ServerFrozen
from bot.store.server.program import find_binary
from bot.store.store import Conflict, Lifetimes, Loaded, Replayed, Store, Unsettled
from bot.store.wire.client import SOCKET_TIMEOUT_S, connect
from bot.store.wire.runner import StoreDown
from tests.cluster import Cluster
from tests.serving import free_port, is_running, until

DAY_MS = 86_400_000
LIFETIMES = Lifetimes(90 * DAY_MS, 600_000, 90 * DAY_MS)


@pytest.fixture
async def store(embedded: Embedded) -> AsyncIterator[Store]:
    async def heal() -> None:
        try:
            await asyncio.to_thread(embedded.ensure)
        except ServerFrozen as error:
            raise StoreDown(str(error)) from error

    opened = Store(connect(embedded.url), LIFETIMES, heal)
    yield opened
    await opened.runner.close()


def pid_of(embedded: Embedded) -> int:
    return int((embedded.socket.parent / "redis.pid").read_text())


async def fresh(store: Store, user: str, push: str) -> Loaded:
    loaded = await store.load(user, push)
    assert isinstance(loaded, Loaded)
    return loaded


async def commit(
    store: Store, loaded: Loaded, session: str = "s", reply: str = "r", erase: bool = False
) -> str:
    return await store.commit(
        loaded, session=session, reply=reply, effects=[{"name": "did", "subject": "x"}], erase=erase
    )


async def effects(store: Store) -> list[dict[bytes, bytes]]:
    return [fields for stream in event_streams() for _, fields in await store.redis.xrange(stream)]


async def test_repeated_push_gets_the_first_reply(store: Store) -> None:
    assert await commit(store, await fresh(store, "u", "p1"), reply="第一") == "第一"
    assert await store.load("u", "p1") == Replayed("第一")


async def test_code_of_somebody_elses_card_is_never_given_again(store: Store) -> None:
    first, second, *_ = [name for name in map(str, range(100)) if keys_of(name).home == keys_of("0").home]
    for user, text in ((first, "甲"), (second, "乙")):
        card = ("pledge", f"{keys_of(user).home}CODE", text)
        loaded = await fresh(store, user, f"push-{user}")
        recording = store.commit(loaded, session="s", reply="r", effects=[], erase=False, cards=[card])
        if user == first:
            await recording
        else:
            with pytest.raises(Conflict):
                await recording
    assert (
        await store.redis.get(f"{keys_of(first).card_prefix}card:{keys_of(first).home}CODE") == "甲".encode()
    )
    # Its own card may be written as often as one likes.
    again = await fresh(store, first, "once more")
    mine = ("pledge", f"{keys_of(first).home}CODE", "甲甲")
    assert await store.commit(again, session="s", reply="r2", effects=[], erase=False, cards=[mine]) == "r2"


async def test_parallel_copies_of_a_push_count_once(store: Store) -> None:
    copies = [await fresh(store, "u", "p") for _ in range(3)]
    replies = [await commit(store, copy, reply=f"回复{i}") for i, copy in enumerate(copies)]
    assert replies == ["回复0"] * 3
    assert len(await effects(store)) == 1


async def test_two_hundred_parallel_pushes_of_a_user_all_count(store: Store) -> None:
    async def count(i: int) -> None:
        while True:
            loaded = await fresh(store, "u", f"p{i}")
            try:
                await commit(store, loaded, session=str(int(loaded.session or 0) + 1))
            except Conflict:
                continue
            return

    await asyncio.gather(*(count(i) for i in range(200)))
    assert (await fresh(store, "u", "last")).session == "200"
    assert len(await effects(store)) == 200


async def test_crowd_waits_for_its_turn_instead_of_opening_a_connection_each(store: Store) -> None:
    await asyncio.gather(*(fresh(store, f"u{i}", "p") for i in range(300)))
    assert len(await store.redis.client_list()) <= 16


class Slow:
    """A client on which one script takes its time, in front of all others."""

    def __init__(self, redis: Any) -> None:
        self.redis = redis

    async def evalsha(self, *script: Any) -> Any:
        raise NoScriptError

    async def eval(self, *script: Any) -> Any:
        if script[0] == IN_FRONT:
            await asyncio.sleep(2 * SOCKET_TIMEOUT_S)
        return await self.redis.eval(*script)


IN_FRONT = "return {'did not hurry'}"


async def test_waiting_for_a_turn_makes_no_commit_late(store: Store) -> None:
    narrow = Store(Slow(store.redis), LIFETIMES, at_once=1)
    loaded = await fresh(narrow, "u", "p")
    in_front = asyncio.create_task(narrow.runner.run(IN_FRONT, (), ()))
    await asyncio.sleep(0)
    assert await commit(narrow, loaded, reply="计入") == "计入"
    assert await in_front == [b"did not hurry"]


async def test_waiting_for_a_turn_gives_a_commit_no_longer_patience(store: Store) -> None:
    narrow = Store(Slow(store.redis), LIFETIMES, at_once=1)
    begun = time.monotonic()
    in_front = asyncio.create_task(narrow.runner.run(IN_FRONT, (), ()))
    await asyncio.sleep(0)
    assert (await fresh(narrow, "u", "p")).loaded_at >= begun + 2 * SOCKET_TIMEOUT_S
    await in_front


async def test_commit_on_an_old_version_changes_nothing(store: Store) -> None:
    old = await fresh(store, "u", "p1")
    await commit(store, await fresh(store, "u", "p2"), session="new")
    with pytest.raises(Conflict):
        await commit(store, old, session="old")
    assert (await fresh(store, "u", "p3")).session == "new"
    assert isinstance(await store.load("u", "p1"), Loaded)
    assert len(await effects(store)) == 1


async def test_erase_leaves_only_the_reply_of_its_push_for_a_minute(store: Store) -> None:
    for push in ("p1", "p2"):
        await commit(store, await fresh(store, "u", push))
    await commit(store, await fresh(store, "other", "p1"))
    await commit(store, await fresh(store, "u", "bye"), erase=True)
    keys = keys_of("u")
    kept = sorted(key.decode() for key in await store.redis.keys(f"{keys.tag}:*:u*"))
    assert kept == [keys.reply_prefix + "bye"]
    assert 0 < await store.redis.pttl(kept[0]) <= 60_000
    assert (await fresh(store, "other", "p2")).session == "s"


async def test_turn_loaded_before_an_erase_never_commits_after_it(store: Store) -> None:
    early_absent = await fresh(store, "u", "p0")
    await commit(store, await fresh(store, "u", "p1"))
    early_present = await fresh(store, "u", "p2")
    await commit(store, await fresh(store, "u", "bye"), erase=True)
    for early in (early_absent, early_present):
        with pytest.raises(Conflict):
            await commit(store, early)
    assert (await fresh(store, "u", "p4")).session == ""


async def test_every_key_of_a_user_expires(store: Store) -> None:
    await commit(store, await fresh(store, "u", "p1"))
    keys = keys_of("u")
    for key in (keys.session, keys.pushes, keys.reply_prefix + "p1"):
        assert await store.redis.pttl(key) > 0, key


async def test_frozen_server_never_executes_a_commit_we_gave_up_on(store: Store, embedded: Embedded) -> None:
    await commit(store, await fresh(store, "u", "p1"), session="before")
    loaded = await fresh(store, "u", "p2")
    os.kill(pid_of(embedded), signal.SIGSTOP)
    try:
        with pytest.raises(Unsettled):
            await commit(store, loaded, session="after")
    finally:
        await asyncio.sleep(0.4)
        os.kill(pid_of(embedded), signal.SIGCONT)
    assert (await fresh(store, "u", "p3")).session == "before"
    assert len(await effects(store)) == 1


async def test_late_commit_that_was_executed_before_gives_its_reply(store: Store) -> None:
    loaded = await fresh(store, "u", "p")
    await commit(store, loaded, reply="第一")
    late = replace(loaded, server_ms=loaded.server_ms - 60_000)
    assert await commit(store, late, reply="第二") == "第一"
    assert len(await effects(store)) == 1


async def test_late_commit_that_was_not_executed_is_decided_again(store: Store) -> None:
    loaded = await fresh(store, "u", "p")
    with pytest.raises(Conflict):
        await commit(store, replace(loaded, server_ms=loaded.server_ms - 60_000))
    assert await effects(store) == []


async def test_killed_server_is_back_with_the_same_data(store: Store, embedded: Embedded) -> None:
    for i in range(50):
        await commit(store, await fresh(store, "u", f"p{i}"), session=str(i))
    os.kill(pid_of(embedded), signal.SIGKILL)
    assert (await fresh(store, "u", "after")).session == "49"


async def test_flush_reaches_the_log_whatever_the_server_calls_it(
    store: Store, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    await commit(store, await fresh(store, "u", "p"))
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(os.fstat(number).st_size))
    embedded.flush()
    assert flushed
    assert max(flushed) > 0


async def test_breaker_spares_a_silent_server_and_lets_it_back(store: Store, embedded: Embedded) -> None:
    os.kill(pid_of(embedded), signal.SIGSTOP)
    try:
        for _ in range(4):
            with pytest.raises(StoreDown):
                await store.load("u", "p")
    finally:
        os.kill(pid_of(embedded), signal.SIGCONT)

    async def is_back() -> bool:
        try:
            await store.load("u", "p")
        except StoreDown:
            return False
        return True

    for _ in range(100):
        if await is_back():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never came back")


def test_six_racing_processes_start_one_server_and_the_last_stops_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bot.store.server.embedded import Embedded;"
        "e = Embedded(Path(sys.argv[1])); e.start(); print((e.socket.parent / 'redis.pid').read_text().strip(), flush=True);"
        "sys.stdin.read(); e.stop()"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        pids = set(pool.map(lambda r: r.stdout.readline().strip() if r.stdout else "", racers))
    assert len(pids) == 1
    pid = int(pids.pop())
    for number, racer in enumerate(racers):
        assert is_running(pid), f"stopped while {6 - number} still use it"
        racer.communicate()
        assert racer.returncode == 0
    until(lambda: not is_running(pid))


@pytest.mark.parametrize("is_connected", [False, True])
async def test_silent_server_is_not_brought_back_while_it_lives(
    embedded: Embedded, *, is_connected: bool
) -> None:
    asked = list[str]()

    async def heal() -> None:
        asked.append("heal")

    own = Store(connect(embedded.url), LIFETIMES, heal)
    if is_connected:
        await own.runner.look()
    os.kill(pid_of(embedded), signal.SIGSTOP)
    try:
        with pytest.raises(StoreDown):
            await own.load("u", "p")
    finally:
        os.kill(pid_of(embedded), signal.SIGCONT)
    await own.runner.close()
    assert asked == []


def test_frozen_server_does_not_get_a_twin(embedded: Embedded) -> None:
    os.kill(pid_of(embedded), signal.SIGSTOP)
    try:
        with pytest.raises(ServerFrozen):
            Embedded(embedded.socket.parent.parent).ensure()
    finally:
        os.kill(pid_of(embedded), signal.SIGCONT)


def test_deep_data_folder_gets_a_short_private_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("很深的目录" * 8) / "data"
    server = Embedded(deep)
    server.start()
    try:
        assert len(os.fsencode(server.socket)) < 104
        assert server.socket.parent.stat().st_mode & 0o777 == 0o700
        assert (deep / "redis").stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


def test_missing_program_tells_three_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoServerBinary, match=r"redis\.url"):
        find_binary("/nowhere/redis-server")


@pytest.mark.parametrize(
    "url",
    [
        "redis://h:1/0",
        "rediss://h:1/0",
        "unix:///tmp/x.sock",
        "redis+sentinel://a:1,b:2/name/0",
        "redis+cluster://h:1",
        "redis+cluster://me:pw@a:1,b,[::1]:3",
    ],
)
async def test_every_kind_of_address_gives_a_client(url: str) -> None:
    client: Any = connect(url)
    await client.aclose()


async def test_cluster_is_reached_by_any_of_its_seeds(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path).start()
    dead, alive = free_port(), cluster.nodes[2].port
    client: Any = connect(f"redis+cluster://127.0.0.1:{dead},127.0.0.1:{alive}")
    try:
        assert await client.set("{s1}:x", "1")
        assert await client.get("{s1}:x") == b"1"
    finally:
        await client.aclose()
        cluster.kill()
