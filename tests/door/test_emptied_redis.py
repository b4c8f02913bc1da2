"""An outside Redis that loses its data under several hosts: what people published stays live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.door.test_publishing import NEW, OLD, publish
from tests.outside import OutsideRedis
from tests.serving import Server, copy_small_content, until

QUESTION = "会议在哪里召开"


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[OutsideRedis]:
    server = OutsideRedis(tmp_path / "outside").start()
    yield server
    server.kill()


@pytest.fixture
def host(
    make_server: Callable[..., Server], outside: OutsideRedis, tmp_path: Path
) -> Callable[[str], Server]:
    """Start a host of its own data folder and its own content folder, all on one Redis."""

    def start(name: str) -> Server:
        content = copy_small_content(tmp_path / name)
        return make_server(CONTENT_DIR=str(content), REDIS__URL=outside.url, PRIVACY__KEY="k" * 48)

    return start


def empty(outside: OutsideRedis) -> None:
    client = outside.client()
    client.flushall()
    client.close()


def answers_edited(*hosts: Server) -> bool:
    return all(NEW in one.wechat().say("oAsk", QUESTION) for one in hosts)


def published_and_noted(server: Server, content: Path) -> str:
    """Publish an edit, wait until it is live and the host has noted how, and return the release."""
    version = publish(server, content, OLD, NEW)
    until(lambda: server.ready()["release"] == version)
    noted = server.folder / "data/releases/went-live.json"
    until(lambda: noted.exists() and version in noted.read_text())
    return version


def test_host_with_an_empty_folder_rolls_nothing_back(
    host: Callable[[str], Server], outside: OutsideRedis, tmp_path: Path
) -> None:
    first = host("first")
    version = published_and_noted(first, tmp_path / "first")
    empty(outside)
    second = host("second")
    until(lambda: {first.ready()["release"], second.ready()["release"]} == {version})
    assert answers_edited(first, second)
    told = first.call("kb", "log").output
    assert "放回" in told
    # What stands is known as what it was: the next edit goes on from it.
    assert publish(first, tmp_path / "first", NEW, OLD)


def test_host_that_was_away_brings_the_edited_release_back(
    host: Callable[[str], Server], outside: OutsideRedis, tmp_path: Path
) -> None:
    first = host("first")
    version = published_and_noted(first, tmp_path / "first")
    assert first.stop() == 0
    empty(outside)
    second = host("second")
    assert not answers_edited(second)
    first.start()
    until(lambda: second.ready()["release"] == version)
    assert answers_edited(first, second)


def test_what_people_published_over_the_gap_stands(
    host: Callable[[str], Server], outside: OutsideRedis, tmp_path: Path
) -> None:
    first = host("first")
    version = publish(first, tmp_path / "first", OLD, NEW)
    until(lambda: first.ready()["release"] == version)
    assert first.stop() == 0
    empty(outside)
    second = host("second")
    newer = publish(second, tmp_path / "second", OLD, "会议是在成都召开：")
    first.start()
    until(lambda: {first.ready()["release"], second.ready()["release"]} == {newer})


def test_looking_with_a_command_puts_nothing_into_an_empty_redis(
    host: Callable[[str], Server], outside: OutsideRedis, tmp_path: Path
) -> None:
    first = host("first")
    assert first.stop() == 0
    empty(outside)
    first.call("kb", "log")
    first.call("kb", "misses")
    client = outside.client()
    assert client.keys("*release*") == []
    client.close()
