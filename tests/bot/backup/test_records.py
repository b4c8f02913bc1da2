"""What Redis holds, read as rows and written elsewhere: everything, of one moment for each user, on a cluster too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.backup.records import KeyRow, RowWriter, clear, is_empty, read_rows
from bot.store.keys import keys_of
from bot.store.server.embedded import Embedded
from bot.store.store import Lifetimes, Loaded, Store
from bot.store.wire.client import connect
from handlers.codec import dump_session
from handlers.model.session import Session
from tests.cluster import Cluster

DAY_MS = 86_400_000
USERS = [f"user{n}" for n in range(40)]


@pytest.fixture
async def redis(embedded: Embedded) -> AsyncIterator[Any]:
    client = connect(embedded.url, 5.0)
    yield client
    await client.aclose()


async def answer(redis: Any, user: str, n: int) -> None:
    """Record one answer of a user, as the pipeline does."""
    store = Store(redis, Lifetimes(90 * DAY_MS, 600_000, 90 * DAY_MS))
    loaded = await store.load(user, f"push{n}")
    assert isinstance(loaded, Loaded)
    await store.commit(
        loaded,
        session=dump_session(Session(subject=f"subject-{user}", code_name=str(n))),
        reply=f"reply {n}",
        effects=[{"name": "answered", "subject": f"subject-{user}", "n": str(n)}],
        erase=False,
        cards=[("pledge", f"{keys_of(user).home}{user}", "card")],
    )


async def rows_of(redis: Any) -> dict[bytes, list[Any]]:
    found: dict[bytes, list[Any]] = {}
    async for row in read_rows(redis):
        found.setdefault(row.key, []).extend(map(str, row.values))
    return {key: sorted(values) for key, values in found.items()}


async def test_everything_comes_to_a_cluster_and_back(redis: Any, tmp_path: Path) -> None:
    for n, user in enumerate(USERS):
        await answer(redis, user, n)
    await redis.hset("{release}:records", mapping={"a": "1"})
    await redis.set("someone else's", "1")
    cluster = Cluster(tmp_path / "cluster").start()
    # A prefix is the deployment's own: rows know nothing of it.
    other, raw = connect(cluster.url, 5.0, "office:"), connect(cluster.url, 5.0)
    try:
        assert await is_empty(other)
        writer = RowWriter(other)
        async for row in read_rows(redis):
            await writer.write(row)
        there = await rows_of(other)
        assert there == {
            key: values for key, values in (await rows_of(redis)).items() if not key.startswith(b"some")
        }
        assert len([key for key in there if b":session:" in key]) == len(USERS)
        assert await other.pttl(keys_of("user1").session) > 89 * DAY_MS
        assert await other.pttl(keys_of("user1").reply_prefix + "push1") <= 600_000
        assert {key.partition(b"{")[0] async for key in raw.scan_iter(match="*")} == {b"office:"}
        await clear(other)
        assert await is_empty(other)
    finally:
        await other.aclose()
        await raw.aclose()
        cluster.kill()


async def test_events_after_a_users_moment_are_left_out(redis: Any) -> None:
    await answer(redis, "user", 1)
    found: list[KeyRow] = []
    async for row in read_rows(redis):
        found.append(row)
        if b":session:" in row.key:
            # After the user was read, and before the stream is.
            await answer(redis, "user", 2)
            await answer(redis, "user", 3)
    (session,) = (row for row in found if b":session:" in row.key)
    assert '"code_name":"1"' in str(session.values)
    events = [row for row in found if row.key.endswith(b":events")]
    assert [flat[flat.index(b"n") + 1] for row in events for flat in row.values[1::2]] == [b"1"]


async def test_row_whose_time_is_over_is_not_written(redis: Any) -> None:
    await RowWriter(redis).write(KeyRow("string", b"{s1}:reply:u:p", 1, [b"x"]))
    assert await is_empty(redis)
