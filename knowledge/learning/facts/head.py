"""The head of a document: where it ends, and what each of its lines is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.language.grammar import TAKES_EFFECT
from knowledge.learning.decimals import decimals
from knowledge.learning.document import TextLine
from knowledge.learning.facts.days import DAY, day_in, is_day_only
from knowledge.learning.marks import ENDS, article, division, labels, marker, question_of

NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,20}\s*[〔\[［(（【]\s*\d{4}\s*[〕\]］)）】]\s*(?:第\s*)?\d{1,5}\s*号|[\u4e00-\u9fff]{2,16}(?:令|公告)\s*第\s*\d{1,5}\s*号"
)
"""A number of a document, as offices give it."""
_ISSUE = re.compile(r"[〔\[［(（【]?(?:\d{4}[〕\]］)）】年]?)?[\s　]*第?\s*\d{1,4}\s*期[)）]?")
# 白石镇党政办　　2026年4月16日, 本报记者 雷小满　2025年5月17日: who issued or wrote it, and at its other end when.
_NAME_AND_DAY = re.compile(r"(.{2,40}?)[\s　]+(\S+)")
_DAY_BEFORE = re.compile(rf"^{DAY.pattern}(?:\s*\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?)?[\s　]+")
_WRITER = re.compile(r"(?:本报|本刊|本网)?(?:记者|通讯员|作者)|文[/／]")
ISSUED = re.compile(r"[\u4e00-\u9fff（）()]{3,30}文件")
"""The line above a title that names who issued it."""
_ORGANISATION_END = re.compile(
    r"(?:厅|局|委|委员会|办|办公室|总工会|工会|妇联|联合会|协会|学会|商会|分行|银行|公司|集团|中心|小学|中学|学校|大学|学院|医院|政府|"
    r"街道|社区|居委会|村委会|议事会|业主大会|业委会|网信办|办事处|派出所|报社|日报|晚报|早报|晨报|时报|新闻网|电视台|法院|检察院|支队|大队|总队|站|馆|所|院|部|处|园|组|团市委|团委|党委|支部|秘书处|组委会)$"
)
ADOPTED = re.compile(r"通过|批准|审议")
"""What says that a document was adopted."""
# 请认真贯彻执行 is no day of coming into force.
_EFFECTIVE = re.compile(rf"[日\d]\s*起?\s*(?:正式)?(?:{TAKES_EFFECT})")
_ADDRESSED = re.compile(
    r"(?!为|根据|按照|经|现|依据|鉴于)(?:(?!如下|下列|以下|下面|[几两三四五六七八九十]点|几[项条])[^。；;！？“”]){2,80}[：:]"
)
# ——专访馆长顾念慈; behind ——2026年1月10日在…会议上 stands when a report was given, which is told apart.
_SUBTITLE = re.compile(r"(?:——|—|──)(?!\d)[^。；！？]{2,40}")
_QUOTED_HEADLINE = re.compile(
    r"“[^“”。；！？]{2,30}”[^“”。；：！？]{0,20}(?:“[^“”。；！？]{1,30}”)?[^“”。；：！？]{0,10}$"
)
MAX_TITLE_CHARS = 80
"""What is longer is no title."""
_MAX_NAME_CHARS = 30
_MAX_HEAD_LINES = 14


def head_end(lines: Sequence[TextLine]) -> int:
    """Return how many lines stand before the text proper: before its first sentence, chapter, article or question."""
    numbered = decimals([line.text for line in lines])
    for i, line in enumerate(lines[:_MAX_HEAD_LINES]):
        text = line.text
        counted = (
            i in numbered or article(text, 1) or division(text) or (marker(text) and not is_day_only(text))
        )
        if counted or question_of(text, reporters=True) or text.startswith("▲"):
            return i
        if text.startswith("“") and not headline(lines, i):
            return i
        if re.search(r"[。！？]", text) and len(text) > _MAX_NAME_CHARS and not _is_about_days(text):
            return i
    return min(len(lines), _MAX_HEAD_LINES)


def headline(lines: Sequence[TextLine], i: int) -> tuple[int, ...]:
    """Return the lines of a headline that newspapers would print: words and a subtitle behind a dash, or words in quotation marks.

    >>> headline([TextLine("“让展品开口”", 1), TextLine("——访馆长顾念慈", 2), TextLine("本报记者", 3)], 0)
    (0, 1)
    """
    text = lines[i].text
    if not is_of_a_headline(text):
        return ()
    if len(lines) > i + 1 and _SUBTITLE.fullmatch(lines[i + 1].text):
        return (i, i + 1)
    return (i,) if not i and _QUOTED_HEADLINE.match(text) else ()


def is_of_a_headline(text: str) -> bool:
    """Return whether a line is short enough for a headline, has a word in it, and ends as no sentence does."""
    return 0 < len(text) <= MAX_TITLE_CHARS // 2 and text[-1] not in ENDS and bool(re.search(r"\w", text))


def is_name(text: str) -> bool:
    """Return whether a line is nothing but the name of an organisation."""
    plain = re.sub(r"[（(][^（）()]*[)）]$", "", text.strip())
    return (
        2 < len(plain) <= _MAX_NAME_CHARS
        and bool(_ORGANISATION_END.search(plain))
        and not re.search(r"[，。：:；、]", plain)
    )


def _is_about_days(text: str) -> bool:
    """Return whether a line of the head says when the document was adopted or is in force since."""
    about = ADOPTED.search(text) or _EFFECTIVE.search(text) or "公布" in text or "修正" in text
    return bool(about and day_in(text)) and (text[0] in "（(" or len(text) <= MAX_TITLE_CHARS)


def _named_with_day(text: str) -> str:
    """Return what a line is that names who issued or wrote the document, and when; "" for any other."""
    found = _NAME_AND_DAY.fullmatch(text)
    if not found or not is_day_only(found.group(2)):
        return ""
    by = "作者" if _WRITER.match(found.group(1)) else "发布单位" if is_name(found.group(1)) else ""
    return by and f"{by}、发布日期"


def head_of(lines: Sequence[TextLine], i: int) -> str:
    """Return what a line of the head is, in the words that people ask with; "" when it is none of these."""
    text = lines[i].text
    if NUMBER.fullmatch(text) or (NUMBER.match(text) and "签发" in text):
        return "文号"
    if _ISSUE.fullmatch(text):
        return "期号"
    if ISSUED.fullmatch(text):
        return "发文机关"
    if by := _named_with_day(text):
        return by
    if _is_about_days(text):
        named = [
            name for name, sign in (("通过日期", ADOPTED), ("施行日期", _EFFECTIVE)) if sign.search(text)
        ]
        return "、".join(named) or "公布日期"
    if is_day_only(text):
        return "日期"
    # 2026年10月22日　作者：肖楠 begins with its day.
    if found := labels(text) or labels(_DAY_BEFORE.sub("", text)):
        dated = not any("日期" in label or "时间" in label for label in found) and day_in(text)
        return "、".join((*found, *(["发布日期"] if dated else [])))
    if i and text[-1] in "：:" and _ADDRESSED.fullmatch(text):
        return "称呼" if re.match(r"尊敬|亲爱|同志|各位|广大|女士|先生|朋友", text) else "主送"
    if is_name(text):
        return "发布单位"
    return ""
