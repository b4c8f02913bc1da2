"""Questions: the answer in the official words with its citation, choices, or an honest 没有收录."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.answer import (
    as_choice,
    asked,
    dated,
    mask,
    missed,
    numbered,
    of_choice,
    of_hit,
    send,
)
from handlers.answering.choices import is_clause, is_none, read_choice, read_number, tap
from handlers.answering.focus import FAR, GUESS_AT, guessed, read_focus, subjects_of
from handlers.answering.followups.ellipsis import complete
from handlers.answering.followups.intents import read_clause
from handlers.answering.followups.lacking import lacking_of
from handlers.answering.followups.switch import is_short
from handlers.answering.premises.denied import find_denied, find_premise_about
from handlers.answering.premises.either import as_open
from handlers.answering.premises.premise import Premise, find_premise
from handlers.answering.premises.stated import check_stated
from handlers.answering.premises.stretches import find_wrong_stretch
from handlers.answering.premises.unsaid import find_unsaid
from handlers.answering.premises.unstated import find_unstated
from handlers.answering.several import answer_each, compares_it
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Choice, LastAnswer, Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decide import BY_CHARACTERS, decide
from knowledge.matching.decision import Band, Decision
from knowledge.matching.newer import DATED

_MAX_FAILED = 2
_BEGUN_CHARS = 4
# 这题说的自律倡议书第二条
_IN_AN_ITEM = re.compile(r"^(?:[这那](?:道|个)?题|题目?)(?:里面?|中|上)?(?:说|提到?|讲|问|考)?的?")
_DECLINED = {
    "empty": "decline.empty",
    "too-short": "decline.short",
    "no-such-clause": "decline.clause",
}


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Answer, ask back or decline: what no other skill took is a question, or a pick from the list shown last."""
    if message.kind != "text":
        return None
    picked = read_choice(message.text, session.offered, asking=session.asking)
    if picked and (picked.entry_id or picked.target):
        answer = of_choice(context, picked)
        if answer is None:
            return say(context, session, "clarify.gone")
        return send(context, session, answer, picked.text, "picked")
    if session.asking and is_none(message.text):
        return _rejected(context, session)
    if session.offered and read_number(message.text) and not is_clause(message.text):
        return say(context, session, "clarify.range", n=len(session.offered))
    return _answer(context, session, message.text)


def _answer(context: Context, session: Session, text: str) -> Turn:
    """Answer a question: what it takes for granted first, then its parts, then as one."""
    finding = (
        find_premise(context, text)
        or find_denied(context, text)
        or _check_in_context(context, session, text)
        or check_stated(context, text)
        or find_unsaid(context, text)
        or find_wrong_stretch(context, text)
        or find_unstated(context, text)
    )
    if finding:
        return send(context, session, finding.answer, text, "premise" if finding.holds else "wrong-premise")
    either = as_open(context, text)
    if either and decide(context.snapshot, either).band is Band.ANSWER:
        text = either
    question, decision = complete(context, session, text)
    if decision.rule != "exact" and _is_unfinished(context, text):
        return say(context, session, "unfinished")
    is_several = decision.rule != "follow-up" or compares_it(text)
    each = answer_each(context, session, text, decision) if is_several else None
    if each:
        return each
    document, clause = read_clause(text) if _is_partial(context, decision) else ("", "")
    if clause and is_document(context, document):
        # 第三条都有哪些要求 wants all of it, however well one item of it fits.
        question, decision = complete(context, session, f"{document}{clause}说了什么")
    focus = read_focus(context, session)
    # Of a guess that nobody picked nothing can be lacking.
    is_told = focus and not guessed(session) and decision.rule != "follow-up"
    lacking = lacking_of(context, focus, decision) if focus and is_told else ""
    if lacking:
        return _lacking(context, session, lacking, text, decision)
    if decision.band is Band.ANSWER:
        hit = decision.hits[0]
        return send(context, session, of_hit(context, hit), question, decision.rule, hit.score)
    return _offer(context, session, text, decision)


def _is_partial(context: Context, decision: Decision) -> bool:
    """Return whether a decision answers with nothing, or with less than a whole clause."""
    if decision.band is not Band.ANSWER:
        return True
    quotes = decision.hits[0].quotes
    if decision.rule == "exact" or len(quotes) != 1:
        return False
    passage = context.snapshot.content.passages[quotes[0].passage_id]
    outer = context.snapshot.structure.above(passage)
    return quotes[0].text != passage.text or any(p.article for p in outer)


def _is_unfinished(context: Context, text: str) -> bool:
    """Return whether a few words of the speaker's own are a beginning that may end in anything: 我不想."""
    said = plain(text)
    return said.startswith("我") and len(said) <= _BEGUN_CHARS and context.snapshot.alarms.is_begun(text)


def _check_in_context(context: Context, session: Session, text: str) -> Premise | None:
    """Return what the last words say of a value that names nothing it is a value of: 是12家吧."""
    focus = read_focus(context, session)
    if focus is None or not is_short(text) or context.snapshot.analyzer.analyze(text).entities:
        return None
    said = tidy(text).lstrip("那就哦")
    title = plain(context.snapshot.content.sources[focus.document].title)
    for subject in filter(None, (focus.person, title)):
        finding = find_premise_about(context, subject, said)
        if finding and {q.passage_id for q in finding.answer.quotes} & {p.id for p in focus.passages}:
            return finding
    return None


