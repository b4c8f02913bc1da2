"""Two edits put together: each keeps what it changed, and nobody's words go without a word."""

from __future__ import annotations

import pytest

from knowledge.editing.merge import Clash, merge_files

BASE = {"a": "1\n2\n3\n4\n5\n", "b": "x\n"}


def test_edits_of_other_lines_and_files_are_both_kept() -> None:
    ours = {"a": "1\n2!\n3\n4\n5\n", "b": "x\n", "new": "n\n"}
    theirs = {"a": "1\n2\n3\n4\n5?\n", "b": "y\n"}
    assert merge_files(BASE, ours, theirs) == {"a": "1\n2!\n3\n4\n5?\n", "b": "y\n", "new": "n\n"}


def test_additions_at_the_same_end_stand_behind_each_other() -> None:
    ours, theirs = {**BASE, "b": "x\nours\n"}, {**BASE, "b": "x\ntheirs"}
    assert merge_files(BASE, ours, theirs)["b"] == "x\nours\ntheirs\n"


def test_the_same_edit_of_both_is_one() -> None:
    both = {**BASE, "a": "1\n2\nthree\n4\n5\n6\n"}
    ours = {**both, "a": both["a"].replace("1", "one")}
    assert merge_files(BASE, ours, both)["a"] == ours["a"]


def test_a_deleted_file_stays_deleted() -> None:
    assert "b" not in merge_files(BASE, {"a": BASE["a"]}, BASE)
    assert "b" not in merge_files(BASE, BASE, {"a": BASE["a"]})


@pytest.mark.parametrize(
    ("ours", "theirs", "file"),
    [
        ({**BASE, "a": "1\nA\n3\n4\n5\n"}, {**BASE, "a": "1\nB\n3\n4\n5\n"}, "a"),
        ({**BASE, "a": "1\n5\n"}, {**BASE, "a": "1\n2\n3!\n4\n5\n"}, "a"),
        ({"a": BASE["a"]}, {**BASE, "b": "z\n"}, "b"),
    ],
)
def test_edits_of_the_same_lines_clash(ours: dict[str, str], theirs: dict[str, str], file: str) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        with pytest.raises(Clash) as clash:
            merge_files(BASE, one, other)
        assert clash.value.file == file
