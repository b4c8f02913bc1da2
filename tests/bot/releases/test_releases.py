"""Releases on a real Redis: a new day, a lost race, a lost file."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.exceptions import RedisError

import bot.releases.releases
from bot.releases.disk import pack_release
from bot.releases.ledger import Gone, Ledger, Overtaken, release_key
from bot.releases.records import Note
from bot.releases.releases import Releases
from bot.store.server.embedded import Embedded
from bot.store.wire.client import connect
from knowledge.matching.decide import decide
from knowledge.matching.snapshot import Snapshot
from knowledge.model.problems import Files
from knowledge.reading.parse import version_of
from knowledge.release.build import load_draft, load_folder
from tests.serving import copy_small_content

NOTE = Note("小张", "试", 1)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedded]:
    server = Embedded(tmp_path_factory.mktemp("redis"), "")
    server.start()
    yield server
    server.stop()


class Calendar:
    """A day that a test sets."""

    day = "2026-10-01"

    def __call__(self) -> str:
        return self.day


@pytest.fixture
async def releases(embedded: Embedded, tmp_path: Path) -> AsyncIterator[Releases]:
    redis = connect(embedded.url)
    await redis.flushall()
    yield Releases(Ledger(redis, 1000), tmp_path / "releases", Calendar())
    await redis.aclose()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    return dict(load_folder(copy_small_content(tmp_path / "content")))


def edited(files: Files, before: str, after: str) -> dict[str, str]:
    assert before in files["faq/faq.yaml"]
    return {**files, "faq/faq.yaml": files["faq/faq.yaml"].replace(before, after)}


def served(releases: Releases) -> set[str]:
    return set(releases.live.entry_ids)


async def test_entry_begins_and_ends_at_midnight_without_a_publish(
    releases: Releases, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dated = edited(
        files,
        "valid_from: 2020-10-12\n  valid_to: 2030-12-31",
        "valid_from: 2026-10-02\n  valid_to: 2026-10-03",
    )
    version = await releases.publisher.publish(dated, NOTE)
    await releases.start()
    assert "purpose" not in served(releases)
    for day, is_served in [("2026-10-02", True), ("2026-10-03", True), ("2026-10-04", False)]:
        monkeypatch.setattr(Calendar, "day", day)
        await releases.look()
        assert ("purpose" in served(releases)) is is_served, day
        assert releases.live.version == version


async def test_release_that_is_live_here_is_built_no_second_time(
    releases: Releases, files: dict[str, str]
) -> None:
    await releases.publisher.publish(files, NOTE)
    await releases.start()
    first = releases.live
    await releases.start()
    assert releases.live is first


async def test_new_day_comes_while_redis_is_away(
    releases: Releases, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await releases.publisher.publish(files, NOTE)
    await releases.start()

    async def gone() -> str:
        raise RedisError("away")

    monkeypatch.setattr(releases.ledger, "live", gone)
    monkeypatch.setattr(Calendar, "day", "2031-01-01")
    with pytest.raises(RedisError):
        await releases.look()
    assert "purpose" not in served(releases)


async def test_of_two_that_publish_at_once_one_is_overtaken(
    releases: Releases, files: dict[str, str]
) -> None:
    first = await releases.publisher.publish(files, NOTE)
    one = edited(files, "会议在成都召开：", "会议在成都开的：")
    two = edited(files, "会议在成都召开：", "会议开在成都：")
    done = await asyncio.gather(
        releases.publisher.publish(one, NOTE, first),
        releases.publisher.publish(two, NOTE, first),
        return_exceptions=True,
    )
    assert [type(result) for result in done].count(Overtaken) == 1
    winner = next(result for result in done if isinstance(result, str))
    assert await releases.ledger.live() == winner
    assert [line.version for line in await releases.ledger.log()] == [winner, first]


async def test_approval_needs_a_release_that_waits_and_still_has_its_files(
    releases: Releases, files: dict[str, str]
) -> None:
    first = await releases.publisher.publish(files, NOTE)
    waiting = await releases.publisher.propose(
        edited(files, "会议在成都召开：", "会议开在成都："), NOTE, first
    )
    record = await releases.ledger.record(waiting)
    assert record is not None
    assert await releases.ledger.live() == first
    await releases.ledger._redis.delete(release_key(waiting))
    with pytest.raises(Gone):
        await releases.publisher.approve(record, replace(NOTE, by="老李"))
    assert await releases.ledger.live() == first
    again = await releases.publisher.propose(edited(files, "会议在成都召开：", "会议开在成都："), NOTE, first)
    await releases.publisher.approve(record, replace(NOTE, by="老李"))
    with pytest.raises(Overtaken):
        await releases.publisher.approve(record, replace(NOTE, by="老王"))
    assert await releases.ledger.live() == again
    approved = await releases.ledger.record(again)
    assert approved is not None
    assert (approved.author, approved.approved_by, approved.state) == ("小张", "老李", "published")


async def test_rolled_back_release_has_no_expiry_and_the_one_it_replaces_has(
    releases: Releases, files: dict[str, str]
) -> None:
    first = await releases.publisher.publish(files, NOTE)
    second = await releases.publisher.publish(edited(files, "会议在成都召开：", "会议开在成都："), NOTE)
    redis = releases.ledger._redis
    assert await redis.ttl(release_key(first)) > 0
    record = await releases.ledger.record(first)
    assert record is not None
    await releases.publisher.roll_back(record, replace(NOTE, edited=("place",)))
    assert await redis.ttl(release_key(first)) == -1
    assert await redis.ttl(release_key(second)) > 0
    assert (await releases.ledger.log("place"))[0].action == "rolled-back"


async def test_stored_release_is_its_files_and_a_damaged_copy_is_no_release(
    releases: Releases, files: dict[str, str], tmp_path: Path
) -> None:
    version = await releases.publisher.publish(files, NOTE)
    assert version == version_of(files)
    assert await releases.archive.files(version) == files
    path = tmp_path / f"releases/{version}.json.z"
    path.write_bytes(pack_release({**files, "faq/faq.yaml": "[]"}))
    assert await releases.archive.files(version) == files
    await releases.ledger._redis.delete(release_key(version))
    path.write_bytes(b"junk")
    with pytest.raises(LookupError):
        await releases.archive.files(version)


async def test_line_of_the_log_tells_who_did_what_when_and_why(
    releases: Releases, files: dict[str, str]
) -> None:
    version = await releases.publisher.publish(files, replace(NOTE, edited=("a", "b")))
    line = (await releases.ledger.log())[0]
    assert json.dumps(
        [line.action, line.version, line.before, line.by, line.reason, line.at, line.edited]
    ) == json.dumps(["published", version, "", "小张", "试", 1, ["a", "b"]])


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be parsed or assembled by the releases any more."""

    def built(*_: object) -> None:
        raise AssertionError("built anew")

    monkeypatch.setattr("bot.releases.releases.content_of", built)
    monkeypatch.setattr("bot.releases.releases.assemble", built)


