"""What else tells an answer from a sentence on the same thing: who is named, what is counted, where, which time is meant.

Softer than the kinds of `asked_facts`: the words that ask for them and those that give them are many, so that one is missing
tells something of a sentence and never all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from knowledge.language.tables import ambiguous_surnames, surnames
from knowledge.language.words import common_words

# Characters of names: beyond the common block too (刘䶮, 张𬭎).
HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
# A name whose parts stand with a dot between them: 阿依古丽·买买提. As short as what is around it allows.
PARTED_NAME = rf"{HAN}{{1,8}}(?:[·•‧・]{HAN}{{1,8}}?){{1,3}}?(?![·•‧・])"
_RANK = r"(?:[\u4e00-\u9fff][长人]|书记|主任|记者|经理|老板|代表|主席|老师|嘉宾|专家|会计|秘书)"
_UP_TO_RANK = re.compile(rf"^.*{_RANK}(?=.*[·•‧・])")
_PERSON = re.compile(
    rf"{_RANK}(?:又|都)?(?:是|叫|姓)?(?:谁|哪个|哪位|啥|什么)(?:名字?)?$|(?<![找跟向给对问和])谁(?:主持|讲|说|发言|记录)"
)
_POST = re.compile(rf"{_RANK}(?=又|都|是|叫|姓|谁|哪|啥|什么)")
_POST_TO_NAME_CHARS, _LABEL_TO_NAME_CHARS = 4, 20

_SURNAMES = "".join(sorted(surnames() | ambiguous_surnames()))
_NAME = re.compile(
    rf"(?:(?<![\u4e00-\u9fff\d])|(?<=[长任记员师授人者事监理席书由]))([{_SURNAMES}]{HAN}{{1,2}}|(?<![“‘《「『]){PARTED_NAME}(?![”’》」』]))"
    r"(?=[^\u4e00-\u9fff]|同志|主持|出席|介绍|说|表示|指出|强调|通报|回应|反映|提出|要求|提醒|担任|兼任|负责|牵头|带队|在|就|$)"
)
# 由安监局负责 names nobody.
_OF_BODIES = tuple("局委办会站所队部厅院校司厂处科组")
# Of these only one is meant: who asks for last year is not answered by this year.
_CONTRASTS = (
    ("前年", "去年", "今年", "明年", "后年"),
    ("上个月", "这个月", "下个月"),
    ("早上", "上午", "中午", "下午", "晚上", "夜间"),
    ("周末", "工作日"),
    ("最高", "最低"),
    ("最多", "最少"),
    ("最早", "最晚"),
    ("男", "女"),
    ("幼儿园", "小学", "初中", "高中", "大学"),
    ("上一次", "上次", "这次", "下次", "下一次"),
)
_ONLY = re.compile(
    r"(?<![不时期权有无局上下年界])限(?![制额量期度时])|(?<!不)仅|(?<!不)只(?=[限招收面对供向接能]|允许)|专(?=[供为收招]|门面向)"
)
_MEASURES = "个名位家份条项次种类样件辆台部架座处所间套张只块只户页本册篇幅支枚盒箱桶层楼栋户届期节堂场站点集门科步句字岁天日周月年分秒米里亩吨斤克元度倍成"
# Of anything: the noun behind it says what is counted.
_ANY_MEASURES = frozenset("个名位")
_COUNTED = re.compile(
    rf"(?:多少|好多|(?<![哪周第好那这前后几期])几(?![几点号乎]))([{_MEASURES}])?([\u4e00-\u9fff]{{0,3}})"
)
_NOUN_CHARS = 2
_NOUN_END = re.compile(r"[吗呢啊呀了哦嘛]")
_DIGIT = r"[\d零一二两三四五六七八九十百千万亿半]"
_ASPECTS: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "place": (
        re.compile(
            r"哪里|哪儿|在哪|到哪|去哪(?!些|个|几)|往哪|哪条[街路]|什么地方|啥子?地方|地址|哪栋"
            r"|哪个(?:地方|村|窗口|地点|平台|网站|小程序|街道|社区|会议室|宾馆|操场)"
        ),
        re.compile(
            r"[在到向于至][^，。；]{1,14}(?:路|街|号|楼|层|室|处|所|大厅|镇|乡|社区|局|院|馆|厅|区|部门|机关)"
            r"|路\d|地址|地点|登录|小程序|平台|网站|窗口|村|站|中心|医院|学校"
        ),
    ),
    "maker": (
        re.compile(
            r"哪(?:家|个)(?:公司|厂|厂家|企业|出版社|银行|品牌|牌子)|(?:什么|啥子?)(?:牌子|品牌|型号)|厂家|(?:公司|单位|老板)叫"
        ),
        re.compile(r"公司|厂|集团|牌|出版社|银行"),
    ),
    "list": (
        re.compile(r"哪些|哪几|有些啥|有哪|包括|叫啥名|叫什么名|分别"),
        re.compile(r"、|；|：|（[一二三]）|[一二三]是|包括|\d\."),
    ),
}
"""Of each thing that may be asked for: how it is asked, and what words look like that may give it."""
_TIMES = (
    "去年",
    "前年",
    "明年",
    "后年",
    "上个月",
    "上次",
    "下次",
    "下个月",
    "以前",
    "最近",
    "上一次",
    "下一次",
    "上一届",
    "下一届",
    "上届",
    "下届",
    "下一期",
    "上一期",
)
_UNIT = re.compile(
    r"(?:多少|好多|几多|几)(?:个)?(元|块|天|小时|分钟|个?月|年|岁|米|公里|平方?米?|度|斤|公斤|吨|层|级|次|回|遍|节|人|名|户|家|部|台|辆|张|份|本"
    r"|所|座|处|条|件|项|套|间|亩)"
)
_SAME_UNIT = {"块": "元", "回": "次", "遍": "次", "天": "日", "人": "名"}


def asks_for_person(text: str) -> bool:
    """Return whether a tidied question asks who somebody is; a body may be who does something.

    >>> asks_for_person("县教育局局长是谁"), asks_for_person("谁负责打扫"), asks_for_person("乱收费找谁说")
    (True, False, False)
    """
    return bool(_PERSON.search(text))


def names_in(text: str) -> Iterator[str]:
    """Yield what looks like a person's name: a surname and one or two characters, or parts with a dot, that are no word.

    >>> list(names_in("联系人:田小雨 电话")), list(names_in("副县长扎西·次仁要求")), list(names_in("开展‘川货·巾帼助力’活动"))
    (['田小雨'], ['扎西·次仁'], [])
    >>> list(names_in("会长由老支书牟德安担任")), list(names_in("由安监局负责"))
    (['牟德安'], [])
    """
    words = common_words()
    for match in _NAME.finditer(text):
        name = _UP_TO_RANK.sub("", match.group(1))
        if not words.begins_any(name) and not name.endswith(_OF_BODIES):
            yield name


def names_whom(asked: str, said: str, names: tuple[str, ...]) -> bool:
    """Return whether a text names a person that a question asks for: in the post that is asked for, when one is.

    >>> names_whom("宏泽公司老板叫什么", "局长苏永康通报,宏泽公司停工", ("苏永康",)), names_whom("局长是谁", "局长苏永康通报", ("苏永康",))
    (False, True)
    >>> names_whom("副会长是谁", "会长由牟德安担任", ("牟德安",))
    False
    """
    post = _POST.search(asked)
    others = [name for name in names if name not in asked]
    if post is None or not others:
        return bool(others)
    deputy = "副" if asked[: post.start()].endswith("副") else "(?<!副)"
    ranked = re.compile(
        rf"{deputy}{post.group()}(?:.{{0,{_POST_TO_NAME_CHARS}}}|[:：][^。]{{0,{_LABEL_TO_NAME_CHARS}}})(?:{'|'.join(map(re.escape, others))})",
        re.DOTALL,
    )
    return bool(ranked.search(said))


def contrasted(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the words of a text beside which another would say something else, each with those others.

    >>> contrasted("去年走了多少个社区")
    (('去年', ('前年', '今年', '明年', '后年')),)
    """
    return tuple(
        (word, tuple(other for other in group if other != word))
        for group in _CONTRASTS
        for word in group
        if word in text and not any(other in text for other in group if other != word)
    )


