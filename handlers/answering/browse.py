"""Browsing: 目录 by document, speaker, organisation or topic; 原文 WORDS; 谁谈过 WORDS; clauses by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from handlers.answering.answer import asked, mask, missed, numbered, of_passages, send
from handlers.answering.focus import GUESS_AT
from handlers.answering.followups.counted import find_counted
from handlers.answering.followups.intents import read_move
from handlers.answering.pages import pack_pages
from handlers.answering.whole import of_document
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Choice, LastAnswer, Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.grammar import ASKING
from knowledge.language.tables import papers
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.model.entries import Entry
from knowledge.model.sources import Passage, Quote
from knowledge.sources.cite import cite
from knowledge.sources.codes import code_of
from knowledge.sources.quote_search import find_words, fold
from knowledge.sources.structure import series_among

_CATALOGUE = re.compile(
    r"^(?:我?(?:要|想)?(?:看看?|查|打开))?(?:内容|全部|总)?目录(?:[\s:：,，]*(?P<name>.+))?$"
)
# 目录发我一下, 总目录在哪 name nothing.
_ALL_OF_IT = re.compile(
    r"(?:在|是|有|到|去)*(?:哪里?|哪儿|什么|啥子?)?(?:发|给|拿|列|看|来|调|弄|打开|翻)*(?:给|到)?(?:我|出来|一份|一个|过来)*"
    r"(?:看看|看|瞧瞧|瞧)?(?:一下|一哈|下|哈)?(?:[吧嘛呢呗啊呀噻撒]|谢谢)*"
)
_ORIGINAL = re.compile(
    r"^(?:查|找|搜索?)?(?:原文|原话)(?:里|中)?(?P<gap>[\s:：,，“\"'「]+)?(?P<words>.+?)[”\"'」]?$"
)
_WHO_SPOKE = re.compile(
    r"^(?:都|还)?(?:有|请问)?(?:谁|哪些人|哪几位|哪位|哪个|哪些领导|哪位领导|有没有人|有人|没有人)(?:在会上)?(?:都|还)?"
    r"(?:谈|讲|说|提)(?:过|到过?|及过?|起过?|了)(?:关于|有关)?(?P<words>.{2,30}?)(?:的?(?:问题|事情?|话题|内容))?(?:吗|呢|没有|没|啊|呀)?$"
)
# 网民倡议书有没有说竞争, 宣言里提没提到备案
_MENTIONS = re.compile(
    r"^(?:那|请问|问一?下)?(?P<document>.{2,24}?)(?:里面?|里头|中|上|头)?(?:到底|究竟)?"
    r"(?:(?:有没有|有没得|有无|是否|是不是)(?:说|讲|提|写|规定|涉及|谈)|提没提|说没说|讲没讲|写没写|谈没谈)"
    r"(?:到|过|了|及)*(?:关于|有关)?(?P<words>.{2,12}?)(?:的?(?:内容|事情?|问题|话|字))?(?:吗|没有|没得|没|呢|啊|呀|嘛)?$"
)
_WHICH = re.compile(r"^[这那]?(?:一?[份个部篇])?|(?:[这那][份个部篇])$")
_ANY_PAPER = frozenset(("文件", "材料", "原文", "文章"))
_ASKS = re.compile(ASKING)
# 谁讲的这个事 is asked of what was told last.
_POINTS = re.compile(r"(?:[这那它此]|个|件|句|段|些|条|种|点|事情?|话)+")
_MAX_CHARS = 60
_LIST_PAGE = 10
_KINDS: Mapping[str, tuple[str, ...]] = {
    "document": ("文件", "文档", "文章", "原文"),
    "speaker": ("发言人", "讲话人", "人", "领导", "人物"),
    "organisation": ("单位", "部门", "机构"),
    "topic": ("话题", "主题", "内容"),
}


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Show a list to pick from, or the places where words stand, for a text that leafs through the knowledge."""
    if message.kind != "text":
        return None
    text = tidy(message.text)
    catalogue = _CATALOGUE.match(text)
    if catalogue:
        name = (catalogue["name"] or "").strip("。.!！?？ ")
        return _catalogue(context, session, "" if _ALL_OF_IT.fullmatch(name) else name)
    original = _ORIGINAL.match(text)
    if original:
        turn = _original(context, session, original["words"][:_MAX_CHARS], asked=bool(original["gap"]))
        if turn:
            return turn
    spoke = _WHO_SPOKE.match(strip_punctuation(text))
    if spoke and not _ASKS.search(spoke["words"]) and not _POINTS.fullmatch(spoke["words"]):
        return _who_spoke(context, session, spoke["words"], message.text)
    return _mentioned(context, session, text) or _named_clause(context, session, text)


