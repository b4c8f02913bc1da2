"""What a document says about itself: title, number, days, who issued it; each with how sure that is.

Nothing is made up: what the text does not say is "".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.language.tables import papers
from knowledge.learning.document import TextLine
from knowledge.learning.marks import ENDS, article, division, labels, marker, number_of, question_of
from knowledge.reading.served_days import is_day

SURE, LIKELY, UNSURE = "高", "中", "低"
"""How sure a found value is."""

KINDS = "|".join(papers())
"""Alternatives of a pattern: the kinds of official documents, as they end a title."""
_TITLE_END = re.compile(
    rf"(?:{KINDS})(?:》)?(?:[（(][^（）()]{{1,20}}[)）])?$|《[^《》]+》(?:{KINDS}|政策解读|答记者问|解读)?$"
)
_EVENT = re.compile(
    r"(?:\d{4}年)?[\u4e00-\u9fff“”]{2,24}?(?:推进会|座谈会|发布会|动员会|研讨会|大会|会议|论坛|启动仪式)(?=在|上|于)"
)
_EVENT_END = re.compile(
    r"(?:会|会议|论坛|仪式|座谈|访谈|议事会|培训班|实录|记录|汇编|摘要|摘登|侧记|纪实|综述|发言|召开|举行)$"
)
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,20}\s*[〔\[［(（【]\s*\d{4}\s*[〕\]］)）】]\s*(?:第\s*)?\d{1,5}\s*号|[\u4e00-\u9fff]{2,16}(?:令|公告)\s*第\s*\d{1,5}\s*号"
)
_ISSUED = re.compile(r"[\u4e00-\u9fff（）()]{3,30}文件")
ORGANISATION_END = re.compile(
    r"(?:厅|局|委|委员会|办|办公室|总工会|工会|妇联|联合会|协会|学会|商会|分行|银行|公司|集团|中心|小学|中学|学校|大学|学院|医院|政府|"
    r"街道|社区|居委会|村委会|议事会|业主大会|业委会|网信办|办事处|派出所|报社|电视台|法院|检察院|支队|大队|总队|站|馆|所|院|部|处|园|组|团市委|团委|党委|支部|秘书处|组委会)$"
)
_CHINESE_DAY = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_DAY = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?")
_DAY_ONLY = re.compile(
    rf"[（(]?(?:{_DAY.pattern}|{_CHINESE_DAY.pattern})(?:\s*\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?)?\s*[)）]?"
)
_ADOPTED = re.compile(r"通过|批准|审议")
# 请认真贯彻执行 is no day of coming into force.
_EFFECTIVE = re.compile(r"[日\d]\s*起?\s*(?:正式)?(?:施行|实施|生效|执行)")
_ADOPTED_BY = re.compile(
    r"日\s*([\u4e00-\u9fff]{4,40}?(?:代表大会常务委员会|代表大会(?!常)|审判委员会|检察委员会|人民政府))"
)
_SINCE = re.compile(rf"自\s*({_DAY.pattern}|{_CHINESE_DAY.pattern})\s*起(?:正式)?(?:施行|实施|生效|执行)")
_PUBLISHED_LABELS = ("发布日期", "成文日期", "发文日期", "公布日期", "印发日期", "发布时间", "日期")
_PUBLISHER_LABELS = ("发布机构", "发布单位", "发文机关", "发文单位", "发布者", "主办单位", "来源", "制定机关")
_NUMBER_LABELS = ("文号", "发文字号", "发文文号", "会议编号", "编号")
_ADDRESSED = re.compile(
    r"(?!为|根据|按照|经|现|依据|鉴于)(?:(?!如下|下列|以下|下面|[几两三四五六七八九十]点|几[项条])[^。；;！？“”]){2,80}[：:]"
)
_MAX_TITLE_CHARS = 80
_MAX_NAME_CHARS = 30
_MAX_HEAD_LINES = 14


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a document gives of itself, as sure as `confidence` says; () are the lines that give it no more."""

    value: str = ""
    confidence: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says about itself. `heads` names what single lines are, by index: 文号, 发布日期, 施行日期 …"""

    title: Fact = Fact()
    number: Fact = Fact()
    date: Fact = Fact()
    effective: Fact = Fact()
    publisher: Fact = Fact()
    heads: dict[int, str] = field(default_factory=dict)


def find_facts(lines: Sequence[TextLine]) -> Facts:
    """Return what the lines of a document say about it."""
    end = head_end(lines)
    title = _title(lines, end)
    heads = dict.fromkeys(title.lines, "标题")
    heads |= {i: head for i in range(end) if i not in heads and (head := _head(lines, i))}
    return Facts(
        title=title,
        number=_number(lines, end),
        date=_date(lines, heads),
        effective=_effective(lines, heads),
        publisher=_publisher(lines, heads, title),
        heads=heads,
    )


def head_end(lines: Sequence[TextLine]) -> int:
    """Return how many lines stand before the text proper: before its first sentence, chapter, article or question."""
    for i, line in enumerate(lines[:_MAX_HEAD_LINES]):
        text = line.text
        counted = article(text, 1) or division(text) or (marker(text) and not _DAY_ONLY.fullmatch(text))
        if counted or question_of(text, reporters=True) or text.startswith(("▲", "“")):
            return i
        if re.search(r"[。！？]", text) and len(text) > _MAX_NAME_CHARS and not _is_about_days(text):
            return i
    return min(len(lines), _MAX_HEAD_LINES)


def day_in(text: str) -> str:
    """Return the first whole day that a text names, "" without one.

    >>> day_in("2026-10-20 09:15"), day_in("二〇二四年八月二十六日"), day_in("8月1日")
    ('2026-10-20', '2024-08-26', '')
    """
    for found in _DAY.finditer(text):
        day = "{:04}-{:02}-{:02}".format(*map(int, found.groups()[-3:]))
        if is_day(day):
            return day
    for found in _CHINESE_DAY.finditer(text):
        year = "".join(
            str("〇一二三四五六七八九".index(sign)) for sign in re.sub("[零○]", "〇", found.group(1))
        )
        day = f"{year}-{number_of(found.group(2)):02}-{number_of(found.group(3)):02}"
        if is_day(day):
            return day
    return ""


def is_day_only(text: str) -> bool:
    """Return whether a line is nothing but a day, with or without the time of day."""
    return bool(_DAY_ONLY.fullmatch(text.strip()))


def is_name(text: str) -> bool:
    """Return whether a line is nothing but the name of an organisation."""
    plain = re.sub(r"[（(][^（）()]*[)）]$", "", text.strip())
    return (
        2 < len(plain) <= _MAX_NAME_CHARS
        and bool(ORGANISATION_END.search(plain))
        and not re.search(r"[，。：:；、]", plain)
    )


def _is_about_days(text: str) -> bool:
    """Return whether a line of the head says when the document was adopted or is in force since."""
    about = _ADOPTED.search(text) or _EFFECTIVE.search(text) or "公布" in text or "修正" in text
    return bool(about and day_in(text)) and (text[0] in "（(" or len(text) <= _MAX_TITLE_CHARS)


def _head(lines: Sequence[TextLine], i: int) -> str:
    """Return what a line of the head is, in the words that people ask with; "" when it is none of these."""
    text = lines[i].text
    if _NUMBER.fullmatch(text) or (_NUMBER.match(text) and "签发" in text):
        return "文号"
    if _ISSUED.fullmatch(text):
        return "发文机关"
    if _is_about_days(text):
        named = [
            name for name, sign in (("通过日期", _ADOPTED), ("施行日期", _EFFECTIVE)) if sign.search(text)
        ]
        return "、".join(named) or "公布日期"
    if is_day_only(text):
        return "日期"
    if found := labels(text):
        dated = not any("日期" in label or "时间" in label for label in found) and day_in(text)
        return "、".join((*found, *(["发布日期"] if dated else [])))
    if i and text[-1] in "：:" and _ADDRESSED.fullmatch(text):
        return "称呼" if re.match(r"尊敬|亲爱|同志|各位|广大|女士|先生|朋友", text) else "主送"
    if is_name(text):
        return "发布单位"
    return ""


def _title(lines: Sequence[TextLine], end: int) -> Fact:
    """Return the title and the lines that it stands in."""
    for i, line in enumerate(lines[: max(end, 1)]):
        if line.level == 1 and len(line.text) <= _MAX_TITLE_CHARS:
            return Fact(_bare(line.text), SURE, (i,))
    free = [i for i in range(end) if not _head(lines, i) or is_name(lines[i].text)]
    for i in free:
        if titled := _titled(lines, i, end):
            return titled
    first = next((i for i in free if _is_short(lines[i].text) and not is_name(lines[i].text)), None)
    if first is not None:
        sure = LIKELY if _EVENT_END.search(lines[first].text) or lines[first].level else UNSURE
        return Fact(_bare(lines[first].text), sure, (first,))
    event = next((found.group() for line in lines[:6] if (found := _EVENT.search(line.text))), "")
    return Fact(event, UNSURE) if event else Fact()


def _titled(lines: Sequence[TextLine], i: int, end: int) -> Fact | None:
    """Return the title that begins in a line, over up to three lines, when it ends as titles do."""
    text = lines[i].text
    before = i - 1 if i and is_name(lines[i - 1].text) and text.startswith("关于") else i
    for last in range(i, min(i + 3, end)):
        joined = "".join(line.text for line in lines[before : last + 1])
        opens = (
            last == i or text.startswith("《") or "关于" in joined or joined.count("《") > joined.count("》")
        )
        if not opens or len(joined) > _MAX_TITLE_CHARS or any(c in joined for c in "。！；"):
            return None
        if _TITLE_END.search(joined) and not _ISSUED.fullmatch(joined):
            return Fact(_bare(joined), SURE, tuple(range(before, last + 1)))
    return None


def _is_short(text: str) -> bool:
    return 0 < len(text) <= _MAX_TITLE_CHARS // 2 and text[-1] not in ENDS and bool(re.search(r"\w", text))


def _bare(text: str) -> str:
    """Return a title without the marks around it: 《X》 is X, 《X》政策解读 stays."""
    whole = re.fullmatch(r"《([^《》]+)》", text)
    return (whole.group(1) if whole else text).strip()


def _labelled(lines: Sequence[TextLine], names: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the lines that give a fact under one of these labels: index, label, and the words behind it."""
    for i, line in enumerate(lines):
        found = labels(line.text)
        for label in found:
            if label in names:
                rest = re.split(rf"{label}[ 　]?[:：]", line.text, maxsplit=1)[1]
                following = next(
                    (n for n in found if (n != label and f"{n}：" in rest) or f"{n}:" in rest), ""
                )
                words = re.split(rf"[\s　，,；;。]{following}[ 　]?[:：]", rest)[0] if following else rest
                yield i, label, words.strip(" 　，,；;。")


