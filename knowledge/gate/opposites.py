"""Loosely worded opposites: a way to ask that takes for granted the opposite of what its own quote says.

网站备了案为啥还不给接 does not negate any phrasing word by word, but its quote keeps out the sites that are *not*
filed. What a question merely asks (能不能, 吗) it takes for granted in neither direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.matching.snapshot import Snapshot

_CLAUSE = re.compile(r"[,，。；;：:！!？?\n“”‘’]+")
# What turns an act into one that is not to be done. In 不良, 不断, 不仅 it is a part of the word.
_DENIES = re.compile(
    r"不(?![良断仅光但只管同久少错正诚昌])|勿|未经|禁止|严禁|杜绝|拒绝|抵制|反对|远离|避免|防止|防范(?!机制|意识|体系|措施|能力)|驳斥|纠正|打击|整治|消除|清除|查处|减少"
)
# 对违法广告进行整治: what is denied stands before its verb.
_DENIED_BEFORE = re.compile(r"对.+(?:整治|打击|查处|清理|治理|取缔)")
# In what people type: who forbids or drops, and who allows or asks for.
_FORBIDS = re.compile(
    r"不(?:再|会|给|让|许|准|得|能|可以|可|用|必|要|该|应该|应|支持|鼓励|提倡|允许|接受|需要|同意|赞成|主张|倡导|管|去)"
    r"|甭|莫|(?<![分特差区级性类识告个])别(?![人的处])|禁止|严禁|反对|拒绝|抵制|取消|放弃|停止|限制|阻止|压制|防止|避免|远离|打击"
    r"|整治|清理|清除|消除|没必要|无需|无须|少(?=搞|做|管|提|讲)"
)
_HARMS = re.compile(
    r"泄露|泄漏|出卖|倒卖|贩卖|侵犯|破坏|损害|违反|违背|欺骗|隐瞒|藏起来|逃避|躲|忽视|无视|不顾|放松|削弱|降低|压低|弄虚作假|造假"
    r"|传谣|造谣|信谣|攻击|入侵|侵入|抄袭|盗用|失信|卖(?=.{0,4}(?:信息|隐私|数据))|(?<=信息|隐私|数据|资料)[^，。]{0,6}卖"
)
_ALLOWS = re.compile(
    r"鼓励|支持|提倡|倡导|允许|准许|许可|放任|纵容|默许|号召|主张|赞成|欢迎|推荐|动员|引导|带头|大力|尽管|(?<![太很])随[便意]|任意|照样|只管"
    rf"|要(?={_HARMS.pattern}|{_FORBIDS.pattern})"
)
_MUST = re.compile(
    r"可以|应该|应当|必须|一定要|务必|该(?!怎|如何|咋)|多多|就要|(?<![不需主重])要(?=大家|我们|网站|企业|多(?![快久少长大])|去|以)"
)
_OPEN = re.compile(r"怎么|怎样|咋|如何|哪些|(?<!为)什么|(?<!为)啥")
_WHY = re.compile(
    r"(?<!行)为什么|(?<!行)为啥|为何|凭什么|凭啥|咋个还|怎么还|干嘛|哪一?[条份项款个](?:倡议|文件|规定|宣言)?书?里?(?:说|写|讲|规定|要求|让|叫)"
)
# Whether something is so is asked in either direction.
_WHETHER = re.compile(r"吗|么$|(\w)[不没]\1|是不是|有没有|能否|是否|可否|会不会|要不要|[不没]$|还是")
_DONE = "了|过|好了|完|完了|好"


@dataclass(frozen=True, slots=True)
class _Topic:
    """A word of a quote, and whether the quote is for it."""

    word: str
    wanted: bool


def opposite_of(snapshot: Snapshot, quote: str, phrasing: str) -> str:
    """Return the words of a quote whose opposite a phrasing takes for granted; "" when it does not."""
    clauses = [clause for clause in _CLAUSE.split(quote) if clause]
    turned = next((clause for clause in clauses if _is_done(clause, phrasing)), "")
    if turned or _WHETHER.search(phrasing):
        return turned
    return _swapped(quote, phrasing) or _turned(snapshot, clauses, phrasing)


def _is_done(clause: str, phrasing: str) -> bool:
    """Return whether a clause is about who has *not* done something, and a phrasing about who has."""
    for a, b in re.findall(r"[未没]([\u4e00-\u9fff])([\u4e00-\u9fff])", clause):
        done = rf"{a}(?:{_DONE})的?{b}|{a}{b}(?:{_DONE})|(?:已|已经|都|早就|早|刚|有)(?:{a}{b}|{a}的{b})"
        if re.search(done, phrasing) and not re.search(rf"[没未不][^，。？\s]{{0,2}}{a}", phrasing):
            return True
    return False


def _swapped(quote: str, phrasing: str) -> str:
    """Return what stands the other way round in a phrasing: 先发后审, 以失信为荣; "" for nothing."""
    for first, second in re.findall(r"先(.)后(.)", quote):
        if f"先{second}后{first}" in phrasing:
            return f"先{first}后{second}"
    for word, sense in re.findall(r"以(\w{2,4}?)为([荣耻])", quote):
        other = "耻" if sense == "荣" else "荣"
        if re.search(rf"{word}(?:为|是|也?光){other}|以{word}为{other}", phrasing):
            return f"以{word}为{sense}"
    return ""


def _turned(snapshot: Snapshot, clauses: list[str], phrasing: str) -> str:
    """Return the clause that is for what a phrasing takes to be unwanted, or against what it takes to be wanted."""
    found: dict[str, dict[bool, str]] = {}
    for clause in clauses:
        for topic in _topics(snapshot, clause):
            if topic.word in phrasing:
                found.setdefault(topic.word, {})[topic.wanted] = clause
    # A word that the quote is both for and against says nothing, and one that stands everywhere next to nothing.
    sure = {
        word: next(iter(held.items()))
        for word, held in found.items()
        if len(held) == 1 and not any(word in other and word != other for other in found)
    }
    places = {word: sum(word in text for text in snapshot.leaves) for word in sure}
    rarest = [word for word in sure if places[word] <= min(places.values()) + 1]
    if not rarest or any(
        _stance(phrasing, [*sure], sure[word][0]) in (None, sure[word][0]) for word in rarest
    ):
        return ""
    return sure[rarest[0]][1]


def _stance(phrasing: str, words: Sequence[str], wanted: bool) -> bool | None:
    """Return whether a phrasing takes these words to be wanted; None when it takes nothing for granted."""
    named = rf"([不非无])?(?:{'|'.join(map(re.escape, words))})"
    denied = sum(bool(sign) for sign in re.findall(named, phrasing))
    rest = re.sub(named, "，", phrasing)
    forbids = len(_FORBIDS.findall(rest)) + denied
    # To do harm to what is wanted is against it; to what is unwanted it belongs.
    harms = len(_HARMS.findall(rest)) if wanted else 0
    allows = bool(_ALLOWS.search(rest)) or (bool(_MUST.search(rest)) and not _OPEN.search(rest))
    if not allows and not (_WHY.search(rest) and forbids):
        return None
    return (forbids + harms) % 2 == 0


def _topics(snapshot: Snapshot, clause: str) -> Iterator[_Topic]:
    """Yield the words of a clause; what stands behind a denial is not wanted, nor is the rest of its list."""
    match = _DENIES.search(clause)
    denied = match.start() if match else len(clause)
    if before := _DENIED_BEFORE.search(clause):
        denied = min(denied, before.start())
    at, loose = 0, ""
    for word in (*snapshot.segmenter.cut(clause), "、"):
        single = len(word) == 1 and word.isalnum() and not _DENIES.fullmatch(word)
        if not single and len(loose) > 1:
            yield _Topic(loose, at - len(loose) < denied)
        loose = loose + word if single else ""
        if len(word) > 1 and not _DENIES.fullmatch(word):
            yield _Topic(word, at < denied)
        at += len(word)
