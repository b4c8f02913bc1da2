"""Number formats: what a spreadsheet shows for the number that a cell holds, as a Chinese Excel or WPS shows it.

Covers what people meet: dates and times, percentages, fractions, digits, words around them. A format beyond
these is told by `formatted` as None, so that nobody claims to know what stands on the screen.
"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

GENERAL = "General"
_AM = "上午/下午"
# ECMA-376 part 1, 18.8.30: formats that Chinese programs write by their number alone; and the short date,
# which the machine's own language decides.
_CHINESE = {
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    30: "m\\-d\\-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **dict.fromkeys((34, 55), f'{_AM}h"时"mm"分"'),
    **dict.fromkeys((35, 56), f'{_AM}h"时"mm"分"ss"秒"'),
}
_SYSTEM = {"[$-F800]": 'yyyy"年"m"月"d"日"', "[$-F400]": "h:mm:ss"}
_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|上午/下午|General|y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|'
    r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+|%|.",
    re.IGNORECASE | re.DOTALL,
)
_DIGITS = re.compile(r"[#0?,]*\.?[#0?]*")
_FRACTION = re.compile(r"(?:([#0?]+)\s+)?([#0?]+)/([#?]+)")
_DAYS = "一二三四五六日"
_MONTHS = tuple(calendar.month_name)[1:]


def format_of(number: int, own: str | None) -> str:
    """Return the code of a format: the workbook's own of that number, else the built-in one."""
    return own or _CHINESE.get(number) or BUILTIN_FORMATS.get(number, GENERAL)


