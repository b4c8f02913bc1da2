"""The documents in a text, one behind the other: the main one, and what is appended to it or issued with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.learning.document import TextLine
from knowledge.learning.facts.days import is_day_only
from knowledge.learning.facts.facts import find_facts
from knowledge.learning.facts.head import is_name
from knowledge.learning.marks import ENDS, division, labels, marker
from knowledge.learning.web_page import PAGE, is_of_the_page

_NUMERAL = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_ANNEX = re.compile(rf"附(?:件|录|表|则)?[\s　]*{_NUMERAL}?[\s　]*[:：]?")
_TITLE = re.compile(r"《[^《》]+》")
_ATTACHED = re.compile(rf"附(?:件|表)?[\s　]*[:：]?[\s　]*(?:{_NUMERAL}[.．、:：])?\S.*")
_CLOSING = re.compile(r"特此.{2,6}[。.]?|此致|敬礼[！!]?|以上.{2,8}[，,]?请.{2,8}[。.]|请遵照执行。|完[。.]?")
_PRINTED = re.compile(r".{2,30}[\s　]+.*印发")
_BLANK_DAY = re.compile(r"(?:\d{4}|[\s　_＿]*)年[\s　_＿]*月[\s　_＿]*日")
_MAX_TITLE_CHARS = 60
_MAX_SIGNED_LINES = 6
CLOSING = frozenset(
    {
        "标题",
        "目录",
        "主送",
        "称呼",
        "附件",
        "结语",
        "发布单位",
        "发布日期",
        "签名处",
        "作者",
        "附注",
        "编辑",
        PAGE,
        "抄送",
        "分送",
        "印发单位、印发日期",
    }
)
"""What stands outside of the text proper, and nobody asks about."""
_CONTACT = re.compile(r".*(?:电话|热线|传真|邮箱|地址|联系人|联系方式|网址|邮编|邮政编码)")
_PRESENT = frozenset({"出席", "列席", "参加", "参会", "缺席", "请假", "主持", "记录"})
_EDITED = re.compile(r"(?:责任)?编辑|责编|编审|审核|校对|供稿|撰稿|摄影|初审|复审|终审")


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one document, from `start` to before `end`, and what single lines of it are, by index.

    `title_lines` is how many lines at its beginning name it: 附件2, and the title below; 0 for the main document.
    """

    start: int
    end: int
    title: str
    title_lines: int
    roles: dict[int, str]


def sections_of(lines: Sequence[TextLine]) -> tuple[Section, ...]:
    """Return the documents that the lines hold, the main one first."""
    starts = [(0, "", 0), *_inner(lines)]
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    return tuple(
        Section(start, end, title, n, _roles(lines, start + n, end, main=not start))
        for (start, title, n), end in zip(starts, ends, strict=True)
        if start < end
    )


def _inner(lines: Sequence[TextLine]) -> Iterator[tuple[int, str, int]]:
    """Yield where a document within begins: its first line, its title, and how many lines these are."""
    main = find_facts(lines).title
    named = {_plain(name) for name in re.findall(r"《([^《》]+)》", main.value)}
    begun = -1
    for i, line in enumerate(lines):
        if i <= begun or i in main.lines:
            continue
        following = lines[i + 1].text if i + 1 < len(lines) else ""
        if _ANNEX.fullmatch(line.text) and following:
            n = 2 if _is_title(following) else 1
            begun = i + n - 1
            yield i, following if n > 1 else line.text.rstrip(":：　 "), n
        elif i and (_TITLE.fullmatch(line.text) or (_plain(line.text) in named and _is_title(line.text))):
            begun = i
            yield i, line.text, 1


def _is_title(text: str) -> bool:
    return (
        0 < len(text) <= _MAX_TITLE_CHARS and text[-1] not in ENDS and not marker(text) and not labels(text)
    )


def _plain(text: str) -> str:
    return re.sub(r"[\s　《》]", "", text)


