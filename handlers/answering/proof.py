"""Proof: 出处 of the last answer, 核对 CODE for any answer ever sent, 为什么 it was chosen."""

from __future__ import annotations

import re

from handlers.answering.answer import Answer, of_entry, of_passages, send
from handlers.answering.focus import Focus, is_withdrawn, read_focus
from handlers.model.messages import Effect, Message
from handlers.model.session import LastAnswer, Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decide import BY_CHARACTERS, decide
from knowledge.matching.decision import Hit
from knowledge.matching.query import Query
from knowledge.model.sources import Quote
from knowledge.sources.cite import written
from knowledge.sources.codes import find_by_code, passages_behind

_CHECK = re.compile(r"^(?:核对码?|核实|校验)[\s:：]*(?P<code>[0-9a-z][0-9a-z\s-]*)?$")
_SOURCE = re.compile(
    r"(?>请|麻烦|把|核对|核实|查证|确认|给我|给|发|看|查|要|想|我|你|能|可以|不|没|得|说|一下|个|这|那|上面|刚才|的|话|段|是|有|道|题|答案)*(?:出处|来源|依据|根据)"
    r"(?>是|在|呢|啊|吗|不|没|得|有|什么|啥|哪里?|哪儿|说明|给|我|发|看|说|查|来|一下|一个|下|个|可以|能|行|嘛|吧)*"
    r"|(?:这|那|是|话|上面)*(?:从)?(?:哪里|哪儿|哪份文件|哪个文件|哪条)(?:里|来|写|说|看到|规定|讲)*的?(?:呢|啊|呀)?"
)
_WHY = re.compile(
    r"(?:这|那|刚才|上|一|道|个|题|答案|的)*(?:为什么|为啥子?|为何|凭什么|凭啥子?|怎么会|(?:怎么|咋个?)(?=不?[是选](?:[a-h]|这|那)))"
    r"(?:要|会|不|是|给|你|我|这么|这样|这个|那个|选|回答|答|说|回复|的|答案|对|错|[a-h]|呢|啊|呀|嘛|哦)*"
)


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Show where words come from, or why they were chosen; nothing before it is said to be nothing."""
    if message.kind != "text":
        return None
    check = _CHECK.match(tidy(message.text))
    if check:
        return _check(context, session, check["code"] or "")
    said = plain(message.text)
    wants_source = _SOURCE.fullmatch(said)
    if not wants_source and not _WHY.fullmatch(said):
        return None
    focus = read_focus(context, session)
    if focus is None or session.last is None:
        key = "page.withdrawn" if is_withdrawn(context, session.last) else "followup.none"
        return say(context, session, key)
    if wants_source or session.last.is_of_item:
        return _source(context, session, focus)
    return say(context, session, "proof.why", **_reasons(context, session.last))


def _source(context: Context, session: Session, focus: Focus) -> Turn:
    """Say the last words again under their document, its date and its publisher."""
    source = context.snapshot.content.sources[focus.document]
    lead = reply_text(
        context,
        "proof.source",
        title=source.title,
        date=written(source.date) or reply_text(context, "proof.unsaid"),
        publisher=source.publisher or reply_text(context, "proof.unsaid"),
    )
    same = of_entry(focus.entry, lead) if focus.entry else of_passages(focus.passages, lead)
    return send(context, session, same, focus.question, session.last.rule if session.last else "follow-up")


def _check(context: Context, session: Session, code: str) -> Turn:
    """Send the passages behind a code with their neighbours, their document, and the release of the code."""
    content = context.snapshot.content
    if not code:
        return say(context, session, "proof.how")
    address, release = find_by_code(content, code)
    if not address:
        return say(context, session, "proof.unknown")
    passages = passages_behind(content, address)
    source = content.sources[passages[0].source_id]
    structure, edge = context.snapshot.structure, reply_text(context, "proof.edge")
    lead = reply_text(
        context,
        "proof.checked",
        title=source.title,
        date=written(source.date) or reply_text(context, "proof.unsaid"),
        publisher=source.publisher or reply_text(context, "proof.unsaid"),
        release=release,
        state=reply_text(
            context, "proof.same" if content.version.upper().startswith(release) else "proof.newer"
        ),
        before=structure.beside(passages[0])[0] or edge,
    )
    answer = Answer(
        lead=lead,
        quotes=tuple(Quote(p.id, p.text) for p in passages),
        address=address,
        tail=reply_text(context, "proof.after", after=structure.beside(passages[-1])[1] or edge),
        exact=True,
    )
    turn = send(
        context,
        session,
        answer,
        content.entries[address].question if address in content.entries else source.title,
        "checked",
    )
    return Turn(turn.reply, turn.session, (Effect("checked", {"address": address, "release": release}),))


def _reasons(context: Context, last: LastAnswer) -> dict[str, str]:
    """Return what 为什么 says: how the question was read, which words fit, how sure that is."""
    entry = context.snapshot.content.entries.get(last.entry_id)
    decision = decide(context.snapshot, last.question)
    chosen = (entry.id,) if entry else last.passages
    hit = next((h for h in decision.hits if (h.entry_id or h.passage_id) in chosen), None)
    shared = _shared_words(context, hit, decision.query) if hit else ()
    return {
        "question": entry.question if entry else reply_text(context, "proof.passage"),
        "shared": "、".join(shared) or reply_text(context, "proof.no_words"),
        "rule": reply_text(context, f"proof.rule.{_RULES.get(last.rule, 'band')}"),
        "score": f"{hit.score * 100:.0f}" if hit else reply_text(context, "proof.no_score"),
        "answer_at": f"{BY_CHARACTERS.answer_at * 100:.0f}",
    }


_RULES = {
    "exact": "exact",
    "clause": "clause",
    "picked": "picked",
    "follow-up": "follow_up",
    "checked": "checked",
    "words": "words",
    "who-spoke": "words",
    "premise": "premise",
    "wrong-premise": "premise",
    "several": "several",
}


def _shared_words(context: Context, hit: Hit, query: Query) -> tuple[str, ...]:
    """Return the names and words of the question that the entry has, written as the entry writes them."""
    entry = context.snapshot.content.entries.get(hit.entry_id)
    quoted = tuple(quote.text for quote in hit.quotes)
    texts = (entry.question, *entry.phrasings, *quoted) if entry else quoted
    known = context.snapshot.profile(hit.target).entities
    written = [
        text[at : at + len(word)]
        for word in query.words
        if len(word) > 1
        for text, at in [next(((t, t.lower().find(word)) for t in texts if word in t.lower()), ("", 0))]
    ]
    return tuple(filter(None, dict.fromkeys((*(n for n in query.terms.entities if n in known), *written))))
