"""Guards broken one by one: `python -m bench.mutants [NAME…]` says which test notices each, and writes the table of docs/security.md.

Works on a copy of the tree. A guard that no test misses is named, and the end is 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.guards import MUTANTS, Mutant

_ROOT = Path(__file__).parent.parent
_PAGE = _ROOT / "docs/security.md"
_FROM, _TO = "<!-- mutants -->\n", "<!-- /mutants -->"
_PATIENCE_S = 300


def killer_of(mutant: Mutant, tree: Path) -> str:
    """Return the test that notices a broken guard, "" for none."""
    path = tree / mutant.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(mutant.old) < 1:
        sys.exit(f"{mutant.name}: {mutant.file} has not got {mutant.old!r} any more")
    path.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    # What the tests start must be the copy, too.
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *mutant.tests.split()]
    try:
        run = subprocess.run(
            command,
            check=False,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return "（没有在时限内结束）"
    finally:
        path.write_text(whole, encoding="utf-8")
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return found[1] if found and run.returncode == 1 else ""


def _write(rows: dict[str, str]) -> None:
    """Put what was found into the table; a guard that was not tried keeps its row."""
    page = _PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(_FROM)
    table, _, tail = rest.partition(_TO)
    before = {line.split(" | ")[0].removeprefix("| "): f"{line}\n" for line in table.splitlines()[2:]}
    known = {**before, **rows}
    lines = (known[mutant.name] for mutant in MUTANTS if mutant.name in known)
    head += _FROM + "| 去掉的防护 | 在哪里 | 发现的测试 |\n|---|---|---|\n" + "".join(lines)
    _PAGE.write_text(head + _TO + tail, encoding="utf-8")


def main() -> None:
    """Break each guard in a copy, one after the other."""
    names = sys.argv[1:]
    rows, survived = dict[str, str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(_ROOT / name, tree / name)
        for mutant in MUTANTS:
            if names and mutant.name not in names:
                continue
            killer = killer_of(mutant, tree)
            print(f"{mutant.name}: {killer or 'NOBODY NOTICES'}", flush=True)
            if killer:
                # Which example of it was the first to fail says nothing more.
                test = killer.partition("::")[2].partition("[")[0]
                test = test if test.startswith("test_") else "doctest"
                rows[mutant.name] = f"| {mutant.name} | `{mutant.file}` | `{test}` |\n"
            survived += [] if killer else [mutant.name]
    _write(rows)
    sys.exit(bool(survived))


if __name__ == "__main__":
    main()
