"""Which options on the screen words point at: by letter, number, place, range, or all but some.

Places count from 0 in the order shown; one past the last option says that there is no such option.
"""

from __future__ import annotations

import re

from knowledge.reading.quiz import LETTERS

_ORDINALS = "一二三四五六七八"
_SIGN = rf"[a-h1-9{_ORDINALS}两]"
_PICK = re.compile(rf"第?({_SIGN})(?:个|项)?(?:选项)?")
_BETWEEN = re.compile(r"[\s、,，.。;；/\\|+&和跟与及还有以及()（）\[\]【】{}<>《》\"'“”‘’:：!！?~～-]+")
# One dash is a range, A-C; several are a list, A-B-D.
_RANGE = re.compile(
    rf"(?<![-a-h\d])第?({_SIGN})(?:个|项)?\s*(?:-+|到|至)\s*第?({_SIGN})(?:个|项)?(?!\s*(?:-|到|至))"
)
_FIRST_OR_LAST = re.compile(r"(最?前|最?后)面?的?([两二三四五六七八2-8])(?:个|项)?(?:选项)?")
_BUT = tuple(
    re.compile(pattern)
    for pattern in (
        r"除了?去?(?P<but>[^除]+?)(?:以外|之外|外)?[,，\s]*(?:其[他它余]的?|别的|剩下的?|另外的?)?(?:都|全|全部)(?:都)?(?:选|要|是|对|正确)",
        r"(?P<but>[^除]+?)(?:以外|之外)的?[,，\s]*(?:其[他它余]的?)?(?:都|全|全部)(?:都)?(?:选|要|是|对|正确)",
        r"(?:都|全|全部)选?[,，\s]*除了?(?P<but>[^除]+?)(?:以外|之外|外)?",
        r"(?P<but>[^除]+?)(?:不选|不要|不是|不对)[,，\s]*(?:其[他它余]的?|别的|剩下的?|另外的?)(?:都|全|全部)(?:都)?(?:选|要|是|对|正确)",
        r"不选(?P<but>[^除]+?)[,，\s]*(?:其[他它余]的?|别的|剩下的?|另外的?)(?:都|全|全部)(?:都)?(?:选|要|是|对|正确)",
    )
)
_MAX_PLACES = 8


def picked_places(core: str, n_options: int) -> tuple[int, ...] | None:
    """Return the places that `core` picks, in order; None when it is anything but picks.

    >>> [picked_places(t, 5) for t in ("b", "第二个", "a、c", "a-c", "a到c", "a-b-d", "前三个", "后两个", "i", "两个人")]
    [(1,), (1,), (0, 2), (0, 1, 2), (0, 1, 2), (0, 1, 3), (0, 1, 2), (3, 4), (8,), None]
    """
    if core in ("最后一", "最后", "末", "最末"):
        return (n_options - 1,)
    if re.fullmatch(r"[i-z]", core):
        return (_MAX_PLACES,)
    if some := _FIRST_OR_LAST.fullmatch(core):
        n = _place(some.group(2).replace("两", "二")) + 1
        if n > n_options:
            return (_MAX_PLACES,)
        return tuple(range(n)) if "前" in some.group(1) else tuple(range(n_options - n, n_options))
    joined = "".join(_BETWEEN.sub("", _RANGE.sub(_spread, core)))
    if not joined or _PICK.sub("", joined):
        return None
    signs = [match.group(1) for match in _PICK.finditer(joined)]
    return tuple(sorted({_place(sign) for sign in signs}))


def left_out(said: str) -> str:
    """Return the words of what is not chosen when all the others are: 除了D都选 → d; "" for none.

    >>> [left_out(t) for t in ("除了d都选", "d以外都选", "都选,除了d", "d不选,其他都选", "除了d", "都选")]
    ['d', 'd', 'd', 'd', '', '']
    """
    return next((m["but"] for pattern in _BUT if (m := pattern.fullmatch(said))), "")


def _spread(match: re.Match[str]) -> str:
    first, last = _place(match.group(1)), _place(match.group(2))
    same_kind = match.group(1).isascii() == match.group(2).isascii() and (
        match.group(1).isdigit() == match.group(2).isdigit()
    )
    if not same_kind or first >= last:
        return f"{match.group(1)}{match.group(2)}"
    return "".join(LETTERS[place].lower() for place in range(first, min(last, len(LETTERS) - 1) + 1))


def _place(sign: str) -> int:
    if sign in _ORDINALS:
        return _ORDINALS.index(sign)
    if sign == "两":
        return _MAX_PLACES
    return int(sign) - 1 if sign.isdecimal() else LETTERS.index(sign.upper())
