"""Follow-ups: words that only mean something after an answer: 谁说的, 下一条, 还有呢, 详细点, 职务呢.

`moves` reads what a text asks for, this module goes there from the last answer. A move that leads nowhere
leaves the text to the skills after it; with no answer before, the user is told so. Questions that merely
leave a name out are read by `ellipsis`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.answering.answer import of_entry, of_hit, of_passages, send
from handlers.answering.choices import read_choice
from handlers.answering.ellipsis import complete
from handlers.answering.focus import Focus, is_withdrawn, read_focus
from handlers.answering.intents import Move, read_move
from handlers.answering.pages import turn_page
from handlers.answering.whole import of_document, of_speech
from handlers.model import Context, Message, Session, Turn
from handlers.replies import reply_text, say
from knowledge.language.numerals import chinese_numeral
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.model import Passage, Speaker
from knowledge.sources.structure import Series, speaker_of

_THINGS = frozenset({"个", "份", "位", "篇", "件", ""})
_OPENING = frozenset({"nth", "other"})
_INNER = frozenset({"项", "点", "款", "小点", "小项", "小条"})


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Answer from what the last answer was about; without one, say so with an example. 第一个 picks from a list that waits."""
    if message.kind != "text" or (session.asking and read_choice(message.text, session.offered, asking=True)):
        return None
    move = read_move(message.text)
    if move is None:
        return None
    focus = read_focus(context, session)
    if focus is None:
        # 第三条 and 后面那个 can begin a talk; the other moves can't.
        key = "page.withdrawn" if is_withdrawn(context, session.last) else "followup.none"
        # 许静讲了啥子，唐敏又讲了啥子 names whom it is about.
        is_full = move.kind in _OPENING or len(context.snapshot.analyzer.analyze(message.text).entities) > 1
        return None if is_full else say(context, session, key)
    if move.kind == "step" and session.hinted:
        # What was only suggested is no place to go on from.
        return say(context, session, "context.pick_first")
    return _MOVES[move.kind](context, session, focus, move)


