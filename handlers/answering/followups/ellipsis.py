"""Questions that leave out what the talk is about: 那妇联呢, 下一步任务呢, 跟哪个厅一起搞的.

The missing words are put back in the few ways there are, each complete question is decided like any other,
and the one that the knowledge answers best is taken. A question that stands on its own is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from handlers.answering.focus import Focus, is_about, read_focus, subjects_of
from handlers.answering.followups.lacking import FEW_CHARS, asks_personal, lacks_it
from handlers.answering.followups.nearby import (
    NAMES_AN_EVENT,
    fact_of_focus,
    missing_of,
    pointed_at,
    subject_of,
    tells_no_place,
)
from handlers.answering.followups.reword import LATER, in_other_words, named_first
from handlers.answering.followups.switch import (
    ASKS_OR_NAMES_A_PLACE,
    LEADING,
    PRONOUN,
    TRAILING,
    is_short,
    is_specific,
    own_words,
    subjects_meant,
    switched_to,
)
from handlers.model.session import Session
from handlers.model.turn import Context
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decide import BY_CHARACTERS, decide
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.sources.structure import is_within

_ALONE_AT = 0.90  # From this confidence on a question needs nothing from the talk before.
_THIS = re.compile(r"^[这那](?:[份篇部]|个(?=文件|东西))(?:东西|文件|材料)?")
# What is to be solved or done is the topic of the talk: 靠什么解决.
_TAKES_AN_OBJECT = re.compile(r"[这那][份篇]|解决|处理|应对|改进|避免|防止|对待|看待|做到|实现")


class _Reading(Struct, frozen=True):
    question: str
    decision: Decision
    hit: Hit
    rank: float


def complete(context: Context, session: Session, text: str) -> tuple[str, Decision]:
    """Return the complete question that `text` is after the last answer, and what to do with it."""
    text = named_first(context, text)
    alone = decide(context.snapshot, text)
    focus = read_focus(context, session)
    said = plain(text)
    reworded = in_other_words(context, said, alone)
    if reworded:
        return reworded
    if focus is None or not said or not _is_elliptical(said, alone):
        return text, alone
    if (
        alone.band is Band.ANSWER
        and alone.hits[0].score >= _ALONE_AT
        and _quotes_focus(context, focus, alone.hits[0])
    ):
        return text, alone
    told = _of_last_words(context, focus, said, alone)
    if told:
        return told
    what = switched_to(text)
    # 那媒体签的呢 says more than a word that the one spoken of may have too: 下一步呢.
    is_switch = bool(what and (len(own_words(alone)) > 1 or subjects_meant(context, what)))
    is_switch = is_switch and not asks_personal(alone)
    readings = list(_switched(context, focus, what)) if is_switch else []
    if not readings:
        same_topic = list(_of_same_topic(context, focus, what)) if what else []
        stays = not (is_switch and _is_another_body(context, focus, what))
        readings = same_topic or (list(_joined(context, focus, said, alone)) if stays else [])
    if not readings and what and not lacks_it(context, focus, alone):
        readings = list(_switched(context, focus, what))
    best = max(readings, key=lambda reading: reading.rank, default=None)
    if _is_of_several(context, focus, said, best.hit if best else None, alone):
        return text, Decision(Band.CLARIFY, alone.hits, "whose", alone.query)
    if best is None or _stands_alone(context, focus, alone, best, bool(what)):
        return text, alone
    entry_decision = Decision(Band.ANSWER, (best.hit,), "follow-up", best.decision.query)
    return best.question, entry_decision


def _of_last_words(context: Context, focus: Focus, said: str, alone: Decision) -> tuple[str, Decision] | None:
    """Return what the last words tell, where a text asks of them alone; that it is missing of them is said by `lacking`."""
    hit = fact_of_focus(context, focus, alone) or pointed_at(context, focus, said, alone)
    if hit:
        in_full = f"{subject_of(context, focus)}{said}"
        return in_full, Decision(Band.ANSWER, (hit,), "follow-up", alone.query)
    return (said, alone) if missing_of(context, focus, alone) else None


def _is_another_body(context: Context, focus: Focus, what: str) -> bool:
    """Return whether some words mean a body, and not the one spoken of: of 网信办呢 nothing is told by who is of a bank."""
    kinds = context.snapshot.content.lexicon.kinds
    bodies = {name for name in subjects_meant(context, what) if kinds.get(name) == "organisation"}
    return bool(bodies) and focus.organisation not in bodies


def _is_elliptical(said: str, alone: Decision) -> bool:
    if alone.query.terms.entities and not switched_to(said):
        return False
    marked = bool(LEADING.match(said) or PRONOUN.search(said))
    if not (alone.query.words or marked or ASKS_OR_NAMES_A_PLACE.search(said) or switched_to(said)):
        # 是 and 上面 say nothing that the talk before could be asked about.
        return False
    return is_short(said)


def _is_of_several(context: Context, focus: Focus, said: str, hit: Hit | None, alone: Decision) -> bool:
    """Return whether 他们 may be any of those named last, and what would answer is about one of them only."""
    unsaid = not focus.person and len(focus.people) > 1 and PRONOUN.match(LEADING.sub("", said))
    hit = hit or next(iter(alone.hits), None)
    return bool(unsaid and hit and alone.band is not Band.DECLINE and subjects_of(context, hit, "speaker"))


def _stands_alone(context: Context, focus: Focus, alone: Decision, best: _Reading, is_switch: bool) -> bool:
    if alone.band is not Band.ANSWER:
        return False
    if is_switch:
        return alone.hits[0].score > best.hit.score + 0.2
    if is_about(context, focus, alone.hits[0]):
        # 他讲了哪几件事 is about the same one too, and its name tells which of what he said is asked for.
        by_name = (
            PRONOUN.match(LEADING.sub("", plain(alone.query.text))) and best.decision.band is Band.ANSWER
        )
        margin = 0.2 if own_words(alone) else 0.0
        return not (by_name and best.hit.score > alone.hits[0].score + margin)
    if _says_nothing_else(context, alone, best):
        return False
    is_bare = not own_words(alone) and best.decision.band is Band.ANSWER
    if is_bare and LATER.search(plain(alone.query.text)):
        # 以后打算怎么做 is asked of everybody.
        return False
    if alone.hits[0].score >= best.hit.score and not is_bare:
        return True
    # A few words without a name (跟谁一起搞) go on from what was said, however well they fit something else.
    return alone.hits[0].score >= _ALONE_AT and len(strip_punctuation(alone.query.text)) > FEW_CHARS


def _says_nothing_else(context: Context, alone: Decision, best: _Reading) -> bool:
    """Return whether a text names nothing, and its one word is one of the answer about the last subject: 具体是哪些单位."""
    query, words = alone.query, own_words(alone)
    names = query.terms.entities or query.terms.clauses or NAMES_AN_EVENT.search(query.text)
    return not names and len(words) == 1 and words[0] in context.snapshot.profile(best.hit.target).text


def _switched(context: Context, focus: Focus, what: str) -> Iterator[_Reading]:
    """Yield the last question with each of its words changed for `what`, and the plainest question about it."""
    cut = context.snapshot.segmenter.cut
    base = plain(focus.question)
    pieces = [
        piece for piece in _mentions(context, base) or cut(base) if len(piece) > 1 and piece not in what
    ]
    questions = [base.replace(piece, what, 1) for piece in dict.fromkeys(pieces)]
    questions += [what + topic for topic in focus.topics if topic not in what]
    subjects = subjects_meant(context, what)
    # What was asked of the one before is asked of the next; where it can't be told, nothing else of that one is an answer.
    plainest = () if subjects and is_specific(context, focus) else (f"{what}讲了什么", what)
    for number, question in enumerate((*questions, *plainest)):
        decision = decide(context.snapshot, question)
        for hit in _acceptable(context, decision):
            if _is_of(context, hit, what, subjects):
                # An equal score goes to the question that keeps more of the last one.
                yield _Reading(question, decision, hit, hit.score - 0.02 * number)


def _of_same_topic(context: Context, focus: Focus, what: str) -> Iterator[_Reading]:
    """Yield the one other entry on the topic of the last answer that is about `what`: after the platforms' part about rumours, 那网民呢."""
    entries = context.snapshot.content.entries
    found = [
        entry
        for entry in entries.values()
        if set(entry.about.get("topic", ())) & set(focus.topics)
        and entry is not focus.entry
        and what in entry.question
        and entry.id in context.snapshot.entry_ids
    ]
    if len(found) == 1 and focus.entry and what not in focus.entry.question:
        decision = decide(context.snapshot, found[0].question)
        yield from (
            _Reading(found[0].question, decision, hit, 1.0)
            for hit in decision.hits[:1]
            if hit.target == found[0].id
        )


