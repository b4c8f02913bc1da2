"""The guards that bench.mutants breaks: each stands in one place of the tree, and tests that are there should notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.guards import MUTANTS, Mutant, place_of
from bench.mutants import Untold, killer_of
from tests.serving import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_guard_stands_in_one_place_of_its_room(mutant: Mutant) -> None:
    assert mutant.old != mutant.new
    place_of(mutant, ROOT)
    for named in mutant.tests.split():
        file, _, test = named.partition("::")
        assert (ROOT / file).exists(), named
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), named


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