def restricts(text: str) -> bool:
    """Return whether words say for whom or what alone something is: they answer for all others too, with no.

    >>> restricts("舞蹈班限女学员报名"), restricts("女学员自备舞鞋")
    (True, False)
    """
    return bool(_ONLY.search(text))


def counted(text: str) -> tuple[str, str] | None:
    """Return what a question asks the number of: its measure and the two characters behind that; None when it asks for none.

    How much money, when and how long is asked are kinds of `asked_facts`.

    >>> counted("凤栖路那个停车场能停多少辆车"), counted("今年有多少考生"), counted("罚多少")
    (('辆', '车'), ('', '考生'), ('', ''))
    """
    match = _COUNTED.search(text)
    if not match:
        return None
    return match.group(1) or "", _NOUN_END.split(match.group(2))[0][:_NOUN_CHARS]


def counts(said: str, measure: str, noun: str) -> bool:
    """Return whether a text gives a number of what is counted by a measure or named by a noun: 泊位1460个, 学生2136名.

    >>> counts("我校有学生2136名", "", "学生"), counts("设12个考点", "个", "考生")
    (True, False)
    """
    if noun and re.search(
        rf"{_DIGIT}[^，。；\d]{{0,3}}{re.escape(noun)}|{re.escape(noun)}[^，。；]{{0,6}}{_DIGIT}", said
    ):
        return True
    if measure and (not noun or measure not in _ANY_MEASURES):
        return bool(re.search(rf"{_DIGIT}[余多]?{measure}", said))
    return not noun and bool(re.search(_DIGIT, said))