def _roles(lines: Sequence[TextLine], start: int, end: int, *, main: bool) -> dict[int, str]:
    """Return what the lines of a document are that are no text proper: its head, its contacts, its end."""
    heads = find_facts(lines[start:end]).heads
    roles = {start + i: head for i, head in heads.items() if main or head != "标题"}
    roles |= _contents(lines, start, end)
    roles |= dict.fromkeys(filter(lambda i: is_of_the_page(lines[i].text), range(start, end)), PAGE)
    roles |= _tail(lines, max([start, *(i + 1 for i, role in roles.items() if role != PAGE)]), end)
    listed = False
    for i in range(start, end):
        found = marker(lines[i].text)
        listed = listed and bool(found and found.kind == "1.")
        if i in roles:
            continue
        if listed or (
            _ATTACHED.fullmatch(lines[i].text)
            and re.match(r"附(?:件|表)?[\s　]*[:：]|附件[\s　]*\d", lines[i].text)
        ):
            listed = True
            roles[i] = "附件"
        elif _CLOSING.fullmatch(lines[i].text):
            roles[i] = "结语"
    return roles | _contacts(lines, roles, start, end)


def _contacts(lines: Sequence[TextLine], roles: dict[int, str], start: int, end: int) -> dict[int, str]:
    """Return the lines at the end of a document that tell whom to ask; those of a part of it, one for each, stand in that part."""
    told = {
        i: given
        for i in range(start, end)
        if i not in roles and (given := labels(lines[i].text)) and all(map(_CONTACT.fullmatch, given))
    }
    heads = [i for i in range(start, end) if _heads_part(lines[i])]
    last = heads[-1] if heads else start
    of_parts = {given for i, given in told.items() if i < last}
    return {i: "、".join(given) for i, given in told.items() if given not in of_parts}


def _heads_part(line: TextLine) -> bool:
    found = marker(line.text)
    return bool(line.level or division(line.text) or (found and found.kind == "一、"))


def _contents(lines: Sequence[TextLine], start: int, end: int) -> dict[int, str]:
    """Return the lines of a table of contents: 目录, and what follows until the first of its headings comes again."""
    for i in range(start, end):
        if re.sub(r"[\s　]", "", lines[i].text) == "目录":
            first = _plain(lines[i + 1].text) if i + 1 < end else ""
            again = next((j for j in range(i + 2, end) if _plain(lines[j].text) == first), 0)
            return dict.fromkeys(range(i, again), "目录") if again else {i: "目录"}
    return {}


def _tail(lines: Sequence[TextLine], start: int, end: int) -> dict[int, str]:
    """Return who signed a document and when, and what stands below: at its end, in short lines."""
    roles: dict[int, str] = {}
    for i in range(end - 1, max(start, end - _MAX_SIGNED_LINES - 4) - 1, -1):
        if is_of_the_page(lines[i].text):
            continue
        role = _signed(lines[i].text, above_day="发布日期" in roles.values())
        if not role:
            break
        roles[i] = role
    return roles


def _signed(text: str, *, above_day: bool) -> str:
    if is_day_only(text):
        return "发布日期"
    if _BLANK_DAY.fullmatch(text) or re.fullmatch(
        r"(?:承诺|签名|签字|倡议)人?[（(]?.{0,6}[)）]?[:：][\s　_＿]*", text
    ):
        return "签名处"
    if re.fullmatch(r"[（(][^（）()]{2,40}[)）]", text):
        return "作者" if re.search(r"记者|通讯员|来源|整理|作者|编辑", text) else "附注"
    if text.startswith(("抄送", "主送", "分送")):
        return text[:2]
    if given := labels(text):
        return _labelled_end(given)
    if _PRINTED.fullmatch(text):
        return "印发单位、印发日期"
    if is_name(text) or (above_day and _is_title(text) and len(text) <= 30):
        return "发布单位"
    return ""


def _labelled_end(given: tuple[str, ...]) -> str:
    """Return what a line of labels at the end of a document is: who was there, who edited it, who signs; "" for any other."""
    if _PRESENT.issuperset(given):
        return "、".join(given)
    if all(map(_EDITED.fullmatch, given)):
        return "编辑"
    return "发布单位" if re.fullmatch(r"(?:倡议|发起|公示|公告|通告)(?:单位|人)", given[0]) else ""
