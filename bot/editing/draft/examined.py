"""What the gate found in a draft, kept for the next command that asks about the same: who tests and publishes waits once.

Nothing of what people asked lies here: whose answers change is found anew each time.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.china import today
from bot.config import Settings
from bot.files import write_whole
from knowledge.codec import dump, load
from knowledge.gate.gate import Examined
from knowledge.gate.trial import Trial
from knowledge.release.prepared import maker

_FOLDER, _NAME = "draft", "examined"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was found, and of what: both releases, the day, whether either could be asked for meaning, how much was tried."""

    of: str
    found: Examined


def examined_before(settings: Settings, trial: Trial) -> Examined | None:
    """Return what was found in this very draft against this very release today; None where nobody looked, or it is damaged."""
    try:
        kept: _Kept | None = load(_Kept, _path_of(settings).read_bytes())
    except (OSError, ValueError):
        return None
    return kept.found if kept and kept.of == _name_of(trial) else None


def keep_examined(settings: Settings, trial: Trial, found: Examined) -> None:
    """Keep what was found, where a data folder is; a full disk costs the next command its speed."""
    if not settings.data_dir.is_dir():
        return
    path = _path_of(settings)
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True, mode=0o700)
        for old in path.parent.glob(f"{_NAME}.*"):
            old.unlink(missing_ok=True)
        write_whole(path, dump(_Kept(_name_of(trial), found)).encode())


def _path_of(settings: Settings) -> Path:
    return settings.data_dir / _FOLDER / f"{_NAME}.{maker()}"


def _name_of(trial: Trial) -> str:
    live = trial.live
    sides = (trial.draft, *([live] if live else []))
    read = (f"{side.version}{'~' if side.meaning else ''}" for side in sides)
    return " ".join((today(), "all" if trial.full else "edited", *read))
