"""What a document says about itself: title, number, days, who issued it; each with how sure that is.

Nothing is made up: what the text does not say is "".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.language.grammar import TAKES_EFFECT
from knowledge.learning.document import TextLine
from knowledge.learning.facts.days import CHINESE_DAY, DAY, day_in, is_day_only
from knowledge.learning.facts.fact import LIKELY, SURE, UNSURE, Fact, Facts, labelled
from knowledge.learning.facts.head import NUMBER, head_end, head_of, is_name
from knowledge.learning.facts.title import found_title
from knowledge.reading.served_days import is_day

_ADOPTED_BY = re.compile(
    r"日\s*([\u4e00-\u9fff]{4,40}?(?:代表大会常务委员会|代表大会(?!常)|审判委员会|检察委员会|人民政府))"
)
_SINCE = re.compile(rf"自\s*({DAY.pattern}|{CHINESE_DAY.pattern})\s*起(?:正式)?(?:{TAKES_EFFECT})")
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_DAY_OF_A_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})日")
_PUBLISHED_LABELS = ("发布日期", "成文日期", "发文日期", "公布日期", "印发日期", "发布时间", "日期")
_PUBLISHER_LABELS = (
    "发布机构",
    "发布单位",
    "发文机关",
    "发文单位",
    "发布者",
    "主办单位",
    "来源",
    "制定机关",
    "倡议单位",
    "发起单位",
    "公告单位",
    "公示单位",
)
_NUMBER_LABELS = ("文号", "发文字号", "发文文号", "会议编号", "编号")


def find_facts(lines: Sequence[TextLine]) -> Facts:
    """Return what the lines of a document say about it."""
    end = head_end(lines)
    title = found_title(lines, end)
    heads = dict.fromkeys(title.lines, "标题")
    heads |= {i: head for i in range(end) if i not in heads and (head := head_of(lines, i))}
    return Facts(
        title=title,
        number=_number(lines, end),
        date=_date(lines, heads),
        effective=_effective(lines, heads),
        publisher=_publisher(lines, heads, title),
        heads=heads,
    )


def _number(lines: Sequence[TextLine], end: int) -> Fact:
    for i, _, words in labelled(lines[:end], _NUMBER_LABELS):
        return Fact(words, SURE, (i,))
    for i, line in enumerate(lines[:end]):
        found = NUMBER.match(line.text)
        if found:
            return Fact(found.group(), SURE, (i,))
    return Fact()


def _date(lines: Sequence[TextLine], heads: dict[int, str]) -> Fact:
    """Return the day a document is of: of its publication, else its adoption, else of what it reports."""
    return next(filter(lambda fact: fact.value, _dates(lines, heads)), Fact())


def _dates(lines: Sequence[TextLine], heads: dict[int, str]) -> Iterator[Fact]:
    """Yield the days that a document may be of, the likeliest first; some are ""."""
    for i, _, words in labelled(lines, _PUBLISHED_LABELS):
        yield Fact(day_in(words), SURE, (i,))
    yield from (_day_of(lines, i, SURE) for i, head in heads.items() if head.endswith("发布日期"))
    for i in reversed([i for i, line in enumerate(lines) if is_day_only(line.text)]):
        yield _day_of(lines, i, SURE if i > len(lines) // 2 or heads.get(i) == "日期" else LIKELY)
    yield from (_day_of(lines, i, LIKELY) for i, head in heads.items() if head.endswith("时间"))
    yield from (
        _day_of(lines, i, LIKELY) for i, head in heads.items() if head.startswith(("通过日期", "公布日期"))
    )
    yield from (_day_of(lines, i, UNSURE) for i in range(len(lines)))
    yield _day_and_year(lines)


def _day_of(lines: Sequence[TextLine], i: int, confidence: str) -> Fact:
    return Fact(day_in(lines[i].text), confidence, (i,))


def _day_and_year(lines: Sequence[TextLine]) -> Fact:
    """Return the first day named without its year, with the year that is named up to there; none where several are."""
    years: set[str] = set()
    for i, line in enumerate(lines):
        years.update(_YEAR.findall(line.text))
        if day := _DAY_OF_A_YEAR.search(line.text):
            (year,) = years if len(years) == 1 else ("",)
            found = f"{year}-{int(day.group(1)):02}-{int(day.group(2)):02}"
            return Fact(found, UNSURE, (i,)) if is_day(found) else Fact()
    return Fact()


def _effective(lines: Sequence[TextLine], heads: dict[int, str]) -> Fact:
    for i, head in heads.items():
        if head == "施行日期" and (day := day_in(lines[i].text)):
            return Fact(day, SURE, (i,))
    for i, line in enumerate(lines):
        since = _SINCE.search(line.text)
        if since:
            own = (
                SURE
                if re.search(
                    r"本(?:条例|办法|规定|规范|细则|规则|公约|章程|法|制度|意见|通知|通告)", line.text
                )
                else LIKELY
            )
            return Fact(day_in(since.group()), own, (i,))
    return Fact()


def _publisher(lines: Sequence[TextLine], heads: dict[int, str], title: Fact) -> Fact:
    for i, label, words in labelled(lines, _PUBLISHER_LABELS):
        if words:
            return Fact(re.split(r"[\s　]", words)[0], SURE if label != "来源" else LIKELY, (i,))
    for i, head in heads.items():
        if head == "发文机关":
            return Fact(lines[i].text.removesuffix("文件"), SURE, (i,))
        if head == "发布单位、发布日期":
            return Fact(re.split(r"[\s　]+", lines[i].text)[0], SURE, (i,))
    signed = [i for i in range(len(heads), len(lines)) if is_name(lines[i].text)]
    for i in reversed(signed):
        near_day = any(is_day_only(lines[j].text) for j in (i - 1, i + 1, i + 2) if 0 <= j < len(lines))
        return Fact(lines[i].text, SURE if near_day else LIKELY, (i,))
    by = next(
        (found for i, h in heads.items() if "通过日期" in h and (found := _ADOPTED_BY.search(lines[i].text))),
        None,
    )
    if by:
        return Fact(by.group(1), LIKELY)
    owner = re.match(r"(.{2,20}?(?:法院|检察院|政府|委员会|常务委员会|厅|局|办公室))关于", title.value)
    return Fact(owner.group(1), LIKELY, title.lines) if owner else Fact()
