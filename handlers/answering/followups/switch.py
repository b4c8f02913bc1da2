"""What a short text leaves out, read from its words: whether it changes the subject (那妇联呢), and whom or what that is."""

from __future__ import annotations

import re

from handlers.answering.focus import Focus
from handlers.model.turn import Context
from knowledge.language.grammar import ASKING
from knowledge.language.tidy import plain
from knowledge.matching.decide import decide
from knowledge.matching.decision import Decision

MAX_CHARS = 12
_HEAD_CHARS = 3
_MAX_MARKED_CHARS = 20
"""Longer texts say what they are about; one that goes on by its own words (那, 还, 他) may be longer."""
_ENDING = r"(?:[呢咧嘞喃呐啊呀嘛噻哦哈吧]|怎么样|咋样|看看|谢谢)*"
_HOW = r"(?:(?:又|那边|是)*(?:怎么|咋个?|如何)(?:说|讲|做|弄|办|看|样|回事)?的?|(?:又)?是?(?:谁|哪个)(?:说|讲|管|负责)?的?|(?:又)?(?:说|讲)了?(?:啥子?|什么))?"
_SWITCH = re.compile(
    rf"^(?P<lead>那么?|换成?|换做|改成|改问|再问|(?:要|如果|那要|那如果)是)?(?P<what>.{{2,14}}?)"
    rf"(?P<link>(?:那边|那块|那份|那个|那|这边|方面|的|那里|们)*)(?P<how>{_HOW})(?P<end>{_ENDING})$"
)
ASKS_OR_NAMES_A_PLACE = re.compile(rf"{ASKING}|几|吗|如何|为何|是不是|有没有|能不能|第.{{1,3}}[条项段点个款]")
PRONOUN = re.compile(r"他们|她们|他|她|[这那]个人|[这那]位|[这那]人|人家|这家|该(?=单位|公司)")
_SPEAKS = re.compile(
    r"讲话|讲了|说了|发言|表态|谈谈|内容|工作|介绍|情况|方面|具体|主要|详细|事情|时候|做了|干了|说说|做法|讲讲"
)
TRAILING = re.compile(_ENDING + "$")
LEADING = re.compile(r"^(?:那么|那|还|又|再|然后|要是|如果|另外)+")


def switched_to(text: str) -> str:
    """Return what a short text changes the subject to, "" when it is no such change.

    >>> [switched_to(t) for t in ("那妇联呢", "换成青年的", "自律那份咧", "妇联", "那是谁说的", "青年那边咋说的")]
    ['妇联', '青年', '自律', '', '', '青年']
    """
    match = _SWITCH.match(plain(text))
    if (
        not match
        or PRONOUN.match(LEADING.sub("", plain(text)))
        or ASKS_OR_NAMES_A_PLACE.search(match["what"])
    ):
        return ""
    is_change = match["lead"] or (match["link"] if match["how"] else match["end"])
    return match["what"] if is_change else ""


def own_words(alone: Decision) -> list[str]:
    """Return the content words of a text that ask for nothing by themselves."""
    return [word for word in alone.query.words if not ASKS_OR_NAMES_A_PLACE.search(word)]


def is_short(text: str) -> bool:
    """Return whether a text is so short that it may leave out what it is about."""
    said = plain(text)
    marked = bool(LEADING.match(said) or PRONOUN.search(said))
    return len(said) <= (_MAX_MARKED_CHARS if marked else MAX_CHARS)


def subjects_meant(context: Context, what: str) -> frozenset[str]:
    """Return whom or what the words mean: speaker ids, organisations, source ids of the entries about it.

    A name means itself, 青年 the ones whose topic is 青年好网民; () when no entry is about anything of the kind.
    """
    content = context.snapshot.content
    named = context.snapshot.analyzer.analyze(what).entities
    found: set[str] = {s.id for s in context.snapshot.structure.speakers.values() if s.name in named}
    found |= {source.id for source in content.sources.values() if source.title in named}
    found |= {n for n in named if content.lexicon.kinds.get(n) == "organisation"}
    if not found and len(what) >= _HEAD_CHARS:
        # 网信办, of several bodies that are called so.
        bodies = {n for n, kind in content.lexicon.kinds.items() if kind == "organisation"}
        found = {n for n in bodies if any(w.endswith(what) for w in (n, *content.lexicon.aliases.get(n, ())))}
    if not found:
        topics = [
            (topic, value)
            for e in content.entries.values()
            for topic in e.about.get("topic", ())
            for kind in ("speaker", "document")
            for value in e.about.get(kind, ())[:1]
            if what in topic
        ]
        # 下一步 is a topic of several, so it is asked of the one spoken of; 网民 begins one topic and stands in those of all.
        subjects = {value for _, value in topics}
        found = subjects if len(subjects) == 1 and any(t.startswith(what) for t, _ in topics) else set()
    return frozenset(found)


def is_specific(context: Context, focus: Focus) -> bool:
    """Return whether the last question asked more of its subject than what was said: 下一步打算做什么, not 讲了什么."""
    words = own_words(decide(context.snapshot, focus.question))
    return any(len(word) > 1 and not _SPEAKS.fullmatch(word) for word in words)
