"""Follow-ups: words that only mean something after an answer: 谁说的, 下一条, 还有呢, 详细点, 职务呢.

`moves` reads what a text asks for, this module goes there from the last answer. A move that leads nowhere
leaves the text to the skills after it; with no answer before, the user is told so. Questions that merely
leave a name out are read by `ellipsis`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from handlers.answering.answer import of_passages, send
from handlers.answering.choices import read_choice
from handlers.answering.focus import Focus, is_withdrawn, read_focus
from handlers.answering.followups.intents import Move, read_move
from handlers.answering.followups.listed import THINGS, WHOLE_THINGS, asked_of_listed, nth_listed
from handlers.answering.followups.retell import (
    ask_in_full,
    introduce,
    show_passage,
    speaker_in,
    tell_again,
    title_of,
)
from handlers.answering.followups.sentences import show_sentence
from handlers.answering.pages import turn_page
from handlers.answering.whole import of_document, of_speech
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.numerals import chinese_numeral
from knowledge.language.tidy import tidy
from knowledge.model.sources import Passage
from knowledge.sources.structure import Series, Structure

# 你是谁 is said to the bot, 是谁 of who was spoken of.
_TO_THE_BOT = re.compile(r"^(?:请问|那|所以|到底)*[你您](?:们|这边|这里)?(?:到底|究竟)?(?:是|叫|属于|归|算)")
_OF_SOMEBODY = frozenset({"who", "post", "unit"})
_OPENING = frozenset({"nth", "other", "listed", "where", "trade"})
_STOPS = re.compile(r"[\s,，。;；!！?？]+")
_MOST_MOVES = 3
_INNER = frozenset({"项", "点", "款", "小点", "小项", "小条"})
_LEAST_LISTED = 2


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Answer from what the last answer was about; without one, say so with an example. 第一个 picks from a list that waits."""
    if message.kind != "text" or (session.asking and read_choice(message.text, session.offered, asking=True)):
        return None
    move = _last_move(message.text)
    if move is None or (move.kind in _OF_SOMEBODY and _TO_THE_BOT.match(tidy(message.text))):
        return None
    focus = read_focus(context, session)
    if focus is None:
        # 第三条 and 后面那个 can begin a talk; the other moves can't.
        key = "page.withdrawn" if is_withdrawn(context, session.last) else "followup.none"
        # 许静讲了啥子，唐敏又讲了啥子 names whom it is about.
        is_full = move.kind in _OPENING or len(context.snapshot.analyzer.analyze(message.text).entities) > 1
        return None if is_full else say(context, session, key)
    if move.kind == "step" and move.measure and session.hinted:
        # What was only suggested is no place to go on from.
        return say(context, session, "context.pick_first")
    return _MOVES[move.kind](context, session, focus, move)


def _last_move(text: str) -> Move | None:
    """Return the move that a text makes; after 还有吗 the one that says what is meant: 还有吗 最后一点."""
    move = read_move(text)
    stretches = _STOPS.split(text.strip())
    if move or len(stretches) > _MOST_MOVES:
        return move
    moves = [read_move(stretch) for stretch in stretches]
    return moves[-1] if all(move and move.kind == "more" for move in moves[:-1]) else None


