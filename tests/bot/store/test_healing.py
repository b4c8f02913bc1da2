"""A start that takes long is shared by all who ask, and waited for by none."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store.server.faults import ServerFailed
from bot.store.store import Lifetimes, Store
from bot.store.wire.client import connect
from bot.store.wire.runner import StoreDown

LIFETIMES = Lifetimes(60_000, 60_000, 60_000)


async def test_crowd_shares_one_start_and_does_not_wait_for_its_end(tmp_path: Path) -> None:
    n_starts = 0
    up = asyncio.Event()

    async def heal() -> None:
        nonlocal n_starts
        n_starts += 1
        await up.wait()

    store = Store(connect(f"unix://{tmp_path}/nobody.sock"), LIFETIMES, heal)
    # `up` is set by nobody: a crowd that waited for the start would wait for ever.
    outcomes = await asyncio.gather(
        *(store.load(f"u{number}", "p") for number in range(60)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StoreDown] * 60
    assert n_starts == 1
    up.set()
    await store.runner.close()


async def test_reason_of_a_failed_start_is_what_ails_the_store(tmp_path: Path) -> None:
    async def heal() -> None:
        raise StoreDown("数据读不了") from ServerFailed("数据读不了")

    store = Store(connect(f"unix://{tmp_path}/nobody.sock"), LIFETIMES, heal, down="还没有起来过")
    assert await store.runner.trouble() == "还没有起来过"
    with pytest.raises(StoreDown):
        await store.runner.look()
    assert await store.runner.trouble() == "数据读不了"
    await store.runner.close()


async def test_address_of_a_redis_that_is_away_is_not_told(tmp_path: Path) -> None:
    store = Store(connect("redis://:secret@127.0.0.1:1/0"), LIFETIMES)
    told = await store.runner.trouble()
    assert "没有运行" in told
    assert "127.0.0.1" not in told
    assert "secret" not in told
    await store.runner.close()
