"""Questions: the answer in the official words with its citation, choices, or an honest 没有收录."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.choices import read_letters, read_number
from handlers.model import Choice, Context, Effect, LastAnswer, Message, Reply, Session, Turn
from handlers.paging import paginate
from handlers.words import words
from knowledge.analyze import strip_punctuation, tidy
from knowledge.cite import citations
from knowledge.decide import decide
from knowledge.model import Band, Decision, Entry

NONE_OF_THESE = frozenset({"都不是", "都不对", "不是", "没有一个是", "都不是我要的"})
_MAX_FAILED = 2
_PERSONAL = re.compile(r"\d[\d -]{4,}\d[\dXx]?|[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+")


def matches(message: Message, session: Session, context: Context) -> bool:
    """Return True for every text: what no other skill took is a question."""
    return message.kind == "text"


def handle(message: Message, session: Session, context: Context) -> Turn:
    """Answer, ask back or decline; a number after a list of choices picks from it."""
    picked = _pick(message.text, session)
    if picked:
        return _answer(
            context, session, context.snapshot.content.entries[picked], message.text, "picked", 1.0
        )
    if session.offered and tidy(message.text) in NONE_OF_THESE:
        return _rejected(context, session)
    if session.offered and read_number(message.text):
        return Turn(Reply("text", words(context, "clarify.range", n=len(session.offered))), session)
    decision = decide(context.snapshot, message.text)
    if decision.band is Band.ANSWER:
        hit = decision.hits[0]
        entry = context.snapshot.content.entries[hit.entry_id]
        return _answer(context, session, entry, message.text, decision.rule, hit.score)
    return _offer(context, session, message.text, decision)


def _pick(text: str, session: Session) -> str:
    if not session.offered:
        return ""
    number = read_number(text)
    letters = read_letters(text)
    if number is None and len(letters) == 1:
        number = ord(letters[0]) - ord("A") + 1
    if number is not None and number <= len(session.offered):
        return session.offered[number - 1].entry_id
    said = strip_punctuation(tidy(text))
    return next((c.entry_id for c in session.offered if strip_punctuation(tidy(c.text)) == said), "")


def compose(context: Context, entry: Entry) -> tuple[str, ...]:
    """Return the pages of an entry's answer: its lead, the quoted words unchanged, the citations."""
    body = "\n".join(filter(None, (entry.lead.strip(), *(quote.text for quote in entry.quotes))))
    return paginate(context, body, "\n".join(citations(context.snapshot.content, entry)))


def _answer(context: Context, session: Session, entry: Entry, question: str, rule: str, score: float) -> Turn:
    first, *rest = compose(context, entry)
    last = LastAnswer(entry.id, mask(tidy(question)), context.now)
    told = Effect(
        "told" if not entry.gap else "declined", {"entry": entry.id, "rule": rule, "score": round(score, 4)}
    )
    missed = (_missed(question, rule, entry.id),) if entry.gap else ()
    after = replace(session, last=last, pages=tuple(rest), offered=(), n_failed=0)
    return Turn(Reply("text", first), after, (told, *missed))


def _offer(context: Context, session: Session, question: str, decision: Decision) -> Turn:
    entries = context.snapshot.content.entries
    choices = tuple(Choice(hit.entry_id, entries[hit.entry_id].question) for hit in decision.hits)
    listed = "\n".join(f"{i}. {choice.text}" for i, choice in enumerate(choices, start=1))
    after = replace(session, offered=choices, pages=())
    if decision.band is Band.CLARIFY:
        fields = {"rule": decision.rule, "entries": " ".join(choice.entry_id for choice in choices)}
        return Turn(
            Reply("text", words(context, "clarify.ask", choices=listed)),
            after,
            (Effect("clarified", fields),),
        )
    key = {"empty": "decline.empty", "too-short": "decline.short", "no-such-clause": "decline.clause"}.get(
        decision.rule, "decline.nearest" if choices else "decline.unknown"
    )
    return Turn(Reply("text", words(context, key, topics=listed)), after, (_missed(question, decision.rule),))


def _rejected(context: Context, session: Session) -> Turn:
    n_failed = session.n_failed + 1
    key = "decline.final" if n_failed >= _MAX_FAILED else "clarify.again"
    after = replace(session, offered=(), n_failed=n_failed % _MAX_FAILED)
    return Turn(Reply("text", words(context, key)), after, (Effect("rejected", {"n": n_failed}),))


def _missed(question: str, rule: str, entry_id: str = "") -> Effect:
    return Effect("missed", {"question": mask(tidy(question)), "rule": rule, "entry": entry_id})


def mask(text: str) -> str:
    """Return `text` with what looks like a phone, card or mail address replaced by ▢.

    >>> mask("我的电话13812345678，帮我查2020年的会")
    '我的电话▢，帮我查2020年的会'
    """
    return _PERSONAL.sub("▢", text)
