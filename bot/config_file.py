"""Values written into a settings file, in their place: every other byte of it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_SAID = re.compile(r"\s*[^\s#]")


def with_values(text: str, group: str, values: Mapping[str, str]) -> str:
    r"""Return the text of a settings file with these values in one of its groups, comments kept.

    A group in a group is named with a dot.

    >>> with_values("server:\n  port: 8000\nwechat:\n  token: \"\"   # 备注\n", "wechat", {"token": "abc"})
    'server:\n  port: 8000\nwechat:\n  token: "abc"   # 备注\n'
    >>> with_values("", "wechat", {"token": "abc"})
    'wechat:\n  token: "abc"\n'
    >>> with_values("accounts:\n  a:\n    token: x\n", "accounts.b", {"token": "abc"})
    'accounts:\n  b:\n    token: "abc"\n  a:\n    token: x\n'
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    start, end, indent = -1, len(lines), ""
    for name in group.split("."):
        start, end = _group(lines, start, end, indent, name)
        indent = _indent_below(lines, start, end)
    for key, value in values.items():
        written = f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"
        for n in range(start + 1, end):
            if re.match(rf"\s+{key}\s*:", lines[n]):
                comment = re.search(r"\s+#.*$", lines[n].rstrip("\n"))
                lines[n] = written + (comment[0] if comment else "") + "\n"
                break
        else:
            lines.insert(start + 1, written + "\n")
            end += 1
    return "".join(lines)


def _group(lines: list[str], above: int, end: int, indent: str, name: str) -> tuple[int, int]:
    """Return the line of a group between two lines, made where there is none, and the line after its last one."""
    head = re.compile(rf"{indent}{re.escape(name)}\s*:\s*(\{{\s*\}}\s*)?(#.*)?$")
    start = next((n for n in range(above + 1, end) if head.match(lines[n])), None)
    if start is None:
        # The groups of a file stand at its end, those in a group at its beginning.
        start = above + 1 if indent else end
        lines.insert(start, f"{indent}{name}:\n")
        return start, start + 1
    lines[start] = re.sub(r":\s*\{\s*\}", ":", lines[start])
    last = re.compile(rf"\s{{0,{len(indent)}}}[^\s#]")
    return start, next((n for n in range(start + 1, end) if last.match(lines[n])), end)


def _indent_below(lines: list[str], start: int, end: int) -> str:
    """Return how far the lines of a group stand in: as its first one does, or two signs more than its name."""
    first = next((line for line in lines[start + 1 : end] if _SAID.match(line)), "")
    own = re.match(r"\s*", lines[start])
    return re.match(r" *", first)[0] if first else f"{own[0] if own else ''}  "  # type: ignore[index]
