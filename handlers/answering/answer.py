"""Telling the official words: lead, quotes unchanged, citation, code, and what else one may ask."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from handlers.answering.brief import brief_quotes
from handlers.answering.pages import paginate
from handlers.answering.told import listed_last, shown_part, told_so_far
from handlers.model.messages import Effect, Reply
from handlers.model.session import Choice, LastAnswer, Session
from handlers.model.turn import Context, Turn
from handlers.replies import linked, reply_text
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decision import Hit
from knowledge.model.entries import Entry
from knowledge.model.sources import Passage, Quote
from knowledge.sources.cite import cite_all, without_marks, written
from knowledge.sources.codes import code_of

_PERSONAL = re.compile(r"\d[\d -]{4,}\d[\dXx]?|[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+")
# The analyser writes names and clauses as signs of its own.
_SIGNS = re.compile(r"[\ue000-\uf8ff]+")
_TAG = re.compile(r"</?a\b[^<>]*>")
_MAX_RELATED = 3
_SCREEN_LINES, _LINE_CHARS = 8, 20
"""What a phone shows of a reply without scrolling: what one may ask besides is shown where it fits in."""
_AT_ONCE_CHARS = 100
_REPEATED = 0.85
_SEVERAL = 2
# How a lead says that it quotes.
_SAYING = re.compile(r"写明|写到|写的?|说|讲的?|谈|指出|提出|要求|介绍|里|在|是|的|管")
_BEGINNING_CHARS = 16


class Answer(Struct, frozen=True):
    """What an answer says: a lead, quoted words, what follows them; `address` is what its code leads to.

    `entry` is the entry it comes from, None when passages are shown that no entry was chosen for. `exact` sends the
    quotes to the last mark, photo marks too.
    """

    lead: str
    quotes: tuple[Quote, ...]
    address: str
    entry: Entry | None = None
    tail: str = ""
    exact: bool = False


def of_entry(entry: Entry, lead: str = "") -> Answer:
    """Return an entry's answer; `lead` stands in for the entry's own when given."""
    return Answer(lead or entry.lead.strip(), entry.quotes, entry.id, entry)


def of_hit(context: Context, hit: Hit) -> Answer:
    """Return the answer of a hit: an entry's, or the words of a source with what they need to be read."""
    entry = context.snapshot.content.entries.get(hit.entry_id)
    return of_entry(entry) if entry else Answer("", hit.quotes, hit.passage_id)


def of_choice(context: Context, choice: Choice) -> Answer | None:
    """Return the answer that a choice leads to; None when it leads to none, or to words that are not live any more."""
    snapshot = context.snapshot
    entry = snapshot.content.entries.get(choice.entry_id)
    if entry:
        return of_entry(entry)
    quotes = snapshot.quotes(choice.target)
    return Answer("", quotes, quotes[-1].passage_id) if quotes else None


def as_choice(context: Context, hit: Hit) -> Choice:
    """Return a hit as a line of a list: an entry by its question, a sentence by its heading and its beginning."""
    content = context.snapshot.content
    if hit.entry_id:
        return Choice(hit.entry_id, content.entries[hit.entry_id].question)
    passage = content.passages[hit.passage_id]
    said = _behind_heading(hit.quotes[-1].text, passage.heading)
    beginning = said[:_BEGINNING_CHARS] + ("…" if len(said) > _BEGINNING_CHARS else "")
    key = "choice.passage" if len(content.sources) == 1 else "choice.passage_of"
    title = content.sources[passage.source_id].title
    text = reply_text(context, key, title=title, heading=passage.heading, words=beginning)
    # A passage may be its heading and nothing else.
    return Choice("", text if said else text.rstrip("：:"), target=hit.target)


def _behind_heading(text: str, heading: str) -> str:
    """Return the first line of a passage that says more than its heading, without that; "" when there is none.

    >>> _behind_heading("一、时间：\\n9月9日\\n全天", "一、时间"), _behind_heading("一、时间：9月9日", "一、时间")
    ('9月9日', '9月9日')
    """
    lines = (line.strip().removeprefix(heading).lstrip("：: 　") for line in text.splitlines())
    return next(filter(None, lines), "")


def dated(context: Context, hit: Hit, choice: Choice) -> Choice:
    """Return a choice with the day of the document that its words are of, and whether that was repealed."""
    content = context.snapshot.content
    source = content.sources[content.passages[hit.quotes[-1].passage_id].source_id]
    key = "choice.repealed" if source.repealed_by else "choice.dated"
    date = written(source.day) or reply_text(context, "proof.unsaid")
    return replace(choice, text=reply_text(context, key, choice=choice.text, date=date))


def of_passages(passages: tuple[Passage, ...], lead: str) -> Answer:
    """Return passages whole under a lead."""
    return Answer(lead, tuple(Quote(p.id, p.text) for p in passages), passages[0].id)


def in_brief(context: Context, answer: Answer, question: str) -> Answer:
    """Return a telling without a speech that the question does not ask for."""
    return replace(answer, quotes=brief_quotes(context, answer.quotes, answer.entry, question))


def entry_pages(context: Context, entry: Entry) -> tuple[str, ...]:
    """Return the pages of an entry's answer: its lead, the quoted words unchanged, the citations, the code."""
    return _pages(context, of_entry(entry))


