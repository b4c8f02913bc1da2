"""Questions that leave out what the talk is about: 那妇联呢, 下一步任务呢, 跟哪个厅一起搞的.

The missing words are put back in the few ways there are, each complete question is decided like any other,
and the one that the knowledge answers best is taken. A question that stands on its own is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.answering.focus import Focus, is_about, read_focus, subjects_of
from handlers.model import Context, Session
from knowledge.language.grammar import ASKING
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decide import BY_CHARACTERS, decide
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.sources.structure import is_within

_MAX_CHARS = 12
_MAX_MARKED_CHARS = 20
"""Longer texts say what they are about; one that goes on by its own words (那, 还, 他) may be longer."""
_ALONE_AT = 0.90
"""From this confidence on a question needs nothing from the talk before."""
_FEW_CHARS = 6
_ENDING = r"(?:[呢咧嘞喃呐啊呀嘛噻哦哈吧]|怎么样|咋样|看看|谢谢)*"
_HOW = r"(?:(?:又|那边|是)*(?:怎么|咋个?|如何)(?:说|讲|做|弄|办|看|样|回事)?的?|(?:又)?是?(?:谁|哪个)(?:说|讲|管|负责)?的?|(?:又)?(?:说|讲)了?(?:啥子?|什么))?"
_SWITCH = re.compile(
    rf"^(?P<lead>那么?|换成?|换做|改成|改问|再问|(?:要|如果|那要|那如果)是)?(?P<what>.{{2,14}}?)"
    rf"(?P<link>(?:那边|那块|那份|那个|那|这边|方面|的|那里|们)*)(?P<how>{_HOW})(?P<end>{_ENDING})$"
)
_ASKS_OR_NAMES_A_PLACE = re.compile(
    rf"{ASKING}|几|吗|如何|为何|是不是|有没有|能不能|第.{{1,3}}[条项段点个款]"
)
_PRONOUN = re.compile(r"他们|她们|他|她|这个人|这位|人家|这家|该(?=单位|公司)")
_GOES_ON = ("呢", "嘞", "咧", "喃", "呐")
_SEVERAL = 3
_PERSONAL = frozenset({"phone", "wechat", "mail"})
_HIM = re.compile(r"(?:那|还|又)?(?:他|她)(?!们)")
_TRAILING = re.compile(_ENDING + "$")
_LEADING = re.compile(r"^(?:那么|那|还|又|再|然后|要是|如果|另外)+")


@dataclass(frozen=True, slots=True)
class _Reading:
    question: str
    decision: Decision
    hit: Hit
    rank: float


def complete(context: Context, session: Session, text: str) -> tuple[str, Decision]:
    """Return the complete question that `text` is after the last answer, and what to do with it."""
    alone = decide(context.snapshot, text)
    focus = read_focus(context, session)
    said = plain(text)
    if focus is None or not said or not _is_elliptical(said, alone):
        return text, alone
    what = switched_to(text)
    # 那媒体签的呢 says more than a word that the one spoken of may have too: 下一步呢.
    is_switch = bool(what and (len(own_words(alone)) > 1 or _subjects(context, what)))
    is_switch = is_switch and not _is_personal(alone)
    readings = list(_switched(context, focus, what)) if is_switch else []
    if not readings:
        readings = list(_joined(context, focus, said, alone))
    if not readings and what and not lacks_it(context, focus, alone):
        readings = list(_switched(context, focus, what))
    best = max(readings, key=lambda reading: reading.rank, default=None)
    if best is None or _stands_alone(context, focus, alone, best, bool(what)):
        return text, alone
    entry_decision = Decision(Band.ANSWER, (best.hit,), "follow-up", best.decision.query)
    return best.question, entry_decision


def _is_elliptical(said: str, alone: Decision) -> bool:
    if alone.query.terms.entities and not switched_to(said):
        return False
    marked = bool(_LEADING.match(said) or _PRONOUN.search(said))
    if not (alone.query.words or marked or _ASKS_OR_NAMES_A_PLACE.search(said) or switched_to(said)):
        # 是 and 上面 say nothing that the talk before could be asked about.
        return False
    return is_short(said)


def switched_to(text: str) -> str:
    """Return what a short text changes the subject to, "" when it is no such change.

    >>> [switched_to(t) for t in ("那妇联呢", "换成青年的", "自律那份咧", "妇联", "那是谁说的", "青年那边咋说的")]
    ['妇联', '青年', '自律', '', '', '青年']
    """
    match = _SWITCH.match(plain(text))
    if not match or _ASKS_OR_NAMES_A_PLACE.search(match["what"]):
        return ""
    is_change = match["lead"] or (match["link"] if match["how"] else match["end"])
    return match["what"] if is_change else ""


def _stands_alone(context: Context, focus: Focus, alone: Decision, best: _Reading, is_switch: bool) -> bool:
    if alone.band is not Band.ANSWER:
        return False
    if is_switch:
        return alone.hits[0].score > best.hit.score + 0.2
    if is_about(context, focus, alone.hits[0]):
        return True
    if _says_nothing_else(context, alone, best):
        return False
    if alone.hits[0].score >= best.hit.score:
        return True
    # A few words without a name (跟谁一起搞) go on from what was said, however well they fit something else.
    return alone.hits[0].score >= _ALONE_AT and len(strip_punctuation(alone.query.text)) > _FEW_CHARS


def _says_nothing_else(context: Context, alone: Decision, best: _Reading) -> bool:
    """Return whether a text names nothing, and its one word is one of the answer about the last subject: 具体是哪些单位."""
    terms, known = alone.query.terms, context.snapshot.profile(best.hit.target).text
    words = own_words(alone)
    return not (terms.entities or terms.clauses) and len(words) == 1 and words[0] in known


def own_words(alone: Decision) -> list[str]:
    """Return the content words of a text that ask for nothing by themselves."""
    return [word for word in alone.query.words if not _ASKS_OR_NAMES_A_PLACE.search(word)]


def lacks_it(context: Context, focus: Focus, alone: Decision) -> bool:
    """Return whether a text asks a fact of the one spoken of, and only others are known to have it: 电话呢, 下一步呢.

    What the text names itself, or a word that only one other subject uses, makes it a question of its own.
    """
    query = alone.query
    if not (focus.person or focus.organisation) or query.terms.entities or query.terms.clauses:
        return False
    if not is_short(query.text) or any(is_about(context, focus, hit) for hit in alone.hits):
        return False
    said = plain(query.text)
    if _is_personal(alone) or (focus.person and _HIM.match(said)):
        return True
    asks = (
        _ASKS_OR_NAMES_A_PLACE.search(said)
        or _LEADING.match(said)
        or _PRONOUN.search(said)
        or said.endswith(_GOES_ON)
    )
    others = [subjects_of(context, hit, "speaker") for hit in alone.hits]
    said_by_others = bool(asks and others) and all(others)
    return said_by_others and all(_is_common(context, focus, word) for word in own_words(alone))


def _is_personal(alone: Decision) -> bool:
    """Return whether a text asks just what is somebody's own, and another's is no answer: a phone number, an age."""
    few = len(strip_punctuation(alone.query.text)) <= _FEW_CHARS
    return few and bool(alone.query.facts or alone.query.kinds & _PERSONAL)


def is_short(text: str) -> bool:
    """Return whether a text is so short that it may leave out what it is about."""
    said = plain(text)
    marked = bool(_LEADING.match(said) or _PRONOUN.search(said))
    return len(said) <= (_MAX_MARKED_CHARS if marked else _MAX_CHARS)


def _is_common(context: Context, focus: Focus, word: str) -> bool:
    """Return whether a word belongs to no other subject alone: several use it, or the one spoken of does."""
    if len(word) == 1:
        return True
    content = context.snapshot.content
    users = {(p.source_id, p.speaker) for p in content.passages.values() if p.answers and word in p.text}
    return len(users) >= _SEVERAL or bool(users & {(p.source_id, p.speaker) for p in focus.passages})


def _switched(context: Context, focus: Focus, what: str) -> Iterator[_Reading]:
    """Yield the last question with each of its words changed for `what`, and the plainest question about it."""
    cut = context.snapshot.segmenter.cut
    base = plain(focus.question)
    pieces = [
        piece for piece in _mentions(context, base) or cut(base) if len(piece) > 1 and piece not in what
    ]
    questions = [base.replace(piece, what, 1) for piece in dict.fromkeys(pieces)]
    questions += [what + topic for topic in focus.topics if topic not in what]
    subjects = _subjects(context, what)
    for number, question in enumerate((*questions, f"{what}讲了什么", what)):
        decision = decide(context.snapshot, question)
        for hit in _acceptable(context, decision):
            if _is_of(context, hit, what, subjects):
                # An equal score goes to the question that keeps more of the last one.
                yield _Reading(question, decision, hit, hit.score - 0.02 * number)


def _mentions(context: Context, question: str) -> list[str]:
    """Return the names in a question as it writes them, people and organisations first."""
    lexicon = context.snapshot.content.lexicon
    names = [n for name, others in lexicon.aliases.items() for n in (name, *others)]
    found = [n for n in (plain(n) for n in names) if n in question]
    return sorted(set(found), key=lambda n: (-len(n), n))[:2]


def _subjects(context: Context, what: str) -> frozenset[str]:
    """Return whom or what the words mean: speaker ids, organisations, source ids of the entries about it.

    A name means itself, 青年 the ones whose topic is 青年好网民; () when no entry is about anything of the kind.
    """
    content = context.snapshot.content
    named = context.snapshot.analyzer.analyze(what).entities
    found: set[str] = {s.id for s in context.snapshot.structure.speakers.values() if s.name in named}
    found |= {source.id for source in content.sources.values() if source.title in named}
    found |= {n for n in named if content.lexicon.kinds.get(n) == "organisation"}
    if not found:
        about = [
            e.about
            for e in content.entries.values()
            if any(t.startswith(what) for t in e.about.get("topic", ()))
        ]
        found = {v for a in about for kind in ("speaker", "document") for v in a.get(kind, ())[:1]}
        # 下一步 is a topic of several, so it is asked of the one spoken of.
        found = found if len(found) == 1 else set()
    return frozenset(found)


def _is_of(context: Context, hit: Hit, what: str, subjects: frozenset[str]) -> bool:
    if subjects:
        kinds = ("speaker", "organisation", "document")
        return any(value in subjects for kind in kinds for value in subjects_of(context, hit, kind))
    return what in context.snapshot.profile(hit.target).text


def _joined(context: Context, focus: Focus, said: str, alone: Decision) -> Iterator[_Reading]:
    """Yield the text with what the talk is about put before it, or in place of its pronoun."""
    bare = _TRAILING.sub("", _LEADING.sub("", said)) or said
    pronoun = _PRONOUN.search(bare)
    title = context.snapshot.content.sources[focus.document].title
    names = (*focus.names, strip_punctuation(title))
    if not focus.person and own_words(alone):
        names += tuple(dict.fromkeys(strip_punctuation(p.heading) for p in focus.passages))
    n_names = len(focus.names)
    n_subjects = len(set(filter(None, (focus.person, focus.organisation))))
    questions = [_PRONOUN.sub(name, bare, count=1) if pronoun else name + bare for name in names]
    known = {hit.target for hit in alone.hits}
    says_something = any(len(word) > 1 for word in own_words(alone))
    for number, question in enumerate(dict.fromkeys(questions)):
        decision = decide(context.snapshot, question)
        for hit in _acceptable(context, decision):
            likely = hit is decision.hits[0] and hit.score >= BY_CHARACTERS.answer_at
            sure = decision.band is Band.ANSWER or (says_something and (hit.target in known or likely))
            told_missing = decision.band is Band.ANSWER and _is_gap(context, hit) and number < n_subjects
            about = is_about(context, focus, hit) or told_missing
            # With a topic before it, a text that says nothing else would only ask of the topic.
            about = about and (says_something or not focus.person or number < n_subjects)
            about = about and (number <= n_names or _quotes_focus(context, focus, hit))
            if sure and _knows(context, hit, alone) and about:
                yield _Reading(question, decision, hit, hit.score - 0.01 * number)
    for hit in _acceptable(context, alone):
        if is_about(context, focus, hit):
            yield _Reading(said, alone, hit, hit.score)


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


def _knows(context: Context, hit: Hit, alone: Decision) -> bool:
    """Return whether the entry has at least half of the content words of the text itself."""
    own = own_words(alone)
    profile = context.snapshot.profile(hit.target)
    return 2 * sum(word in profile.text for word in own) >= len(own)
