"""The table of modes: how a paper of each draws its items, what it says instead, and what it leaves behind.

A paper is content: its rules, its words and its mode stand in `papers.yaml`. What no rule can say stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from handlers.china import day_of
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.quiz.attempt import draw, item_of_the_day
from handlers.quiz.wrongbook import in_order
from handlers.replies import reply_text
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content
from knowledge.model.sources import Passage

Draw = Callable[[Paper, str, Session, Context], tuple[str, ...]]
Instead = Callable[[Paper, str, Session, Context], str]


def _from_the_bank(paper: Paper, scope: str, session: Session, context: Context) -> tuple[str, ...]:
    return draw(context.snapshot.content, paper, context.seed)


def _of_the_track(paper: Paper, scope: str, session: Session, context: Context) -> tuple[str, ...]:
    return draw(context.snapshot.content, paper, context.seed, lambda item: item.track == scope)


def _of_the_day(paper: Paper, scope: str, session: Session, context: Context) -> tuple[str, ...]:
    item_id = item_of_the_day(context.snapshot.content, paper, scope)
    return (item_id,) if item_id else ()


def _what_was_wrong(paper: Paper, scope: str, session: Session, context: Context) -> tuple[str, ...]:
    return in_order(session.wrong, context.snapshot.content.items)[: paper.n_items]


def _about_the_last_answer(paper: Paper, scope: str, session: Session, context: Context) -> tuple[str, ...]:
    content = context.snapshot.content
    told = tuple(_told(session, content))
    return draw(content, paper, context.seed, lambda item: _is_about(item, told, content))


def _told(session: Session, content: Content) -> Iterator[Passage]:
    """Return the passages that the last answer quoted, as far as the live release has them."""
    if session.last is None:
        return
    entry = content.entries.get(session.last.entry_id)
    quoted = tuple(quote.passage_id for quote in entry.quotes) if entry else ()
    yield from (content.passages[i] for i in session.last.passages or quoted if i in content.passages)


def _is_about(item: Item, told: tuple[Passage, ...], content: Content) -> bool:
    at = content.passages[item.source.passage_id]
    return any(at.source_id == p.source_id and at.start < p.end and p.start < at.end for p in told)


def _nothing(paper: Paper, scope: str, session: Session, context: Context) -> str:
    return ""


def _which_track(paper: Paper, scope: str, session: Session, context: Context) -> str:
    if scope:
        return ""
    content = context.snapshot.content
    held = {item.track for item in content.items.values() if paper.admits(item)}
    listed = (
        reply_text(context, "quiz.topic_line", track=track) for track in content.tracks if track in held
    )
    return reply_text(context, "quiz.topics", tracks="\n".join(listed))


def _done_today(paper: Paper, scope: str, session: Session, context: Context) -> str:
    return reply_text(context, "daily.again", streak=session.streak) if session.streak_day == scope else ""


def _no_answer_yet(paper: Paper, scope: str, session: Session, context: Context) -> str:
    return "" if session.last else reply_text(context, "probe.first")


class Mode(Struct, frozen=True):
    """What the papers of a mode do besides their rules.

    `draw` returns the items of a new attempt, by paper and scope; `instead` the words said in place of a first
    item, "" for none; `empty` names those for when there is no item. `scope` is what tells two attempts at one
    paper apart. `done` names the words that end an attempt, "" for the card with its result. An attempt
    `resumes` when its paper is asked for again, and `waits` while another paper is taken; only what
    `is_kept` is listed in 我的成绩. An exam can't be left for another paper, leaves questions unanswered
    while it runs, and earns a certificate. One that `draws_from_talk` asks about the last answer, which therefore stays the last.
    """

    draw: Draw = _from_the_bank
    instead: Instead = _nothing
    empty: str = "quiz.empty"
    scope: Literal["", "track", "day"] = ""
    done: str = ""
    resumes: bool = True
    waits: bool = True
    is_kept: bool = True
    is_exam: bool = False
    draws_from_talk: bool = False

    def scope_of(self, track: str, now: int) -> str:
        """Return the scope of an attempt that begins now, for whom `track` was asked."""
        return day_of(now) if self.scope == "day" else track


MODES: Mapping[str, Mode] = {
    "practice": Mode(),
    "topic": Mode(draw=_of_the_track, instead=_which_track, scope="track"),
    "daily": Mode(
        draw=_of_the_day, instead=_done_today, scope="day", done="daily.done", waits=False, is_kept=False
    ),
    "challenge": Mode(),
    "missed": Mode(draw=_what_was_wrong, empty="missed.none", done="missed.done", is_kept=False),
    "exam": Mode(is_exam=True),
    "probe": Mode(
        draw=_about_the_last_answer,
        instead=_no_answer_yet,
        empty="probe.none",
        done="probe.done",
        resumes=False,
        waits=False,
        is_kept=False,
        draws_from_talk=True,
    ),
}
