"""The vectors of releases on the disk: kept by the text they stand for, so that only what changed is encoded again.

Workers map the file of the live release and so hold it once for all of them. Vectors of the shipped content come with
the checkout, as far as it is unchanged.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from bot.files import write_whole
from bot.releases.encoder import NAME, Encoder, can_encode, tell_broken
from knowledge.matching.index.meaning import DIGEST_BYTES, DIMENSIONS, Vectors, restored, rounded
from knowledge.matching.snapshot import Snapshot

log = logging.getLogger(__name__)
SHIPPED = Path(__file__).parents[2] / "knowledge" / "content-vectors.npz"
_N_KEPT = 3
# What numpy makes of a file that is not whole.
_DAMAGED = (OSError, ValueError, KeyError, EOFError, BadZipFile)
_Kept = dict[bytes, npt.NDArray[np.int8]]


class VectorFiles:
    """Gives snapshots their meaning, from files or by encoding; without an encoder, or with broken files, none.

    Args:
        folder: Where releases lie.
        is_on: Whether meaning is wanted at all.
    """

    def __init__(self, folder: Path, *, is_on: bool = True) -> None:
        self._folder = folder
        self._is_on = is_on
        self._encoder = Encoder() if is_on and can_encode() else None

    @property
    def why_not(self) -> str:
        """Why meaning can't be asked for: "off" as configured, "broken", else "unavailable"; "" when it can."""
        if self._encoder:
            return "broken" if self._encoder.fault else ""
        return "unavailable" if self._is_on else "off"

    @property
    def can_encode(self) -> bool:
        """Whether meaning is wanted and this machine can ask for it."""
        return self._encoder is not None and not self._encoder.fault

    def take(self, snapshot: Snapshot) -> Snapshot | None:
        """Return a snapshot with the vectors that lie here for it; None when not all of them do."""
        path = self._path(snapshot.version)
        if self._encoder is None or self._is_broken() or not path.exists():
            return None
        try:
            lying = np.load(path.with_suffix(".digests.npy"), allow_pickle=False).tobytes()
            vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError):
            log.warning("vectors are damaged and made anew", extra={"fields": {"file": path.name}})
            return None
        n_texts = len(snapshot.digests) // DIGEST_BYTES
        fits = lying == snapshot.digests and vectors.shape == (n_texts, DIMENSIONS)
        return snapshot.with_meaning(self._encoder.question, vectors) if fits else None

    def make(self, snapshot: Snapshot, told: Callable[[int, int], None] = lambda done, n: None) -> Snapshot:
        """Return a snapshot with vectors, encoding those that lie nowhere; `told` hears how many of how many are done.

        One process encodes, others wait for it. Nothing is kept where no release ever lay. Whatever fails costs the
        meaning and nothing else.
        """
        if self._encoder is None or self._is_broken():
            return snapshot
        try:
            if not self._folder.exists():
                return snapshot.with_meaning(
                    self._encoder.question, restored(self._rows(snapshot, self._encoder, told))
                )
            with self._alone():
                return self.take(snapshot) or self._write(snapshot, self._encoder, told)
        except (ImportError, OSError, RuntimeError, ValueError) as problem:
            tell_broken(str(problem))
            return snapshot

    def recall(self, file: Path) -> None:
        """Take up the vectors of questions that were kept in a file; none, or a damaged one, costs their encoding again."""
        with suppress(*_DAMAGED), file.open("rb") as lying, np.load(lying, allow_pickle=False) as kept:
            if self._encoder and str(kept["encoder"]) == NAME:
                self._encoder.remember(dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True)))

    def retain(self, file: Path) -> None:
        """Keep the vectors of the questions that were asked so far; a full disk costs their encoding again."""
        questions = self._encoder.remembered() if self._encoder else {}
        if not questions or not file.parent.is_dir():
            return
        made = BytesIO()
        np.savez(made, encoder=NAME, texts=list(questions), vectors=np.array(list(questions.values())))
        with suppress(OSError):
            write_whole(file, made.getvalue())

    def _is_broken(self) -> bool:
        """Return whether the encoder can't be used; that is logged."""
        fault = self._encoder.fault if self._encoder else ""
        if fault:
            tell_broken(fault)
        return bool(fault)

    def _write(self, snapshot: Snapshot, encoder: Encoder, told: Callable[[int, int], None]) -> Snapshot:
        rows = self._rows(snapshot, encoder, told)
        path = self._path(snapshot.version)
        _save(path.with_suffix(".digests.npy"), np.frombuffer(snapshot.digests, np.uint8))
        _save(path, restored(rows))
        self._forget_old()
        vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        return snapshot.with_meaning(encoder.question, vectors)

    def _rows(
        self, snapshot: Snapshot, encoder: Encoder, told: Callable[[int, int], None]
    ) -> npt.NDArray[np.int8]:
        """Return the vectors of a snapshot's texts as they are kept."""
        digests = _split(snapshot.digests)
        kept = self._known(set(digests))
        # What stands for each target takes long to write down, and most of the time all of it was encoded before.
        texts = snapshot.texts() if set(digests) - kept.keys() else ()
        missing = {
            digest: text for digest, (_, text) in zip(digests, texts, strict=False) if digest not in kept
        }
        told(0, len(missing))
        made = rounded(encoder.sentences(list(missing.values()), lambda done: told(done, len(missing))))
        kept.update(zip(missing, made, strict=True))
        return np.array([kept[digest] for digest in digests], np.int8).reshape(-1, DIMENSIONS)

    def _known(self, wanted: set[bytes]) -> _Kept:
        """Return those vectors of earlier releases, and of the shipped content, that are `wanted`, by what they are kept by."""
        found: _Kept = {}
        for digests, rows in self._stored():
            for number, digest in enumerate(digests):
                if digest in wanted and digest not in found:
                    found[digest] = rows[number]
        return found

    def _stored(self) -> Iterator[tuple[list[bytes], npt.NDArray[np.int8]]]:
        for path in self._files():
            with suppress(OSError, ValueError):
                digests = np.load(path.with_suffix(".digests.npy"), allow_pickle=False).tobytes()
                rows = np.load(path, mmap_mode="r", allow_pickle=False)
                yield _split(digests), rounded(np.asarray(rows))
        with suppress(OSError, ValueError), np.load(SHIPPED, allow_pickle=False) as shipped:
            if str(shipped["encoder"]) == NAME:
                yield _split(shipped["digests"].tobytes()), shipped["vectors"]

    def _path(self, version: str) -> Path:
        return self._folder / f"{version}.{NAME.replace('/', '-')}.vectors.npy"

    def _files(self) -> list[Path]:
        """Return the files of this encoder's vectors, the newest first."""
        found = self._folder.glob(f"*.{NAME.replace('/', '-')}.vectors.npy")
        return sorted(found, key=lambda path: -path.stat().st_mtime)

    def _forget_old(self) -> None:
        for path in self._files()[_N_KEPT:]:
            path.unlink(missing_ok=True)
            path.with_suffix(".digests.npy").unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._folder / "vectors.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _split(digests: bytes) -> list[bytes]:
    return [digests[i : i + DIGEST_BYTES] for i in range(0, len(digests), DIGEST_BYTES)]


def _save(path: Path, array: npt.NDArray[np.uint8] | Vectors) -> None:
    """Write an array whole: who maps the old file keeps it, nobody sees half of the new one."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
