"""Starting a paper: which one a word asks for, whether it may be started now, and which items it gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.china import clock_of, day_of
from handlers.model import Attempt, Context, Session
from handlers.quiz.attempt import Refusal, draw, item_of_the_day, refusal
from handlers.quiz.wrongbook import in_order
from handlers.replies import words
from knowledge.checks.quiz import TRACKS
from knowledge.language.analyze import strip_punctuation, tidy
from knowledge.model import Content, Item, Paper, Passage

_WORDS = {
    "default": frozenset(
        {"答题", "开始答题", "我要答题", "做题", "好网民答题", "开始做题", "来一套", "再来一套"}
    ),
    "daily": frozenset({"每日一答", "每日一题", "今日一题", "每日答题"}),
    "challenge": frozenset({"挑战", "挑战答题", "闯关", "开始挑战"}),
    "missed": frozenset({"错题", "错题本", "我的错题", "做错题", "练错题"}),
    "exam": frozenset({"正式测评", "测评", "正式测试", "开始测评"}),
    "probe": frozenset({"考考你", "考考我", "考我", "考我一题", "再来一题"}),
}
_TRACK = "|".join(TRACKS)
_TOPIC = re.compile(
    rf"专项(?:答题|练习|训练)?({_TRACK})?(?:好网民)?|({_TRACK})(?:好网民)?专项(?:答题|练习|训练)?"
)
_TOPIC_OTHER = re.compile(r"专项[\s:：]+\S{1,6}")


@dataclass(frozen=True, slots=True)
class Wish:
    """The paper that a user's words ask for; `scope` is the track of a 专项."""

    paper_id: str
    scope: str = ""


def read_wish(text: str) -> Wish | None:
    """Return which paper the words start, None when they start none.

    >>> read_wish("专项 校园"), read_wish("挑战！"), read_wish("专项整治是什么")
    (Wish(paper_id='topic', scope='校园'), Wish(paper_id='challenge', scope=''), None)
    """
    said = strip_punctuation(tidy(text))
    for paper_id, forms in _WORDS.items():
        if said in forms:
            return Wish(paper_id)
    topic = _TOPIC.fullmatch(said)
    if topic:
        return Wish("topic", topic.group(1) or topic.group(2) or "")
    return Wish("topic") if _TOPIC_OTHER.fullmatch(tidy(text)) else None


def begin(wish: Wish, session: Session, context: Context) -> Attempt | str:
    """Return a new attempt at the paper that is wished for, of the live release, or the words why there is none."""
    content = context.snapshot.content
    if not content.items:
        return words(context, "quiz.no_items")
    paper = content.papers.get(wish.paper_id)
    if paper is None:
        return words(context, "quiz.not_open")
    if paper.id == "topic" and not wish.scope:
        tracks = "\n".join(
            words(context, "quiz.topic_line", track=track) for track in _tracks(content, paper)
        )
        return words(context, "quiz.topics", tracks=tracks)
    refused = refusal(paper, _starts(session, paper), _last_end(session, paper), context.now)
    if refused:
        return _refused(refused, paper, context)
    day = day_of(context.now)
    if paper.id == "daily" and session.streak_day == day:
        return words(context, "daily.again", streak=session.streak)
    item_ids = _items(paper, wish, session, context)
    if not item_ids:
        return words(context, _nothing(paper, session))
    return Attempt(
        id=context.seed[:16],
        paper_id=paper.id,
        release=content.version,
        seed=context.seed,
        item_ids=item_ids,
        responses=(),
        started_at=context.now,
        shown_ms=context.now_ms,
        open_id=item_ids[0],
        scope=day if paper.id == "daily" else wish.scope,
    )


def _nothing(paper: Paper, session: Session) -> str:
    if paper.id == "probe" and session.last is None:
        return "probe.first"
    return {"missed": "missed.none", "probe": "probe.none"}.get(paper.id, "quiz.empty")


def _items(paper: Paper, wish: Wish, session: Session, context: Context) -> tuple[str, ...]:
    content = context.snapshot.content
    if paper.id == "daily":
        item_id = item_of_the_day(content, paper, day_of(context.now))
        return (item_id,) if item_id else ()
    if paper.id == "missed":
        return in_order(session.wrong, content.items)[: paper.n_items]
    if paper.id == "topic":
        return draw(content, paper, context.seed, lambda item: item.track == wish.scope)
    if paper.id == "probe":
        told = tuple(_told(session, content))
        return draw(content, paper, context.seed, lambda item: _is_about(item, told, content))
    return draw(content, paper, context.seed)


def _tracks(content: Content, paper: Paper) -> list[str]:
    held = {item.track for item in content.items.values() if paper.admits(item)}
    return [track for track in TRACKS if track in held]


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


def _starts(session: Session, paper: Paper) -> tuple[int, ...]:
    return session.exam_starts if paper.id == "exam" else ()


def _last_end(session: Session, paper: Paper) -> int:
    if paper.id != "exam":
        return 0
    ends = (result.finished_at for result in session.results if result.paper_id == paper.id)
    return max((*ends, *session.exam_starts), default=0)


def tries_left(session: Session, paper: Paper, now: int) -> int:
    """Return how many tries of the day are left, the one that begins now not counted."""
    used = sum(day_of(at) == day_of(now) for at in _starts(session, paper))
    return max(0, paper.attempts_per_day - used - 1)


def counted(session: Session, attempt: Attempt) -> Session:
    """Return the session with a 正式测评 counted as a try, from its first answer on; once an attempt."""
    if attempt.paper_id != "exam" or attempt.started_at in session.exam_starts:
        return session
    return replace(session, exam_starts=(*session.exam_starts, attempt.started_at)[-20:])


def _refused(refused: Refusal, paper: Paper, context: Context) -> str:
    return words(
        context,
        f"exam.refused_{refused.rule.replace('-', '_')}",
        title=paper.title,
        opens=clock_of(refused.opens),
        n=paper.attempts_per_day,
    )
