"""Whether a source, and each of its passages, may answer by its bare words: switched in its file, every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Collection

_HEADING = re.compile(r"(#{1,6} .*\{)([^{}]*)(\}[ \t]*)")
_ANCHOR = re.compile(r"#([a-z0-9][a-z0-9.-]*)")
_SWITCH = re.compile(r"answers\s*[=:]\s*(\S+)")
_OFF = frozenset({"no", "false"})


def set_answering(text: str, *, whole: bool, silent: Collection[str]) -> str:
    """Return a source file in which these passages (by their anchors), and unless `whole` all of it, answer nothing.

    >>> print(set_answering("---\\nid: a\\n---\\n# 一 {#one}\\n甲\\n# 二 {#two answers=no}\\n乙", whole=False, silent={"one"}))
    ---
    id: a
    answers: no
    ---
    # 一 {#one answers=no}
    甲
    # 二 {#two}
    乙
    """
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines) if i and line.strip() == "---"), 0)
    return "\n".join(
        [*_matter(lines[: end + 1], whole=whole), *(_heading(line, silent) for line in lines[end + 1 :])]
    )


def _matter(lines: list[str], *, whole: bool) -> list[str]:
    at = next((i for i, line in enumerate(lines) if line.startswith("answers:")), None)
    was_off = at is not None and _is_off(lines[at])
    if was_off is not whole or len(lines) < 2:
        return lines
    kept = [line for i, line in enumerate(lines) if i != at]
    return kept if whole else [*kept[:-1], "answers: no", kept[-1]]


def _heading(line: str, silent: Collection[str]) -> str:
    match = _HEADING.fullmatch(line)
    anchor = _ANCHOR.search(match.group(2)) if match else None
    if not match or not anchor or _is_off(match.group(2)) is (anchor.group(1) in silent):
        return line
    attributes = [part for part in match.group(2).split() if not _SWITCH.fullmatch(part)]
    if anchor.group(1) in silent:
        attributes.append("answers=no")
    return f"{match.group(1)}{' '.join(attributes)}{match.group(3)}"


def _is_off(text: str) -> bool:
    found = _SWITCH.search(text)
    return found is not None and found.group(1).strip("'\"") in _OFF
