"""What live said to past questions is asked once, however many edits are held against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.editing.draft import said_before
from bot.editing.draft.said_before import SaidBefore
from knowledge.gate.trial import SaidTo, said_to
from knowledge.matching.snapshot import Snapshot

ASKED = "未备案的网站能不能接入"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings.model_validate({"data_dir": tmp_path / "data", "privacy": {"key": "k" * 48}})


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    decided: list[str] = []

    def count(snapshot: Snapshot, question: str) -> SaidTo:
        decided.append(question)
        return said_to(snapshot, question)

    monkeypatch.setattr(said_before, "said_to", count)
    return decided


def asked_of(settings: Settings, snapshot: Snapshot, *questions: str) -> list[SaidTo]:
    before = SaidBefore(settings)
    said = [before.said_to(snapshot, question) for question in questions]
    before.keep()
    return said


def of_version(snapshot: Snapshot, version: str) -> Snapshot:
    return replace(snapshot, content=replace(snapshot.content, version=version), decisions={})


def test_release_that_was_asked_is_not_asked_again(
    settings: Settings, snapshot: Snapshot, counted: list[str]
) -> None:
    first = asked_of(settings, snapshot, ASKED)
    assert asked_of(settings, snapshot, ASKED) == first == [said_to(snapshot, ASKED)]
    assert counted == [ASKED]


def test_another_release_another_question_and_another_day_are_asked_anew(
    settings: Settings, snapshot: Snapshot, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of(settings, snapshot, ASKED)
    asked_of(settings, of_version(snapshot, "other"), ASKED)
    asked_of(settings, snapshot, "会议在哪里")
    monkeypatch.setattr(said_before, "today", lambda: "2099-01-01")
    asked_of(settings, snapshot, ASKED)
    assert counted == [ASKED, ASKED, "会议在哪里", ASKED]


def test_live_is_known_still_after_a_few_drafts(
    settings: Settings, snapshot: Snapshot, counted: list[str]
) -> None:
    for version in ("draft-1", "draft-2", "draft-3", "draft-4", "draft-5"):
        before = SaidBefore(settings)
        before.said_to(of_version(snapshot, version), ASKED)
        before.said_to(snapshot, ASKED)
        before.keep()
    assert counted == [ASKED] * 6


def test_no_question_lies_on_the_disk_and_none_that_nobody_asks_any_more(
    settings: Settings, snapshot: Snapshot
) -> None:
    asked_of(settings, snapshot, ASKED, "会议在哪里")
    (file,) = (settings.data_dir / "draft").glob("said.*")
    both = file.read_text()
    assert ASKED not in both
    asked_of(settings, of_version(snapshot, "other"), "会议在哪里")
    digests = file.read_text().count('":["')
    assert digests == 2, "the same question, of two releases"


def test_damaged_memory_and_a_place_without_a_key_or_a_folder_are_no_memory(
    settings: Settings, snapshot: Snapshot, counted: list[str]
) -> None:
    asked_of(settings, snapshot, ASKED)
    (file,) = (settings.data_dir / "draft").glob("said.*")
    file.write_bytes(file.read_bytes()[:-9])
    for other in (
        settings,
        settings.model_copy(update={"data_dir": settings.data_dir / "none"}),
        settings.model_copy(update={"privacy": settings.privacy.model_copy(update={"key": ""})}),
    ):
        assert asked_of(other, snapshot, ASKED) == [said_to(snapshot, ASKED)]
    assert counted == [ASKED] * 4
    assert not (settings.data_dir / "secrets").exists()
