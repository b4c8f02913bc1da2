"""The licences of all that is installed to run, from the bill of materials: `python bench/licences.py FILE.cdx.json`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_PAGE = Path(__file__).parent.parent / "docs/licences.md"
_HEAD = """# 依赖的许可

由 `make sbom` 从软件物料清单（CycloneDX）生成，不要手改。本项目是 MIT 许可；下面都是运行时装的，没有一个要求公开使用者自己的代码。

| 程序 | 版本 | 许可 |
|---|---|---|
"""


def licence_of(component: dict[str, Any]) -> str:
    """Return the licences that a component names, the shortest form first."""
    named = [
        one.get("expression") or one["license"].get("id") or one["license"].get("name", "")
        for one in component.get("licenses", [])
    ]
    short = sorted(
        {name.removeprefix("License :: OSI Approved :: ").strip() for name in named if name}, key=len
    )
    return short[0].splitlines()[0] if short else "？"


def main() -> None:
    """Write the page."""
    components = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["components"]
    rows = [f"| {c['name']} | {c['version']} | {licence_of(c)} |" for c in components]
    _PAGE.write_text(_HEAD + "\n".join(sorted(rows, key=str.lower)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
