"""Reading follow-ups: which move a short text makes from the last answer, from its words alone.

The text is first brought to a plain form (one word for 说 讲 提 谈, one for 谁 哪个 哪位, politeness and
particles off), so that the patterns below stay short.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from knowledge.language.numerals import numeral
from knowledge.language.tables import papers
from knowledge.language.tidy import tidy


class Move(Struct, frozen=True):
    """What a text asks for from the last answer.

    `kind` is who, post, unit, where (which clause or document it is), other, more, step, nth, listed (something asked of the nth thing of a list), whole (the passages
    shown) or all (the speech or document they are of). `number` is the ordinal of "nth" and "listed" (-1 = the last one, -2 the one before it), the step of "step" (1 or
    -1) or how many "whole" points at (这两条; 0 = not said), `measure` the word that counts (条, 项, 段 …), `rest` what is asked of the other person of "other" or
    the thing of "listed", `marked` whether the text says itself that it goes on from something (呢, 那, 他), `says_what`
    whether an "nth" says what is asked of it: 第二份说了啥.
    """

    kind: str
    number: int = 0
    measure: str = ""
    rest: str = ""
    marked: bool = False
    says_what: bool = False


_FOLDED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"啥子|啥|么子|哪样|哪些|些什么|什么样", "什么"),
        (r"哪个人|哪位领导|哪个领导|哪位|什么人|何人|哪一位", "谁"),
        (r"表示|指出|强调|谈到|提到|说到|讲到|谈|讲|提(?!供|高|升|醒)|写|念念?", "说"),
        (r"说过|说了|说出来|说起|说出", "说"),
        (r"她们|他们|它们|人家", "他们"),
        (r"她|它|这个人|这位|这人|此人", "他"),
        (r"咋个|咋|怎样|如何", "怎么"),
        (r"一些|(?<!第)一点儿?|些", "点"),
        (r"里头|里边", "里面"),
        (r"前头|前边", "前面"),
        (r"后头|后边", "后面"),
        (r"下头|下边", "下面"),
        (r"头一|最前面?(?:那|的|一)*", "第一"),
        (r"(?<![以之])前一?(?:者|位|份|个(?!月))", "前面那个"),
        (r"(?<![以之最])后一?(?:者|位|份|个(?!月))", "后面那个"),
        (r"(?<=一起)的?那一?个(?:[男女]的|人|同志)?", "那位"),
    )
)
_POLITE = re.compile(
    r"^(?:请问|请|麻烦|能不能|可不可以|可以|能否|我想|想|我要|要|给我|帮我|给|帮|把|嗯|哦|好的|好|然后(?=.{3})|就|你|您)+(?=.{2})"
)
_LINK = re.compile(
    r"^(?:那么|那|换成|换到|换|再来|再看|再|看看|看|说说(?=第)|(?:接下来|接着|然后)(?=第)){1,4}(?=.{2})"
)
_PARTICLES = re.compile(r"(?:[呢咧嘞喃呐啊呀嘛噻哦哈吧哟撒]|谢谢您?|看看|听听|一下|(?<=[看说发来])下)+$")
_NOT_WORD = re.compile(r"[^\w（）()]+|_")
_NUMERAL = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,2})"
_MEASURE = r"(?P<measure>条|项|段|点|款|个|件|份|位|篇|方面|部分|小点|小项|样|小条)"
_THIS = r"(?:这|那|刚才|上面|到底|是|又|话|句|段|条|个|的|他们?|在会上|会上|当时|内容|事情?)*"
# Atomic: 怎么说 is also 怎么 and 说, and a text of a hundred of them must not be tried in every way.
_WHAT = r"(?>是谁|具体|详细|都|也|是|主要|里面|里|又|说|规定|要求|了|的|什么|怎么说|怎么|内容|原文|全文|展开|点|发|给我|看|听|一下|能|可以|请|吗|吧|下|[倒退翻]?回去|回头|再)*"
_WHOLE = r"(?:详细|具体|完整|展开|仔细|细)(?:点|地|说|的|内容|介绍|看|原文|下|一下|给我)*"

# 讲 is read as 说.
_PAPER = "|".join(("文件", "倡议", "报道", "说话", *papers()))
_SHOWN = r"(?>全部|都|分别|各自|各|具体|详细|列|说|发|拿|看|给|我|出来|出|来|下|是|了|什么|内容|的|点|完)*"
_COUNTED = {"两": 2, "二": 2, "2": 2, "三": 3, "3": 3}
_CLAUSE = re.compile(
    rf"(?:把|看|说|发|念)*(?P<document>.{{0,30}}?)(?P<clause>第{_NUMERAL}条(?:第[（(]?{_NUMERAL}[）)]?[项款]|[（(]{_NUMERAL}[）)][项款]?)?)"
    rf"(?>的|里面|里|{_NUMERAL}[项款点]|[几各每][项款点]|全部|所有|都|整条|完整|具体|详细|内容|原文|规定|要求"
    rf"|列|说|发|拿|给|看|我|出来|出|来|了|是|有|什么|点|怎么|又|到底|下)*"
)

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("who", rf"{_THIS}(?:谁|哪个)(?:在会上|在会议上|当时|来)?(?:说|说话|发言|讲话)(?:的|了)*{_THIS}"),
        (
            "post",
            r"他(?:到底)?是?(?:谁|干什么|做什么|干嘛|什么身份|哪个|什么来头)(?:的|工作的)*|他?(?:是|当|任)的?什么官?(?<!是什么)",
        ),
        ("trade", r"是?(?:干|做|搞)什么的|是?(?:干嘛|干啥)的"),
        (
            "who",
            rf"{_THIS}(?:是谁|谁)|{_THIS}(?:发言人|说话人)(?:是)?(?:谁|哪个)?|{_THIS}谁的(?:原?话|发言|观点)",
        ),
        (
            "post",
            r"他?(?:在)?(?:哪里|哪儿|什么单位|哪个单位)?(?:担任|任|当)(?:的?是)?什么(?:职务?|官|领导|岗位)?",
        ),
        (
            "post",
            rf"{_THIS}(?:什么|担任|哪个|任)*(?:职务|职位|头衔|身份|官职|职称|岗位)(?:是|叫)*(?:什么)?(?:的)?",
        ),
        (
            "unit",
            rf"{_THIS}(?:哪个|哪家|什么|哪)(?:单位|部门|机构|组织|公司|厅局?)(?:在|来)?(?:说|搞|弄|办|做|负责|牵头|管|出面)?的?",
        ),
        (
            "where",
            rf"{_THIS}(?:属于|出自|来自|写在|在|算|说)*(?:第几|哪一?|什么)(?:条|项|段|款|点|章|节|(?:份|个|篇|部)?(?:{_PAPER}|份))"
            r"(?:里面|里|中|上|下面)?(?:说|要求|规定|内容|出来|到|的|了|有)*",
        ),
        (
            "where",
            rf"{_THIS}(?:出自|来自|写在|说在)(?:哪里|哪儿|什么地方)的?|{_THIS}(?:在)?(?:哪里|哪儿|什么地方)(?:说|规定|要求)(?:过|的|了)*",
        ),
        (
            "more",
            r"(?P<name>他们?|[\u4e00-\u9fff]{2,8}?)?(?:还|又|另外还)(?:有|说)(?:没有|没|得)?(?:了|过|到)*"
            r"(?:点|其他|其它|别|的|什么|没有|没得|没|吗|内容|话|要求|不|说)*",
        ),
        ("more", r"(?:继续|接着)(?:往下)?(?:说|看)?|(?:再)?往下(?:说|看)*|说完了?(?:吗|没有?|没)"),
        ("more", r"(?:然后|后面|下面|其他|其它|别|其余|剩下)(?:的|内容|还有|有|说)*(?:什么|吗)*"),
        (
            "step",
            rf"(?:往|紧|换|翻|再|接|紧接着)*(?P<way>下|后|上|前)(?:面|翻)*(?:的|那|挨着)*(?:一|1)?(?:个)?"
            rf"(?P<measure>条|项|段|点|款|则|小点|句)话?{_WHAT}",
        ),
        ("step", r"(?:再|接着|继续)?[往朝](?P<way>后|前)(?:面|翻|看|走)*(?:一点)?(?P<measure>)"),
        (
            "nth",
            rf"(?P<who>他们?|里面?|里头|其中|中)?(?:说的)?(?:的)?(?:(?P<back>倒数)?第(?P<n>{_NUMERAL})|[（(](?P<m>{_NUMERAL})[）)]|(?P<last>最后|末尾)(?:那|的|一|1)*)"
            rf"{_MEASURE}?的?(?P<what>{_WHAT})",
        ),
        (
            "other",
            r"(?P<which>前面|后面|另外|另|第一|最后)(?:那|的|一)*(?:个|位)(?P<rest>(?!什么$|说|呢).{2,12})",
        ),
        ("all", rf"(?:把|{_THIS})(?:整|全)(?:份|篇|个|部)(?:文件|说话|发言|文章|文|内容|东西)?{_SHOWN}"),
        (
            "all",
            rf"(?:把|{_THIS})(?:全部|所有|整个|完整)(?:的)?(?:文件|说话|发言|文章|内容|条款)?{_SHOWN}(?<!全部)(?<!所有)",
        ),
        (
            "other",
            r"(?:和|跟|与|同)他(?:一起|一块|一道|一同|同时|共同)?[^谁]{0,8}?(?:还有|都?有|是)*谁(?:来着|的)?(?P<which>)(?P<rest>)",
        ),
        (
            "other",
            r"(?:和|跟|与|同)他(?:一起|一块|一道|一同)(?:发言|说话|来|参加)?那位(?P<which>)(?P<rest>)(?:是谁)?",
        ),
        ("other", r"(?P<which>前面|后面)(?:那|的|一)*(?:位|个)(?P<rest>)(?:是谁|是干什么的|是做什么的)?"),
        (
            "other",
            r"(?P<which>另外|另)(?:那|的|一)*(?:个|位|家)(?:人|市|城市|县|区|领导|代表|企业|公司|单位|同志)?(?:的)?(?P<rest>)(?:来的)?(?:是谁)?",
        ),
        (
            "whole",
            rf"(?:把)?(?:这|那|上面|前面)(?P<n>[两二三四五六七八几]|些|\d)?个?{_MEASURE}{_SHOWN}(?:有?(?:什么|哪些)?(?:区别|不同|不一样|差别)(?:吗|在哪里?)?)?",
        ),
        (
            "listed",
            rf"(?:(?P<back>倒数)?第(?P<n>{_NUMERAL})|(?P<last>最后|末尾)(?:那|的|一|1)*)(?P<measure>份|个|位|篇|件|家)(?:文件)?(?P<rest>.{{2,14}})",
        ),
        ("whole", rf"{_THIS}{_WHOLE}|{_THIS}(?:说|再说)(?:得)?{_WHOLE}|{_THIS}说(?:来|给我)"),
        (
            "whole",
            rf"(?:发|看|说|要)*{_THIS}(?:的)?(?:原文|全文|原话|完整版|整段|整条|原句)(?:是|怎么说|什么|发|给|我|看|来|说|的|在哪里?)*",
        ),
    )
)


def read_move(text: str) -> Move | None:
    """Return the move that a text makes; None when its words mean something by themselves.

    >>> [read_move(t).kind for t in ("这话哪个讲的", "职务呢", "再下一条", "她还说了啥", "给我原文", "(三)呢")]
    ['who', 'post', 'step', 'more', 'whole', 'nth']
    >>> read_move("自律倡议书第三条说了什么") is None
    True
    """
    plain, marked = _plain(text)
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(plain)
        if match:
            return _move(kind, match.groupdict(), marked)
    return None


def read_clause(text: str) -> tuple[str, str]:
    """Return the clause that a text asks for whole and what stands before it; two "" when it asks anything else.

    >>> [read_clause(t) for t in ("第六条写了些啥", "把自律倡议书第三条五项全部列出来", "第四条要求谁检查")]
    [('', '第六条'), ('自律倡议书', '第三条'), ('', '')]
    """
    match = _CLAUSE.fullmatch(_plain(text)[0])
    return (match["document"], match["clause"]) if match else ("", "")


def _plain(text: str) -> tuple[str, bool]:
    said = _NOT_WORD.sub("", unicodedata.normalize("NFKC", tidy(text)))
    for pattern, plain in _FOLDED:
        said = pattern.sub(plain, said)
    said = _POLITE.sub("", said)
    shorter = _PARTICLES.sub("", _LINK.sub("", said)) or said
    return shorter, shorter != said or "又" in said


def _move(kind: str, found: dict[str, str | None], marked: bool) -> Move:
    if kind == "step":
        return Move(kind, -1 if found["way"] in {"上", "前"} else 1, found["measure"] or "", marked=True)
    if kind in {"nth", "listed"}:
        bracketed = found.get("m")
        number = -1 if found["last"] else numeral(found["n"] or bracketed or "")
        number = -number if found["back"] else number
        measure = found["measure"] or ("项" if bracketed else "")
        if kind == "listed":
            return Move(kind, number, measure, found["rest"] or "", marked=True)
        marked = marked or bool(found["who"] or bracketed or found["last"])
        return Move(kind, number, measure, marked=marked, says_what=bool(found["what"]))
    if kind == "other":
        which = {"前面": 1, "第一": 1, "后面": -1, "最后": -1}.get(found["which"] or "", 0)
        return Move(kind, which, rest=found["rest"] or "", marked=True)
    if kind == "whole":
        return Move(kind, _COUNTED.get(found.get("n") or "", 0), marked=marked)
    return Move(kind, rest=found.get("name") or "", marked=marked)
