"""A taker of papers."""

from __future__ import annotations

import pytest

from knowledge.matching.snapshot import Snapshot
from tests.taker import Taker


@pytest.fixture
def taker(snapshot: Snapshot) -> Taker:
    return Taker(snapshot)
