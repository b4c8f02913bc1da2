"""What of the last right draft was found in order: the next check of a folder looks only at what is new."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from bot.config import Settings
from bot.files import write_whole
from knowledge.reading.spared import DIGEST_BYTES
from knowledge.release.prepared import maker

_FOLDER, _NAME = "draft", "spared"


def known_spared(settings: Settings) -> frozenset[bytes]:
    """Return the digests that lie here; none when this state of the code wrote none, or they are damaged."""
    try:
        lying = (settings.data_dir / _FOLDER / f"{_NAME}.{maker()}").read_bytes()
    except OSError:
        return frozenset()
    return frozenset(lying[i : i + DIGEST_BYTES] for i in range(0, len(lying), DIGEST_BYTES))


def keep_spared(settings: Settings, sound: Collection[bytes]) -> None:
    """Keep what a draft without an error found `sound`, where a data folder is; a full disk costs the next check its speed."""
    folder = settings.data_dir / _FOLDER
    if not settings.data_dir.is_dir():
        return
    with suppress(OSError):
        folder.mkdir(exist_ok=True, mode=0o700)
        for old in folder.glob(f"{_NAME}.*"):
            old.unlink(missing_ok=True)
        write_whole(folder / f"{_NAME}.{maker()}", b"".join(sorted(sound)))