def _catalogue(context: Context, session: Session, name: str) -> Turn:
    """Show the ways to leaf, the values of one of them, or the questions about one value."""
    if not name:
        choices = [
            Choice("", reply_text(context, f"browse.kind.{kind}"), f"目录 {names[0]}")
            for kind, names in _KINDS.items()
        ]
        return _listed(context, session, reply_text(context, "browse.catalogue"), choices)
    for kind, names in _KINDS.items():
        if name in names:
            values = [Choice("", shown, f"目录 {said}") for said, shown in _values(context, kind)]
            return _listed(context, session, reply_text(context, f"browse.kind.{kind}"), values)
    title, entries = _about(context, name)
    if not entries:
        return say(context, session, "browse.nothing")
    questions = [Choice(entry.id, entry.question) for entry in entries]
    turn = _listed(context, session, reply_text(context, "browse.about", name=title), questions)
    # 她讲的第二段, said of whom the list is about, is no question about whom was told of before it.
    about = LastAnswer(entries[0].id, mask(title), context.now)
    return replace(turn, session=replace(turn.session, hinted=about))


def _values(context: Context, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what can be said for a value of a kind, and how it is shown: every one that an entry is about."""
    content = context.snapshot.content
    used = {v for e in _published(context) for v in e.about.get(kind, ())}
    if kind == "document":
        yield from ((s.title, s.title) for s in content.sources.values() if s.id in used)
    elif kind == "speaker":
        people = [s for s in context.snapshot.structure.speakers.values() if s.id in used]
        yield from (
            (s.name, reply_text(context, "browse.speaker", name=s.name, post=s.post) if s.post else s.name)
            for s in people
        )
    else:
        values = dict.fromkeys(v for e in _published(context) for v in e.about.get(kind, ()))
        yield from ((value, value) for value in values)


def _about(context: Context, name: str) -> tuple[str, tuple[Entry, ...]]:
    """Return how a name is written and the entries about it, by the first kind that knows the name."""
    named = context.snapshot.analyzer.analyze(name).entities
    for kind in _KINDS:
        for said, _ in _values(context, kind):
            same = fold(said) == fold(name) or said in named or any(fold(n) == fold(said) for n in named)
            if same:
                found = [e for e in _published(context) if said in _said_values(context, e, kind)]
                return said, tuple(found)
    return "", ()


def _said_values(context: Context, entry: Entry, kind: str) -> tuple[str, ...]:
    content, values = context.snapshot.content, entry.about.get(kind, ())
    if kind == "document":
        return tuple(content.sources[v].title for v in values if v in content.sources)
    if kind == "speaker":
        people = context.snapshot.structure.speakers
        return tuple(people[v].name for v in values if v in people)
    return values


def _published(context: Context) -> list[Entry]:
    """Return the published entries in the order of the editors' files, which begin with the overview."""
    return [e for e in context.snapshot.content.entries.values() if e.status == "published"]


def _listed(context: Context, session: Session, head: str, choices: list[Choice]) -> Turn:
    """Return the turn that shows a list, ten lines a page; a number picks from any page."""
    parts = [choices[i : i + _LIST_PAGE] for i in range(0, len(choices), _LIST_PAGE)]
    pages = []
    for number, part in enumerate(parts):
        key = "browse.pick" if number == len(parts) - 1 else "browse.pick_or_more"
        lines = numbered(part, first=number * _LIST_PAGE + 1)
        pages.append(f"{head}\n{lines}\n{reply_text(context, key)}")
    after = replace(session, offered=tuple(choices), asking=False, pages=tuple(pages[1:]))
    return Turn(Reply("text", pages[0]), after, (Effect("browsed", {"n": len(choices)}),))


def _original(context: Context, session: Session, wanted: str, *, asked: bool) -> Turn | None:
    """Show every place with these very words; None when it is no search after all (原文第三条)."""
    quotes = find_words(context.snapshot.content, context.snapshot.structure, wanted)
    if not asked and (not quotes or read_move(wanted)):
        return None
    if not quotes:
        miss = missed(context, wanted, "no-such-words")
        return Turn(Reply("text", reply_text(context, "browse.no_words")), session, (miss,))
    head = reply_text(context, "browse.words", n=len(quotes))
    return _quoted(context, session, head, quotes, wanted, "words")


def _who_spoke(context: Context, session: Session, wanted: str, question: str) -> Turn | None:
    """Show who said these words, sentence by sentence; None when the knowledge has an answer of its own."""
    content = context.snapshot.content
    found = [
        q
        for q in find_words(content, context.snapshot.structure, wanted, around=0)
        if content.passages[q.passage_id].speaker
    ]
    if not found:
        if decide(context.snapshot, question).band is Band.ANSWER:
            return None
        miss = missed(context, question, "no-such-words")
        return Turn(Reply("text", reply_text(context, "browse.nobody")), session, (miss,))
    people = context.snapshot.structure.speakers
    names = dict.fromkeys(people[content.passages[q.passage_id].speaker].name for q in found)
    head = reply_text(context, "browse.spoke", names="、".join(names))
    return _quoted(context, session, head, tuple(found), question, "who-spoke")


def _mentioned(context: Context, session: Session, text: str) -> Turn | None:
    """Show where a document that is named has some words, or say that it has not; None where one passage answers, in other words too."""
    match = _MENTIONS.match(strip_punctuation(text))
    named = _document_called(context, match["document"]) if match else ""
    if match is None or not named or _ASKS.search(match["words"]):
        return None
    content = context.snapshot.content
    quotes = find_words(content, context.snapshot.structure, match["words"], around=0)
    quotes = tuple(q for q in quotes if content.passages[q.passage_id].source_id == named)
    title = content.sources[named].title
    decision = decide(context.snapshot, text)
    told = {quote.passage_id for hit in decision.hits[:1] for quote in hit.quotes}
    if not quotes:
        is_there = {content.passages[i].source_id for i in told} == {named} and len(told) == 1
        if is_there and decision.band is not Band.DECLINE and decision.hits[0].score >= GUESS_AT:
            return None
        miss = missed(context, text, "no-such-words")
        return Turn(Reply("text", reply_text(context, "browse.not_in", title=title)), session, (miss,))
    if decision.band is Band.ANSWER and told & {quote.passage_id for quote in quotes}:
        return None
    head = reply_text(context, "browse.in", title=title, n=len(quotes))
    return _quoted(context, session, head, quotes, text, "words")


def _document_called(context: Context, said: str) -> str:
    """Return the id of the document that is called so, by its name or as the only one of its kind (这个办法); "" for none."""
    name = _WHICH.sub("", said)
    named = next((s for s, names in context.snapshot.source_names.items() if name in names), "")
    answering = [source for source in context.snapshot.content.sources.values() if source.answers]
    of_kind = [source.id for source in answering if name in papers() and source.title.endswith(name)]
    alone = of_kind or [source.id for source in answering if name in _ANY_PAPER]
    return named or (alone[0] if len(alone) == 1 else "")


def _quoted(
    context: Context, session: Session, head: str, quotes: tuple[Quote, ...], question: str, rule: str
) -> Turn:
    """Return the turn that shows quotes, each with its citation and code."""
    content = context.snapshot.content
    blocks = []
    for quote in quotes:
        code = reply_text(context, "answer.code", code=code_of(content, quote.passage_id))
        blocks.append((quote.text, f"{cite(content, content.passages[quote.passage_id])}\n{code}"))
    first, *rest = pack_pages(context, head, blocks)
    last = LastAnswer(
        entry_id="",
        question=mask(tidy(question)),
        at=context.now,
        passages=tuple(dict.fromkeys(quote.passage_id for quote in quotes)),
        rule=rule,
        code=code_of(content, quotes[0].passage_id),
    )
    fields = {"entry": "", "passage": quotes[0].passage_id, "rule": rule, "score": "1.0000"}
    effect = Effect("told", {**asked(context, question), **fields})
    after = replace(session, last=last, pages=tuple(rest), offered=(), asking=False, hinted=None, n_failed=0)
    return Turn(Reply("text", first), after, (effect,))


def _named_clause(context: Context, session: Session, text: str) -> Turn | None:
    """Show what is wanted of a document that is named: 好网民倡议第三段, 整份宣言; None when decide knows better."""
    said = strip_punctuation(text)
    for source_id, names in context.snapshot.source_names.items():
        named = next((name for name in names if name in said), "")
        rest = said.replace(named, "", 1) if named else ""
        move = read_move(rest) if rest else None
        if move and move.kind == "all":
            return _whole_document(context, session, source_id, text)
        if move is None or move.kind != "nth":
            continue
        top = series_among(p for p in context.snapshot.structure.passages(source_id) if "." not in p.article)
        passage = top.find(move.number) if top else None
        if passage is None or decide(context.snapshot, text).band is Band.ANSWER:
            return None
        return _passage(context, session, passage)
    counted = find_counted(context, text)
    return _passage(context, session, counted) if counted and not _is_entry(context, text) else None


def _is_entry(context: Context, text: str) -> bool:
    """Return whether an entry answers a text by what it asks, so that no part need be looked up."""
    decision = decide(context.snapshot, text)
    return decision.band is Band.ANSWER and bool(decision.hits[0].entry_id)


def _whole_document(context: Context, session: Session, source_id: str, text: str) -> Turn | None:
    """Show a document that is named and wanted whole; None where an entry answers just that."""
    if decide(context.snapshot, text).band is Band.ANSWER:
        return None
    return send(context, session, of_document(context, source_id), text, "clause")


def _passage(context: Context, session: Session, passage: Passage) -> Turn:
    title = context.snapshot.content.sources[passage.source_id].title
    lead = reply_text(context, "followup.passage", title=title, heading=passage.heading)
    return send(context, session, of_passages((passage,), lead), f"{title}{passage.heading}", "clause")