def _who(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Name the speaker of the last words; who stands behind a document is asked."""
    speaker = speaker_in(context, focus)
    if speaker is None:
        return ask_in_full(context, session, f"{title_of(context, focus)}是谁签署发布的")
    post = speaker.post or reply_text(context, "proof.unsaid")
    return introduce(
        context, session, focus, reply_text(context, "followup.who", name=speaker.name, post=post)
    )


def _post(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Say who the person is that the talk is about."""
    return ask_in_full(context, session, f"{focus.person}是谁") if focus.person else None


def _unit(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Say which organisation the words, or the person, are of."""
    speaker = speaker_in(context, focus)
    if speaker is None:
        return ask_in_full(context, session, f"{focus.person}是哪个单位的") if focus.person else None
    if not speaker.organisation:
        return tell_again(context, session, focus, reply_text(context, "followup.no_unit", name=speaker.name))
    lead = reply_text(
        context, "followup.unit", name=speaker.name, organisation=speaker.organisation, post=speaker.post
    )
    return introduce(context, session, focus, lead)


def _where(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Say in which clause of which document the last words stand."""
    places = tuple(dict.fromkeys(focus.passages))
    heading = "、".join(passage.heading for passage in places)
    lead = reply_text(context, "followup.passage", title=title_of(context, focus), heading=heading)
    return send(context, session, of_passages(places, lead), focus.question, "follow-up")


def _other(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Ask about the other one of the people named last."""
    if len(focus.people) < 2:
        return nth_listed(context, session, focus, replace(move, measure="个")) if move.number else None
    others = [name for name in focus.people if name != focus.person]
    name = {1: focus.people[0], -1: focus.people[-1]}.get(move.number, others[0])
    return ask_in_full(context, session, name + (move.rest or "是谁"))


def _more(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Tell what the same speaker or document says besides; a page that is still to come is that."""
    if move.rest not in {"", "他", "他们", *_names(context, focus)}:
        return None
    if session.pages:
        return turn_page(context, session)
    structure = context.snapshot.structure
    speaker = next((s for s in structure.speakers.values() if s.name == focus.person), None)
    if speaker is None:
        following = _following(context, focus)
        if following is None:
            return tell_again(context, session, focus, reply_text(context, "followup.no_more"))
        return show_passage(context, session, following)
    rest = tuple(p for p in structure.said_by(speaker.id) if p.id not in focus.told)
    if not rest:
        return tell_again(context, session, focus, reply_text(context, "followup.no_more"))
    lead = reply_text(context, "followup.more", name=speaker.name)
    return send(context, session, of_passages(rest, lead), f"{speaker.name}讲了什么", "follow-up")


def _following(context: Context, focus: Focus) -> Passage | None:
    """Return the first passage after the last words that was not shown yet, else the first one before."""
    parts = [p for p in context.snapshot.structure.leaves(focus.document) if p.id not in focus.told]
    end = max(p.start for p in focus.passages)
    return next((p for p in parts if p.start > end), next(iter(parts), None))


def _step(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Show the clause after or before the last one; at either end, say that there is none."""
    if move.measure == "句":
        return show_sentence(context, session, focus, move.number)
    structure = context.snapshot.structure
    edge = (max if move.number > 0 else min)(focus.passages, key=lambda p: p.start)
    ended = False
    for series in structure.series_around(focus.passages):
        if ended and series.measure != move.measure:
            # 下一条 after the last 项 is no 款.
            continue
        number = next((n for p in (edge, *structure.above(edge)) if (n := series.number_of(p))), 0)
        if number:
            passage = series.find(number + move.number)
            if passage is None and series.measure != move.measure and _counts(structure, edge, series, move):
                ended = True
                continue
            return (
                show_passage(context, session, passage) if passage else _end(context, session, focus, series)
            )
    if not move.measure:
        # 往后呢 means the next in a count; of somebody who speaks, it means what he is going to do.
        return None
    level = structure.siblings(edge)
    place = next(i for i, p in enumerate(level) if p.id == edge.id) + move.number
    return show_passage(context, session, level[place]) if 0 <= place < len(level) else None


def _counts(structure: Structure, edge: Passage, inner: Series, move: Move) -> bool:
    """Return whether what stands around a series that ended is counted by the word that was said: after the last 项, 下一条."""
    return any(s.measure == move.measure for s in structure.series_around((edge,)) if s != inner)


def _nth(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Show the passage with that number in what the talk is about; 第二份 is the second of the documents named."""
    is_bare = move.measure in THINGS and not move.says_what
    same = asked_of_listed(context, focus) if is_bare else ""
    is_listed = bool(same) or move.measure in WHOLE_THINGS
    listed = nth_listed(context, session, focus, replace(move, rest=same)) if is_listed else None
    if listed:
        return listed
    nearby = _series(context, focus, move.measure)
    if not nearby:
        return nth_listed(context, session, focus, move) or _of_told(context, session, focus, move)
    if session.hinted and nearby[0].measure != move.measure:
        # Of what was only suggested 第二项 is no 段.
        return None
    if not move.marked and move.measure == "条" and all(s.measure != "条" for s in nearby):
        # 第三条 by itself is the command; only 第三条呢 is about a document that counts in 项.
        return None
    series = next((s for s in nearby if s.find(move.number)), None)
    passage = series.find(move.number) if series else None
    if passage:
        return show_passage(context, session, passage)
    nearest = nearby[0]
    return say(
        context,
        session,
        "followup.no_clause",
        number=f"第{chinese_numeral(abs(move.number))}{nearest.measure}",
        title=title_of(context, focus),
        total=f"{chinese_numeral(len(nearest.members))}{nearest.measure}",
    )


def _of_told(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Show the nth of the passages told last, where nothing in them is counted: 第二点再详细一些; another's second point is no answer."""
    n = len(focus.passages)
    place = move.number - 1 if move.number > 0 else n + move.number
    if move.measure not in _INNER or session.hinted or n < _LEAST_LISTED or not 0 <= place < n:
        return None
    return show_passage(context, session, focus.passages[place])


def _series(context: Context, focus: Focus, measure: str) -> tuple[Series, ...]:
    """Return the series that a number may count in, the likeliest first."""
    structure = context.snapshot.structure
    inside, around = structure.series_inside(focus.passages), structure.series_around(focus.passages)
    nearby = dict.fromkeys((*inside, *around) if measure in _INNER else (*around, *inside))
    return tuple(sorted(nearby, key=lambda s: s.measure != measure))


def _end(context: Context, session: Session, focus: Focus, series: Series) -> Turn:
    total = f"{chinese_numeral(len(series.members))}{series.measure}"
    return say(context, session, "followup.end", title=title_of(context, focus), total=total)


def _whole(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Send the passages of the last answer whole; 这两条 are the last two shown, in the order of their document."""
    lead = reply_text(context, "followup.whole")
    passages = focus.passages
    if len(passages) < move.number <= len(focus.told):
        shown = [context.snapshot.content.passages[i] for i in focus.told[-move.number :]]
        passages = tuple(sorted(shown, key=lambda p: (p.source_id, p.start)))
    return send(context, session, of_passages(passages, lead), focus.question, "follow-up")


def _all(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Send the whole speech, or the whole document, that the last words are of."""
    speaker = speaker_in(context, focus)
    whole = of_speech(context, speaker) if speaker else of_document(context, focus.document)
    return send(context, session, whole, focus.question, "follow-up")


def _names(context: Context, focus: Focus) -> tuple[str, ...]:
    aliases = context.snapshot.content.lexicon.aliases
    subjects = (focus.person, focus.organisation)
    return (*subjects, *(alias for name in subjects for alias in aliases.get(name, ())))


_MOVES: Mapping[str, Callable[[Context, Session, Focus, Move], Turn | None]] = {
    "who": _who,
    "post": _post,
    "trade": _post,
    "unit": _unit,
    "where": _where,
    "other": _other,
    "more": _more,
    "step": _step,
    "nth": _nth,
    "listed": nth_listed,
    "whole": _whole,
    "all": _all,
}
