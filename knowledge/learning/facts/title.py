"""The title of a document, and the lines it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.language.tables import papers
from knowledge.learning.document import TextLine
from knowledge.learning.facts.fact import LIKELY, SURE, UNSURE, Fact
from knowledge.learning.facts.head import (
    ISSUED,
    MAX_TITLE_CHARS,
    head_of,
    headline,
    is_name,
    is_of_a_headline,
)
from knowledge.learning.web_page import is_of_the_page

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


def found_title(lines: Sequence[TextLine], end: int) -> Fact:
    """Return the title and the lines that it stands in."""
    for i, line in enumerate(lines[: max(end, 1)]):
        if line.level == 1 and len(line.text) <= MAX_TITLE_CHARS:
            return Fact(_bare(line.text), SURE, (i,))
    free = [
        i
        for i in range(end)
        if (not is_of_the_page(lines[i].text) and not head_of(lines, i)) or is_name(lines[i].text)
    ]
    for i in free:
        if titled := _titled(lines, i, end):
            return titled
    for i in free:
        if len(printed := headline(lines, i)) > 1:
            return Fact("".join(lines[line].text for line in printed), LIKELY, printed)
    first = next((i for i in free if is_of_a_headline(lines[i].text) and not is_name(lines[i].text)), None)
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
        if not opens or len(joined) > MAX_TITLE_CHARS or any(c in joined for c in "。！；"):
            return None
        if _TITLE_END.search(joined) and not ISSUED.fullmatch(joined):
            return Fact(_bare(joined), SURE, tuple(range(before, last + 1)))
    return None


def _bare(text: str) -> str:
    """Return a title without the marks around it: 《X》 is X, 《X》政策解读 stays."""
    whole = re.fullmatch(r"《([^《》]+)》", text)
    return (whole.group(1) if whole else text).strip()
