"""A checked draft is prepared once; the next command that asks it takes it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.china import today
from bot.commands.terminal import load_or_exit
from bot.config import Settings
from bot.editing.draft.snapshots import draft_snapshot, drafts_of
from bot.releases.prepared_file import Shelf
from knowledge.matching.decide import decide
from knowledge.reading.parse import version_of
from knowledge.release import build
from tests.serving import CONTENT


def settings_of(data_dir: Path) -> Settings:
    return Settings.model_validate(
        {"data_dir": data_dir, "content_dir": CONTENT, "matching": {"meaning": "off"}}
    )


def test_second_asking_of_a_draft_reads_checks_and_prepares_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path)
    first = draft_snapshot(settings, load_or_exit(settings).files)
    built: list[str] = []
    for name in ("parse", "check", "prepare_index"):
        monkeypatch.setattr(build, name, lambda *_, name=name: built.append(name))
    again = draft_snapshot(settings, load_or_exit(settings).files)
    assert built == []
    question = "自律倡议书第四条说了什么？"
    assert decide(again, question).hits == decide(first, question).hits


def test_changed_draft_is_checked_anew(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    files = load_or_exit(settings).files
    draft_snapshot(settings, files)
    changed = {**files, "replies.yaml": files["replies.yaml"] + "\n"}
    assert drafts_of(settings).holds(version_of(files))
    assert not drafts_of(settings).holds(version_of(changed))


def test_draft_is_kept_nowhere_where_no_data_folder_is(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "none")
    draft_snapshot(settings, load_or_exit(settings).files)
    assert not (tmp_path / "none").exists()


def test_draft_that_a_check_found_right_is_not_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path)
    load_or_exit(settings)
    monkeypatch.setattr(build, "check", lambda *_: pytest.fail("checked again"))
    assert load_or_exit(settings).content is None


def test_what_is_published_is_prepared_by_its_draft(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    files = load_or_exit(settings).files
    draft_snapshot(settings, files)
    live = Shelf(tmp_path / "releases")
    live.take_from(drafts_of(settings), version_of(files))
    assert live.holds(version_of(files))
    content, snapshot = live.take(version_of(files), today())
    assert content is not None
    assert snapshot is not None


def test_draft_that_was_never_prepared_leaves_the_shelf_as_it_is(tmp_path: Path) -> None:
    live = Shelf(tmp_path / "releases")
    live.take_from(Shelf(tmp_path / "draft"), "0" * 16)
    assert not (tmp_path / "releases").exists()
