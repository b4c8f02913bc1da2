"""`serve --watch`: check the draft at every save and say what is wrong with it; the live release is not touched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from watchfiles import Change, watch

from bot.china import today
from knowledge.model.problems import Problem
from knowledge.reading.load import SUFFIXES
from knowledge.release.build import check_folder

_STEP_MS = 50
_DEBOUNCE_MS = 300

Show = Callable[[tuple[Problem, ...], str], None]
"""Is told every Problem of the draft, and a sentence about the check."""


def watch_draft(folder: Path, show: Show, stop: threading.Event) -> None:
    """Check the content folder now and after every save, until `stop` is set."""
    _check(folder, show, ("启动",))
    if not folder.is_dir():
        return
    for names in _saves(folder, stop):
        _check(folder, show, names)


def _saves(folder: Path, stop: threading.Event) -> Iterator[tuple[str, ...]]:
    def is_content(_: Change, path: str) -> bool:
        return Path(path).suffix in SUFFIXES and not Path(path).name.startswith(".")

    for changes in watch(
        folder, watch_filter=is_content, step=_STEP_MS, debounce=_DEBOUNCE_MS, stop_event=stop
    ):
        yield tuple(sorted({Path(path).name for _, path in changes}))


def _check(folder: Path, show: Show, names: tuple[str, ...]) -> None:
    started = time.monotonic()
    _, problems = check_folder(folder, today())
    took_ms = (time.monotonic() - started) * 1000
    n_errors = sum(problem.severity == "error" for problem in problems)
    verdict = f"{n_errors} 处错误" if n_errors else "没有错误，kb try 可以试问"
    show(problems, f"草稿（{'、'.join(names)}）：{verdict}（{took_ms:.0f} 毫秒）")