def is_date(code: str) -> bool:
    """Return whether a format makes a number a date or a time."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)
    return bool(is_date_format(code)) or "aaa" in bare.lower()


def in_full(value: float) -> str:
    """Return a number in full, to the 15 digits that a spreadsheet keeps.

    >>> in_full(4.0), in_full(0.1 + 0.2), in_full(1.234567890123456e17)
    ('4', '0.3', '123456789012346000')
    """
    return format(Decimal(f"{value:.15g}"), "f")


def formatted(value: float, code: str, moment: datetime.datetime | None = None) -> str | None:
    """Return what a cell shows; None when the format is one that this module doesn't know.

    Args:
        moment: The date and time that the number stands for, where the format is one of a date.

    >>> formatted(0.15, "0%"), formatted(2019, '0"年"'), formatted(1, "000"), formatted(0.5, "# ?/?"), formatted(1e15, "General")
    ('15%', '2019年', '001', '1/2', '1E+15')
    """
    if not math.isfinite(value):
        return None
    code = next((plain for system, plain in _SYSTEM.items() if code.upper().startswith(system)), code)
    sections = _sections(code)
    if moment is not None:
        return _show_moment(value, moment, _TOKEN.findall(sections[0]))
    section, is_bare = sections[0], False
    if value < 0 and len(sections) > 1:
        section, is_bare = sections[1], True
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    try:
        text = _show_number(abs(value), _TOKEN.findall(section))
    except ArithmeticError:  # no number, or one too long for its format
        return None
    return f"-{text}" if text and value < 0 and not is_bare and re.search(r"[1-9]", text) else text


def _sections(code: str) -> list[str]:
    """Return the parts between semicolons, those in quotes and behind a backslash aside."""
    return [part[1] for part in re.finditer(r'(?:^|;)((?:"[^"]*"|\\.|[^;"])*)', code)] or [code]


def _literal(token: str) -> str | None:
    """Return the characters that a token stands for; None when it asks for something."""
    if token == _AM:
        return None
    if token[0] == '"':
        return token[1:-1]
    if len(token) == 2 and token[0] in "\\_*":
        return {"\\": token[1], "_": " ", "*": ""}[token[0]]
    if token.startswith("[$"):
        symbol, _, locale = token[2:-1].partition("-")
        # More than four digits ask for another calendar or other numerals.
        return None if re.fullmatch(r"[0-9A-Fa-f]{5,}", locale) else symbol
    if re.fullmatch(
        r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|黑色|红色|蓝色|绿色)\]", token, re.I
    ):
        return ""
    return token if not re.fullmatch(r"[\[\]A-Za-z#0?,.%@/].*", token) or token in {"/", ".", ","} else None


def _show_moment(value: float, moment: datetime.datetime, tokens: list[str]) -> str | None:
    has_half = any(token.upper() == "AM/PM" or token == _AM for token in tokens)
    out: list[str] = []
    for i, token in enumerate(tokens):
        text = _literal(token)
        if text is None:
            text = _part(token.lower(), moment, value, is_minute=_is_minute(tokens, i), has_half=has_half)
        if text is None:
            return None
        out.append(text)
    return "".join(out)


def _is_minute(tokens: list[str], at: int) -> bool:
    """Whether an m counts minutes: behind hours or before seconds."""
    letters = [
        (i, t.lower().strip("[]")[:1]) for i, t in enumerate(tokens) if re.match(r"[\[]?[ymdhs]", t.lower())
    ]
    place = next((n for n, (i, _) in enumerate(letters) if i == at), None)
    if place is None:
        return False
    before = letters[place - 1][1] if place else ""
    after = letters[place + 1][1] if place + 1 < len(letters) else ""
    return before == "h" or after == "s"


def _part(
    token: str, moment: datetime.datetime, value: float, *, is_minute: bool, has_half: bool
) -> str | None:
    hour = (moment.hour % 12 or 12) if has_half else moment.hour
    parts = {
        "yyyy": f"{moment.year:04}", "yy": f"{moment.year % 100:02}",
        "mm": f"{moment.minute if is_minute else moment.month:02}",
        "m": str(moment.minute if is_minute else moment.month),
        "mmm": _MONTHS[moment.month - 1][:3], "mmmm": _MONTHS[moment.month - 1],
        "d": str(moment.day), "dd": f"{moment.day:02}",
        "ddd": f"周{_DAYS[moment.weekday()]}", "aaa": _DAYS[moment.weekday()],
        "dddd": f"星期{_DAYS[moment.weekday()]}", "aaaa": f"星期{_DAYS[moment.weekday()]}",
        "h": str(hour), "hh": f"{hour:02}", "s": str(moment.second), "ss": f"{moment.second:02}",
        "[h]": str(int(value * 24 + 1e-9)), "[hh]": f"{int(value * 24 + 1e-9):02}",
        "[m]": str(int(value * 1440 + 1e-7)), "[mm]": f"{int(value * 1440 + 1e-7):02}",
        "am/pm": "AM" if moment.hour < 12 else "PM", _AM: "上午" if moment.hour < 12 else "下午",
    }  # fmt: skip
    return parts.get(token)


def _show_number(value: float, tokens: list[str]) -> str | None:
    if [token.lower() for token in tokens] in (["general"], ["@"]):
        return _general(value)
    literals = [_literal(token) for token in tokens]
    asked = [i for i, text in enumerate(literals) if text is None or tokens[i] == "/"]
    value *= 100 ** sum(tokens[i] == "%" for i in asked)
    digits = [i for i in asked if tokens[i] != "%"]
    if not digits:
        return "".join("%" if text is None else text for text in literals)
    first, last = digits[0], digits[-1]
    core = "".join(tokens[first : last + 1])
    if _DIGITS.fullmatch(core):
        middle = _show_digits(value, core)
    elif found := _FRACTION.fullmatch(core):
        middle = _show_fraction(value, found)
    else:
        return None
    before = "".join("%" if text is None else text for text in literals[:first])
    return before + middle + "".join("%" if text is None else text for text in literals[last + 1 :])


def _show_digits(value: float, core: str) -> str:
    whole, _, part = core.partition(".")
    n_thousands = len(whole) - len(whole.rstrip(","))
    number = Decimal(f"{value:.15g}") / 1000**n_thousands
    rounded = format(number.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP), "f")
    integer, _, decimals = rounded.partition(".")
    n_zeros = whole.count("0")
    integer = integer.lstrip("0").rjust(n_zeros, "0")
    if "," in whole.rstrip(","):
        integer = f"{int(integer or 0):,}" if n_zeros <= 1 else integer
        integer = "" if integer == "0" and not n_zeros else integer
    kept = len(part.rstrip("#?"))
    decimals = decimals[:kept] + decimals[kept:].rstrip("0")
    return f"{integer}.{decimals}" if "." in core else integer


def _show_fraction(value: float, found: re.Match[str]) -> str:
    has_whole = found[1] is not None
    whole = int(value) if has_whole else 0
    near = (Fraction(value) - whole).limit_denominator(10 ** len(found[3]) - 1)
    if has_whole and near in (0, 1):
        return str(whole + int(near))
    return f"{whole} {near.numerator}/{near.denominator}" if whole else f"{near.numerator}/{near.denominator}"


def _general(value: float) -> str:
    """Return a number in the eleven characters that a cell without a format gives it."""
    text = in_full(value)
    if len(text) <= 11:
        return text
    if 1e-4 <= value < 1e11:
        n_decimals = max(0, 11 - 1 - len(str(int(value))))
        rounded = format(Decimal(text).quantize(Decimal(1).scaleb(-n_decimals), ROUND_HALF_UP), "f")
        return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded
    digits, _, exponent = f"{value:.5E}".partition("E")
    return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
