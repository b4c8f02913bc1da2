"""Telling the official words: lead, quotes unchanged, citation, code, and what else one may ask."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from handlers.answering.pages import paginate
from handlers.model import Choice, Context, Effect, LastAnswer, Reply, Session, Turn
from handlers.replies import words
from knowledge.language.analyze import tidy
from knowledge.matching.decision import Hit
from knowledge.model import Entry, Passage, Quote
from knowledge.sources.cite import cite, written
from knowledge.sources.codes import code_of

_PERSONAL = re.compile(r"\d[\d -]{4,}\d[\dXx]?|[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+")
# The analyser writes names and clauses as signs of its own.
_SIGNS = re.compile(r"[\ue000-\uf8ff]+")
_MAX_RELATED = 3
_BEGINNING_CHARS = 16


@dataclass(frozen=True, slots=True)
class Telling:
    """What an answer says: a lead, quoted words, what follows them; `address` is what its code leads to.

    `entry` is the entry it comes from, None when passages are shown that no entry was chosen for.
    """

    lead: str
    quotes: tuple[Quote, ...]
    address: str
    entry: Entry | None = None
    tail: str = ""


def of_entry(entry: Entry, lead: str = "") -> Telling:
    """Return an entry's answer; `lead` stands in for the entry's own when given."""
    return Telling(lead or entry.lead.strip(), entry.quotes, entry.id, entry)


def of_hit(context: Context, hit: Hit) -> Telling:
    """Return the answer of a hit: an entry's, or the words of a source with what they need to be read."""
    entry = context.snapshot.content.entries.get(hit.entry_id)
    return of_entry(entry) if entry else Telling("", hit.quotes, hit.passage_id)


def of_choice(context: Context, choice: Choice) -> Telling | None:
    """Return the answer that a choice leads to; None when it leads to none, or to words that are not live any more."""
    snapshot = context.snapshot
    entry = snapshot.content.entries.get(choice.entry_id)
    if entry:
        return of_entry(entry)
    quotes = snapshot.quotes(choice.target)
    return Telling("", quotes, quotes[-1].passage_id) if quotes else None


def as_choice(context: Context, hit: Hit) -> Choice:
    """Return a hit as a line of a list: an entry by its question, a sentence by its heading and its beginning."""
    content = context.snapshot.content
    if hit.entry_id:
        return Choice(hit.entry_id, content.entries[hit.entry_id].question)
    passage = content.passages[hit.passage_id]
    said = hit.quotes[-1].text.partition("\n")[0].removeprefix(passage.heading).strip()
    beginning = said[:_BEGINNING_CHARS] + ("…" if len(said) > _BEGINNING_CHARS else "")
    key = "choice.passage" if len(content.sources) == 1 else "choice.passage_of"
    title = content.sources[passage.source_id].title
    text = words(context, key, title=title, heading=passage.heading, words=beginning)
    return Choice("", text, target=hit.target)


def dated(context: Context, hit: Hit, choice: Choice) -> Choice:
    """Return a choice with the day of the document that its words are of, and whether that was repealed."""
    content = context.snapshot.content
    source = content.sources[content.passages[hit.quotes[-1].passage_id].source_id]
    key = "choice.repealed" if source.repealed_by else "choice.dated"
    date = written(source.day) or words(context, "proof.unsaid")
    return replace(choice, text=words(context, key, choice=choice.text, date=date))


def of_passages(passages: tuple[Passage, ...], lead: str) -> Telling:
    """Return passages whole under a lead."""
    return Telling(lead, tuple(Quote(p.id, p.text) for p in passages), passages[0].id)


def compose(context: Context, entry: Entry) -> tuple[str, ...]:
    """Return the pages of an entry's answer: its lead, the quoted words unchanged, the citations, the code."""
    return _pages(context, of_entry(entry))


def _pages(context: Context, telling: Telling) -> tuple[str, ...]:
    content = context.snapshot.content
    cited = dict.fromkeys(cite(content, content.passages[quote.passage_id]) for quote in telling.quotes)
    code = words(context, "answer.code", code=code_of(content, telling.address))
    said = (telling.lead, *(quote.text for quote in telling.quotes), telling.tail)
    return paginate(context, "\n".join(filter(None, said)), "\n".join((*cited, code)))


