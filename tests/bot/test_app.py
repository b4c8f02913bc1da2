"""A worker ends when it is told to, whatever its background tasks do with the first word."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

import bot.app
from bot.app import end, keep_going


async def test_task_that_swallows_a_cancellation_is_ended_all_the_same() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                # As a client library does that turns it into a time-out of its own.
                swallowed += 1
                if swallowed > 2:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(task), 5)
    assert task.cancelled()
    assert swallowed == 3


async def test_background_work_that_failed_is_logged_and_begun_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.app, "_BEGIN_AGAIN_S", 0.0)
    left = [KeyError("odd"), RuntimeError("odder")]

    async def work() -> None:
        if left:
            raise left.pop()

    await keep_going(work)
    assert not left
    assert [record.message for record in caplog.records] == ["background work failed"] * 2


def test_server_that_never_calls_the_platform_loads_no_client_for_it() -> None:
    loaded = "import sys, bot.app; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
