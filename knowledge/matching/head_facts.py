"""What a document's head tells: when, where, who presided, how many took part, its number, since when, who issued it.

A question that asks only this, of a document that it names or of the only one there is, is answered with the very line. Such a
line shares no word with the question (谁发的 and a bare name in the last line), so no likeness would find it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from knowledge.language.grammar import TAKES_EFFECT
from knowledge.language.tidy import plain, strip_punctuation
from knowledge.matching.decision import Band, Decision, Hit
from knowledge.matching.index.sentences import sent_for
from knowledge.matching.query import Query
from knowledge.matching.snapshot import WHOLE, Snapshot
from knowledge.model.sources import Quote, Source

_WHEN = r"(?:是|在|从|自|于)*(?:什么时候|啥子?时候|什么时间|啥时间|何时|几时|哪一?[天日年]|几月几[号日]|几[号日])(?:起|开始|正式|就|才)*"
_WHO = r"(?:是|由)*(?:谁|哪(?:一?个|家|些)?(?:单位|部门|机关|机构|组织|地方)|什么(?:单位|部门|机关|机构))(?:负责|来)?"
_ASKED = r"(?:是|有)?(?:什么(?:时候)?|啥子?|多少|好多|几号?|谁|哪(?:里|个|儿|天|些|一天|位|几个)?|哪个(?:单位|机关))?"
_ISSUED = "(?:发布|印发|发文|公布|出台|下发|发出来?|制发|发)"
_HELD = "(?:召开|举行|举办|开)"
_INTO_FORCE = f"(?:开始|正式)?(?:{TAKES_EFFECT}|起效)"
_FACTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "number",
        rf"(?:文号|发文字号|文件号|发文文号|会议编号|编号){_ASKED}",
        ("文号", "发文字号", "发文文号", "会议编号", "编号"),
    ),
    (
        "effective",
        rf"{_WHEN}{_INTO_FORCE}|(?:施行|生效|实施|执行)(?:的)?(?:日期|时间){_ASKED}|(?:有效期|执行期)?从哪天{_INTO_FORCE}",
        ("施行日期", "生效日期", "实施日期"),
    ),
    (
        "adopted",
        rf"(?:{_WHEN}|{_WHO}|(?:是|在)?(?:哪|第几)(?:一)?次会议?上?)(?:审议)?(?:通过|批准)|(?:通过|批准)(?:的)?(?:日期|时间){_ASKED}",
        ("通过日期",),
    ),
    (
        "issued_on",
        rf"{_WHEN}{_ISSUED}|{_ISSUED}(?:的)?(?:日期|时间){_ASKED}|成文日期{_ASKED}",
        ("发布日期", "印发日期", "成文日期", "发文日期", "公布日期", "发布时间", "日期"),
    ),
    (
        "issued_by",
        rf"{_WHO}(?:制定|起草|出|{_ISSUED})|(?:发文|发布|印发|制定|制发)(?:机关|机构|单位|部门|者){_ASKED}|落款{_ASKED}",
        ("发布单位", "发布机构", "发文单位", "制定机关", "发布者", "发文机关", "来源", "通过日期"),
    ),
    (
        "met_on",
        rf"(?:{_WHEN}|几点(?:钟|半)?(?:开始)?){_HELD}|{_HELD}?(?:会议?)?(?:的)?时间{_ASKED}",
        ("时间", "会议时间", "召开时间", "开会时间", "访谈时间", "活动时间"),
    ),
    (
        "met_at",
        rf"(?:是|在|到)*(?:哪里|哪儿|哪个(?:地方|会议室|会场)|什么地方|啥子?地方|何处){_HELD}|{_HELD}?(?:会议?)?(?:的)?地点{_ASKED}",
        ("地点", "会议地点", "召开地点"),
    ),
    ("presided", rf"(?:是|由)*(?:谁|哪个|哪位)主持|主持人?{_ASKED}", ("主持人", "主持", "会议主持")),
    (
        "attended",
        r"(?:有|来了?)*(?:多少|好多|几个?)人(?:参加|参会|出席|到会)|(?:有|是)?(?:谁|哪些人|哪些单位|哪个)(?:参加|参会|出席|到会)"
        rf"|(?:参加|参会|出席|与会)(?:的)?(?:人员|人数|单位|人){_ASKED}",
        ("参加人员", "出席人员", "参会人员", "与会人员", "出席", "参加", "参加单位", "参会单位"),
    ),
    ("recorded", rf"(?:是|由)*(?:谁|哪个)(?:做的?)?记录|记录人?{_ASKED}", ("记录人", "记录", "会议记录")),
    (
        "addressed",
        rf"(?:是|要)*(?:主送|发送?给|写给|印发给|发到)(?:了|的)?(?:是|给)?(?:谁|哪(?:些|个|里)?(?:单位|部门|人|地方)?|什么(?:单位|部门|人))"
        rf"|主送(?:单位|机关)?{_ASKED}",
        ("主送", "称呼"),
    ),
    (
        "written",
        rf"(?:是|由)*(?:谁|哪个|哪位)(?:记者)?(?:采写|撰写|撰稿|报道|写)|(?:记者|作者|通讯员)(?:叫|姓)?{_ASKED}",
        ("作者", "记者", "通讯员", "撰稿"),
    ),
    ("annexes", rf"(?:有|是)*(?:哪些|哪几个|几个|什么)附件|附件{_ASKED}", ("附件",)),
)
"""Each fact: how it is asked, and what the line is headed that gives it, the surest first."""
_PATTERNS = tuple((name, re.compile(pattern), headings) for name, pattern, headings in _FACTS)
_SAID: Mapping[str, re.Pattern[str]] = {
    "effective": re.compile(
        rf"自[^。；]{{2,20}}?(?:日|起)(?:正式)?(?:{TAKES_EFFECT})(?!的)|日\s*起?(?:正式)?(?:施行|试行|生效)(?!的)"
    ),
    "met_on": re.compile(r"\d日[^。；\n]{0,60}?(?:召开|举行|举办|启动)(?!的)"),
    "met_at": re.compile(r"在[^，。；\n]{2,24}?(?:召开|举行|举办|启动)(?!的)"),
    "presided": re.compile(r"主持(?!人)"),
    "attended": re.compile(r"\d+\s*(?:余|多)?(?:名|位)?[^，。；\n\d]{0,12}?(?:参加|出席|参会)"),
}
"""What a sentence looks like that gives a fact where no line of the head does."""
_LEAD_CHARS = 600
"""How far into a report its lead reaches, which tells when, where and who; since when it is in force a document says last."""
_FILLER = re.compile(
    r"请问|问一?下|我想(?:问|知道)|想知道|麻烦|告诉我|这一?[个份次场篇部项]|那一?[个份次场篇部项]|该|本[次场]?|的|了|呢|啊|呀|吗|嘛|哈|到底|究竟|来着|一下|是"
)
_ANY_DOCUMENT = re.compile(r"^(?:文件|文章|报道|新闻|稿件|大?会议?)|(?:文件|文章|报道|新闻|稿件|大?会议?)$")
# 服务规范（试行） is asked for as 规范.
_AFTER_TITLE = re.compile(r"[（(][^（()）]{1,8}[）)]$")
_HEADS_AT_MOST = 3
_END_CHARS, _PIECE_CHARS = 2, 4


def asked_head_fact(snapshot: Snapshot, query: Query) -> Decision | None:
    """Return what to do with a question that only asks for a fact of a document's head; None when it asks for more.

    Where several documents give it and none is named, the newest of them are the choices.
    """
    text = strip_punctuation(query.text)
    is_asked = False
    for name, pattern, headings in _PATTERNS:
        for match in pattern.finditer(text):
            rest = _FILLER.sub("", text[: match.start()] + text[match.end() :])
            documents = [s for s in snapshot.content.sources.values() if _may_be(snapshot, s, rest)]
            found = [hit for source in documents if (hit := _line(snapshot, source, name, headings))]
            if found:
                band = Band.ANSWER if len(found) == 1 else Band.CLARIFY
                return Decision(band, _newest(snapshot, found), "head", query)
            is_asked |= name == "number" and bool(documents) and "文号" in text
    # A number of its own stands in the head or nowhere.
    return Decision(Band.DECLINE, (), "absent-fact", query) if is_asked else None


def _newest(snapshot: Snapshot, hits: list[Hit]) -> tuple[Hit, ...]:
    sources = snapshot.content.sources
    days = {hit.target: sources[hit.passage_id.partition("#")[0]].day for hit in hits}
    return tuple(sorted(hits, key=lambda hit: days[hit.target], reverse=True)[:_HEADS_AT_MOST])


def _may_be(snapshot: Snapshot, source: Source, rest: str) -> bool:
    """Return whether all that a question says besides the fact names the document: nothing, or words of its title.

    These must stand in the title in their order and end with it (停车办法), or be a good piece of it; 奖 is neither.
    """
    if not source.answers:
        return False
    named = _ANY_DOCUMENT.sub("", rest)
    annexed = (passage.heading for passage in snapshot.structure.annexed(source.id))
    titles = itertools.chain((source.title,), annexed)
    return not named or any(_names(named, plain(_AFTER_TITLE.sub("", title))) for title in titles)


def _names(named: str, title: str) -> bool:
    signs = iter(title)
    in_order = all(sign in signs for sign in named)
    return in_order and (
        title.endswith(named[-_END_CHARS:]) or (len(named) >= _PIECE_CHARS and named in title)
    )


def _line(snapshot: Snapshot, source: Source, name: str, headings: tuple[str, ...]) -> Hit | None:
    """Return the line of a document that gives a fact: one that is headed so, else a sentence that says so."""
    heads = [p for p in snapshot.structure.leaves(source.id) if not p.outer and p.answers]
    for heading in headings:
        for passage in heads:
            if heading in passage.heading and heading in passage.heading.split("、"):
                return Hit(passage.id + WHOLE, 1.0, passage.heading, 0.0, (Quote(passage.id, passage.text),))
    key = _sentence(snapshot, source, name)
    return Hit(key, 1.0, snapshot.sentences[key].text, 0.0, snapshot.quotes(key)) if key else None


def _sentence(snapshot: Snapshot, source: Source, name: str) -> str:
    """Return the sentence of a document that gives a fact, "" when none does."""
    end = len(source.text) if name == "effective" else _LEAD_CHARS
    for found in _SAID[name].finditer(source.text, 0, end) if name in _SAID else ():
        passage = snapshot.structure.innermost(source.id, found.start())
        if passage is None:
            continue
        sent = sent_for(snapshot.structure, passage).id
        for number in itertools.count():
            key = f"{sent}@{number}"
            sentence = snapshot.sentences.get(key)
            if sentence is None:
                break
            if sentence.start <= found.start() < sentence.end:
                return key
    return ""