def _mentions(context: Context, question: str) -> list[str]:
    """Return the names in a question as it writes them, people and organisations first."""
    lexicon = context.snapshot.content.lexicon
    names = [n for name, others in lexicon.aliases.items() for n in (name, *others)]
    found = [n for n in (plain(n) for n in names) if n in question]
    return sorted(set(found), key=lambda n: (-len(n), n))[:2]


def _is_of(context: Context, hit: Hit, what: str, subjects: frozenset[str]) -> bool:
    if subjects:
        kinds = ("speaker", "organisation", "document")
        return any(value in subjects for kind in kinds for value in subjects_of(context, hit, kind))
    return what in context.snapshot.profile(hit.target).text


def _joined(context: Context, focus: Focus, said: str, alone: Decision) -> Iterator[_Reading]:
    """Yield the text with what the talk is about put before it, or in place of its pronoun."""
    bare = TRAILING.sub("", LEADING.sub("", said)) or said
    pronoun = PRONOUN.search(bare)
    title = context.snapshot.content.sources[focus.document].title
    names = (*focus.names, strip_punctuation(title))
    if not focus.person and own_words(alone):
        names += tuple(dict.fromkeys(strip_punctuation(p.heading) for p in focus.passages))
    n_names = len(focus.names)
    n_subjects = len(set(filter(None, (focus.person, focus.organisation))))
    bare = _THIS.sub("", bare)
    # 以后还要做啥 is asked as the sources say it.
    as_said = LATER.sub("下一步", bare) if focus.person or focus.organisation else bare
    own = own_words(decide(context.snapshot, as_said)) if as_said != bare else own_words(alone)
    bare = as_said
    questions = [PRONOUN.sub(name, bare, count=1) if pronoun else name + bare for name in names]
    known = {hit.target for hit in alone.hits}
    what = switched_to(said)
    is_own = bool(focus.person) and asks_personal(alone)
    says_something = any(len(word) > 1 for word in own)
    for number, question in enumerate(dict.fromkeys(questions)):
        decision = decide(context.snapshot, question)
        for hit in _acceptable(context, decision):
            likely = hit is decision.hits[0] and hit.score >= BY_CHARACTERS.answer_at
            sure = decision.band is Band.ANSWER or (says_something and (hit.target in known or likely))
            told_missing = decision.band is Band.ANSWER and _is_gap(context, hit) and number < n_subjects
            if (is_own and _is_gap(context, hit)) or tells_no_place(context, said, hit):
                # That a phone number is missing is said of the person, not of all bodies.
                continue
            about = is_about(context, focus, hit) or told_missing
            # With a topic before it, a text that says nothing else would only ask of the topic.
            about = about and (says_something or not focus.person or number < n_subjects)
            about = about and (number < n_subjects or not what or _is_told_by(context, question, bare, hit))
            about = about and (number <= n_names or _quotes_focus(context, focus, hit))
            by_title = number >= n_names and not hit.entry_id and not _quotes_focus(context, focus, hit)
            if by_title and not (decision.band is Band.ANSWER and _knows(context, hit, own, all_of=True)):
                # That something stands in the same document says little, and its title adds to the likeness.
                continue
            if sure and _knows(context, hit, own) and about:
                yield _Reading(question, decision, hit, hit.score - 0.01 * number)
    yield from _as_it_stands(context, focus, said, alone)


