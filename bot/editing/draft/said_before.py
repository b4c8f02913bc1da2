"""What the last few releases said to past questions, kept for the next command that asks: an edit is held against live, which did not change.

Of a question only a keyed digest lies here, and only of those that are asked still.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.china import today
from bot.config import Settings
from bot.files import write_whole
from bot.process import known_privacy_key
from knowledge.codec import dump, load
from knowledge.gate.trial import SaidTo, said_to
from knowledge.matching.snapshot import Snapshot
from knowledge.release.prepared import maker

_FOLDER, _NAME = "draft", "said"
_N_SIDES = 4
_DIGEST_CHARS = 24


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was said to each question, by the release that said it, the oldest first."""

    sides: dict[str, dict[str, tuple[str, str]]]


class SaidBefore:
    """Knows what a release said to a question, and asks it where it does not.

    Where no data folder is, or no key of this deployment, nothing is known and nothing kept.
    """

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data_dir / _FOLDER
        self._key = known_privacy_key(settings).encode()
        self._may_keep = bool(self._key) and settings.data_dir.is_dir()
        self._kept = self._read() if self._may_keep else {}
        self._asked: dict[str, dict[str, tuple[str, str]]] = {}

    def said_to(self, snapshot: Snapshot, question: str) -> SaidTo:
        """Return what a release says to a question today."""
        if not self._may_keep:
            return said_to(snapshot, question)
        side, digest = _name_of(snapshot), self._digest(question)
        known = self._kept.get(side, {}).get(digest)
        said = SaidTo(*known) if known else said_to(snapshot, question)
        self._asked.setdefault(side, {})[digest] = said
        return said

    def keep(self) -> None:
        """Keep what was said since this was made, and of other releases the latest; a full disk costs the next command its speed."""
        if not self._asked:
            return
        others = {side: said for side, said in self._kept.items() if side not in self._asked}
        known = {digest for said in self._asked.values() for digest in said}
        sides = {side: _some(said, known) for side, said in others.items()} | self._asked
        latest = dict(list(sides.items())[-_N_SIDES:])
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True, mode=0o700)
            for old in self._folder.glob(f"{_NAME}.*"):
                if old != self._path():
                    old.unlink(missing_ok=True)
            write_whole(self._path(), dump(_Kept(latest)).encode())

    def _read(self) -> dict[str, dict[str, tuple[str, str]]]:
        try:
            kept: _Kept | None = load(_Kept, self._path().read_bytes())
        except (OSError, ValueError):
            return {}
        return kept.sides if kept else {}

    def _digest(self, question: str) -> str:
        return hmac.new(self._key, question.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[
            :_DIGEST_CHARS
        ]

    def _path(self) -> Path:
        return self._folder / f"{_NAME}.{maker()}"


def _some(said: dict[str, tuple[str, str]], known: Iterable[str]) -> dict[str, tuple[str, str]]:
    return {digest: said[digest] for digest in known if digest in said}


def _name_of(snapshot: Snapshot) -> str:
    """Return what an answer depends on beside the question: the release, the day, and whether meaning can be asked."""
    return f"{today()} {snapshot.version}{'~' if snapshot.meaning else ''}"