def restarted(releases: Releases, tmp_path: Path) -> Releases:
    return Releases(releases.ledger, tmp_path / "releases", Calendar())


async def test_start_takes_up_what_the_last_one_prepared(
    releases: Releases, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await releases.publisher.publish(files, NOTE)
    await releases.start()
    forbid(monkeypatch)
    again = restarted(releases, tmp_path)
    await again.start()
    assert again.live.version == version
    assert again.live.content == releases.live.content
    # Another state of the code must not take it up.
    monkeypatch.setattr("bot.releases.prepared_file.maker", lambda: "other")
    with pytest.raises(AssertionError, match="built anew"):
        await restarted(releases, tmp_path).start()


async def test_damaged_prepared_release_is_built_anew_and_put_right(
    releases: Releases, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await releases.publisher.publish(files, NOTE)
    await releases.start()
    (path,) = (tmp_path / "releases").glob("*.prepared")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    again = restarted(releases, tmp_path)
    await again.start()
    assert served(again) == served(releases)
    assert len(path.read_bytes()) == len(whole)
    forbid(monkeypatch)
    await restarted(releases, tmp_path).start()


async def test_prepared_release_of_another_day_serves_no_entry_that_is_over(
    releases: Releases, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await releases.publisher.publish(files, NOTE)
    await releases.start()
    assert "purpose" in served(releases)
    monkeypatch.setattr(Calendar, "day", "2031-01-01")
    again = restarted(releases, tmp_path)
    await again.start()
    assert "purpose" not in served(again)
    monkeypatch.setattr(Calendar, "day", "2026-10-01")
    back = restarted(releases, tmp_path)
    await back.start()
    assert "purpose" in served(back)


async def test_only_the_live_release_is_kept_prepared(
    releases: Releases, files: dict[str, str], tmp_path: Path
) -> None:
    await releases.publisher.publish(files, NOTE)
    await releases.start()
    version = await releases.publisher.publish(edited(files, "会议在成都召开：", "会议在成都开的："), NOTE)
    await releases.look()
    (path,) = (tmp_path / "releases").glob("*.prepared")
    assert path.name.startswith(version)


async def test_start_without_room_for_the_prepared_release_is_a_start_all_the_same(
    releases: Releases, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("bot.releases.prepared_file.write_whole", full)
    version = await releases.publisher.publish(files, NOTE)
    await releases.start()
    assert releases.live.version == version


async def test_only_the_pinned_releases_used_last_stay_in_memory(
    releases: Releases, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [
        await releases.publisher.publish(
            {**files, "faq/faq.yaml": files["faq/faq.yaml"] + f"\n# {n}\n"}, NOTE
        )
        for n in range(6)
    ]
    read = []
    content_of = bot.releases.releases.content_of
    monkeypatch.setattr(
        bot.releases.releases, "content_of", lambda f: read.append(version_of(f)) or content_of(f)
    )
    for version in (*versions[:5], versions[0], versions[4]):
        assert (await releases.pinned(version)).version == version
    assert read == [*versions[:5], versions[0]]


async def test_release_that_somebody_sent_back_meanwhile_is_not_approved(releases: Releases) -> None:
    ledger = releases.ledger
    waiting = NOTE.record("v1", "", "waiting")
    await ledger.write(waiting, NOTE.line("proposed", "v1", ""), packed=b"files", live=False)
    returned = replace(waiting, state="returned")
    await ledger.write(returned, NOTE.line("returned", "v1", ""), live=False, was="waiting", let_go=True)
    approved = replace(waiting, state="published")
    with pytest.raises(Overtaken) as overtaken:
        await ledger.write(approved, NOTE.line("approved", "v1", ""), live=True, was="waiting")
    assert overtaken.value.now == "returned"
    assert await ledger.live() == ""
    assert await ledger.record("v1") == returned


async def test_content_that_was_just_checked_is_not_read_again(
    releases: Releases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = load_draft(copy_small_content(tmp_path / "content"))
    await releases.publisher.publish(draft.files, NOTE)
    await releases.start()
    read_again = releases.live.content

    def never(files: Files) -> None:
        raise AssertionError

    monkeypatch.setattr(bot.releases.releases, "content_of", never)
    again = Releases(releases.ledger, tmp_path / "elsewhere", Calendar())
    await again.start(draft.content)
    assert again.live.content == read_again


async def test_swap_leaves_nothing_of_the_release_before(
    embedded: Embedded, releases: Releases, files: dict[str, str], tmp_path: Path
) -> None:
    gc.collect()
    held = sum(isinstance(o, Snapshot) for o in gc.get_objects())
    serving = Releases(releases.ledger, tmp_path / "serving", Calendar(), serves=True)
    try:
        await serving.publisher.publish(files, NOTE)
        await serving.start()
        assert gc.get_freeze_count() > 0
        decide(serving.live, "会议在哪儿开的")
        gc.disable()
        await serving.publisher.publish(
            edited(files, "valid_from: 2020-10-12", "valid_from: 2020-10-11"), NOTE
        )
        await serving.look()
    finally:
        gc.enable()
        gc.unfreeze()
    assert sum(isinstance(o, Snapshot) for o in gc.get_objects()) == held + 1


class _Circle:
    def __init__(self) -> None:
        self.itself = self


async def test_garbage_that_was_spared_is_gone_after_midnight(
    releases: Releases, files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving = Releases(releases.ledger, tmp_path / "serving", Calendar(), serves=True)
    try:
        await serving.publisher.publish(files, NOTE)
        await serving.start()
        circle = _Circle()
        gc.freeze()
        left = weakref.ref(circle)
        del circle
        gc.collect()
        assert left() is not None
        monkeypatch.setattr(Calendar, "day", "2026-10-02")
        await serving.look()
        assert left() is None
    finally:
        gc.unfreeze()
