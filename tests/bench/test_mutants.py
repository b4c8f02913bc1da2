"""The guards that bench.mutants breaks: each stands in one place of the tree, and tests that are there should notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.guards import MUTANTS, Mutant, place_of
from bench.mutants import Untold, killer_of
from tests.serving import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_guard_stands_in_one_place_of_its_room(mutant: Mutant) -> None:
    assert mutant.old != mutant.new
    path = place_of(mutant, ROOT)
    # What can't be read at all is noticed by everything, and shows nothing.
    compile(path.read_text(encoding="utf-8").replace(mutant.old, mutant.new), str(path), "exec")
    for named in mutant.tests.split():
        file, _, test = named.partition("::")
        assert (ROOT / file).exists(), named
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), named


def test_table_of_the_docs_has_every_guard() -> None:
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    table = page.partition("<!-- mutants -->\n")[2].partition("<!-- /mutants -->")[0]
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    assert [name for name, _, _ in rows] == [mutant.name for mutant in MUTANTS]
    for (name, file, test), mutant in zip(rows, MUTANTS, strict=True):
        assert file == str(place_of(mutant, ROOT).relative_to(ROOT)), name
        found = [text for named in mutant.tests.split() for text in _texts(ROOT / named.partition("::")[0])]
        sign = ">>> " if test == "doctest" else f"def {test}("
        assert any(sign in text for text in found), name


def _texts(path: Path) -> Iterator[str]:
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        yield file.read_text(encoding="utf-8")


def test_no_two_guards_share_a_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("text", ["", "guard()\nguard()\n"])
def test_guard_that_is_gone_or_stands_twice_is_told_loudly(tmp_path: Path, text: str) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room/one.py").write_text(text)
    with pytest.raises(Untold, match="not in one place"):
        killer_of(Mutant("x", "room", "guard()", "", "tests"), tmp_path)


def test_tests_that_do_not_run_have_noticed_nothing(tmp_path: Path) -> None:
    (tmp_path / "room.py").write_text("guard()\n")
    with pytest.raises(Untold, match="did not run"):
        killer_of(Mutant("x", "room.py", "guard()", "pass", "no_such_test.py"), tmp_path)
    assert (tmp_path / "room.py").read_text() == "guard()\n"
