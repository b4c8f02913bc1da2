"""Words of dialect in the words of the standard language, for who reads only that: the encoder.

The analyser folds question words itself; it needs classes, not words, and keeps what was typed.
"""

from __future__ import annotations

import re
from functools import cache

from knowledge.language.tables import standard_by_dialect

# 有押金不 asks; 要不 and 了不 go on.
_ASKING_NO = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?<![要了绝])不(?=$|[?？])")


def standard(text: str) -> str:
    """Return a tidied question with its words of dialect put into standard ones.

    >>> standard("一个月好多钱嘛"), standard("娃儿咋个报名"), standard("星期六上班不"), standard("什么时候")
    ('一个月多少钱嘛', '孩子怎么报名', '星期六上班吗', '什么时候')
    """
    said = _words()
    return _ASKING_NO.sub("吗", _pattern().sub(lambda m: said[m.group()], text))


@cache
def _words() -> dict[str, str]:
    """Return the standard word of each, that of a standard word too: 么时候 is dialect, and no word within 什么时候."""
    by_dialect = standard_by_dialect()
    return {word: word for word in by_dialect.values()} | by_dialect


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_words(), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)))