def _number(lines: Sequence[TextLine], end: int) -> Fact:
    for i, _, words in _labelled(lines[:end], _NUMBER_LABELS):
        return Fact(words, SURE, (i,))
    for i, line in enumerate(lines[:end]):
        found = _NUMBER.match(line.text)
        if found:
            return Fact(found.group(), SURE, (i,))
    return Fact()


def _date(lines: Sequence[TextLine], heads: dict[int, str]) -> Fact:
    """Return the day a document is of: of its publication, else its adoption, else of what it reports."""
    return next(filter(lambda fact: fact.value, _dates(lines, heads)), Fact())


def _dates(lines: Sequence[TextLine], heads: dict[int, str]) -> Iterator[Fact]:
    """Yield the days that a document may be of, the likeliest first; some are ""."""
    for i, _, words in _labelled(lines, _PUBLISHED_LABELS):
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
    """Return a day named without its year, with the first year that is named anywhere."""
    text = "\n".join(line.text for line in lines)
    day, year = re.search(r"(\d{1,2})月(\d{1,2})日", text), re.search(r"((?:19|20)\d{2})年", text)
    if not day or not year:
        return Fact()
    found = f"{year.group(1)}-{int(day.group(1)):02}-{int(day.group(2)):02}"
    return Fact(found, UNSURE) if is_day(found) else Fact()


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
    for i, label, words in _labelled(lines, _PUBLISHER_LABELS):
        if words:
            return Fact(re.split(r"[\s　]", words)[0], SURE if label != "来源" else LIKELY, (i,))
    for i, head in heads.items():
        if head == "发文机关":
            return Fact(lines[i].text.removesuffix("文件"), SURE, (i,))
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
