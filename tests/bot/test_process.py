"""The parts of a process: the service and a command open the same, and wait differently."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.config import load_settings
from bot.process import open_parts
from bot.store.wire.client import SOCKET_TIMEOUT_S


async def test_command_waits_for_a_redis_that_is_slow_for_a_moment_and_the_service_does_not(
    tmp_path: Path,
) -> None:
    settings = load_settings({"QINGLANG_DATA_DIR": str(tmp_path)})
    async with open_parts(settings, serving=True) as service, open_parts(settings) as command:
        pid = int((settings.redis_dir / "redis/redis.pid").read_text())
        await asyncio.gather(service.store.redis.ping(), command.store.redis.ping())
        os.kill(pid, signal.SIGSTOP)
        try:
            asked = asyncio.create_task(command.store.redis.ping())
            with pytest.raises(RedisTimeoutError):
                await service.store.redis.ping()
            await asyncio.sleep(SOCKET_TIMEOUT_S)
            assert not asked.done()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert await asked
