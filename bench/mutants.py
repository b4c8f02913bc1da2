"""Guards broken one by one: `python -m bench.mutants [NAME…]` says which test notices each, and writes the table of docs/security.md.

Works on a copy of the tree. A guard whose loss no test notices, whose code was not found, or
whose tests could not be run is named, and the end is 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from bench.guards import MUTANTS, Mutant, place_of

_ROOT = Path(__file__).parent.parent
_PAGE = _ROOT / "docs/security.md"
_FROM, _TO = "<!-- mutants -->\n", "<!-- /mutants -->"
_PATIENCE_S = 300
# So many are broken before their tests are run with all guards whole: each start of a test's servers costs seconds.
_BATCH = 8


class Untold(Exception):
    """Nobody can say whether a guard is tested: its code was not found, or its tests did not run."""


def killer_of(mutant: Mutant, tree: Path) -> str:
    """Return the test that notices a broken guard, "" for none.

    Raises:
        Untold: the code stands elsewhere, or the tests can't be run.
    """
    try:
        path = place_of(mutant, tree)
    except LookupError as error:
        raise Untold(str(error)) from error
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        status, told = _pytest(tree, mutant.tests)
    finally:
        path.write_text(whole, encoding="utf-8")
    if status == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (\S+::\S+)", told, re.MULTILINE)
    if status != 1 or not found:
        raise Untold(f"{mutant.name}: the tests did not run ({status}): {told[-600:]}")
    return found[1]


def failing_whole(tests: Collection[str], tree: Path) -> set[str]:
    """Return which tests fail with every guard whole: those have noticed nothing.

    Each is run with all its examples: what one of them is called may hold blanks and more.
    """
    by_name = {test: test.partition("[")[0] for test in tests}
    names = sorted(set(by_name.values()))
    status, told = _pytest(tree, " ".join(names), "--maxfail=1000", _PATIENCE_S * max(1, len(names)))
    if status not in (0, 1):
        return set(tests)
    failing = set(re.findall(r"^(?:FAILED|ERROR) ([^\s\[]+::[^\s\[]+)", told, re.MULTILINE))
    return {test for test, name in by_name.items() if name in failing}


def _pytest(tree: Path, tests: str, option: str = "-x", patience_s: float = _PATIENCE_S) -> tuple[int, str]:
    """Run tests of the copy; return pytest's own status, -1 where they did not end, and what it told."""
    # What the tests start must be the copy, too.
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-m", "pytest", "-q", option, "--no-header", "-p", "no:cacheprovider"]
    try:
        run = subprocess.run(
            [*command, *tests.split()],
            check=False,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=patience_s,
        )
    except subprocess.TimeoutExpired:
        return -1, "not within the time"
    return run.returncode, run.stdout


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


def _try(mutants: Sequence[Mutant], tree: Path) -> list[str]:
    """Break some guards, one after the other, and write who noticed; return whose loss nobody is shown to notice."""
    killers, survived = dict[Mutant, str](), list[str]()
    for mutant in mutants:
        try:
            killers[mutant] = killer_of(mutant, tree)
        except Untold as untold:
            print(f"UNTOLD {untold}", flush=True)
            survived.append(mutant.name)
    failing = failing_whole(set(killers.values()) - {""}, tree)
    for mutant, killer in killers.items():
        told = (
            f"{killer} fails with the guard whole, too" if killer in failing else killer or "NOBODY NOTICES"
        )
        print(f"{mutant.name}: {told}", flush=True)
        if not killer or killer in failing:
            survived.append(mutant.name)
            continue
        # Which example of it was the first to fail says nothing more.
        test = killer.partition("::")[2].partition("[")[0].rpartition("::")[2]
        test = test if test.startswith("test_") else "doctest"
        file = place_of(mutant, _ROOT).relative_to(_ROOT)
        # At once: a night's run may be cut short.
        _write({mutant.name: f"| {mutant.name} | `{file}` | `{test}` |\n"})
    return survived


def main() -> None:
    """Break each guard in a copy, one after the other."""
    names = sys.argv[1:]
    if unknown := set(names) - {mutant.name for mutant in MUTANTS}:
        sys.exit(f"no guard is called {'、'.join(sorted(unknown))}")
    survived = list[str]()
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
        chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
        for start in range(0, len(chosen), _BATCH):
            survived += _try(chosen[start : start + _BATCH], tree)
    if survived:
        print(f"{len(survived)} not shown: {'、'.join(survived)}")
    sys.exit(bool(survived))


if __name__ == "__main__":
    main()