def agreements(asked: str, said: str) -> dict[str, float]:
    """Return for each thing that may be asked for (a place, who made it, a list, a number of some unit) whether words may give it.

    1 when they may, -1 when they can't, 0 when it is not asked for.

    >>> agreements("租房合同去哪里备案", "须提交经备案的租房合同")["place"], agreements("罚几天", "罚五百元")["unit"]
    (-1.0, -1.0)
    """
    aspects, unit = _asked_of(asked)
    found = {
        name: 0.0 if name not in aspects else 1.0 if gives.search(said) else -1.0
        for name, (_, gives) in _ASPECTS.items()
    }
    return found | {"unit": 0.0 if not unit else 1.0 if _counts_by(said, unit) else -1.0}


@lru_cache(maxsize=16)
def _asked_of(text: str) -> tuple[frozenset[str], str]:
    """Return which things a question asks for, and the unit that it asks a number of; many words may answer one question."""
    unit = _UNIT.search(text)
    aspects = frozenset(name for name, (asks, _) in _ASPECTS.items() if asks.search(text))
    return aspects, unit.group(1) if unit else ""


def _counts_by(said: str, unit: str) -> bool:
    units = "|".join(map(re.escape, {unit, _SAME_UNIT.get(unit, unit)}))
    return bool(re.search(rf"[\d.零一二两三四五六七八九十百千万亿半](?:[余多个]|个?工作)?(?:{units})", said))


def is_of_other_time(asked: str, said: str) -> bool:
    """Return whether a question asks of another time than now, and words do not speak of that.

    >>> is_of_other_time("去年一共巡了多少次河", "今年1月至4月累计巡河4126人次")
    True
    """
    return any(time in asked and time not in said for time in _TIMES)
