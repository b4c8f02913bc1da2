"""What a reviewer reads: two releases, or a release and the draft, side by side."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.config import Settings
from bot.editing.draft.said_before import SaidBefore
from bot.editing.draft.snapshots import kept_draft
from bot.editing.refused import Refused
from bot.process import Parts, vectors_of
from bot.store.events import past_questions
from knowledge.gate.difference import Difference, difference
from knowledge.gate.trial import Flip, Trial, replay
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.problems import Files


@dataclass(frozen=True, slots=True)
class Flipped:
    """A past question that is answered otherwise, with what is said before and after."""

    flip: Flip
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two contents, what differs, past questions that are answered otherwise, and changed lines of other files."""

    before: Content
    after: Content
    differs: Difference
    flipped: tuple[Flipped, ...]
    lines: Mapping[str, tuple[str, ...]]


async def files_of(parts: Parts, version: str) -> Files:
    """Return the files of a release, "" is the live one.

    Raises:
        Refused: there is no such release, or it is gone.
    """
    wanted = version or await parts.releases.ledger.live()
    if not wanted:
        raise Refused("还没有发布过，没有可比的")
    try:
        return await parts.releases.archive.files(wanted)
    except LookupError as gone:
        raise Refused(f"没有版本 {wanted}，或者它的内容已经不在了：用 kb releases 看有哪些") from gone


async def proposed_files(settings: Settings, parts: Parts, version: str) -> Files:
    """Return what would be live once a waiting release is approved; of any other release, its own files.

    Raises:
        Refused: there is no such release, or it can't be put together with what is live.
    """
    # What puts two edits together knows the whole gate, which takes a while to import.
    from bot.editing.review import as_approved, record_of

    record = await record_of(parts, version)
    return await (
        as_approved(settings, parts, record) if record.state == "waiting" else files_of(parts, version)
    )


async def compare(
    settings: Settings, parts: Parts, before: Files, after: Files, read: Content | None = None
) -> Comparison:
    """Return what changes from `before` to `after`, with the questions that people asked; `read` is the content of `after` where it is known.

    Raises:
        RedisError: Redis is away.
    """
    asked = await past_questions(parts.store.redis)
    return await asyncio.to_thread(_compare, settings, before, after, read, asked)


def _compare(
    settings: Settings, before: Files, after: Files, read: Content | None, asked: tuple[str, ...]
) -> Comparison:
    old, was = kept_draft(settings, before)
    new, now = kept_draft(settings, after, read, like=was)
    flipped = tuple(_flipped(settings, was, now, asked)) if asked and before != after else ()
    return Comparison(old, new, difference(old, new), flipped, _changed_lines(old, new, before, after))


def _flipped(settings: Settings, was: Snapshot, now: Snapshot, asked: tuple[str, ...]) -> Iterator[Flipped]:
    vectors, before = vectors_of(settings), SaidBefore(settings)
    was, now = vectors.make(was), vectors.make(now)
    flips = replay(Trial(now, was, asked, says=before.said_to))
    before.keep()
    if flips:
        # Whoever asks knows all skills, which takes a while to import.
        from bot.editing.explain import describe
        from handlers.answering.choices import untap

        for flip in flips:
            said = (untap(describe(side, flip.question)[0]["text"]) for side in (was, now))
            yield Flipped(flip, *said)


def _changed_lines(old: Content, new: Content, before: Files, after: Files) -> dict[str, tuple[str, ...]]:
    """Return the lines that went and came in files that hold no entries and no quiz items, by file."""
    shown = {r.mark.file for c in (old, new) for rs in (c.entries, c.items) for r in rs.values()}
    found = {}
    for name in sorted({*before, *after} - shown):
        was, now = (files.get(name, "").splitlines() for files in (before, after))
        if was != now:
            lines = list(difflib.unified_diff(was, now, n=0, lineterm=""))[2:]
            found[name] = tuple(line for line in lines if not line.startswith("@@"))
    return found