def _as_it_stands(context: Context, focus: Focus, said: str, alone: Decision) -> Iterator[_Reading]:
    """Yield what a text gets by itself that is about the last subject; that the last words lack it comes first of several."""
    for hit in alone.hits if alone.rule == "tie" else ():
        if _is_gap(context, hit) and _quotes_focus(context, focus, hit) and is_about(context, focus, hit):
            yield _Reading(said, alone, hit, 1.0)
    for hit in _acceptable(context, alone):
        near = hit.entry_id or alone.band is Band.ANSWER or _quotes_focus(context, focus, hit)
        if near and is_about(context, focus, hit):
            yield _Reading(said, alone, hit, hit.score)


def _is_told_by(context: Context, question: str, bare: str, hit: Hit) -> bool:
    """Return whether a question gets an answer that the name before its bare words would not get by itself."""
    named = decide(context.snapshot, question.removesuffix(bare))
    return not named.hits or named.hits[0].target != hit.target


def _quotes_focus(context: Context, focus: Focus, hit: Hit) -> bool:
    quoted = (context.snapshot.content.passages[quote.passage_id] for quote in hit.quotes)
    return any(is_within(a, b) or is_within(b, a) for a in quoted for b in focus.passages)


def _acceptable(context: Context, decision: Decision) -> tuple[Hit, ...]:
    """Return the entries that a reading may lead to; that the source lacks something takes a sure one."""
    if decision.band is Band.DECLINE:
        return ()
    return tuple(hit for hit in decision.hits if decision.band is Band.ANSWER or not _is_gap(context, hit))


def _is_gap(context: Context, hit: Hit) -> bool:
    return bool(hit.entry_id) and context.snapshot.content.entries[hit.entry_id].gap


def _knows(context: Context, hit: Hit, words: list[str], *, all_of: bool = False) -> bool:
    """Return whether the answer has at least half of the content words of the text itself, or all of them."""
    own = [word for word in words if len(word) > 1 and not _TAKES_AN_OBJECT.fullmatch(word)] or words
    # Where a sentence stands is no part of what it says.
    quoted = "".join(quote.text for quote in hit.quotes)
    known = context.snapshot.profile(hit.target).text if hit.entry_id else plain(quoted)
    n_known = sum(word in known for word in own)
    if all_of:
        return n_known == len(own)
    return 2 * n_known >= len(own) or all(map(_TAKES_AN_OBJECT.fullmatch, own))