def _pages(context: Context, answer: Answer) -> tuple[str, ...]:
    content = context.snapshot.content
    cited = cite_all(content, (content.passages[quote.passage_id] for quote in answer.quotes))
    code = reply_text(context, "answer.code", code=linked(context, "k", code_of(content, answer.address)))
    return paginate(context, body_of(context, answer, cited), "\n".join((*cited, code)))


def body_of(context: Context, answer: Answer, cited: Sequence[str]) -> str:
    """Return what an answer says above its citation; a lead that short words say again anyway is left out."""
    quotes = [quote.text if answer.exact else without_marks(quote.text) for quote in answer.quotes]
    entry = answer.entry
    own = entry is not None and not entry.gap and answer.lead == entry.lead.strip()
    # A lead that picks one of several people out of the quote says which.
    repeats = own and _only_repeats(answer.lead, quotes, cited) and _n_people(context, quotes) < _SEVERAL
    lead = "" if repeats else answer.lead
    return "\n".join(filter(None, (lead, *quotes, answer.tail)))


def _n_people(context: Context, quotes: Sequence[str]) -> int:
    kinds = context.snapshot.content.lexicon.kinds
    found = {name for text in quotes for name in context.snapshot.terms(text).entities}
    return sum(kinds.get(name) == "person" for name in found)


def _only_repeats(lead: str, quotes: Sequence[str], cited: Sequence[str]) -> bool:
    """Return whether nearly all of a lead stands in the quotes, short enough to be seen at once, and their citation."""
    said = "".join(quotes)
    if len(said) > _AT_ONCE_CHARS:
        return False
    known, folded = (plain(text) for text in (said + "".join(cited), _SAYING.sub("", lead)))
    pairs = [folded[i : i + 2] for i in range(len(folded) - 1)]
    return sum(pair in known for pair in pairs) >= _REPEATED * len(pairs)


def send(
    context: Context, session: Session, answer: Answer, question: str, rule: str, score: float = 1.0
) -> Turn:
    """Return the turn that answers `question`, put in full, and remembers what it was about."""
    entry = answer.entry
    if entry and not answer.exact:
        answer = in_brief(context, answer, question)
    first, *rest = _pages(context, answer)
    last = LastAnswer(
        entry_id=entry.id if entry else "",
        question=mask(tidy(question)),
        at=context.now,
        passages=tuple(dict.fromkeys(quote.passage_id for quote in answer.quotes)),
        told=told_so_far(context, session, answer.quotes),
        listed=listed_last(context, session, answer.quotes),
        rule=rule,
        code=code_of(context.snapshot.content, answer.address),
        shown=shown_part(context, answer.quotes),
    )
    after = replace(session, last=last, pages=tuple(rest), offered=(), asking=False, n_failed=0, hinted=None)
    turn = Turn(Reply("text", first), after, effects_of(context, answer, question, rule, score))
    return _with_related(context, turn, entry.related) if entry else turn


def effects_of(
    context: Context, answer: Answer, question: str, rule: str, score: float
) -> tuple[Effect, ...]:
    """Return the records of a telling: what was told, or that there was only a gap to tell of."""
    entry = answer.entry
    fields = {**asked(context, question), "rule": rule, "score": f"{score:.4f}"}
    if entry is None:
        return (Effect("told", {**fields, "entry": "", "passage": answer.address}),)
    fields["entry"] = entry.id
    if entry.gap:
        return Effect("declined", fields), missed(context, question, rule, entry.id)
    return (Effect("told", fields),)


def _with_related(context: Context, turn: Turn, related: tuple[str, ...]) -> Turn:
    """Add the entry's related questions, where they fit and no open quiz item waits for a number."""
    attempt = turn.session.attempt
    entries = context.snapshot.content.entries
    found = [entries[i] for i in related if i in entries and entries[i].status == "published"]
    choices = tuple(Choice(entry.id, entry.question) for entry in found[:_MAX_RELATED])
    if turn.session.pages or (attempt and not attempt.paused):
        return turn
    for n in range(len(choices), 0, -1):
        text = f"{turn.reply.text}\n{reply_text(context, 'related.head')}\n{numbered(choices[:n])}"
        if lines_on_a_phone(text) <= _SCREEN_LINES and len(text.encode()) <= context.limits.reply_bytes:
            return replace(
                turn, reply=Reply("text", text), session=replace(turn.session, offered=choices[:n])
            )
    return turn


def lines_on_a_phone(text: str) -> int:
    """Return how many lines a reply takes where 20 characters are as wide as the screen, two letters as one of them.

    >>> lines_on_a_phone("会议在成都召开。"), lines_on_a_phone("会" * 21), lines_on_a_phone("2020\\n" * 2)
    (1, 2, 3)

    What makes words a link is not shown.
    """
    halves = _TAG.sub("", text).translate(_HALVES)
    return sum(max(1, math.ceil(len(line) / 2 / _LINE_CHARS)) for line in halves.split("\n"))


class _Halves(dict[int, str]):
    """A table for `str.translate` that is filled as it is used: two signs for a wide character, one for any other."""

    def __missing__(self, code: int) -> str:
        is_wide = unicodedata.east_asian_width(chr(code)) in "WF"
        self[code] = "##" if is_wide else "#"
        return self[code]


_HALVES = _Halves({ord("\n"): "\n"})


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
