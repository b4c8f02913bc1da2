"""How often the words of a text are turned round: by a denial, by harm done, by 越少越好."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from knowledge.language.tables import denials, harms

# Signs of a denial that deny nothing: parts of words, and what is asked or waved through.
_IDLE = re.compile(
    r"(\w)不\1|不(?:仅仅|仅|只是|只|光|单|但)是?|不[管论](?=.{0,9}(?:都|也))|不[断久同少错良法]|不正之风|[一二三四五六七八九十]不准|未成年|未来|不用(?:跟谁|跟人|跟别人|打招呼|问谁|说一声)|不得不|离不开|少不了|免不了|不可或缺|是不是|对不对|能不能"
    r"|没(?:关系|事)|没啥$|没什么$|没人(?=管|查|问)|不要紧|无所谓|不打紧|不碍事|不成问题|[特差分区级性类识告个]别|别[人的处个家]|无[锡]|大不了|不择手段|不(?:能|要|可|该|应)?[^，,不]{0,8}[当作成](?:小事|儿戏|玩笑|没事|摆设|耳旁风)|防[线守御疫汛护控]|国防|消防|不是(?:小事|儿戏|闹着玩)|不是[^，,]{1,8}(?:一家|一个人|独自|单独)|差不多|不管怎[么样]"
)
# 跟金融机构没关系 turns round; 没关系 alone lets be.
_APART = re.compile(
    r"[跟和与][^，,]{1,10}(?:没[有啥得什么多大]*关系|无关|不相干|不搭界)|违反(?=了?哪)|(?:\w不\w+|有没有\w+)(?:都|也)?(?:无所谓|没关系|不要紧|不重要|都行)"
)
# 光有头衔还不行: the denial says only that it takes more.
_NOT_ENOUGH = re.compile(
    r"(?:光|只|仅仅?|单单?)(?:[是有靠凭讲用看说做抓管顾图])[^，,不]{1,12}(?=(?:还|是|也|都)*不(?:行|够|成|足))[^，,不]*不(?:行|够|成|足)"
)
# 越少越好 turns round, 越多越好 does not.
_LESS = re.compile(r"越[少小低慢弱短差晚]越好")


def turns(text: str, *, harm: bool = True) -> int:
    """Return how often the words of a text are turned round, harm done counted or not."""
    words = operators().findall(
        without_idle(_LESS.sub("，无", _APART.sub("，无", _NOT_ENOUGH.sub("，", text))))
    )
    # Harms stand beside each other, 降低质量做小总量, 脱离群众远离基层; what is denied stands inside.
    if _side_by_side().search(text):
        words = words[1:]
    harmed = [word for word in words if _harmful().match(word)]
    return len(words) - len(harmed) + (harm and bool(harmed))


def without_idle(text: str) -> str:
    """Return a text without the signs of a denial that deny nothing: parts of words, what is asked or waved through."""
    return _IDLE.sub("，", text)


def harm_in(text: str) -> bool:
    """Return whether a text speaks of harm done."""
    return _harmful().search(text) is not None


def harms_in(text: str) -> frozenset[str]:
    """Return the words of harm done in a text; 违反哪条 asks for an article."""
    return frozenset(_harmful().findall(_APART.sub("，", text)))


def any_of(words: Iterable[str]) -> str:
    """Return the pattern of any of these words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def denying() -> re.Pattern[str]:
    """Return the pattern of a denial."""
    return re.compile(any_of(denials()))


@cache
def _harmful() -> re.Pattern[str]:
    return re.compile(any_of(harms()))


@cache
def _side_by_side() -> re.Pattern[str]:
    turning = any_of(word for word in (*harms(), *denials()) if len(word) > 1)
    return re.compile(rf"(?:{turning})[\u4e00-\u9fff]{{2}}(?:{turning})[\u4e00-\u9fff]{{2}}$")


@cache
def operators() -> re.Pattern[str]:
    """Return the pattern of all that turns words round."""
    # 破坏损害 turns round once.
    return re.compile(rf"(?:{any_of(harms())})+(?:[不没](?![行能可许对好应该用]))?|{any_of(denials())}")
