"""What was read for danger is not read again; what is new, or stands under other sayings, is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings
from bot.editing.spared import keep_spared, known_spared
from knowledge.language.analyze import Analyzer
from knowledge.language.danger import Alarms
from knowledge.language.talk import Talk
from knowledge.reading import yamltext
from knowledge.release.build import check_folder, load_draft
from tests.serving import copy_small_content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_small_content(tmp_path / "content")


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    (tmp_path / "data").mkdir()
    settings = Settings(data_dir=tmp_path / "data", content_dir=folder)
    keep_spared(settings, load_draft(folder).sound)
    return settings


def codes(folder: Path, spared: frozenset[bytes]) -> set[str]:
    return {problem.code for problem in check_folder(folder, spared=spared)[1]}


def test_nothing_is_read_twice(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*read: object) -> None:
        raise AssertionError(read)

    monkeypatch.setattr(Alarms, "read", read)
    monkeypatch.setattr(Talk, "read", read)
    monkeypatch.setattr(yamltext, "find_slips", read)
    monkeypatch.setattr(Analyzer, "analyze", read)
    assert codes(folder, known_spared(settings)) == set()


def test_new_sayings_are_held_against_every_text(folder: Path, settings: Settings) -> None:
    (folder / "care.yaml").write_text("says:\n  crisis:\n    - 开会地点\n", encoding="utf-8")
    assert codes(folder, known_spared(settings)) == {"word-hits-content"}


def test_new_text_is_read_beside_the_old_ones(folder: Path, settings: Settings) -> None:
    (folder / "care.yaml").write_text("says:\n  crisis:\n    - 活够了\n", encoding="utf-8")
    keep_spared(settings, load_draft(folder).sound)
    file = next((folder / "faq").glob("*.yaml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("phrasings:\n", "phrasings:\n    - 我活够了\n", 1), encoding="utf-8")
    assert codes(folder, known_spared(settings)) == {"word-hits-content"}


def test_without_a_data_folder_nothing_is_made(tmp_path: Path, folder: Path) -> None:
    settings = Settings(data_dir=tmp_path / "none", content_dir=folder)
    keep_spared(settings, load_draft(folder).sound)
    assert known_spared(settings) == frozenset()
    assert not settings.data_dir.exists()
