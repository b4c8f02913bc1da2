"""What the gate found in a draft is found once: whoever tests it and then publishes it waits once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.editing import publish
from bot.editing.draft.examined import examined_before, keep_examined
from bot.editing.draft.sound_draft import sound_draft
from bot.editing.publish import try_draft
from knowledge.gate.gate import Examined, Report, look_over, run_gate
from knowledge.gate.trial import Trial
from knowledge.release.build import assemble, build
from tests.serving import copy_small_content

ASKED = "未备案的网站能不能接入"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    copy_small_content(tmp_path / "content")
    (tmp_path / "data").mkdir()
    return Settings.model_validate(
        {"data_dir": tmp_path / "data", "content_dir": tmp_path / "content", "matching": {"meaning": "off"}}
    )


def tried(settings: Settings, *, full: bool = False) -> Report:
    return asyncio.run(try_draft(settings, None, sound_draft(settings).files, full=full))


def test_draft_that_was_tried_is_not_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tried(settings)
    monkeypatch.setattr(publish, "look_over", lambda _: pytest.fail("tried again"))
    assert tried(settings) == first


def test_changed_draft_another_day_and_a_wider_look_are_tried_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Trial] = []

    def look(trial: Trial) -> Examined:
        looked.append(trial)
        return look_over(trial)

    monkeypatch.setattr(publish, "look_over", look)
    tried(settings)
    tried(settings, full=True)
    faq = next((settings.content_dir / "faq").glob("*.yaml"))
    faq.write_text(faq.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    tried(settings, full=True)
    monkeypatch.setattr("bot.editing.draft.examined.today", lambda: "2099-01-01")
    tried(settings, full=True)
    assert len(looked) == 4


def test_damaged_memory_is_no_memory(settings: Settings) -> None:
    first = tried(settings)
    (kept,) = (settings.data_dir / "draft").glob("examined.*")
    kept.write_bytes(kept.read_bytes()[:-20])
    assert tried(settings) == first


def test_what_people_asked_is_held_against_the_draft_anew_and_lies_nowhere(settings: Settings) -> None:
    live = build(settings.content_dir)
    entries = {i: replace(e, status="archived") for i, e in live.content.entries.items() if i == "article-4"}
    draft = assemble(replace(live.content, entries={**live.content.entries, **entries}))
    trial = Trial(draft, live, min_precision=0.5)
    keep_examined(settings, trial, look_over(trial))
    asked = replace(trial, asked=(ASKED,))
    known = examined_before(settings, asked)
    assert known is not None
    assert run_gate(asked, known) == run_gate(asked)
    assert [flip.question for flip in run_gate(asked, known).flips] == [ASKED]
    assert not [p for p in settings.data_dir.rglob("*") if p.is_file() and ASKED.encode() in p.read_bytes()]
