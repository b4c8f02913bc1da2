"""One cell of a workbook: values as text, and text that no spreadsheet takes for a formula.

`escape_formula` and `unescape_formula` are inverse for every text; so are `split` and joining its parts.
"""

from __future__ import annotations

import datetime
import hashlib
import re


class BadCell(Exception):
    """A cell whose text is none that its column can hold; `code`, `message` and `hint` make its Problem."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


CELL_CHARS = 32_000
"""Excel holds 32 767 UTF-16 units in a cell and writers cut the rest off in silence."""

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@＝＋－＠\t\r]")
# Spreadsheet files spell a character by its number as _x000D_; text that looks like it must be spelled out.
_SPELLED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BLANK = re.compile("[\t\xa0\u2007\u202f]")
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")
_ADDRESS = re.compile(r"[a-z0-9-]+(?:#[a-z0-9.-]+)?")
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def smooth(text: str) -> str:
    r"""Return `text` with what nobody sees in a cell told in one way, on the way out and on the way in.

    Line ends become \n, no-break blanks plain ones; what has no width, control characters and blanks at the
    ends of lines go.

    >>> smooth("甲\xa0乙\u200b \r\n丙")
    '甲 乙\n丙'
    """
    text = _BLANK.sub(" ", re.sub(r"\r\n?", "\n", text))
    return "\n".join(line.rstrip() for line in _UNSEEN.sub("", _CONTROL.sub("", text)).split("\n"))


def respell(text: str, known: str) -> str:
    r"""Return `text` with each line that reads like one of `known` in the spelling it has there.

    >>> respell("甲 乙\n丙", "甲\xa0乙\n丁")
    '甲\xa0乙\n丙'
    """
    lines = {smooth(line).strip(): line for line in known.split("\n")}
    return "\n".join(lines.get(smooth(line).strip(), line) for line in text.split("\n"))


def escape_formula(text: str) -> str:
    """Return `text` with an apostrophe before a beginning that a spreadsheet would calculate.

    >>> escape_formula("=1+1"), escape_formula("'=1"), escape_formula("第四条")
    ("'=1+1", "''=1", '第四条')
    """
    return "'" + text if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that `escape_formula` was given.

    >>> unescape_formula(escape_formula("-5")), unescape_formula("'引号开头")
    ('-5', "'引号开头")
    """
    return text[1:] if _ESCAPED.match(text) else text


def spell(text: str) -> str:
    """Return `text` as a workbook file can hold it: nothing in it reads as a character spelled by its number."""
    return _SPELLED.sub("_x005F_", text)


def text_of(value: Value) -> str:
    """Return a cell's value as text, as the cell shows it where it has no format of its own.

    >>> text_of(4.0), text_of(datetime.datetime(2027, 6, 30)), text_of(True)
    ('4', '2027-06-30', 'TRUE')
    """
    match value:
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime() | datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat("minutes")
    return smooth(str(value))


def date_of(text: str) -> str:
    """Return the ISO date that `text` writes in one of the usual ways; other text unchanged.

    A bare number of that size is how a spreadsheet counts days when a cell has lost its date format.

    >>> date_of("2027年6月30日"), date_of("2027/6/30"), date_of("46568"), date_of("明年")
    ('2027-06-30', '2027-06-30', '2027-06-30', '明年')
    """
    written = re.fullmatch(
        r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?", text.strip()
    )
    if written:
        year, month, day = map(int, written.groups())
        return f"{year:04}-{month:02}-{day:02}"
    if re.fullmatch(r"[3-7]\d{4}", text.strip()):
        return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))).isoformat()
    return text


def address(text: str) -> str:
    """Return an id or an address as it is meant: LibreOffice begins what is typed into a cell with a capital.

    >>> address("Meeting-2020#time-place"), address("CH1-Q01")
    ('meeting-2020#time-place', 'CH1-Q01')
    """
    lowered = text[:1].lower() + text[1:]
    return lowered if _ADDRESS.fullmatch(lowered) else text


def fingerprint(text: str) -> str:
    """Return a short hash of `text`, in letters alone: digits are a number to some programs, whatever the cell's format."""
    return lettered(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12])


def lettered(mark: str) -> str:
    """Return a fingerprint that was written with digits, as exports once did, in letters."""
    return mark.strip().translate(_LETTERS)


def split(text: str) -> list[str]:
    """Return `text` in parts that fit a cell each, without blanks at the seams where there is such a place; "" gives [""].

    Some programs drop the blanks and line ends that a cell begins or ends with.
    """
    parts = []
    while len(text.encode("utf-16-le")) // 2 > CELL_CHARS:
        # Half of it is safe even when every character takes two units.
        half = CELL_CHARS // 2
        seams = (at for at in range(half, 0, -1) if not (text[at - 1].isspace() or text[at].isspace()))
        at = next(seams, half)
        parts.append(text[:at])
        text = text[at:]
    return [*parts, text]


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a cell that say something, without blanks around them."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def name_of(row: int, column: int) -> str:
    """Return the name of a cell, both counted from 1.

    >>> name_of(12, 3), name_of(1, 28)
    ('C12', 'AB1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
