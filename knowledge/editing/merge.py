"""Two edits of the same files put together: what one side left alone is taken from the other."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from knowledge.model.problems import Files


class Clash(Exception):
    """Both sides changed the same lines of `file`."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


def merge_files(base: Files, ours: Files, theirs: Files) -> dict[str, str]:
    """Return `ours` with what `theirs` changed since `base`.

    Lines added by both at one place stand behind each other, ours first: that is how two new entries meet at
    the end of a file. Whether the result still says what both meant is for the caller to see.

    Raises:
        Clash: both changed the same lines, or one deleted a file that the other changed.
    """
    merged = {}
    for name in sorted({*base, *ours, *theirs}):
        was, mine, other = base.get(name), ours.get(name), theirs.get(name)
        if mine in (was, other):
            text = other
        elif other == was:
            text = mine
        elif mine is None or other is None:
            raise Clash(name)
        else:
            text = _merge(name, was or "", mine, other)
        if text is not None:
            merged[name] = text
    return merged


def _merge(name: str, base: str, ours: str, theirs: str) -> str:
    was, mine, other = (_lines(text) for text in (base, ours, theirs))
    edits = sorted({*_edits(was, mine, 0), *_edits(was, other, 1)})
    merged: list[str] = []
    at = 0
    before: tuple[int, int, tuple[str, ...]] | None = None
    for start, end, _, new in edits:
        if before == (start, end, new):
            # Both did the same.
            continue
        if start < at:
            raise Clash(name)
        merged += [*was[at:start], *new]
        at, before = end, (start, end, new)
    return "".join([*merged, *was[at:]])


def _lines(text: str) -> list[str]:
    # A last line without its end would run into what is put behind it.
    return (text if not text or text.endswith("\n") else text + "\n").splitlines(keepends=True)


def _edits(
    before: Sequence[str], after: Sequence[str], side: int
) -> list[tuple[int, int, int, tuple[str, ...]]]:
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(a, b, side, tuple(after[c:d])) for tag, a, b, c, d in codes if tag != "equal"]
