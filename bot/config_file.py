"""Values written into a settings file, in their place: every other byte of it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping


def with_values(text: str, group: str, values: Mapping[str, str]) -> str:
    r"""Return the text of a settings file with these values in one of its groups, comments kept.

    >>> with_values("server:\n  port: 8000\nwechat:\n  token: \"\"   # 备注\n", "wechat", {"token": "abc"})
    'server:\n  port: 8000\nwechat:\n  token: "abc"   # 备注\n'
    >>> with_values("", "wechat", {"token": "abc"})
    'wechat:\n  token: "abc"\n'
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    start = next((n for n, line in enumerate(lines) if re.match(rf"{group}\s*:\s*(#.*)?$", line)), None)
    if start is None:
        lines.append(f"{group}:\n")
        start = len(lines) - 1
    end = next((n for n in range(start + 1, len(lines)) if re.match(r"[^\s#]", lines[n])), len(lines))
    for key, value in values.items():
        written = f"  {key}: {json.dumps(value, ensure_ascii=False)}"
        for n in range(start + 1, end):
            if re.match(rf"\s+{key}\s*:", lines[n]):
                comment = re.search(r"\s+#.*$", lines[n].rstrip("\n"))
                lines[n] = written + (comment[0] if comment else "") + "\n"
                break
        else:
            lines.insert(start + 1, written + "\n")
            end += 1
    return "".join(lines)
