"""GIFT's signs as a Chinese input method types them, full-width: where one stands that was meant as a sign.

Braces are told anywhere, the others only where no word would have them.
"""

from __future__ import annotations

import re
import unicodedata

_BRACE = re.compile(r"[｛｝]")
_TITLE = re.compile(r"\s*：：")
_BEFORE_ANSWER = re.compile(r"(?:\A|(?<!\d)\s)[＝～]|\A\s*[ＴＦ＃]")
_WITHIN = re.compile(r"(?<!\d)～|～(?!\d)|＝|＃")


def brace(text: str, start: int) -> int:
    """Return where the first full-width brace from `start` on stands; -1 when there is none."""
    return _place(_BRACE.search(text, start))


def in_title(text: str) -> int:
    """Return where a sign stands that begins a title with full-width colons; -1 when none does."""
    return _place(_TITLE.match(text))


def before_answer(body: str) -> int:
    """Return where a full-width sign stands that begins an answer; -1 when none does."""
    return _place(_BEFORE_ANSWER.search(body))


def within(answer: str) -> tuple[str, str] | None:
    """Return message and hint for an answer that holds what may have been meant as a sign, or None."""
    sign = _WITHIN.search(answer)
    if sign is None:
        return None
    message = f"答案“{answer.strip()[:20]}”里有全角的 {sign.group()}，当作答案里的字"
    return message, "要是想分开几个选项，写成半角的 = ~ #"


def describe_sign(sign: str) -> tuple[str, str]:
    """Return message and hint for a full-width sign.

    >>> describe_sign("＝")[0]
    '这里的记号“＝”是全角的，要写半角的 ='
    """
    half = unicodedata.normalize("NFKC", sign)
    hint = "题干和选项里的文字不用改，只改 GIFT 的记号：{ } = ~ # % ::"
    return f"这里的记号“{sign}”是全角的，要写半角的 {half}", hint


def _place(found: re.Match[str] | None) -> int:
    return found.end() - 1 if found else -1
