"""An outside Redis that drops data when it is full: told before anybody loses a quiz."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.outside import OutsideRedis
from tests.serving import Server, until


def test_policy_that_drops_data_is_told_at_the_start_and_until_it_is_mended(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    outside = OutsideRedis(tmp_path / "outside", "--maxmemory-policy", "allkeys-lru").start()
    try:
        server = make_server(REDIS__URL=outside.url)
        told = server.ready()
        assert (told["status"], told["redis"]) == ("degraded", "up")
        assert "allkeys-lru" in told["why"]
        assert "noeviction" in told["why"]
        said = [line for line in server.log.splitlines() if "allkeys-lru" in line]
        assert said == [told["why"]]
        # A start that finds its release on the disk says it, too.
        assert server.stop() == 0
        server.start()
        assert len([line for line in server.log.splitlines() if "allkeys-lru" in line]) == 2
        client = outside.client()
        client.config_set("maxmemory-policy", "noeviction")
        client.close()
        until(lambda: server.ready()["status"] == "ready")
    finally:
        outside.kill()
