"""What every command does first: settings, and a place for what is compiled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.commands.terminal import keep_compiled
from bot.config import Settings


@pytest.mark.parametrize(
    ("may_write", "named", "expected"),
    [(False, "", "compiled"), (False, "/elsewhere", "/elsewhere"), (True, "", "")],
)
def test_what_is_compiled_is_kept_with_the_data_where_the_code_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may_write: bool, named: str, expected: str
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: may_write)
    # Also what is set here is undone at the end.
    monkeypatch.setenv("NUMBA_CACHE_DIR", named)
    if not named:
        monkeypatch.delenv("NUMBA_CACHE_DIR")
    keep_compiled(Settings(data_dir=tmp_path))
    kept = os.environ.get("NUMBA_CACHE_DIR", "")
    assert kept == (str(tmp_path / expected) if expected == "compiled" else expected)
    os.environ.pop("NUMBA_CACHE_DIR", None)
