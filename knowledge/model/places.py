"""Where a text of a record stands in the file that it was read from."""

from __future__ import annotations

from functools import lru_cache

from knowledge.model.problems import Files

# As many as the files of a large folder: one is asked for the places of all its texts.
_lines = lru_cache(maxsize=64)(str.splitlines)


def line_of(files: Files, file: str, first: int, text: str) -> int:
    """Return the line on which a text begins, from that of its record on; the record's own when it is folded or not there.

    Args:
        first: The line on which the record begins; the next record ends the search.

    >>> line_of({"a.yaml": "- id: a\\n  phrasings:\\n    - 在哪开\\n- id: b\\n"}, "a.yaml", 1, "在哪开")
    3
    """
    lines = _lines(files.get(file, ""))
    begins = text.strip().splitlines()[0].strip() if text.strip() else ""
    for number in range(first, len(lines) + 1):
        line = lines[number - 1]
        if number > first and line.startswith("- "):
            break
        if begins and begins in line:
            return number
    return first