def _who(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Name the speaker of the last words and say them again; who stands behind a document is asked."""
    speaker = _speaker(context, focus)
    if speaker is None:
        return _ask(context, session, f"{_title(context, focus)}是谁签署发布的")
    post = speaker.post or reply_text(context, "proof.unsaid")
    lead = reply_text(context, "followup.who", name=speaker.name, post=post)
    return _again(context, session, focus, lead)


def _post(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Say who the person is that the talk is about."""
    return _ask(context, session, f"{focus.person}是谁") if focus.person else None


def _unit(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Say which organisation the words, or the person, are of."""
    speaker = _speaker(context, focus)
    if speaker is None:
        return _ask(context, session, f"{focus.person}是哪个单位的") if focus.person else None
    if not speaker.organisation:
        return _again(context, session, focus, reply_text(context, "followup.no_unit", name=speaker.name))
    lead = reply_text(
        context, "followup.unit", name=speaker.name, organisation=speaker.organisation, post=speaker.post
    )
    return _again(context, session, focus, lead)


def _other(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Ask about the other one of the people named last."""
    if len(focus.people) < 2:
        return None
    others = [name for name in focus.people if name != focus.person]
    name = {1: focus.people[0], -1: focus.people[-1]}.get(move.number, others[0])
    return _ask(context, session, name + (move.rest or "是谁"))


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
            return _again(context, session, focus, reply_text(context, "followup.no_more"))
        return _show(context, session, following)
    rest = tuple(p for p in structure.said_by(speaker.id) if p.id not in focus.told)
    if not rest:
        return _again(context, session, focus, reply_text(context, "followup.no_more"))
    lead = reply_text(context, "followup.more", name=speaker.name)
    return send(context, session, of_passages(rest, lead), f"{speaker.name}讲了什么", "follow-up")


def _following(context: Context, focus: Focus) -> Passage | None:
    """Return the first passage after the last words that was not shown yet, else the first one before."""
    parts = [p for p in context.snapshot.structure.leaves(focus.document) if p.id not in focus.told]
    end = max(p.start for p in focus.passages)
    return next((p for p in parts if p.start > end), next(iter(parts), None))


def _step(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Show the clause after or before the last one; at either end, say that there is none."""
    structure = context.snapshot.structure
    edge = (max if move.number > 0 else min)(focus.passages, key=lambda p: p.start)
    for series in structure.series_around(focus.passages):
        number = next((n for p in (edge, *structure.above(edge)) if (n := series.number_of(p))), 0)
        if number:
            passage = series.find(number + move.number)
            return _show(context, session, passage) if passage else _end(context, session, focus, series)
    level = structure.siblings(edge)
    place = next(i for i, p in enumerate(level) if p.id == edge.id) + move.number
    return _show(context, session, level[place]) if 0 <= place < len(level) else None


def _nth(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Show the passage with that number in what the talk is about."""
    nearby = _series(context, focus, move.measure)
    if not nearby:
        return _listed(context, session, focus, move)
    if not move.marked and move.measure == "条" and all(s.measure != "条" for s in nearby):
        # 第三条 by itself is the command; only 第三条呢 is about a document that counts in 项.
        return None
    series = next((s for s in nearby if s.find(move.number)), None)
    passage = series.find(move.number) if series else None
    if passage:
        return _show(context, session, passage)
    nearest = nearby[0]
    return say(
        context,
        session,
        "followup.no_clause",
        number=f"第{chinese_numeral(abs(move.number))}{nearest.measure}",
        title=_title(context, focus),
        total=f"{chinese_numeral(len(nearest.members))}{nearest.measure}",
    )


def _listed(context: Context, session: Session, focus: Focus, move: Move) -> Turn | None:
    """Ask about the document or the person that stands at that place in the last words: 第二份讲了啥."""
    if move.measure not in _THINGS:
        return None
    text = "".join(passage.text for passage in focus.passages)
    titles = [source.title for source in context.snapshot.content.sources.values()]
    named = sorted((title for title in titles if title in text), key=text.index)
    things = [title for title in named if title != _title(context, focus)]
    ask = "{}说了什么"
    if len(things) < 2:
        things, ask = list(focus.people), "{}是谁"
    place = move.number - 1 if move.number > 0 else len(things) + move.number
    if len(things) < 2 or not 0 <= place < len(things):
        return None
    names = (things[place], *context.snapshot.content.lexicon.aliases.get(things[place], ()))
    turns = (_ask(context, session, ask.format(name)) for name in names)
    return next((turn for turn in turns if turn), None)


def _series(context: Context, focus: Focus, measure: str) -> tuple[Series, ...]:
    """Return the series that a number may count in, the likeliest first."""
    structure = context.snapshot.structure
    inside, around = structure.series_inside(focus.passages), structure.series_around(focus.passages)
    nearby = dict.fromkeys((*inside, *around) if measure in _INNER else (*around, *inside))
    return tuple(sorted(nearby, key=lambda s: s.measure != measure))


def _end(context: Context, session: Session, focus: Focus, series: Series) -> Turn:
    total = f"{chinese_numeral(len(series.members))}{series.measure}"
    return say(context, session, "followup.end", title=_title(context, focus), total=total)


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
    speaker = _speaker(context, focus)
    whole = of_speech(context, speaker) if speaker else of_document(context, focus.document)
    return send(context, session, whole, focus.question, "follow-up")


def _show(context: Context, session: Session, passage: Passage) -> Turn:
    """Send one passage whole: by the entry that quotes just this, else under its document and heading."""
    content = context.snapshot.content
    for _, entry in sorted(content.entries.items()):
        quoted = [(quote.passage_id, quote.text) for quote in entry.quotes]
        if quoted == [(passage.id, passage.text)] and entry.status == "published" and not entry.gap:
            return send(context, session, of_entry(entry), entry.question, "follow-up")
    title = content.sources[passage.source_id].title
    lead = reply_text(context, "followup.passage", title=title, heading=passage.heading)
    return send(context, session, of_passages((passage,), lead), f"{title}{passage.heading}", "follow-up")


def _again(context: Context, session: Session, focus: Focus, lead: str) -> Turn:
    """Say the last words again under another lead; the talk stays about the same."""
    same = of_entry(focus.entry, lead) if focus.entry else of_passages(focus.passages, lead)
    # 为什么 asks why these words were chosen, and they were chosen before.
    rule = session.last.rule if session.last and not session.hinted else "follow-up"
    return send(context, session, same, focus.question, rule)


def _ask(context: Context, session: Session, question: str) -> Turn | None:
    """Answer the question put in full; None when the knowledge has no answer to it."""
    decision = decide(context.snapshot, question)
    if decision.band is not Band.ANSWER:
        question, decision = complete(context, session, question)
    if decision.band is not Band.ANSWER:
        return None
    hit = decision.hits[0]
    return send(context, session, of_hit(context, hit), question, "follow-up", hit.score)


def _speaker(context: Context, focus: Focus) -> Speaker | None:
    said = (speaker_of(context.snapshot.content, p) for p in focus.passages)
    return next((speaker for speaker in said if speaker), None)


def _title(context: Context, focus: Focus) -> str:
    return context.snapshot.content.sources[focus.document].title


def _names(context: Context, focus: Focus) -> tuple[str, ...]:
    aliases = context.snapshot.content.lexicon.aliases
    subjects = (focus.person, focus.organisation)
    return (*subjects, *(alias for name in subjects for alias in aliases.get(name, ())))


_MOVES: Mapping[str, Callable[[Context, Session, Focus, Move], Turn | None]] = {
    "who": _who,
    "post": _post,
    "unit": _unit,
    "other": _other,
    "more": _more,
    "step": _step,
    "nth": _nth,
    "whole": _whole,
    "all": _all,
}
