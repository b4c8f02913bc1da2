"""The two sides of every edit, ready to answer: what is live, and the draft as it would be served today."""

from __future__ import annotations

from collections.abc import Callable

from bot.china import today
from bot.config import Settings
from bot.process import Parts, vectors_of
from bot.releases.prepared_file import Shelf
from bot.releases.releases import NoRelease
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.parse import version_of
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble, content_of, served_content


async def live_snapshot(parts: Parts) -> Snapshot | None:
    """Return the release that is live as it is today, None before the first."""
    try:
        await parts.releases.start()
    except NoRelease:
        return None
    await parts.releases.settle()
    return parts.releases.live


def drafts_of(settings: Settings) -> Shelf:
    """Return where checked drafts lie prepared: the last and the one it is compared with."""
    return Shelf(settings.data_dir / "draft", n_kept=2)


def prepared_draft(
    settings: Settings, files: Files, read: Content | None = None, like: Snapshot | None = None
) -> Snapshot:
    """Return the snapshot that a content folder's files would be today, without its meaning.

    `read` is their content, where it is known already, `like` the live release, with which it shares what it can. It is kept
    beside the releases for the next command that asks the same draft; where no data folder is, none is made.
    """
    return kept_draft(settings, files, read, like)[1]


def kept_draft(
    settings: Settings, files: Files, read: Content | None = None, like: Snapshot | None = None
) -> tuple[Content, Snapshot]:
    """Return the whole content of files, and what `prepared_draft` does."""
    shelf, day = drafts_of(settings), today()
    content, snapshot = shelf.take(version_of(files), day, like)
    if content and snapshot:
        return content, snapshot
    content = content or (served_content(read) if read else content_of(files))
    snapshot = assemble(on_day(content, day), like=like)
    if settings.data_dir.is_dir():
        shelf.put(content, snapshot)
    return content, snapshot


def draft_snapshot(
    settings: Settings,
    files: Files,
    told: Callable[[int, int], None] = lambda done, n: None,
    read: Content | None = None,
    like: Snapshot | None = None,
) -> Snapshot:
    """Return what `prepared_draft` does, with its meaning; `told` hears how many of how many new texts are encoded."""
    return vectors_of(settings).make(prepared_draft(settings, files, read, like), told)
