"""The draft behind the pages: what lists it waits for no reading, and nothing is read a second time."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest

from bot.config import Settings
from bot.web.admin import draft as module
from bot.web.admin.draft import DraftFolder, packed
from knowledge.model.problems import Files
from knowledge.release.build import build
from tests.serving import copy_small_content


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # As if the content were too large to be read within the time of a page.
    monkeypatch.setattr(module, "_FEW_CHARS", 0)
    (tmp_path / "data").mkdir()
    return Settings(data_dir=tmp_path / "data", content_dir=copy_small_content(tmp_path / "content"))


def entries_of(settings: Settings) -> Path:
    return settings.content_dir / "faq/faq.yaml"


class Elsewhere:
    """Reads the draft in place of another process, once it may end."""

    def __init__(self, settings: Settings) -> None:
        self.may_end = asyncio.Event()
        self.n_begun = 0
        self._settings = settings

    async def __call__(self, _: Files) -> str:
        self.n_begun += 1
        await self.may_end.wait()
        return packed(await DraftFolder(self._settings).read())


def make_different(settings: Settings) -> None:
    """Change the draft in a way that says nothing else."""
    with entries_of(settings).open("a", encoding="utf-8") as file:
        file.write("\n# Somebody is at it.\n")


async def test_list_gets_what_was_read_before_while_the_draft_is_read_anew(settings: Settings) -> None:
    elsewhere = Elsewhere(settings)
    live = build(settings.content_dir)
    make_different(settings)
    folder = DraftFolder(settings, elsewhere)
    for _ in range(3):
        found, is_now = await folder.lately(live)
        assert (found.content is live.content, is_now) == (True, False)
    elsewhere.may_end.set()
    while not is_now:
        found, is_now = await folder.lately(live)
    assert found.content.entries == live.content.entries
    assert elsewhere.n_begun == 1
    elsewhere.may_end.clear()
    text = entries_of(settings).read_text(encoding="utf-8")
    entries_of(settings).write_text(text.replace("开会地点", "开会的地点"), encoding="utf-8")
    before, is_now = await folder.lately(live)
    assert (before, is_now) == (found, False)
    elsewhere.may_end.set()
    while not is_now:
        found, is_now = await folder.lately(live)
    assert "开会的地点" in found.content.entries["place"].phrasings


async def test_page_waits_a_moment_for_the_draft_and_no_longer(settings: Settings) -> None:
    elsewhere = Elsewhere(settings)
    live = build(settings.content_dir)
    make_different(settings)
    folder = DraftFolder(settings, elsewhere)
    found, is_now = await folder.soon(live, 0.01)
    assert (found.content is live.content, is_now) == (True, False)
    elsewhere.may_end.set()
    found, is_now = await folder.soon(live, 60.0)
    assert is_now
    assert found.content is not live.content


async def test_draft_that_is_what_is_live_is_shown_before_anybody_read_it(settings: Settings) -> None:
    elsewhere = Elsewhere(settings)
    live = build(settings.content_dir)
    folder = DraftFolder(settings, elsewhere)
    found, is_now = await folder.lately(live)
    assert (found.content is live.content, is_now, found.is_checked) == (True, True, False)
    elsewhere.may_end.set()
    while not found.is_checked:
        found, is_now = await folder.lately(live)
        assert is_now
        await asyncio.sleep(0.01)


async def test_what_a_page_saved_is_read_no_second_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    reading = module.read_files

    def counted(*arguments: object) -> object:
        read.append(1)
        return reading(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "read_files", counted)
    folder = DraftFolder(settings)
    before = await folder.read()

    def edit(files: Files) -> Files:
        assert folder.of(files) is before
        changed = {"faq/faq.yaml": files["faq/faq.yaml"].replace("开会地点", "开会的地点")}
        folder.of({**files, **changed})
        return changed

    await folder.change(edit)
    # Tried a second time, as who writes is told at the field, and read no more.
    assert folder.of({**before.files, **edit(before.files)}) is await folder.read()
    found, is_now = await folder.lately(before.content)
    assert is_now
    assert "开会的地点" in found.content.entries["place"].phrasings
    assert len(read) == 2


async def test_reading_that_failed_elsewhere_is_begun_again(settings: Settings) -> None:
    fails = [True]

    async def elsewhere(_: Files) -> str:
        if fails:
            fails.pop()
            raise OSError("the process is gone")
        return ""

    folder, is_checked = DraftFolder(settings, elsewhere), False
    live = build(settings.content_dir)
    while not is_checked:
        is_checked = (await folder.lately(live))[0].is_checked
        await asyncio.sleep(0)
    assert not fails


async def test_no_search_for_garbage_goes_through_a_draft_that_is_kept(settings: Settings) -> None:
    gc.unfreeze()
    said = packed(await DraftFolder(settings).read())

    async def elsewhere(_: Files) -> str:
        return said

    live = build(settings.content_dir)
    folder = DraftFolder(settings, elsewhere)
    found, _ = await folder.lately(live)
    while not found.is_checked:
        found, _ = await folder.lately(live)
    searched = {id(one) for one in gc.get_objects()}
    kept = [found.content.entries, found.marks, *found.content.entries.values()]
    assert [one for one in kept if id(one) in searched] == []


async def test_what_is_saved_is_read_in_another_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def elsewhere(changed: Files) -> str:
        return packed(await DraftFolder(settings).read_with(changed))

    folder = DraftFolder(settings, elsewhere)
    files = (await folder.read()).files
    changed = {"faq/faq.yaml": files["faq/faq.yaml"].replace("开会地点", "开会的地点")}
    await folder.foresee(files, changed)
    monkeypatch.setattr(module, "read_files", lambda *_: pytest.fail("read here"))
    after = folder.of({**files, **changed})
    assert "开会的地点" in after.content.entries["place"].phrasings
    assert after.marks


async def test_large_draft_is_read_in_another_process_once_for_all_who_ask(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, begun = packed(await DraftFolder(settings).read()), []

    async def elsewhere(changed: Files) -> str:
        begun.append(changed)
        await asyncio.sleep(0)
        return said

    monkeypatch.setattr(module, "read_files", lambda *_: pytest.fail("read here"))
    folder = DraftFolder(settings, elsewhere)
    first, second = await asyncio.gather(folder.read(), folder.read())
    assert first is second
    assert begun == [{}]


async def test_where_no_other_process_can_read_it_is_read_here(settings: Settings) -> None:
    async def elsewhere(_: Files) -> str:
        return ""

    folder = DraftFolder(settings, elsewhere)
    files = (await folder.read()).files
    changed = {"faq/faq.yaml": files["faq/faq.yaml"].replace("开会地点", "开会的地点")}
    await folder.foresee(files, changed)
    assert "开会的地点" in folder.of({**files, **changed}).content.entries["place"].phrasings
