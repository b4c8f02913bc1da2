"""Growing pauses between starts that fail, kept by all processes of a data folder together."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from bot.files import write_whole

# 1 s, then 2, 4, 8, 16 …: at most 5 starts in any 30 s.
_LONGEST_S = 60.0


class Pauses:
    """The note of failed starts in one folder; whoever reads or writes it holds the folder's start lock."""

    def __init__(self, folder: Path) -> None:
        self._note = folder / "failed-starts.json"

    def why_not_yet(self) -> str:
        """Return why the last start failed while it is too early for another; "" when one may be tried."""
        _, next_try, why = self._read()
        # A clock that was set back must not make the pause longer than it can be.
        return why if 0 < next_try - time.time() <= _LONGEST_S else ""

    def failed(self, why: str) -> None:
        """Note one more start that failed."""
        n_before = self._read()[0]
        pause_s = min(2.0**n_before, _LONGEST_S)
        # A full disk may be the very reason, and is none to say another thing than it.
        with suppress(OSError):
            write_whole(self._note, json.dumps([n_before + 1, time.time() + pause_s, why]).encode())

    def forget(self) -> None:
        """Begin anew: the server is up, or a person started the service again."""
        self._note.unlink(missing_ok=True)

    def _read(self) -> tuple[int, float, str]:
        try:
            n_failed, next_try, why = json.loads(self._note.read_bytes())
            return int(n_failed), float(next_try), str(why)
        except (OSError, ValueError, TypeError):
            return 0, 0.0, ""
