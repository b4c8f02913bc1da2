"""What can be asked of a sentence: its clauses with a question word in the place of a fact.

每人每餐4元 answers 每人每餐多少钱. A question is much nearer in meaning to another question than to a statement, and nearest to the
one that asks for the same fact; so these tell, better than the sentence itself does, which of its facts are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.language.shapes import asks_for_person, counted, names_in

_DIGIT = "〇零一二两三四五六七八九十百千万亿半"
_NUMBER = rf"(?:\d[\d.,]*[万亿千百]*|[{_DIGIT}]+)"
_RULES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "date",
        "什么时候",
        re.compile(
            rf"(?:\d{{4}}|[{_DIGIT}]{{4}})年(?:{_NUMBER}月)?(?:{_NUMBER}日|底)?|(?<![\d{_DIGIT}个]){_NUMBER}月(?:{_NUMBER}日|[上中下]旬|底|初)"
            r"|每月\d+日|(?:周|星期)[一二三四五六日天](?:[至到](?:周|星期)?[一二三四五六日天])?"
        ),
    ),
    (
        "clock",
        "几点",
        re.compile(
            rf"(?:上午|下午|晚上|夜间|次日)*(?:\d{{1,2}}[:：]\d{{2}}|{_NUMBER}[时点](?!内|间))"
            rf"(?:[—\-–至到~]+(?:次日)?(?:\d{{1,2}}[:：]\d{{2}}|{_NUMBER}[时点]))?"
        ),
    ),
    ("money", "多少钱", re.compile(rf"{_NUMBER}余?(?:元|角|块)")),
    ("share", "百分之多少", re.compile(rf"{_NUMBER}%|{_NUMBER}分之{_NUMBER}|{_NUMBER}成")),
    (
        "duration",
        "多长时间",
        re.compile(
            rf"(?<![\d{_DIGIT}]){_NUMBER}余?个?(?:工作日|小时|分钟|天|日|周(?!岁)|个月|月|年)(?:以上|以内|之内|内)?"
        ),
    ),
    (
        "phone",
        "电话多少",
        re.compile(r"(?<!\d)(?:\d{3,4}-)+\d{3,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)\d{5,8}(?![\d余多个人户元米])"),
    ),
    (
        "number",
        "多少",
        re.compile(
            rf"(?<![第\d{_DIGIT}])(?![一两](?![{_DIGIT}])){_NUMBER}(?=[余多]?(?:周?岁|公里|千米|平方|毫米|厘米|米|层|吨|公斤|千克|斤|户|家|名|位|人|个|台|辆|张|份|次|项|条|只|座|处|所|套|间|具|本|支|块|倍))"
        ),
    ),
    (
        "place",
        "哪里",
        re.compile(
            r"[\u4e00-\u9fff]{2,8}(?:路|街|巷|大道)[\d一二三四五六七八九十]*号?[\u4e00-\u9fff\d]{0,8}|[\u4e00-\u9fff]{1,6}[\d一二三四五六七八九十]+(?:楼|层)[\u4e00-\u9fff]{0,6}"
        ),
    ),
)
"""Of each kind of fact: the question word that asks for it, and what it looks like; the first that takes a stretch has it."""
_MAY = re.compile(r"可以|不得|禁止|不予|不能|应当|必须|须")
# 发现转借的，停止补贴: what is said for a case answers who has the case.
_CASE = re.compile(r"(?<=[\u4e00-\u9fff])的$")
_PARTS = re.compile(r"(?<=[，,；;。！？!?\n])")
_EDGES = "，,；;。！？!?、 　\n"
_ASKED_LINE = re.compile(r"问\s*[:：]\s*(.+?[?？])")
# 第二段, 第三条第一款 and the 答 of a question say nothing of what stands there.
_ONLY_COUNTED = re.compile(rf"(?:第[\d{_DIGIT}]+[段项条款章节])+|[问答]")
_SHORT_CHARS, _LONGEST_CHARS, _PLACE_CHARS = 12, 90, 24
_MOST = 8
PLACED = re.compile(r"哪里|哪儿|在哪|到哪|去哪|什么地方|啥子?地方|地址")
_ANY_OF: dict[str, frozenset[str]] = {
    "date": frozenset({"date"}),
    "clock": frozenset({"clock", "date"}),
    "money": frozenset({"money"}),
    "share": frozenset({"share", "number"}),
    "duration": frozenset({"duration", "date", "number"}),
    "phone": frozenset({"phone"}),
    "people": frozenset({"number"}),
    "age": frozenset({"number"}),
    "length": frozenset({"number"}),
    "area": frozenset({"number"}),
    "weight": frozenset({"number"}),
    "storey": frozenset({"number", "place"}),
    "name": frozenset({"person"}),
    "person": frozenset({"person"}),
}
"""Which kinds of cloze may ask for a kind of fact that `asked_facts` tells."""


def clozes(text: str, place: str) -> list[tuple[str, str]]:
    """Return what can be asked of a sentence that stands under the headings `place`: kinds of fact, and questions for them.

    >>> clozes("补卡收工本费10元。", "四、怎么办理")
    [('money', '四、怎么办理 补卡收工本费多少钱')]
    >>> clozes("答：由社区退。", "问：卡里的钱能退吗？ 答")
    [('asked', '卡里的钱能退吗？')]
    """
    head = telling(place).split(" ")[-1]
    head = "" if text.startswith(head) else head[:_PLACE_CHARS]
    before = ""
    found = [("asked", line[:_LONGEST_CHARS]) for line in _ASKED_LINE.findall(place)[-1:]]
    for part in filter(None, (part.strip(_EDGES) for part in _PARTS.split(text))):
        led = before if len(part) < _SHORT_CHARS else ""
        found += [(kind, f"{head} {led}{asked}".strip()[:_LONGEST_CHARS]) for kind, asked in _asked_of(part)]
        before = part
    return list(dict.fromkeys(found))[:_MOST]


def telling(place: str) -> str:
    """Return the headings that say something: 第二段 only counts.

    >>> telling("三、补贴多少 第七段")
    '三、补贴多少'
    """
    return " ".join(part for part in place.split(" ") if part and not _ONLY_COUNTED.fullmatch(part))


def _asked_of(part: str) -> Iterator[tuple[str, str]]:
    """Yield a clause with a question word for each fact in it, and as a question whether it is so, or what then."""
    taken: list[tuple[int, int]] = []
    for kind, word, pattern in _RULES:
        for match in pattern.finditer(part):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            yield kind, part[: match.start()] + word + part[match.end() :]
    for name in names_in(part):
        yield "person", part.replace(name, "谁", 1)
    if _CASE.search(part):
        yield "case", f"{part}怎么办"
    elif _MAY.search(part):
        yield "whether", f"{part}吗"


def kinds_of_cloze(asked: str, kinds: frozenset[str]) -> frozenset[str]:
    """Return the kinds of cloze that ask for what a tidied question asks, whose `kinds` of fact are known; none when it is open.

    >>> sorted(kinds_of_cloze("局长是谁", frozenset())), sorted(kinds_of_cloze("要等几天", frozenset({"duration"})))
    (['person'], ['date', 'duration', 'number'])
    """
    wanted = frozenset().union(*(_ANY_OF.get(kind, frozenset()) for kind in kinds))
    if not wanted and counted(asked):
        wanted = frozenset({"number"})
    if "谁" in asked or asks_for_person(asked):
        wanted |= {"person"}
    return wanted | {"place"} if PLACED.search(asked) else wanted
