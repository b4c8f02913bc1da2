"""What was read for danger is not read again; what is new, or stands under other sayings, is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings
from bot.editing.draft.spared import keep_spared, known_spared
from knowledge.language.analyze import Analyzer
from knowledge.language.speech.danger import Alarms
from knowledge.language.speech.talk import Talk
from knowledge.reading import yamltext
from knowledge.release.build import check_folder, draft_digest, load_draft, survey
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


def test_new_phrasing_is_held_against_those_that_were_compared_before(
    folder: Path, settings: Settings
) -> None:
    file = folder / "faq" / "near.yaml"
    entry = (
        "- id: {id}\n  question: {question}\n  quote:\n    - {passage}\n"
        "  status: published\n  owner: 张三\n  review_by: 2027-06-30\n"
    )
    passage = next(iter(load_draft(folder).content.passages))
    first = entry.format(id="x-1", question="网络文明志愿服务队的报名地点设在哪里", passage=passage)
    file.write_text(first, encoding="utf-8")
    keep_spared(settings, load_draft(folder).sound)
    second = entry.format(id="x-2", question="网络文明志愿者服务队的报名地点设在哪里", passage=passage)
    file.write_text(first + second, encoding="utf-8")
    assert "near-duplicate" in codes(folder, known_spared(settings))
    # Neither of the two is in order from then on.
    keep_spared(settings, load_draft(folder, known_spared(settings)).sound)
    assert "near-duplicate" in codes(folder, known_spared(settings))


def test_files_with_an_error_are_no_sound_draft(folder: Path, settings: Settings) -> None:
    file = next((folder / "faq").glob("*.yaml"))
    file.write_text(file.read_text(encoding="utf-8") + "- id: 不行\n", encoding="utf-8")
    found = survey(folder, spared=known_spared(settings))
    assert draft_digest(found.content.version) not in found.sound
