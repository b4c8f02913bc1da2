"""What was asked in vain is decided once a release, on a real Redis; what nobody decided yet is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.editing.learning import deciding
from bot.editing.learning.unanswered import unanswered
from bot.process import Parts, open_parts, publish_first
from bot.releases.records import Note
from bot.store.keys import event_streams
from knowledge.learning.verdicts import WordingVerdict, verdict_on
from knowledge.matching.snapshot import Snapshot
from knowledge.reading.load import read_folder
from tests.serving import copy_small_content

N_WORDINGS = 12
ANSWERED = "自律书第四条"


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    """A place where twelve wordings were missed, one of which the release answers."""
    content = copy_small_content(tmp_path / "content")
    settings: Settings = load_settings(
        {
            "QINGLANG_DATA_DIR": str(tmp_path / "data"),
            "QINGLANG_CONTENT_DIR": str(content),
            "QINGLANG_MATCHING__MEANING": "off",
        }
    )
    async with open_parts(settings) as parts:
        await publish_first(settings, parts)
        asked = [ANSWERED, *(f"第{n}号窗口几点开门" for n in range(1, N_WORDINGS))]
        for n, question in enumerate(asked):
            fields = {"name": "missed", "question": question, "rule": "unknown", "release": "r1"}
            await parts.store.redis.xadd(event_streams()[n], fields)
        yield parts


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The wordings that were decided, one after the other."""
    found: list[str] = []

    def noted(snapshot: Snapshot, question: str) -> WordingVerdict | None:
        found.append(question)
        return verdict_on(snapshot, question)

    monkeypatch.setattr(deciding, "verdict_on", noted)
    return found


async def test_wording_is_decided_once_a_release(parts: Parts, decided: list[str], tmp_path: Path) -> None:
    first = await unanswered(parts)
    assert sorted(set(decided)) == sorted(decided)
    assert len(decided) == N_WORDINGS
    again = await unanswered(parts)
    assert len(decided) == N_WORDINGS
    assert [(one.topic.id, one.stage) for one in again.listed] == [
        (one.topic.id, one.stage) for one in first.listed
    ]
    assert {one.stage for one in again.listed if ANSWERED in one.topic.wordings} == {"done"}

    files, _ = read_folder(tmp_path / "content")
    changed = {**files, "replies.yaml": files["replies.yaml"] + "\n# another release\n"}
    await parts.releases.publisher.publish(changed, Note("a", "b", 1))
    await parts.releases.look()
    await unanswered(parts)
    assert len(decided) == 2 * N_WORDINGS


async def test_what_the_service_decided_is_found_and_not_decided_again(
    parts: Parts, decided: list[str]
) -> None:
    await parts.tally.fold()
    asked = await parts.tally.questions()
    assert await deciding.decide_slowly(parts, parts.releases.live, asked)
    assert len(decided) == N_WORDINGS
    assert (await unanswered(parts)).n_undecided == 0
    assert len(decided) == N_WORDINGS


async def test_what_there_was_no_time_for_is_counted_and_listed_as_unanswered(
    parts: Parts, decided: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "_AT_LEAST", 0)
    found = await unanswered(parts, patience_s=0.0)
    assert (decided, found.n_undecided) == ([], N_WORDINGS)
    assert {one.stage for one in found.listed} == {"new"}


async def test_no_wording_stands_among_the_verdicts_and_they_end(parts: Parts) -> None:
    await unanswered(parts)
    (key,) = [key async for key in parts.store.redis.scan_iter(match="*verdicts*")]
    assert 0 < await parts.store.redis.ttl(key) <= 30 * 86_400
    held = await parts.store.redis.hgetall(key)
    assert len(held) == N_WORDINGS
    assert not any("窗口".encode() in name + value for name, value in held.items())
