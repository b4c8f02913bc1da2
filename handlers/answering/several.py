"""Several things in one message: each asked by itself, and the words of all sent below each other, in the order asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from handlers.answering.answer import Answer, body_of, effects_of, in_brief, mask, missed, of_hit
from handlers.answering.focus import read_focus
from handlers.answering.followups.ellipsis import complete
from handlers.answering.followups.intents import read_move
from handlers.answering.followups.switch import switched_to
from handlers.answering.pages import pack_pages
from handlers.model.messages import Reply
from handlers.model.session import LastAnswer, Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text
from knowledge.language.compound import Named, are_parted, items_in, read_parts, wants_each
from knowledge.language.tidy import tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.sources.cite import cite_all
from knowledge.sources.codes import code_of
from knowledge.sources.structure import speaker_of

_MOST = 3
_SURE_AT = 0.6
_AHEAD = 0.1
_OF_THE_SAME = frozenset({"whole", "where", "more", "all"})
_ASIDE_CHARS = 5
_WORD_CHARS = 2
_IT_COMPARED = re.compile(r"^那?(?:它|他|她|[这那][条个项份位])?(?=(?:和|跟|与|同|比).{2,})")
_ASKS_WORDS = re.compile(r"(?:讲|说|谈)[了的过]*(?:些|点)?(?:什么|啥|哪些)")
_OF_THOSE = re.compile(
    r"^(?:那|它们|[他她]们|这些|那些|[这那][两三几]?[份个位些](?:文件|人|领导)?|都)*(?:分别|各自|各)(?P<asked>.{2,16})$"
)
_OF_DOCUMENTS = re.compile(
    r"(?:[份个些]|[发的])文件(?:的(?P<of>[\u4e00-\u9fff]{2,6})|.{0,12}?)(?:分别|各自|各)(?P<asked>.{2,16})$"
)


def answer_each(context: Context, session: Session, text: str, alone: Decision) -> Turn | None:
    """Return the turn that answers each part of a compound question; None when it is one question, or its parts have no answer.

    Of questions that a sign parts, those with an answer are answered, and which has none is said.
    """
    said = _with_it_named(context, session, tidy(text))
    names = context.snapshot.analyzer.named
    if alone.band is Band.ANSWER and (alone.rule == "exact" or _is_whole(context, said, alone, names)):
        return None
    some: tuple[tuple[str, ...], list[Hit | None]] | None = None
    documents = _of_each_document(context, said, alone) or _of_those_told(context, session, said)
    for parts in filter(None, (documents, *read_parts(said, names))):
        asked = parts[:_MOST]
        if any(move and move.kind in _OF_THE_SAME and not move.rest for move in map(read_move, asked[1:])):
            continue
        if alone.band is Band.ANSWER and _is_told(context, alone.hits[0], asked[-1]):
            continue
        hits = list(_in_turn(context, session, asked))
        found = {hit.target for hit in hits if hit}
        if None not in hits and len(found) > 1:
            return _tell(context, session, text, parts, hits)
        is_full = all(len(part) > _ASIDE_CHARS for part in asked)
        if (
            found
            and None in hits
            and some is None
            and is_full
            and (parts == documents or are_parted(said, parts))
        ):
            some = asked, hits
    return _tell(context, session, text, *some) if some else None


def _in_turn(context: Context, session: Session, parts: tuple[str, ...]) -> Iterator[Hit | None]:
    """Yield what answers each part, as it would be answered after those before: 理性上网呢; None for one without an answer."""
    told: set[str] = set()
    for number, part in enumerate(parts):
        question, decision = part, decide(context.snapshot, part)
        hit = decision.hits[0] if _is_sure(decision) else _other_than(told, decision)
        leans = bool(hit) and not decision.query.terms.entities and _is_of_another(context, hit, told)
        if not hit or (number and (switched_to(part) or leans)):
            question, decision = complete(context, session, part)
            completed = _is_sure(decision) and (leans or decision.hits[0].target not in told)
            hit = decision.hits[0] if completed else None if leans else hit
        yield hit
        if hit:
            told.add(hit.target)
            session = replace(
                session, last=_last(context, session, [of_hit(context, hit)], question), hinted=None
            )


def _of_each_document(context: Context, said: str, alone: Decision) -> tuple[str, ...]:
    """Return what is asked of each of the documents that an answer names together: 三份文件分别是谁签的; () for none."""
    match = _OF_DOCUMENTS.search(said)
    if not match or alone.band is not Band.ANSWER:
        return ()
    text = "".join(quote.text for quote in alone.hits[0].quotes)
    sources = context.snapshot.content.sources.values()
    titles = sorted((source.title for source in sources if source.title in text), key=text.index)
    asked = f"{match['of'] or ''}{match['asked']}"
    return tuple(title + asked for title in titles) if len(titles) > 1 else ()


def compares_it(text: str) -> bool:
    """Return whether a text compares what was told last with something else: 它跟第六条有什么区别."""
    said = tidy(text)
    return bool(_IT_COMPARED.match(said)) and wants_each(said)


def _with_it_named(context: Context, session: Session, said: str) -> str:
    """Return a comparison with what was told last named in it: 它跟第六条有什么区别."""
    focus = read_focus(context, session) if compares_it(said) else None
    if focus is None:
        return said
    title = context.snapshot.content.sources[focus.document].title
    clauses = {passage.article for passage in focus.passages}
    clause = focus.passages[0].heading if len(clauses) == 1 and all(clauses) else ""
    return _IT_COMPARED.sub(focus.person or clause or title, said)


def _of_those_told(context: Context, session: Session, said: str) -> tuple[str, ...]:
    """Return what is asked of each that the last answer names: 分别是谁发的; () where it names no two."""
    match = _OF_THOSE.search(said)
    focus = read_focus(context, session) if match else None
    if match is None or focus is None:
        return ()
    text = "".join(passage.text for passage in focus.passages)
    titles = tuple(title for title in focus.listed if title in text)
    things = titles if len(titles) > 1 else focus.people
    return tuple(thing + match["asked"] for thing in things) if len(things) > 1 else ()


def _is_told(context: Context, hit: Hit, part: str) -> bool:
    """Return whether the answer to the whole is about a last word that only goes on: 都是哪几家,名字呢."""
    what = switched_to(part)
    return 0 < len(what) <= _WORD_CHARS and what in context.snapshot.profile(hit.target).text


def _other_than(told: set[str], decision: Decision) -> Hit | None:
    """Return the one that is left of a few that are equally likely, when the others were told for the parts before."""
    likely = [hit for hit in decision.hits if hit.score >= _SURE_AT]
    left = [hit for hit in likely if hit.target not in told]
    one = len(left) == 1 or (left and left[0].score > left[1].score + _AHEAD)
    return left[0] if decision.band is Band.CLARIFY and one and len(left) < len(likely) else None


def _is_of_another(context: Context, hit: Hit | None, told: set[str]) -> bool:
    """Return whether a hit is about a speaker that no part before was about: 什么职务, after 秦红是哪里的."""
    entries = context.snapshot.content.entries
    entry = entries.get(hit.entry_id) if hit else None
    known = {s for target in told if target in entries for s in entries[target].about.get("speaker", ())}
    own = set(entry.about.get("speaker", ())) if entry else set()
    return bool(own) and not own & known


def _is_sure(decision: Decision) -> bool:
    return decision.band is Band.ANSWER and decision.hits[0].score >= _SURE_AT


def _is_whole(context: Context, said: str, alone: Decision, names: Named) -> bool:
    # Who was there is no answer to what two of them said.
    return not (wants_each(said) or _ASKS_WORDS.search(said)) and _has_all(
        context, alone.hits[0], items_in(said, names)
    )


def _has_all(context: Context, hit: Hit, items: tuple[str, ...]) -> bool:
    """Return whether one answer is about all that is set side by side: 韩晗和曾薇 are told of together."""
    answer = of_hit(context, hit)
    said = tidy(answer.lead or "".join(quote.text for quote in hit.quotes))
    return bool(items) and all(item in said for item in items)


def _tell(
    context: Context, session: Session, text: str, parts: tuple[str, ...], hits: list[Hit | None]
) -> Turn:
    content = context.snapshot.content
    told = [(hit, part) for hit, part in zip(hits, parts, strict=False) if hit]
    answers = _same_words_once([in_brief(context, of_hit(context, hit), part) for hit, part in told])
    blocks = []
    for answer in answers:
        cited = cite_all(content, (content.passages[quote.passage_id] for quote in answer.quotes))
        code = reply_text(context, "answer.code", code=code_of(content, answer.address))
        blocks.append((body_of(context, answer, cited), "\n".join((*cited, code))))
    open_ones = [number for number, hit in enumerate(hits, start=1) if hit is None]
    if open_ones:
        place = "、".join(f"第{number}件" for number in open_ones)
        head = reply_text(context, "several.part", n=len(hits), place=place)
    else:
        head = reply_text(context, "several.first" if len(parts) > _MOST else "several.head", n=len(hits))
    first, *rest = pack_pages(context, head, blocks)
    effects = [
        effect
        for hit, _ in told
        for effect in effects_of(context, of_hit(context, hit), text, "several", hit.score)
    ]
    effects += [missed(context, parts[number - 1], "several") for number in open_ones]
    after = replace(
        session,
        last=_last(context, session, answers, text),
        pages=tuple(rest),
        offered=(),
        asking=False,
        n_failed=0,
        hinted=None,
    )
    return Turn(Reply("text", first), after, tuple(effects))


def _last(context: Context, session: Session, answers: list[Answer], question: str) -> LastAnswer:
    """Return what the talk is about after some tellings: the last of them, and the words of all."""
    entry = answers[-1].entry
    return LastAnswer(
        entry_id=entry.id if entry else "",
        question=mask(tidy(question)),
        at=context.now,
        passages=tuple(dict.fromkeys(quote.passage_id for t in answers for quote in t.quotes)),
        listed=_told_of(context, answers) or (session.last.listed if session.last else ()),
        rule="several",
        code=code_of(context.snapshot.content, answers[-1].address),
    )


def _told_of(context: Context, answers: list[Answer]) -> tuple[str, ...]:
    """Return the people, or the documents, that the answers are about, in order; () where it is one."""
    content = context.snapshot.content
    passages = [content.passages[answer.quotes[0].passage_id] for answer in answers if answer.quotes]
    speakers = [speaker.name for speaker in (speaker_of(content, p) for p in passages) if speaker]
    titles = [content.sources[passage.source_id].title for passage in passages]
    things = speakers if len(speakers) == len(passages) else titles
    return tuple(things) if len(set(things)) == len(things) > 1 else ()


def _same_words_once(answers: list[Answer]) -> list[Answer]:
    """Return the tellings with those that quote the same words as one, under both leads."""
    kept: list[Answer] = []
    for answer in answers:
        if kept and kept[-1].quotes == answer.quotes:
            kept[-1] = replace(kept[-1], lead=f"{kept[-1].lead}\n{answer.lead}".strip())
        else:
            kept.append(answer)
    return kept
