"""How Chinese documents count and label their lines: 第一章, 第一条, 一、, （一）, 1., ①, 一是, 问：, 联系人：.

Each function looks at one line alone; what it is in its document is decided in `outline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.language.numerals import chinese_numeral

_DIGITS = "零一二三四五六七八九"
_CHINESE = "[零〇一二三四五六七八九十百两]{1,7}"
_NUMERAL = rf"(?:{_CHINESE}|\d{{1,3}})"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
ENDS = "。！？；!?;…，,、：:"
MAX_HEADING_CHARS = 40
_MAX_RUN_IN_CHARS = 24
_MAX_BARE_CHARS = 30

_DIVISION = re.compile(rf"第\s*({_NUMERAL})\s*(编|分编|篇|部分|章|节)(?:[\s　:：、.．]+(.*)|([^\s　].*)?)")
_DIVISIONS = ("编", "分编", "篇", "部分", "章", "节")
_ARTICLE = re.compile(rf"(第\s*({_NUMERAL})\s*条(?:之({_CHINESE}))?)([\s　]*)(.*)", re.DOTALL)
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("一、", re.compile(rf"({_CHINESE})[、．.]\s*(.+)", re.DOTALL)),
    ("（一）", re.compile(rf"[（(]\s*({_CHINESE})\s*[)）][、.．]?\s*(.+)", re.DOTALL)),
    ("1.", re.compile(r"(\d{1,3})(?:[、．]|\.(?!\d))\s*(.+)", re.DOTALL)),
    ("（1）", re.compile(r"[（(]\s*(\d{1,3})\s*[)）][、.．]?\s*(.+)", re.DOTALL)),
    ("1）", re.compile(r"(\d{1,3})[)）]\s*(.+)", re.DOTALL)),
    ("①", re.compile(rf"([{_CIRCLED}])\s*(.+)", re.DOTALL)),
    ("一是", re.compile(r"([一二三四五六七八九十])[是要](.+)", re.DOTALL)),
    ("第一，", re.compile(rf"第({_CHINESE})[，,、：:]\s*(.+)", re.DOTALL)),
    ("-", re.compile(r"([-*•●■◆▪])\s+(.+)", re.DOTALL)),
)
_INLINE = {
    "（一）": re.compile(rf"(?<=[：:。；;])\s*(?=[（(]({_CHINESE})[)）])"),
    "一是": re.compile(r"(?<=[：:。；;])\s*(?=([一二三四五六七八九十])(?:是(?!否)|要))"),
}
_LABEL = re.compile(
    # 时　间： is set as wide as 主持人：; 24小时服务热线： begins with a number.
    r"(?:^|[\s　，,；;。])([\u4e00-\u9fff]{2,10}|[\u4e00-\u9fff](?:[ 　]+[\u4e00-\u9fff]){1,3}|\d{1,5}[\u4e00-\u9fff]{2,8}(?:电话|热线))[ 　]?[:：]"
)
_QUESTION = re.compile(
    r"(?:\d{1,3}[.．、]\s*)?(?:【问】|[【（(]?问(?:题)?\s*\d*[】）)]?\s*[：:]|Q\s*\d*\s*[：:.])\s*(.*)",
    re.DOTALL,
)
_REPORTER = re.compile(r"(?:(?:记者|提问|网友)(?:问)?\s*[：:]\s*(.*)|主持人?\s*[：:]\s*(.*[？?]))", re.DOTALL)
_ANSWER = re.compile(
    r"(?:\d{1,3}[.．、]\s*)?(?:【答】|[【（(]?(?:回?答|答复)\s*\d*[】）)]?\s*[：:]|A\s*\d*\s*[：:.])"
)
ROLES = frozenset(
    {
        "主持人",
        "主持",
        "记者",
        "嘉宾",
        "问",
        "答",
        "网友",
        "家长",
        "学生",
        "发言人",
        "工作人员",
        "群众",
        "代表",
    }
)
"""Who speaks in a transcript without being named."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A mark at the beginning of a line: its kind, its number, as the text writes it, and the words behind it."""

    kind: str
    number: int
    label: str
    words: str


