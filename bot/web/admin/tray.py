"""Uploaded files that wait for somebody's word: kept on this host for a day, seen by nobody but who sent them."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from bot.editing.refused import Refused
from bot.editing.review import same_person
from bot.files import write_whole
from bot.web.admin.forms import Upload
from bot.web.admin.words import worded

_ID = re.compile(r"[0-9a-f]{32}")
_KEPT_S = 24 * 3600
_N_KEPT = 40


@dataclass(frozen=True, slots=True)
class HeldUpload:
    """An uploaded file; `became` is the page of what it was made into, "" while it waits."""

    upload: Upload
    became: str


class Tray:
    """The uploads of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, upload: Upload, by: str) -> str:
        """Keep a file that somebody sent; return what it is asked for by."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep()
        name = secrets.token_hex(16)
        self._write(name, upload, by, "")
        return name

    def get(self, name: str, by: str) -> HeldUpload:
        """Return a file that this person sent.

        Raises:
            Refused: there is none (any more).
        """
        head, data = self._read(name)
        if head is None or not same_person(head["by"], by):
            raise Refused(worded("upload.gone"))
        return HeldUpload(Upload(head["name"], data), head["became"])

    def settle(self, name: str, by: str, became: str) -> None:
        """Forget what was in a file, and remember where what was made of it can be seen: it may be sent twice."""
        held = self.get(name, by)
        self._write(name, Upload(held.upload.name, b""), by, became)

    def drop(self, name: str) -> None:
        """Forget a file."""
        if _ID.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def _write(self, name: str, upload: Upload, by: str, became: str) -> None:
        head = json.dumps({"name": upload.name, "by": by, "became": became})
        write_whole(self._folder / name, head.encode() + b"\n" + upload.data)

    def _read(self, name: str) -> tuple[dict[str, str] | None, bytes]:
        if not _ID.fullmatch(name):
            return None, b""
        try:
            head, _, data = (self._folder / name).read_bytes().partition(b"\n")
        except OSError:
            return None, b""
        return json.loads(head), data

    def _sweep(self) -> None:
        """Drop what is older than a day, and the oldest of very many."""
        aged = sorted((path.stat().st_mtime, path) for path in self._folder.iterdir())
        too_many = len(aged) - _N_KEPT
        for number, (at, path) in enumerate(aged):
            if number < too_many or at < time.time() - _KEPT_S:
                path.unlink(missing_ok=True)