def is_document(context: Context, name: str) -> bool:
    """Return whether a name is that of a document, or stands for none (这)."""
    said = _IN_AN_ITEM.sub("", plain(name))
    return not said.strip("这那份的") or any(
        said in names for names in context.snapshot.source_names.values()
    )


def _lacking(context: Context, session: Session, name: str, question: str, decision: Decision) -> Turn:
    """Say that the fact is missing of the one spoken of, and offer whose there is; the talk stays with the former."""
    effects = (missed(context, f"{name}，{question}", "lacking"),)
    choices = tuple(as_choice(context, hit) for hit in decision.hits if decision.band is not Band.DECLINE)
    if not choices:
        text = reply_text(context, "context.lacking", name=name)
        return Turn(Reply("text", text), replace(session, offered=(), asking=False, pages=()), effects)
    text = _with_choices(context, "context.lacking_near", "topics", choices, name=name)
    session = replace(session, last=_turned_to(context, session, name, decision))
    return Turn(Reply("text", text), replace(session, offered=choices, asking=False, pages=()), effects)


def _turned_to(context: Context, session: Session, name: str, decision: Decision) -> LastAnswer | None:
    """Return who the talk is about when the fact is missing of another one than before, and who that is is told of: 团省委呢."""
    hit = decision.hits[0]
    entry = context.snapshot.content.entries.get(hit.entry_id)
    named = {value for kind in ("organisation", "speaker") for value in subjects_of(context, hit, kind)}
    focus = read_focus(context, session)
    if entry is None or name not in named or (focus and name in (focus.person, focus.organisation)):
        return session.last
    passages = tuple(dict.fromkeys(quote.passage_id for quote in entry.quotes))
    # What was asked of both is asked of the next one: 妇联呢.
    question = session.last.question if session.last else mask(tidy(entry.question))
    return LastAnswer(entry.id, question, context.now, passages=passages, rule="follow-up")


def _offer(context: Context, session: Session, question: str, decision: Decision) -> Turn:
    near = tuple(
        hit for hit in decision.hits if decision.band is Band.CLARIFY or hit.score >= BY_CHARACTERS.clarify_at
    )
    choices = tuple(as_choice(context, hit) for hit in near)
    if decision.rule in DATED or _of_different_days(context, decision):
        choices = tuple(dated(context, *pair) for pair in zip(near, choices, strict=True))
    after = replace(session, offered=choices, asking=bool(choices), pages=())
    if decision.band is Band.CLARIFY:
        guess = decision.hits[0]
        passages = (guess.passage_id,) if guess.passage_id else ()
        rule = FAR if guess.score < GUESS_AT else ""
        hinted = LastAnswer(guess.entry_id, mask(tidy(question)), context.now, passages=passages, rule=rule)
        after = replace(after, hinted=hinted)
        targets = (hit.entry_id or hit.passage_id for hit in decision.hits)
        fields = {"rule": decision.rule, "entries": " ".join(targets)}
        text = _with_choices(context, "clarify.ask", "choices", choices)
        return Turn(
            Reply("text", text), after, (Effect("clarified", {**asked(context, question), **fields}),)
        )
    key = _DECLINED.get(decision.rule, "decline.nearest" if choices else "decline.unknown")
    text = _with_choices(context, key, "topics", choices)
    return Turn(Reply("text", text), after, (missed(context, question, decision.rule),))


def _of_different_days(context: Context, decision: Decision) -> bool:
    """Return whether the choices are words of sources, and not all of one day, or of a document that was repealed."""
    if decision.band is not Band.CLARIFY or any(hit.entry_id for hit in decision.hits):
        return False
    content = context.snapshot.content
    sources = [content.sources[content.passages[hit.passage_id].source_id] for hit in decision.hits]
    return len({source.day for source in sources}) > 1 or any(source.repealed_by for source in sources)


def _with_choices(
    context: Context, key: str, place: str, choices: tuple[Choice, ...], **values: object
) -> str:
    """Return a sentence with its list, each line to be tapped where all of them fit, and to be typed anyway."""
    tappable = tuple(replace(choice, text=tap(choice.text)) for choice in choices)
    text = reply_text(context, key, **{place: numbered(tappable)}, **values)
    fits = len(text.encode()) <= context.limits.reply_bytes
    return text if fits else reply_text(context, key, **{place: numbered(choices)}, **values)


def _rejected(context: Context, session: Session) -> Turn:
    n_failed = session.n_failed + 1
    key = "decline.final" if n_failed >= _MAX_FAILED else "clarify.again"
    after = replace(session, offered=(), asking=False, hinted=None, n_failed=n_failed % _MAX_FAILED)
    asked_for = (_missed_all(context, session, session.hinted.question),) if session.hinted else ()
    return Turn(
        Reply("text", reply_text(context, key)), after, (Effect("rejected", {"n": n_failed}), *asked_for)
    )


def _missed_all(context: Context, session: Session, question: str) -> Effect:
    """Return the record of a question that none of the offered entries answers."""
    effect = missed(context, question, "rejected")
    return replace(effect, fields={**effect.fields, "entries": " ".join(c.entry_id for c in session.offered)})
