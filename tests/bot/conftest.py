"""Fixtures: a Redis of a test's own, started and stopped with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.server.embedded import Embedded


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    server = Embedded(tmp_path / "data")
    server.start()
    yield server
    server.stop()