def number_of(text: str) -> int:
    """Return the number that Chinese or Arabic digits name.

    >>> number_of("一百零三"), number_of("二十"), number_of("12"), number_of("③")
    (103, 20, 12, 3)
    """
    if text.isdecimal():
        return int(text)
    if text in _CIRCLED:
        return _CIRCLED.index(text) + 1
    total = digit = 0
    for sign in text.replace("〇", "零").replace("两", "二"):
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
    return total + digit


def division(text: str) -> Marker | None:
    """Return the mark of a heading 第一章 总则; None when the line is more than a heading.

    >>> division("第二章　群主和居民").number
    2
    """
    found = _DIVISION.fullmatch(text)
    if not found or len(text) > MAX_HEADING_CHARS or text[-1] in ENDS.replace("、", ""):
        return None
    words = found.group(3) or found.group(4) or ""
    return Marker(found.group(2), number_of(found.group(1)), found.group(0)[: found.end(2)], words)


def division_rank(kind: str) -> int:
    """Return how far inside a division of this kind stands: 编 0, 节 last."""
    return _DIVISIONS.index(kind)


def article(text: str, expected: int) -> Marker | None:
    """Return the mark of an article; a sentence that begins by naming one (第三条规定的情形) has none.

    Args:
        expected: The number of the next article, by which one without a space behind it is told.
    """
    found = _ARTICLE.fullmatch(text)
    if not found:
        return None
    label, number, of, space, words = found.groups()
    # A mark stands apart from its words; where it doesn't, the count tells.
    apart = bool(space) or not words or words[0] in "【[（(〔《“：:"
    if not of and not apart and number_of(number) != expected:
        return None
    return Marker(f"条之{number_of(of)}" if of else "条", number_of(number), label, words)


def marker(text: str) -> Marker | None:
    """Return the mark that a counted line begins with.

    >>> marker("（二）材料要求").kind, marker("2024年9月9日"), marker("3.5米")
    ('（一）', None, None)
    """
    for kind, pattern in _MARKERS:
        found = pattern.fullmatch(text)
        if found:
            number = 0 if kind == "-" else number_of(found.group(1))
            return Marker(kind, number, text[: found.start(2)].strip(), found.group(2))
    return None


def split_counted(text: str) -> list[str]:
    """Return a paragraph in the pieces that it counts inside itself; every sign stays.

    >>> split_counted("要做好两件事：一是抓培训。二是抓检查。")
    ['要做好两件事：', '一是抓培训。', '二是抓检查。']
    """
    for pattern in _INLINE.values():
        starts: list[int] = []
        for found in pattern.finditer(text):
            if number_of(found.group(1)) == len(starts) + 1 + _counts_from_its_start(text, pattern):
                starts.append(found.start())
        if len(starts) + _counts_from_its_start(text, pattern) > 1:
            pieces = [text[a:b].strip() for a, b in zip([0, *starts], [*starts, len(text)], strict=True)]
            return [piece for whole in pieces if whole for piece in _again(whole, pattern)]
    return [text]


def _counts_from_its_start(text: str, pattern: re.Pattern[str]) -> int:
    """Return 1 when the paragraph begins with the first of what it counts: 一是…。二是…。"""
    begins = pattern.match("：" + text, 1)
    return int(begins is not None and number_of(begins.group(1)) == 1)


def _again(piece: str, done: re.Pattern[str]) -> list[str]:
    """Return a piece in the pieces of the other way of counting, when it has them."""
    others = [pattern for pattern in _INLINE.values() if pattern is not done]
    return split_counted(piece) if any(pattern.search(piece) for pattern in others) else [piece]


