"""A short run of `make fuzz`: whatever is read, nothing breaks and nothing hangs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from tests.fuzz.targets import TARGETS

_SLOW = {"talk": 40, "loaders": 60}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_reads_anything_or_says_that_it_does_not(name: str) -> None:
    @settings(max_examples=_SLOW.get(name, 200), deadline=None, derandomize=True, database=None)
    @given(call=TARGETS[name])
    def survives(call: Callable[[], None]) -> None:
        call()

    survives()
