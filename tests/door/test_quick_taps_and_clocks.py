"""Which item an answer is about, when it comes too soon, or when clocks are wrong."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.conformance.pretend_wechat import PretendWechat
from tests.door.test_failures import position
from tests.outside import OutsideRedis
from tests.serving import Server

READING_S = 5
_LIBRARY = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
# What Python runs first: the wall clock of a whole server is as far off as a file says.
_WRONG = """
import os, time
_true = time.time
def _wrong():
    with open(os.environ["WRONG_CLOCK"]) as file:
        return _true() + float(file.read().rstrip("s"))
time.time = _wrong
"""


class Clock:
    """A clock that servers go by, set from outside: one of our hosts, and a Redis."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "sitecustomize.py").write_text(_WRONG)
        self.set(0)

    def set(self, ahead_s: int) -> None:
        """Put the clock so many seconds ahead of the true time."""
        draft = self._folder / "draft"
        draft.write_text(f"{ahead_s:+d}s")
        draft.replace(self._folder / "ahead")

    @property
    def of_host(self) -> dict[str, str]:
        """What makes a server of ours go by this clock; pushes come with the true time."""
        return {
            "PYTHONPATH": str(self._folder),
            "WRONG_CLOCK": str(self._folder / "ahead"),
            "QINGLANG_WECHAT__WINDOW_S": "0",
        }

    @property
    def of_redis(self) -> dict[str, str]:
        """What makes a Redis go by this clock."""
        if not _LIBRARY:
            why = "libfaketime is not here (apt install libfaketime)"
            pytest.fail(why) if os.environ.get("QINGLANG_TEST_FULL") else pytest.skip(why)
        return {
            "LD_PRELOAD": str(_LIBRARY[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._folder / "ahead"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@pytest.fixture
def make_clock(tmp_path: Path) -> Callable[[int], Clock]:
    """Make clocks that are wrong by so many seconds."""
    number = itertools.count()

    def make(ahead_s: int) -> Clock:
        clock = Clock(tmp_path / f"clock{next(number)}")
        clock.set(ahead_s)
        return clock

    return make


@pytest.fixture
def make_wrong(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that go by a clock."""
    servers: list[Server] = []

    def make(clock: Clock, **settings: str) -> Server:
        named = {f"QINGLANG_{name}": value for name, value in settings.items()}
        servers.append(Server(tmp_path / f"wrong{len(servers)}", clock.of_host | named))
        return servers[-1].start()

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def make_redis(tmp_path: Path) -> Iterator[Callable[..., OutsideRedis]]:
    """Start a Redis, that may go by a clock."""
    started: list[OutsideRedis] = []

    def make(clock: Clock | None = None) -> OutsideRedis:
        environment = clock.of_redis if clock else None
        started.append(OutsideRedis(tmp_path / f"redis{len(started)}", environment=environment))
        return started[-1].start()

    yield make
    for server in started:
        server.kill()


def test_double_tap_is_one_answer(
    make_server: Callable[..., Server],
    make_redis: Callable[..., OutsideRedis],
    make_clock: Callable[[int], Clock],
) -> None:
    # Steps of the clock are longer than a busy machine is late, and nobody waits for them.
    clock = make_clock(0)
    wechat = make_server(QUIZ__READING_MS=str(READING_S * 1000), REDIS__URL=make_redis(clock).url).wechat()
    wechat.say("oTapper", "答题")
    for k in range(2, 5):
        clock.set(READING_S * k)
        assert position(wechat.say("oTapper", "A")) == k
        again = wechat.say("oTapper", "A")
        assert again.startswith("本题已作答")
        assert position(again) == k


def test_host_whose_clock_is_set_back_blocks_no_item(
    make_wrong: Callable[..., Server], make_clock: Callable[[int], Clock]
) -> None:
    clock = make_clock(3600)
    wechat = make_wrong(clock).wechat()
    goes_on_over_a_step_back(wechat, clock)


def test_store_whose_clock_is_set_back_blocks_no_item(
    make_server: Callable[..., Server],
    make_redis: Callable[..., OutsideRedis],
    make_clock: Callable[[int], Clock],
) -> None:
    clock = make_clock(120)
    wechat = make_server(REDIS__URL=make_redis(clock).url).wechat()
    goes_on_over_a_step_back(wechat, clock)


def goes_on_over_a_step_back(wechat: PretendWechat, clock: Clock) -> None:
    assert position(wechat.say("oTaker", "答题")) == 1
    assert position(wechat.say("oTaker", "A")) == 2
    clock.set(0)
    assert position(wechat.say("oTaker", "A")) == 3
    assert position(wechat.say("oTaker", "跳过")) == 4
    assert position(wechat.say("oTaker", "A")) == 5


def test_hosts_with_clocks_apart_agree_on_what_was_on_the_screen(
    make_wrong: Callable[..., Server],
    make_redis: Callable[..., OutsideRedis],
    make_clock: Callable[[int], Clock],
) -> None:
    common = {"REDIS__URL": make_redis().url, "PRIVACY__KEY": "k" * 48}
    ahead, behind = make_wrong(make_clock(120), **common), make_wrong(make_clock(-120), **common)
    assert position(ahead.wechat().say("oTaker", "答题")) == 1
    for k in range(2, 8):
        host = (behind, ahead)[k % 2]
        assert position(host.wechat().say("oTaker", "A")) == k