def is_heading(text: str) -> bool:
    """Return whether a line may be a heading: short, and no sentence; a question may be one.

    >>> [is_heading(t) for t in ("一、活动时间", "材料要求：", "各校要组织好。", "怎么申请？")]
    [True, True, False, True]
    """
    plain = text.rstrip("：:")
    return 0 < len(plain) <= MAX_HEADING_CHARS and plain[-1] not in ENDS.replace("？", "").replace("?", "")


def is_heading_sentence(found: Marker) -> bool:
    """Return whether the words of a counted line are one short sentence, as speeches head what follows.

    >>> [is_heading_sentence(marker(t)) for t in ("第一，认识要再提高。", "一、各校要组织好。请家长配合。")]
    [True, False]
    """
    words = found.words.removesuffix("。")
    return (
        len(words) <= _MAX_RUN_IN_CHARS and words != found.words and is_heading(words) and "。" not in words
    )


def run_in(found: Marker) -> str:
    """Return the heading that a counted line begins with, mark included: a first short sentence, or words before a colon.

    "" when its first sentence is its only one, or too long for a heading.

    >>> run_in(marker("（一）上好一堂课。各校至少安排1课时。"))
    '（一）上好一堂课'
    >>> run_in(marker("一、活动时间：9月9日"))
    '一、活动时间'
    """
    head = re.match(rf"([^。！？；;：:]{{2,{_MAX_RUN_IN_CHARS}}})[。：:](?=.)", found.words, re.DOTALL)
    words = head.group(1) if head else ""
    return f"{found.label}{words}" if words and words.count("“") == words.count("”") else ""


def place(found: Marker, number: int) -> str:
    """Return what a counted line without a heading is called: 第（二）项, 第二项, 二是.

    >>> place(marker("2.不甩客"), 2), place(marker("（二）不甩客"), 2)
    ('第二项', '第（二）项')
    """
    if found.kind in ("一是", "第一，"):
        return found.label.rstrip("，,、：:")
    chinese = chinese_numeral(number) if number < 100 else str(number)
    if found.kind == "-":
        return f"第{chinese}点"
    return f"第（{chinese}）项" if found.kind in ("（一）", "（1）") else f"第{chinese}项"


def is_bare_heading(text: str) -> bool:
    """Return whether a line may be a heading without a mark: a few words, and no sign of a sentence.

    >>> [is_bare_heading(t) for t in ("守住第一道门", "主题：网络安全", "我们一起行动！")]
    [True, False, False]
    """
    return (
        2 < len(text) <= _MAX_BARE_CHARS and text[-1] not in ENDS and not re.search(r"[。；;：:！？]", text)
    )


def role_of(text: str) -> str:
    """Return who speaks a line of a transcript without being named: 主持人, 网友 …; "" when nobody does.

    >>> role_of("主持人：请说。"), role_of("季春林：好。")
    ('主持人', '')
    """
    found = re.match(r"([\u4e00-\u9fff]{1,4})[：:](?=.)", text)
    return found.group(1) if found and found.group(1) in ROLES else ""


def labels(text: str) -> tuple[str, ...]:
    """Return the labels of a line that gives facts by name, () for any other line.

    >>> labels("联系人：何晓芸，联系电话：0830-5550142。"), labels("时　间：4月15日")
    (('联系人', '联系电话'), ('时间',))
    """
    first = _LABEL.match(text)
    if not first or len(text) == first.end():
        return ()
    if first.group(1) in ROLES and re.search(r"[。！？!?]", text):
        return ()
    return tuple(re.sub(r"[ 　]", "", found.group(1)) for found in _LABEL.finditer(text))


def question_of(text: str, *, reporters: bool = False) -> str:
    """Return what a 问 line asks, "" for any other line; with `reporters` 记者： asks too.

    >>> question_of("问：谁来管理？"), question_of("问题不大")
    ('谁来管理？', '')
    """
    found = _QUESTION.fullmatch(text) or (reporters and _REPORTER.fullmatch(text))
    return next((asked.strip() for asked in found.groups() if asked), "") if found else ""


def is_answer(text: str) -> bool:
    """Return whether a line begins an answer: 答：…"""
    return bool(_ANSWER.match(text))
