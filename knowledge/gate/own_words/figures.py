"""Figures in our own words: numbers, days, times and how long something takes, that nothing beside them has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.gate.own_words.ground import Ground
from knowledge.language.numerals import numeral

_CHINESE = "零一二三四五六七八九十百千万亿"
# 两 begins a number and ends none: 二十八两天 are two days, the twenty-eighth among them.
_NUMBER = re.compile(rf"\d+(?:[.-]\d+)*|两?[{_CHINESE}]+|两")
_DAY = re.compile(rf"(?:\d+|[{_CHINESE}两]+)[年月日]")
_DATE_UNIT = re.compile(r"年|月|日|号(?!文|楼|线|门|厅|馆|院|口|桌|机|车|窗)")
_UNIT = re.compile(
    r"(?:多|余|来)?(?:个(?:半?小时|钟头|月|星期|季度|工作日)|号[线门厅馆院口桌机车窗]|个|位|名|家|人|条|项|份|种|次|天|周|小时|分钟|点|时|元|角|毛|块|万|亿|所|篇|届|场|级|倍|成|%|章|节|页|批|省|市|县|字|岁|期"
    r"|米|公里|类|件|部|支|队|台|户|只|层|楼|季度|方面|轮|分|册|枚|张|套|款|座|辆)"
)
_MAX_LASTING = 1000
_TIME = re.compile(
    r"星期[一二三四五六日天]|周[一二三四五六末](?![\u4e00-\u9fff]{0,1}[制刊])|上午|下午|中午|傍晚|晚上|凌晨|早上|半(?:小时|天|年|个)|每(?:年|月|周|日|天|季度?|学期|星期)(?!度)|逐年|年底前|年初|年中|去年|明年|前年|后年|上周|下周|昨天|明天"
)


# How long something takes, in minutes: who says 半小时 for 三十分钟 makes nothing up.
_MINUTES = {
    "分钟": 1,
    "小时": 60,
    "钟头": 60,
    "天": 1440,
    "日": 1440,
    "周": 10080,
    "星期": 10080,
    "月": 43200,
    "年": 525600,
}
_LASTING = re.compile(
    rf"(?P<half>半)个?(?P<of>{'|'.join(_MINUTES)})|(?P<n>{_NUMBER.pattern})个?(?P<unit>{'|'.join(_MINUTES)})"
)


def unheld_figures(text: str, held: Ground) -> Iterator[str]:
    """Yield the figures of a text that nothing it may say holds."""
    lasting = dict(_lasting(held.beside))
    for minutes, words in _lasting(text):
        if minutes in lasting:
            # One word for it is as good as the other.
            text = text.replace(words, "，")
    yield from _numbers(text, held)
    for time in _TIME.finditer(text):
        # 12日下午 stands in the source as it is told.
        if time.group() not in held.days and text[max(0, time.start() - 3) : time.end()] not in held.whole:
            yield time.group()


def _lasting(text: str) -> Iterator[tuple[float, str]]:
    """Yield how many minutes a text says that something takes, with its words."""
    for match in _LASTING.finditer(text):
        if match["half"]:
            yield _MINUTES[match["of"]] / 2, match.group()
        elif (value := value_of(match["n"])) > 0 and value < _MAX_LASTING:
            yield float(value * _MINUTES[match["unit"]]), match.group()


def _numbers(text: str, held: Ground) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        number, rest = match.group(), text[match.end() :]
        before = text[match.start() - 1 : match.start()]
        date, unit = _DATE_UNIT.match(rest), _UNIT.match(rest)
        if not number[0].isdigit() and not (date or unit) and before != "第":
            continue
        value = value_of(number)
        told = number + (date.group() if date else unit.group() if unit else "")
        if value == 1 and not date and before != "第" and not rest.startswith("号"):
            continue
        if date and value in numbers_of(held.days):
            continue
        if told in held.whole or _counts(number, held.beside) or _repeats(rest, held, value):
            continue
        is_counted = value in held.numbers and value >= 0 and not _is_told_otherwise(rest, held, value)
        if date or not is_counted:
            yield ("第" if before == "第" else "") + told


def _is_told_otherwise(rest: str, held: Ground, value: int) -> bool:
    """Return whether the words themselves count the same thing, and count another number: 五方面 for 三方面."""
    # How long something takes, and which line or door, is no number of parts.
    if re.match("号.|个?(?:工作日|小时|分钟|月|星期|周|天|季度)", rest):
        return True
    unit = re.match(r"(?:个)?(?P<unit>方面)", rest)
    if unit is None:
        return False
    counted = re.findall(rf"({_NUMBER.pattern})个?{unit['unit']}", held.beside) or re.findall(
        rf"({_NUMBER.pattern})个?{unit['unit']}", held.whole
    )
    return bool(counted) and value not in {value_of(number) for number in counted}


def _counts(number: str, text: str) -> bool:
    """Return whether a number stands in a text as something else than a part of a day."""
    # 两万 and 二万 are one number.
    same = re.sub("[两二]", "[两二]", re.escape(number))
    return re.search(rf"(?<![\d{_CHINESE}两]){same}(?![\d年月日{_CHINESE}两])", text) is not None


def _repeats(rest: str, held: Ground, value: int) -> bool:
    """Return whether what is counted stands so many times beside: 三进 of 进教材、进校园、进课堂."""
    words = re.match(r"[个次]?[“]?(\w{1,4})", rest)
    return (
        words is not None and value > 1 and any(held.beside.count(words[1][:n]) >= value for n in range(1, 4))
    )


def without_days(text: str) -> str:
    """Return a text without its years, months and days."""
    return _DAY.sub("", text)


def numbers_of(text: str) -> frozenset[int]:
    """Return the numbers that a text names."""
    return frozenset(value_of(match.group()) for match in _NUMBER.finditer(text)) - {-1}


def value_of(number: str) -> int:
    """Return the number that these digits or characters name, -1 for none that is read."""
    if number.isdecimal():
        return int(number)
    return -1 if set(number) & set("零百千万亿.-") else numeral(number.replace("两", "二")) or -1
