"""From a content folder to a release: check it, send it through the gate, publish it or leave it to a second person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from redis.exceptions import RedisError

from bot.config import Review, Settings
from bot.editing.draft.examined import examined_before, keep_examined
from bot.editing.draft.said_before import SaidBefore
from bot.editing.draft.snapshots import drafts_of, live_snapshot, prepared_draft
from bot.editing.draft.sound_draft import SoundDraft, sound_draft
from bot.process import Parts, vectors_of
from bot.releases.draft_base import bases_of, keep_base
from bot.releases.records import Line, Note
from bot.releases.vectors import VectorFiles
from bot.store.events import past_questions
from knowledge.gate.gate import Report, look_over, run_gate
from knowledge.gate.trial import Trial
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.parse import version_of


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor asks for: who and why, which findings are meant so, which release may be replaced.

    `is_first` lets it be the first publication of a place that no service has been at. `seen` is the version of the draft
    that was looked at, "" for whatever lies there.
    """

    by: str
    reason: str = ""
    accepted: Collection[str] = ()
    over: str = ""
    is_first: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `state` is published, waiting, unchanged, refused, overtaken, unserved or unseen; `live` is the release live before.

    `made_live` tells how that went live, where it was not expected.
    """

    state: str
    version: str
    live: str = ""
    report: Report | None = None
    made_live: Line | None = None


async def try_draft(
    settings: Settings,
    parts: Parts | None,
    files: Files,
    *,
    accepted: Collection[str] = (),
    full: bool = False,
    read: Content | None = None,
    told: Callable[[int, int], None] = lambda done, n: None,
) -> Report:
    """Return what the gate says to a draft against what is live now, with the questions people asked.

    Without `parts` nothing is live and nobody asked anything yet. `told` hears how many of how many new texts are
    encoded; `read` is the draft's content, where it is known already.
    """
    live = await live_snapshot(parts) if parts else None
    asked: tuple[str, ...] = ()
    if parts:
        with suppress(RedisError):
            asked = await past_questions(parts.store.redis)
    vectors = vectors_of(settings)
    prepared = await asyncio.to_thread(prepared_draft, settings, files, read, live)
    draft = await asyncio.to_thread(vectors.make, prepared, told)
    review = await review_of(settings, parts) if parts else settings.review
    before = SaidBefore(settings)
    trial = Trial(draft, live, asked, accepted, full, review.min_precision, files, before.said_to)
    report = await asyncio.to_thread(_through_gate, settings, vectors, trial)
    before.keep()
    return report


def _through_gate(settings: Settings, vectors: VectorFiles, trial: Trial) -> Report:
    found = examined_before(settings, trial)
    if found is None:
        # The same tests are asked of every draft.
        kept = settings.data_dir / "draft" / "asked.npz"
        vectors.recall(kept)
        found = look_over(trial)
        keep_examined(settings, trial, found)
        vectors.retain(kept)
    return run_gate(trial, found)


async def review_of(settings: Settings, parts: Parts) -> Review:
    """Return what a draft must pass: what the service goes by, and whatever more this shell asks for.

    Raises:
        RedisError: Redis is away.
    """
    required, min_precision = await parts.releases.ledger.review() or (False, 0.0)
    own = settings.review
    return Review(required=own.required or required, min_precision=max(own.min_precision, min_precision))


async def _bases(settings: Settings, parts: Parts) -> list[str]:
    """Return the release that the folder goes on from, then what it proposed since.

    Once a proposal went live, the release before is no base any more: who goes back to it undoes the proposal.
    """
    bases = bases_of(settings.data_dir, settings.content_dir)
    for number in range(len(bases) - 1, 0, -1):
        record = await parts.releases.ledger.record(bases[number])
        if record and record.state in ("published", "asked-back"):
            return bases[number:]
    return bases


def found_of(report: Report) -> dict[str, Any]:
    """Return what a record keeps of the gate's report, as the fields of a `Note`."""
    return {
        "edited": tuple(sorted(report.difference.edited)),
        "items": report.difference.items,
        "parts": tuple(part for part in report.difference.parts if part != "items"),
        "accepted": tuple(finding.key for finding in report.accepted),
        "contract": asdict(report.contract) | {"precision": round(report.contract.precision, 4)},
    }


async def publish_draft(
    settings: Settings,
    parts: Parts,
    wish: Wish,
    told: Callable[[int, int], None] = lambda done, n: None,
    draft: SoundDraft | None = None,
) -> Outcome:
    """Publish the content folder when it passes, or propose it when a second person must approve.

    `told` hears how many of how many new texts are encoded; `draft` is the folder where it was read just now.

    Raises:
        KnowledgeError: the folder has errors.
        RedisError: Redis is away; nothing was published.
        Overtaken: another release went live while the gate was at work.
    """
    files, content = await asyncio.to_thread(sound_draft, settings) if draft is None else draft
    version, live = version_of(files), await parts.releases.ledger.live()
    if wish.seen not in ("", version):
        return Outcome("unseen", version, live)
    if not live and not wish.is_first:
        return Outcome("unserved", version)
    if version == live:
        keep_base(settings.data_dir, settings.content_dir, version)
        return Outcome("unchanged", version, live)
    bases = await _bases(settings, parts)
    if live not in ("", wish.over, *bases):
        return Outcome("overtaken", version, live, made_live=await parts.releases.ledger.made_live(live))
    report = await try_draft(settings, parts, files, accepted=wish.accepted, read=content, told=told)
    if report.findings:
        return Outcome("refused", version, live, report)
    note = Note(
        by=wish.by,
        reason=wish.reason,
        at=int(time.time()),
        **found_of(report),
    )
    if live and (await review_of(settings, parts)).required:
        known = await parts.releases.ledger.record(version)
        if known and known.state in ("published", "asked-back"):
            await parts.releases.publisher.ask_back(known, note, live)
        else:
            await parts.releases.publisher.propose(files, note, live)
        # Approved, it is what the folder goes on from; until then the folder goes on from what is live.
        keep_base(settings.data_dir, settings.content_dir, live, *dict.fromkeys((*bases[1:], version)))
        return Outcome("waiting", version, live, report)
    await parts.releases.publisher.publish(files, note, live)
    parts.releases.take_prepared(drafts_of(settings), version)
    keep_base(settings.data_dir, settings.content_dir, version)
    return Outcome("published", version, live, report)
