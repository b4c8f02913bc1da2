"""One guard, and where its code stands now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """One guard: what it keeps off, the room or file where it stands, what is put in its place, and where the test should be.

    The code may move within its room; it must stand in one place of it.
    """

    name: str
    room: str
    old: str
    new: str
    tests: str


def place_of(mutant: Mutant, tree: Path) -> Path:
    """Return the one file of a guard's room that holds its code.

    Raises:
        LookupError: none does, or it stands in several places: then nobody knows what would be broken.
    """
    room = tree / mutant.room
    files = sorted(room.rglob("*.py")) if room.is_dir() else [room]
    texts = [(path, path.read_text(encoding="utf-8")) for path in files if path.exists()]
    found = [path for path, text in texts for _ in range(text.count(mutant.old))]
    if len(found) != 1:
        where = ", ".join(str(path.relative_to(tree)) for path in found) or "nowhere"
        raise LookupError(f"{mutant.name}: {mutant.old!r} stands {where} in {mutant.room}, not in one place")
    return found[0]
