"""Starting a paper: which one a word asks for, whether it may be started now, and what the attempt is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from handlers.china import clock_of, day_of
from handlers.model.attempts import Attempt, Try
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.quiz.attempt import Refusal, refusal
from handlers.quiz.modes import MODES
from handlers.replies import reply_text
from knowledge.language.tidy import plain, strip_punctuation, tidy
from knowledge.model.bank import Paper
from knowledge.model.content import Content
from knowledge.reading.papers import MODE_WORDS

_MAX_TRIES = 40
_SOMETHING_ELSE = re.compile(r"[\s:：]+\S{1,6}")


class PaperWish(Struct, frozen=True):
    """The paper that a user's words ask for, "" for one that the content has not; `track` is that of a 专项."""

    paper_id: str
    track: str = ""


def read_wish(text: str, content: Content) -> PaperWish | None:
    """Return which paper the words start, None when they start none."""
    tidied = tidy(text)
    said = strip_punctuation(tidied)
    for paper_id, mode, forms in _commands(content):
        if said in forms:
            return PaperWish(paper_id)
        if MODES[mode].scope == "track":
            track = _track_in(said, forms, content.tracks)
            rests = (tidied.removeprefix(form) for form in forms if tidied.startswith(form))
            if track or any(map(_SOMETHING_ELSE.fullmatch, rests)):
                return PaperWish(paper_id, track)
    return None


def _commands(content: Content) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield a paper's id, its mode and the words that start it; the mode's own words start the first of a mode."""
    for mode, forms in MODE_WORDS.items():
        papers = [paper for paper in content.papers.values() if paper.mode == mode]
        yield (papers[0].id if papers else "", mode, forms)
        yield from ((paper.id, mode, paper.words) for paper in papers)


def _track_in(said: str, forms: tuple[str, ...], tracks: Mapping[str, tuple[str, ...]]) -> str:
    """Return the track that is named before or behind the words of a paper, "" for none."""
    for form in forms:
        rest = said.removeprefix(form) if said.startswith(form) else said.removesuffix(form)
        if rest == said:
            continue
        for track, other_names in tracks.items():
            if rest == plain(track) or rest in other_names:
                return track
    return ""


def begin(wish: PaperWish, session: Session, context: Context) -> Attempt | str:
    """Return a new attempt at the paper that is wished for, of the live release, or the words why there is none."""
    content = context.snapshot.content
    if not content.items:
        return reply_text(context, "quiz.no_items")
    paper = content.papers.get(wish.paper_id)
    if paper is None:
        return reply_text(context, "quiz.not_open")
    mode = MODES[paper.mode]
    scope = mode.scope_of(wish.track, context.now)
    instead = mode.instead(paper, scope, session, context)
    if instead:
        return instead
    refused = refusal(paper, _starts(session, paper), _last_end(session, paper), context.now)
    if refused:
        return _refused(refused, paper, context)
    item_ids = mode.draw(paper, scope, session, context)
    return _new_attempt(paper, scope, item_ids, context) if item_ids else reply_text(context, mode.empty)


def _new_attempt(paper: Paper, scope: str, item_ids: tuple[str, ...], context: Context) -> Attempt:
    return Attempt(
        id=context.seed[:16],
        paper_id=paper.id,
        release=context.snapshot.content.version,
        seed=context.seed,
        item_ids=item_ids,
        responses=(),
        started_at=context.now,
        shown_ms=context.now_ms,
        open_id=item_ids[0],
        scope=scope,
    )


def _starts(session: Session, paper: Paper) -> tuple[int, ...]:
    return tuple(tried.at for tried in session.tries if tried.paper_id == paper.id)


def _last_end(session: Session, paper: Paper) -> int:
    ends = (result.finished_at for result in session.results if result.paper_id == paper.id)
    return max((*ends, *_starts(session, paper)), default=0)


def tries_left(session: Session, paper: Paper, now: int) -> int:
    """Return how many tries of the day are left, the one that begins now not counted."""
    used = sum(day_of(at) == day_of(now) for at in _starts(session, paper))
    return max(0, paper.attempts_per_day - used - 1)


def counted_as_try(session: Session, attempt: Attempt, paper: Paper) -> Session:
    """Return the session with an attempt counted as a try where tries are limited, from its first answer on; once."""
    tried = Try(paper.id, attempt.started_at)
    if not (paper.attempts_per_day or paper.cool_down_s) or tried in session.tries:
        return session
    return replace(session, tries=(*session.tries, tried)[-_MAX_TRIES:])


def _refused(refused: Refusal, paper: Paper, context: Context) -> str:
    return reply_text(
        context,
        f"exam.refused_{refused.rule.replace('-', '_')}",
        title=paper.title,
        opens=clock_of(refused.opens),
        n=paper.attempts_per_day,
    )