def tell(
    context: Context, session: Session, telling: Telling, question: str, rule: str, score: float = 1.0
) -> Turn:
    """Return the turn that answers `question`, put in full, and remembers what it was about."""
    first, *rest = _pages(context, telling)
    entry = telling.entry
    last = LastAnswer(
        entry_id=entry.id if entry else "",
        question=mask(tidy(question)),
        at=context.now,
        passages=tuple(dict.fromkeys(quote.passage_id for quote in telling.quotes)),
        told=_told(context, session, telling.quotes),
        rule=rule,
        code=code_of(context.snapshot.content, telling.address),
    )
    after = replace(session, last=last, pages=tuple(rest), offered=(), asking=False, n_failed=0, hinted=None)
    turn = Turn(Reply("text", first), after, _effects(context, telling, question, rule, score))
    return _with_related(context, turn, entry.related) if entry else turn


def _effects(
    context: Context, telling: Telling, question: str, rule: str, score: float
) -> tuple[Effect, ...]:
    entry = telling.entry
    fields = {**asked(context, question), "rule": rule, "score": f"{score:.4f}"}
    if entry is None:
        return (Effect("told", {**fields, "entry": "", "passage": telling.address}),)
    fields["entry"] = entry.id
    if entry.gap:
        return Effect("declined", fields), missed(context, question, rule, entry.id)
    return (Effect("told", fields),)


def _told(context: Context, session: Session, quotes: Iterable[Quote]) -> tuple[str, ...]:
    """Return the innermost passages shown whole so far; those of another speaker or document are forgotten."""
    content = context.snapshot.content
    quoted = [(content.passages[quote.passage_id], quote.text) for quote in quotes]
    whole = [
        leaf for p, text in quoted if text == p.text for leaf in context.snapshot.structure.leaves_within(p)
    ]
    subjects = {(p.source_id, p.speaker) for p, _ in quoted}
    before = [content.passages[i] for i in session.last.told if i in content.passages] if session.last else []
    kept = [p for p in before if (p.source_id, p.speaker) in subjects]
    return tuple(dict.fromkeys(p.id for p in (*kept, *whole)))


def _with_related(context: Context, turn: Turn, related: tuple[str, ...]) -> Turn:
    """Add the entry's related questions, where they fit and no open quiz item waits for a number."""
    attempt = turn.session.attempt
    entries = context.snapshot.content.entries
    found = [entries[i] for i in related if i in entries and entries[i].status == "published"]
    choices = tuple(Choice(entry.id, entry.question) for entry in found[:_MAX_RELATED])
    if not choices or turn.session.pages or (attempt and not attempt.paused):
        return turn
    text = f"{turn.reply.text}\n{words(context, 'related.head')}\n{numbered(choices)}"
    if len(text.encode()) > context.limits.reply_bytes:
        return turn
    return replace(turn, reply=Reply("text", text), session=replace(turn.session, offered=choices))


def numbered(choices: Iterable[Choice], first: int = 1) -> str:
    """Return choices as numbered lines.

    >>> numbered((Choice("a", "甲"), Choice("b", "乙")))
    '1. 甲\\n2. 乙'
    """
    return "\n".join(f"{i}. {choice.text}" for i, choice in enumerate(choices, start=first))


def asked(context: Context, question: str) -> dict[str, str]:
    """Return what every record of a question tells: its words without personal numbers, and which release answered."""
    return {"question": mask(tidy(question)), "release": context.snapshot.version}


def missed(context: Context, question: str, rule: str, entry_id: str = "") -> Effect:
    """Return the record of a question without an answer.

    `group` is equal for questions that name and ask the same in another order or with other fillers, so that
    editors see one topic once.
    """
    snapshot = context.snapshot
    terms = snapshot.analyzer.analyze(question)
    cut = snapshot.segmenter.cut(_SIGNS.sub(" ", terms.canonical))
    content_words = {word for word in cut if len(word) > 1} or set("".join(cut).strip())
    group = " ".join(sorted({*terms.entities, *terms.clauses, *content_words}))
    fields = {"rule": rule, "entry": entry_id, "group": mask(group)}
    return Effect("missed", {**asked(context, question), **fields})


def mask(text: str) -> str:
    """Return `text` with what looks like a phone, card or mail address replaced by ▢.

    >>> mask("我的电话13812345678，帮我查2020年的会")
    '我的电话▢，帮我查2020年的会'
    """
    return _PERSONAL.sub("▢", text)
