"""Fixtures: the shipped knowledge, and servers to talk to or to hurt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.conformance.pretend_wechat import Mode, PretendWechat
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build
from tests.serving import AES_KEY, APP_ID, CONTENT, Server


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    """The shipped knowledge."""
    return build(CONTENT)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only talk: shipped content, plain mode, two workers."""
    server = Server(tmp_path_factory.mktemp("shipped"), {"QINGLANG_SERVER__WORKERS": "2"}).start()
    try:
        yield server
        assert server.stop() == 0
    finally:
        server.end()


@pytest.fixture(scope="session")
def shipped_safe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped content behind the safe mode, for everyone who only talks."""
    settings = {"QINGLANG_WECHAT__APP_ID": APP_ID, "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY}
    server = Server(tmp_path_factory.mktemp("safe"), settings).start()
    try:
        yield server
        assert server.stop() == 0
    finally:
        server.end()


@pytest.fixture(scope="session")
def shipped_compat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped content behind the compat mode, for everyone who only talks."""
    settings = {
        "QINGLANG_WECHAT__APP_ID": APP_ID,
        "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        "QINGLANG_WECHAT__MODE": "compat",
    }
    server = Server(tmp_path_factory.mktemp("compat"), settings).start()
    try:
        yield server
        assert server.stop() == 0
    finally:
        server.end()


@pytest.fixture(params=["plain", "compat", "safe"])
def moded(request: pytest.FixtureRequest) -> tuple[Mode, Server]:
    """Each mode, with a server of it."""
    name = {"plain": "shipped", "compat": "shipped_compat", "safe": "shipped_safe"}[request.param]
    return request.param, request.getfixturevalue(name)


@pytest.fixture
def wechat(moded: tuple[Mode, Server]) -> PretendWechat:
    """A pretend WeChat in each mode, at a server of that mode."""
    mode, server = moded
    return server.wechat(mode)


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that a test may hurt; they are gone afterwards, their Redis too."""
    servers: list[Server] = []

    def make(**settings: str) -> Server:
        server = Server(tmp_path / f"server{len(servers)}", {f"QINGLANG_{k}": v for k, v in settings.items()})
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        server.end()
