"""What kind of fact a question asks for, and what kinds a text gives: an amount is no answer to a name.

The kinds are those that can be told from the words alone: money, a clock time, a date, a number of something,
a clause, a name. A question that asks for none of them (什么, 怎么, 为什么) is open and fits any text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_N_KEPT = 16
_HOW_MANY = r"(?:多少|好多|几多|几[十百千万亿]{0,2})"
_NUMERAL = r"[\d零一二两三四五六七八九十百千万亿]"
_DIGITS_TEN = "一二两三四五六七八九十"
_ROLE = "(?:网红|主播|老师|专家|律师|教授|名人|讲师|记者|主持人)"
_COUNTED = "个家人名位份条项次所件种类样招句届期场集台户"
_ASKED: Mapping[str, re.Pattern[str]] = {
    "money": re.compile(
        rf"{_HOW_MANY}(?:钱|块|元|万块|万元)|(?:赔|罚|补贴|奖金|费(?!员|单位)|工资|收入|增收|月薪|费用|票价|贷款|补助|补偿)[^，。？ ]{{0,6}}{_HOW_MANY}"
        rf"|(?:赔|罚|交|缴|发|花|贷|挣|赚){_HOW_MANY}(?![位个名家项条])"
    ),
    "clock": re.compile(
        r"(?<![哪讲说提谈列写])(?<![讲说提谈列写分]了)几点(?:钟|半|开|散|结|到|下|收|上|出|关|起|前|后|可以|能|不|才|就|集合|营业|$)"
        r"|(?:最晚|最迟|最早|半夜|凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|每天)[^，。？ ]{0,6}几点(?!要求|意见|建议|内容)"
    ),
    "duration": re.compile(
        rf"(?<![哪那这前后头近]){_HOW_MANY}(?:个)?(?:小时|分钟|秒|天|个月|周|星期|学期|节课)|(?<![几了这前近好头后过那哪])(?:几|多少)年|多长时间|多长$|(?:要等|有效|管|能用|保留|办|判|拖){{1,2}}多久|好久才|多久才|多久$"
    ),
    "share": re.compile(rf"{_HOW_MANY}(?:成|倍|分之)|百分之几|占{_HOW_MANY}|比例"),
    "people": re.compile(
        rf"{_HOW_MANY}(?:个|位|名)?(?:人|网红|主播|专家|学生|员工|老师|记者|代表|职工|会员)"
    ),
    "date": re.compile(
        r"什么时候|啥子?时候|哪个时候|何时|几时|哪(?:一|几|两)?天|几月|(?<!第)几号(?![楼线窗桌馆门令])|哪(?:一)?年|几几年|什么时间|啥时间|日期|好久(?:开|搞|办|举|启|开始)|哪年子"
    ),
    "day": re.compile(r"(?<!第)几号(?![楼线窗桌馆门令])|哪(?:一|几|两)?天|几月几"),
    "clause": re.compile(r"第几[条项]|哪(?:一)?[条款]|几条(?:规定|写|说|讲|管|$)"),
    "phone": re.compile(
        r"(?:电话|热线)(?:号码?)?[^，。？ ]{0,4}(?:多少|好多|几|啥|什么|$)|手机(?:号码?)?[是有]?(?:多少|好多|几号|$)|手机号码?|(?:多少|好多|哪个|什么|啥子?)[^，。？ ]{0,3}(?:电话|热线)"
    ),
    "wechat": re.compile(r"微信号?$|(?:个人|加|扫|他|她|的)微信|微信(?:号|是|多少|群)|二维码"),
    "mail": re.compile(r"邮箱|电子邮件|信箱|email|e-mail"),
    "site": re.compile(r"网址|官网|网站(?:是|叫|地址|多少)|哪个网站|链接"),
    "person": re.compile(
        rf"(?:哪些|哪几个|哪几位|哪位|哪个){_ROLE}|{_ROLE}(?:叫|是|有|姓|名|都)[^，。？ ]{{0,4}}(?:哪|谁|啥|什么)"
    ),
    "title": re.compile(r"(?:平台|app|软件|系统|活动|节目|公众号)[^，。？ ]{0,3}叫(?:啥|什么)"),
    "age": re.compile(rf"(?:{_HOW_MANY})岁|多大(?:年纪|岁数|年龄|了|可以|才|能|开始|$)|年龄|岁数|年纪"),
    "length": re.compile(rf"{_HOW_MANY}(?:米|公里|千米|厘米|里路)|[多好](?:远|宽|高)|多长(?!时间)|时速"),
    "area": re.compile(rf"{_HOW_MANY}(?:个)?(?:平|亩|公顷)|面积|多大(?:的?地方|的?场地)"),
    "weight": re.compile(rf"{_HOW_MANY}(?:公斤|千克|斤|吨|克)|[多好]重"),
    "storey": re.compile(rf"{_HOW_MANY}[楼层]|哪(?:一)?(?:[层楼栋]|号楼)"),
    "name": re.compile(r"姓(?:什么|啥|甚)|(?:名字|全名|大名)|叫(?:什么|啥子?)名|叫啥(?:子)?$"),
}
# A title or a name in quotation marks; what is longer is speech.
_TITLE = re.compile(r"[‘《“][^’》”]{2,20}[’》”]")
_GIVEN: Mapping[str, re.Pattern[str]] = {
    "money": re.compile(
        rf"{_NUMERAL}+(?:余)?(?:元|万元|亿元|块)|免费|不收|不得收|无偿|收费标准|[{_DIGITS_TEN}]成|减半|半价|[\d{_DIGITS_TEN}]折|减免|免[收交缴除]"
    ),
    "clock": re.compile(
        rf"{_NUMERAL}+(?:点|时\d|时(?=[至到前后]))|(?<!\d)\d{{1,2}}[:：]\d{{2}}(?!\d)|二十四小时|24小时|全天"
    ),
    "duration": re.compile(
        rf"{_NUMERAL}+(?:余)?(?:个)?(?:小时|分钟|秒|天|个月|周|个?工作日|学期|课时)|(?<![\d月{_DIGITS_TEN}]){_NUMERAL}{{1,4}}日(?!起)|(?<![\d{_DIGITS_TEN}])(?:\d{{1,2}}|[{_DIGITS_TEN}]{{1,3}})年|长期|永久|当[日天场]|即时"
        rf"|{_NUMERAL}(?:时|点|日|[:：]\d\d)[）)]?[至到—–~-]{{1,2}}[^，。；]{{0,8}}?{_NUMERAL}(?:时|点|日|[:：]\d\d)"
    ),
    "share": re.compile(
        rf"{_NUMERAL}+(?:%|成|倍)|分之|{_NUMERAL}比{_NUMERAL}|(?<!\d)\d[:：]\d(?!\d)|一半|过半"
    ),
    "people": re.compile(rf"{_NUMERAL}+(?:余|多)?(?:人|名|位)|分之{_NUMERAL}|全体|全部|所有"),
    "date": re.compile(
        r"\d{4}年|\d+月|\d{4}|\d日|[周星期][一二三四五六日天]|之日|当[日天]|[〇零一二三四五六七八九]{4}年|[一二三四五六七八九十]月|[次当]月|每[年月季周天日]|[之以][前后]|[前后]由|全[天年]|随时"
    ),
    "day": re.compile(
        rf"{_NUMERAL}(?:日|号(?![楼线窗桌馆门院])|月)|\d{{4}}[./-]\d|[周星期][一二三四五六日天]|[节假工作]日|[之当次翌每]日|当天|每天|天天|全年|全天|随时|月[初底末]|[上中下]旬|节"
    ),
    "clause": re.compile(r"第[一二三四五六七八九十]+条|[（(][一二三四五六七八九十][）)]|[一二三四]是"),
    "phone": re.compile(r"\d{3,4}-\d{7,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)(?:\d{7,8}|[19]\d{4})(?!\d)"),
    "wechat": re.compile(r"微信|公众号"),
    "mail": re.compile(r"[\w.]@[\w.]|邮箱|信箱"),
    "site": re.compile(r"http|www|\.(?:com|cn|org|net)|网址|网站|平台|小程序"),
    "age": re.compile(r"岁|成年|龄"),
    "length": re.compile(r"[\d一二三四五六七八九十百千半](?:余)?(?:米|公里|千米|厘米|里(?!面|头|边))"),
    "area": re.compile(r"平方?米|公顷|亩|平方公里"),
    "weight": re.compile(r"公斤|千克|[\d一二三四五六七八九十百千半](?:斤|吨|克)"),
    "storey": re.compile(r"[\d一二三四五六七八九十首底](?:楼|层|栋|号楼)|地下"),
    "title": _TITLE,
    "name": _TITLE,
}
# How many of something: of these units a list is an answer as good as a number (哪几招, 几个方面) …
_LISTED = "个样种类条项招句点份"
_FEW = re.compile(rf"(?<![哪第好十])几[{_LISTED}](?!月|人|位|小时|$)")
# … of these, and after 多少, only a number is.
_STRICT = re.compile(
    r"(?:多少|好多|几多)(家(?![长庭里人校乡属])|名(?![字单称])|位(?!置)|个(?!月|小时|钟头|星期|学期|工作日)|[份条项次所件种类期届场])|(?<![哪第好十])几([节次届期场所]|年级)"
)
# 十个以上 says how many as well, though nobody counted them.
_BOUND = re.compile(rf"{_NUMERAL}+(?:个(?=[{_COUNTED}]))?([{_COUNTED}])(?:以上|以下|以内)")
_ALIKE: Mapping[str, frozenset[str]] = {"场": frozenset("次"), "次": frozenset("场")}
# Of people and of anything that has a unit of its own: 多少个老师, 12名教师; 多少个厕所, 三座.
_ANY_UNITS, _OTHER_UNITS = frozenset("个名位"), frozenset("名位人")
_LIST = re.compile(r"(?:[^。；,，：:\n]*、){2}|《[^》]*》.*《|[一二三]是|[（(][一二三][）)]")
_AMOUNT = re.compile(
    rf"(?<!第)(?<!{_NUMERAL})({_NUMERAL}+)(?:多|余|来)?(?:个(?=方面|字|词))?(方面|不准|[{_COUNTED}点字词])(?!以上|月|钟)"
)
_ORDINAL = re.compile(r"第([一二三四五六七八九十]|\d{1,2})(?:个)?(?:方面|段|部分|点|项工作|项|句|份|类)")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "十": 10}


def asked_kinds(text: str) -> frozenset[str]:
    """Return the kinds of fact that a tidied question asks for; none when it is open.

    >>> sorted(asked_kinds("川妹带川货一共卖了好多钱")), sorted(asked_kinds("会是哪天开的"))
    (['money'], ['date', 'day'])
    """
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(text))


def given_kinds(text: str) -> frozenset[str]:
    """Return the kinds of fact that a text gives.

    >>> sorted(given_kinds("10月12日下午,共90余人参加大会")), sorted(given_kinds("凭残疾证学费减半"))
    (['date', 'day', 'people'], ['money'])
    """
    return frozenset(kind for kind, pattern in _GIVEN.items() if pattern.search(text))


def asks_count(asked: str) -> bool:
    """Return whether a question asks how many there are of something, or which few.

    >>> asks_count("今年要建多少个工作室"), asks_count("谁主持会议")
    (True, False)
    """
    return any(_counts_asked(asked))


def lacks_count(asked: str, said: str) -> bool:
    """Return whether a question asks how many there are of something and a text neither counts nor lists it.

    >>> lacks_count("今年要建多少个工作室", "团省委善于激发家国情怀")
    True
    """
    strict, few = _counts_asked(asked)
    if not (strict or few):
        return False
    units = {unit for unit, _ in amounts(said)} | set(_BOUND.findall(said))
    if any(not units & _meant(unit) for unit in strict):
        return True
    return few and not units and not _LIST.search(said)


@lru_cache(maxsize=_N_KEPT)
def _counts_asked(asked: str) -> tuple[tuple[str, ...], bool]:
    """Return the units that a number is asked of, and whether a number or a list is asked for; many texts may answer one question."""
    strict = tuple(first or second for first, second in _STRICT.findall(asked))
    others = (_ASKED[kind] for kind in ("clock", "money"))
    return strict, bool(_FEW.search(asked)) and not any(pattern.search(asked) for pattern in others)


def _meant(unit: str) -> frozenset[str]:
    """Return the units that a number may have which answers how many there are of one."""
    others = _OTHER_UNITS if unit in _ANY_UNITS else frozenset()
    return others | _ALIKE.get(unit, frozenset()) | {unit}


def amounts(text: str) -> frozenset[tuple[str, int]]:
    """Return the counted things of a text with their numbers: 10家 is ("家", 10); 一个 and 几个 count nothing.

    >>> sorted(amounts("10家企业签了三份文件，问一个问题"))
    [('份', 3), ('家', 10)]
    """
    found = ((unit, _value(number)) for number, unit in _AMOUNT.findall(text))
    return frozenset((unit, value) for unit, value in found if value > 1)


def ordinals(text: str) -> frozenset[int]:
    """Return the places that a text names beside clauses: 第四个方面 is 4.

    >>> sorted(ordinals("黎召阳说第四个方面的工作是啥"))
    [4]
    """
    return frozenset(_value(number) for number in _ORDINAL.findall(text))


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    tens, ten, units = number.rpartition("十")
    if set(number) - set(_DIGITS):
        return 0
    if not ten:
        return _DIGITS[number] if len(number) == 1 else 0
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(units, 0) if units else 0)
