"""Claims: what a yes/no question says is so, and the values in it that a text can bear out: counts, dates, places, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.language.grammar import ASKING
from knowledge.language.numerals import numeral

_END = re.compile(
    r"[\s,，。.!！?？~…]*(?>(?:[,，\s]*(?:这|那|这个)?(?:说法|消息|事情?|话)?)(?:对吧|对吗|对么|对嘛|对不对?|对头不|是吧|是吗|是么|是不是|是不|属实吗?|"
    r"是?真的(?:吗|么|假的)?|真吗|没错吧?|没[记说搞看]错吧?|正确吗|准确[吗不]|可[靠信][吗不]|靠谱[吗不没]?|确定[吗不]|你确定|真假|(?:是|又是)?(?:怎么|咋|咋个|啥子?)回事|有这回事吗|有没有这回事|有这事吗|是真是假|真的还是假的|对撒|(?:我|这么|这样)?(?:说|讲|记|听|看)得对(?:不对|不|吗|吧)|我?没(?:听|记|看|弄|搞)错吧?|不是吗|是这样吗|是这样吧|吗|吧|(?<=[条项段款点章节个家人份的了])不|(?<![什怎这那多])么|嘛|哈|哇|啊|呀|噻|撒|哦|喔|哩|喃|咯|呗|捏|来着))+[\s,，。.!！?？~…]*$"
)
_BEGINNING = re.compile(
    # 怎么有人说 asks how that comes, and is answered by what is so.
    r"^(?>(?:[我咱俺]?(?:怎么|咋个?|为什么|为啥子?|啷个)?(?:[我咱俺老还又都也天总])*(?:听|看|刷)(?:人|别人|朋友|同事|老师|群里|网上|他们)?(?:见|到)?(?:有人)?[说讲]|"
    r"(?:怎么|咋个?|为什么|为啥子?|啷个)?(?:有人|有的人|别人|旁人|人家|大家|好多人|他们|网上|网友|群里|群友|朋友|同事|同学|邻居|抖音上?|微博上?|朋友圈|外头|外面)(?:里|上)?(?:的?人)?(?:[都也还老就]|在|一直)*(?:(?:跟|和|给|同|对)我)?(?:[说讲传发]|告诉我?)(?:是|的|过|了)?|"
    r"请问|我想问下?|我想确认一?下|想?确认一?下|核实一?下|帮我?(?:核实|确认|看看?)一?下?|那|所以|不过|我?听(?:人|别人|朋友|同事|老师|群里)?说|据说|听闻|"
    r"有人说|别?人家?说|网上说|他们说|朋友说|同事说|群里说|都说|我?记得|我?以为|我?觉得|我看到?|好像|似乎|应该|大概|难道|是不是|原来|说是|不是[说讲]的?)[,，:：\s]*)+"
)
# 要抓五方面工作,哪五方面 takes the number for granted, and asks for all of them.
_WHICH_OF_THEM = re.compile(
    r"[\s,，。?？]+(?:分别|都|具体)?是?哪(?P<number>[两二三四五六七八九十\d]{1,3})(?:个?方面|部分|[家名位份条项段点款个种类])?(?:工作|人|内容|单位|企业|文件|媒体)?[呢啊呀\s?？]*$"
)
# 不是放在南充办的吗 says that it was; 不是南充吧 says that it was not.
_RHETORICAL = re.compile(r"[吗哇么嘛]|[?？]")
_MIDDLE = (("是不是", "是"), ("有没有", "有"), ("是否", "是"))
_ASKS_FOR_MORE_THAN_YES = re.compile(rf"{ASKING}|好多|(?<![十百])几|还是|为何|如何|第几|何时|何地")
_CHINESE = "零〇一二两三四五六七八九十百"
_NUMBER = rf"(?:\d{{1,6}}|[{_CHINESE}]{{1,6}})"
_WRITTEN = re.compile(
    r"\d{1,6}|[一二三四五六七八九]百(?:零?[一二三四五六七八九]?十?[一二三四五六七八九]?)|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]"
)
_COUNT = re.compile(
    rf"(?<![第\d.{_CHINESE}])(?P<number>\d{{1,6}}\.\d{{1,3}}|{_NUMBER})(?:多|余|来|几)?(?:个(?=方面|人|领导|代表|企业|单位|部门|文件))?"
    r"(?P<unit>方面|部分|小时|分钟|厘米|公里|平方米|公斤|万元|个月|周岁|课时|号楼|车位|[家名位份条项段点款章节句届期场集种类人字个米元块天年岁只辆台次门幅张册层楼号秒度起户本所吨斤亩%])(?!以上|以下|月|钟)"
)
_DATE = re.compile(
    rf"(?P<month>{_NUMBER})月(?:份|(?P<day>{_NUMBER})[日号]?)?|(?<![\d{_CHINESE}])(?P<only>{_NUMBER})[日号]"
)
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2}|[二一][零〇九][零〇一二三四五六七八九]{2})年?(?=[^\d]|$)")
_WEEKDAY = re.compile(r"(?:星期|礼拜|周)(?P<day>[一二三四五六日天])(?![\u4e00-\u9fff]?[制刊岁年])")
_PART_OF_DAY = re.compile(r"上午|下午|早上|早晨|中午|晚上|傍晚|凌晨")
_ASKED = {
    "date": "什么时候",
    "year": "哪年",
    "part of day": "什么时候",
    "weekday": "星期几",
    "place": "哪里",
    "person": "谁",
    "organisation": "哪个单位",
}
# One: 一个, 一项 mostly count nothing.
_LEAST = 2
_MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class ClaimedValue:
    """A value at `start` … `end` of a text, as `said` there.

    `kind` is count, date, year, weekday, "part of day", place, person or organisation. `meant` is what is compared: number and unit,
    month and day (0 for one not said), a year, a name in its canonical form.
    """

    kind: str
    said: str
    start: int
    end: int
    meant: tuple[int | str, ...]


def read_claim(text: str) -> tuple[str, bool]:
    """Return what a tidied text says is so, and whether it asks for a yes or no; "" when it asks for anything else.

    >>> read_claim("我听说宣言有12家企业签署,属实吗"), read_claim("宣言有几家企业签署")
    (('宣言有12家企业签署', True), ('', False))
    """
    text = _WHICH_OF_THEM.sub("", text, count=1)
    claim = _END.sub("", text, count=1)
    said = _BEGINNING.sub("", claim)
    plain = said
    if _RHETORICAL.search(text[len(claim) :]) and plain.count("不是") == 1 and "是不是" not in plain:
        plain = plain.replace("不是", "是").replace("是是", "是")
    for asked, stated in _MIDDLE:
        plain = plain.replace(asked, stated, 1)
    plain = plain.strip(" ,，。.!！?？")
    return (
        ("", False) if _ASKS_FOR_MORE_THAN_YES.search(plain) else (plain, plain != text.strip(" ,，。.!！"))
    )


def asking_for(value: ClaimedValue, claim: str) -> str:
    """Return the question that a claim answers with one of its values.

    >>> claim = "宣言有12家企业签署"
    >>> [asking_for(value, claim) for value in values_in(claim, {}, ())]
    ['宣言有几家企业签署']
    """
    if value.kind == "count":
        unit = str(value.meant[1])
        asked = f"多少{unit}" if unit in {"人", "字"} else f"几{unit}"
    else:
        asked = _ASKED[value.kind]
    return claim[: value.start] + asked + claim[value.end :]


def without(value: ClaimedValue, claim: str) -> str:
    """Return a claim without one of its values.

    >>> without(values_in("宣言有12家企业签署", {}, ())[0], "宣言有12家企业签署")
    '宣言有企业签署'
    """
    return claim[: value.start] + claim[value.end :]


def values_in(
    text: str, names: Mapping[str, tuple[str, str]], places: Iterable[str]
) -> tuple[ClaimedValue, ...]:
    """Return the values that a text states, in order; inside a name nothing else is read.

    Args:
        names: Every way to write a name, with its kind (person, organisation, document …) and its canonical form.
        places: The names of places.
    """
    found: list[ClaimedValue] = []
    taken = bytearray(len(text))
    for value in (*_names(text, names), *_numbers(text), *_places(text, places)):
        if not any(taken[value.start : value.end]):
            taken[value.start : value.end] = b"\x01" * (value.end - value.start)
            found.append(value)
    kept = [value for value in found if value.kind not in {"document", "topic"}]
    return tuple(sorted(kept, key=lambda value: value.start))


def _names(text: str, names: Mapping[str, tuple[str, str]]) -> Iterator[ClaimedValue]:
    standing = [name for name in names if name in text]
    for name in sorted(standing, key=lambda name: (-len(name), name)):
        kind, canonical = names[name]
        for match in re.finditer(re.escape(name), text):
            yield ClaimedValue(kind, name, match.start(), match.end(), (canonical,))


def _numbers(text: str) -> Iterator[ClaimedValue]:
    for match in _YEAR.finditer(text):
        yield ClaimedValue("year", match.group(), *match.span(), (_digits(match["year"]),))
    for match in _DATE.finditer(text):
        month, day = (_number(match[name] or "") for name in ("month", "day"))
        day = day or _number(match["only"] or "")
        if day <= _MOST_DAYS:
            yield ClaimedValue("date", match.group(), *match.span(), (month, day))
    for match in _WEEKDAY.finditer(text):
        yield ClaimedValue("weekday", match.group(), *match.span(), (match["day"].replace("天", "日"),))
    for match in _PART_OF_DAY.finditer(text):
        yield ClaimedValue("part of day", match.group(), *match.span(), (match.group(),))
    for match in _COUNT.finditer(text):
        number = _number(match["number"])
        if number >= _LEAST or "." in match["number"]:
            # 两个文件 is two of what is counted in 份.
            is_paper = match["unit"] == "个" and text.startswith("文件", match.end())
            meant = (number or match["number"], "份" if is_paper else match["unit"])
            yield ClaimedValue("count", match.group(), *match.span(), meant)


def _places(text: str, places: Iterable[str]) -> Iterator[ClaimedValue]:
    standing = [place for place in places if place in text]
    for place in sorted(standing, key=lambda place: (-len(place), place)):
        for match in re.finditer(re.escape(place), text):
            yield ClaimedValue("place", place, *match.span(), (place.rstrip("省市县区"),))


def _number(text: str) -> int:
    """Return the number that a text writes in one of the two ways; 0 for anything else: 二一, 一百百."""
    plain = text.replace("两", "二").replace("〇", "零")
    return numeral(plain) if _WRITTEN.fullmatch(plain) else 0


def _digits(text: str) -> int:
    return (
        int(text)
        if text.isdecimal()
        else int("".join(str("零一二三四五六七八九".index(c.replace("〇", "零"))) for c in text))
    )
