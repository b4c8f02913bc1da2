"""Loosely worded opposites: a way to ask that takes for granted the opposite of what its own quote says.

网站备了案为啥还不给接 does not negate any phrasing word by word, but its quote keeps out the sites that are *not*
filed. What a question merely asks (能不能, 吗) it takes for granted in neither direction; what it takes for granted
is held against the part of the quote that it is about: how often each of them turns its words round, by a denial,
by harm done, by an antonym, must be even together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from knowledge.gate.roles import swapped_role
from knowledge.language.tables import antonyms, denials, empty_words, harms
from knowledge.language.tidy import strip_punctuation

_CLAUSE = re.compile(r"[,，。；;：:！!？?\n]+")
_MARKS = re.compile(r"[“”‘’《》()（） ]")
_PART = re.compile(r"、|或者|以及|(?<![共总温])和|(?<!参)与|(?<![涉普])及(?!时)|或")
# What a phrasing ends with that takes its words for granted, and what may also ask in earnest.
_TAKEN = re.compile(
    r"(?:吧|[哈咯嘛呗噻啵])[啊呀]?[?？!！。]*$|^(?:听说|据说|听讲|听人说|我记得|记得|原来|难道|也就是说|意思是|等于说)|是不是(?=说|也|就|可以|都|只|先|要|能)"
)
# Who is said to say, ask for or allow it.
_SAYS = r"(?:里|上|里头|里面|是不是|也|都)?(?:说|讲|要求|不?让|叫|允许|准许|许可|支持|鼓励|提倡|倡导|号召|认为|主张|反对|禁止|阻止|阻挠|不[许准])(?![了的过话])"
_PAPERS = r"自律书|倡议书?|宣言|文件|规定|协会|领导"
_TAG = re.compile(
    r"(?:(?<!反)对(?:不对|不|吧|吗)|是吧|是吗|是不是|没错吧|吧|[哈咯嘛呗噻啵])[啊呀嘛哦]?[?？!！。]*$"
)
_CLAIMS = re.compile(
    r"[也就都]|照样|可以|可(?![靠能])|能|允许|应该|应当|必须|[需得]要|要|不|没|只|随便|支持|鼓励|光荣|可耻"
)
# Whether something is so is asked in either direction.
_WHETHER = re.compile(
    r"吗|么$|(\w)[不没]\1|是不是|有没有|能否|是否|可否|会不会|要不要|可不可以|可以不$|[不没]$|还是(?![不没])"
)
_WHY = re.compile(
    r"(?<!行)为什么|(?<!行)为啥|为何|凭什么|凭啥|咋个?还|怎么还|干嘛|哪一?[条份项款个](?:倡议|文件|规定|宣言)?书?里?(?:说|写|讲|规定|要求|让|叫)"
    r"|(?:哪一?[条份项款个](?:倡议|文件|规定|宣言|要求)?)$"
)
_OPEN = re.compile(r"怎么|怎样|咋|如何|哪些|(?<!为)什么|(?<!为)啥")
_LETS = re.compile(
    r"鼓励|支持|提倡|倡导|允许|准许|许可|默许|号召|主张|赞成|欢迎|动员|带头|大力|尽管|(?<![太很])随[便意]|任意|照样|只管"
)
_MUST = re.compile(
    r"可以|应该|应当|必须|一定要|务必|该(?!怎|如何|咋)|多多|就要|(?<![不需主重])要(?=大家|我们|网站|企业|多(?![快久少长大])|去|以)"
)
# Signs of a denial that deny nothing: parts of words, and what is asked or waved through.
_IDLE = re.compile(
    r"(\w)不\1|不(?:仅仅|仅|只是|只|光|单|但)是?|不[管论](?=.{0,9}(?:都|也))|不[断久同少错良法]|不正之风|[一二三四五六七八九十]不准|不得不|离不开|少不了|免不了|不可或缺|是不是|对不对|能不能"
    r"|没(?:关系|事)|没啥$|没什么$|没人(?=管|查|问)|不要紧|无所谓|不打紧|不碍事|不成问题|[特差分区级性类识告个]别|别[人的处]|无[锡]|大不了|不择手段|差不多|不管怎[么样]"
)
_ONLY = re.compile(r"(?<!不)(?<!不是)[只仅光](?!要|不过|好|怕|能|[是有]?不|荣)|就够|就足够|唯一")
_ALL = re.compile(r"不仅|不只|不单|更需要|更要|人人|每[一名个]|各[级地行]|广泛|全面|全行业")
# 跟金融机构没关系 turns round; 没关系 alone lets be.
_APART = re.compile(
    r"[跟和与][^，,]{1,10}(?:没[有啥得什么多大]*关系|无关|不相干|不搭界)|违反(?=了?哪)|(?:\w不\w+|有没有\w+)(?:都|也)?(?:无所谓|没关系|不要紧|不重要|都行)"
)
# What is said of who does otherwise: 不真实自己负责.
_ANSWERS_FOR = re.compile(r"(?<![不没用])(?:自己负责|要负责|担责|追责|追究|处罚|受罚)")
# 对违法广告进行整治: what is denied stands before its verb.
_DENIED_BEFORE = re.compile(r"(对.+)(?:进行)?(?:专项)?(?:整治|打击|查处|清理|治理|取缔)")
_DONE = "了|过|好了|完|完了|好"
_BUT = re.compile(r"但是?|不过|却|而是|(?<!不)只要(?!不)")
_AGAINST = re.compile(r"((?:支持|鼓励|倡导|提倡|弘扬)\w{2,8}?)(反对|驳斥|抵制|拒绝|打击)")
_MANNER = re.compile(r"^(?:坚决|及时|自觉|依法|依规|共同|积极|严格|并)+")
# What a phrasing and a quote may share by chance.
_EMPTY_SIGNS = frozenset(
    "的了吗呢吧是不对要会能可以应该当必须得为给替向在有和与我你他们就都也还什么怎样哪谁上里中大小人一个用没好这那只说发行接"
)
_EMPTY = frozenset(
    {
        "可以",
        "应该",
        "应当",
        "必须",
        "需要",
        "不能",
        "就行",
        "也行",
        "也能",
        "还是",
        "为啥",
        "为什",
        "什么",
        "以后",
        "之后",
        "的人",
        "一个",
        "他们",
        "支持",
        "鼓励",
        "提倡",
        "允许",
        "倡导",
    }
)
_LETTERS = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a clause: its words, and whether it and the head of its list turn them round an odd number of times."""

    text: str
    clause: str
    turned: bool


def opposite_of(quote: str, phrasing: str, speakers: Iterable[str] = ()) -> str:
    """Return the words of a quote whose opposite a phrasing takes for granted; "" when it does not.

    What it says one of `speakers` said, it takes for granted.
    """
    clauses = [_MARKS.sub("", clause) for clause in _CLAUSE.split(quote) if clause]
    if role := swapped_role(clauses, phrasing):
        return role
    claim = _TAG.sub("", phrasing)
    if turned := next((clause for clause in clauses if _is_done(clause, claim)), ""):
        return turned
    if strip_punctuation(claim) in strip_punctuation(quote):
        return ""
    if not _is_claimed(phrasing, claim, speakers):
        return "" if _WHETHER.search(phrasing) else _reordered(quote, claim)
    claim = re.sub("[不没]$", "", claim)
    if found := _reordered(quote, claim) or _narrowed(clauses, claim):
        return found
    return next(
        filter(None, (_turned(clauses, part) for part in _BUT.split(_AGAINST.sub(r"\1但\2", claim)))), ""
    )


def _is_claimed(phrasing: str, claim: str, speakers: Iterable[str]) -> bool:
    """Return whether a phrasing takes something for granted, rather than ask for it."""
    if _TAKEN.search(phrasing):
        return True
    if claim != phrasing:
        return bool(_CLAIMS.search(claim) or _turns(claim)) and not _WHETHER.search(claim)
    if re.search(rf"(?:{_PAPERS}|{_any(speakers) or '(?!)'}){_SAYS}", claim) and not _OPEN.search(claim):
        return True
    if _WHETHER.search(claim):
        return False
    return bool(_LETS.search(claim) or (_MUST.search(claim) and not _OPEN.search(claim))) or bool(
        _WHY.search(claim) and _turns(claim)
    )


def _is_done(clause: str, claim: str) -> bool:
    """Return whether a clause is about who has *not* done something, and a claim says the same of who has."""
    for a, b in re.findall(r"(?:未经\w*(?=\w\w不得)|[未没])([\u4e00-\u9fff])([\u4e00-\u9fff])", clause):
        done = rf"{a}(?:{_DONE})的?{b}|{a}{b}(?:{_DONE})|(?:已|已经|都|早就|早|刚|有)(?:{a}{b}|{a}的{b})"
        if re.search(done, claim) and not re.search(rf"[没未不][^，。？\s]{{0,2}}{a}", claim):
            return (_turns(claim) + _turns(clause)) % 2 == 1
        if re.search(rf"(?:后|再){a}{b}", claim):
            return (_turns(claim) + _turns(clause)) % 2 == 0
    return False


def _reordered(quote: str, claim: str) -> str:
    """Return what stands the other way round in a claim: 先发后审, 以失信为荣; "" for nothing."""
    for first, second in re.findall(r"先(.)后(.)", quote):
        late = rf"先[^，。]*{second}[^，。]*(?:后|再)[^，。]*{first}|{second}[^，。{first}]*(?:之后|以后|完了?|了)[^，。]*再?{first}"
        if re.search(late, claim) and not _turns(claim) % 2:
            return f"先{first}后{second}"
    for word, sense in re.findall(r"以(\w{2,4}?)为([荣耻])", quote):
        other = "耻" if sense == "荣" else "荣"
        if re.search(rf"{word}(?:为|是|也|可|光|很|真)*{other}|以{word}为{other}", claim):
            return f"以{word}为{sense}"
    leave = re.search(r"未经\w*不得\w{2}", quote)
    if leave and re.search("自由|随[便意]|任意|谁都", claim) and not _turns(claim):
        return leave.group()
    for one, other in re.findall(r"[变把](\w{2,6}?)(?:作为|变成|变为|为)(\w{2,6})", quote):
        if re.search(rf"{other}\w{{0,2}}(?:作为|变成|变为|为|当成|当作|成了?|变){one}", claim):
            return f"{one}为{other}"
    return ""


def _narrowed(clauses: list[str], claim: str) -> str:
    """Return the clause that means all, or more than one thing, where a claim takes a part for enough."""
    if not _ONLY.search(claim) or re.search("不够|不行|不能|不足|不会|不是", _IDLE.sub("", claim)):
        return ""
    wide = [clause for clause in clauses if _ALL.search(clause)]
    return max(wide, key=lambda clause: len(_pairs(clause) & _pairs(claim)), default="")


def _turned(clauses: list[str], claim: str) -> str:
    """Return the clause that a claim is about when the one turns round what the other does not."""
    if (outcome := _ANSWERS_FOR.search(claim)) and not any(outcome.group() in clause for clause in clauses):
        return ""
    parts = [part for clause in clauses for part in _parts(clause, claim)]
    about = _about(parts, claim)
    if not about:
        return ""
    odd = [part for part in about if (_turns(claim) + part.turned + _flips(part, claim)) % 2]
    # Where parts that fit as well say both, nothing is sure.
    return odd[0].clause if len(odd) == len(about) else ""


def _about(parts: list[_Part], claim: str) -> list[_Part]:
    """Return the parts of a quote that share most with a claim, what stands in few parts counting most."""
    for signs in (_pairs, _singles):
        places = Counter(sign for part in parts for sign in signs(part.text))
        asked = signs(claim)
        weights = [sum(1 / places[sign] for sign in signs(part.text) & asked) for part in parts]
        if any(weights):
            weights = [
                weight + 2 * bool(weight) * _flips(part, claim)
                for part, weight in zip(parts, weights, strict=True)
            ]
            return [part for part, weight in zip(parts, weights, strict=True) if weight == max(weights)]
    return []


def _pairs(text: str) -> set[str]:
    """Return what a text is about: its pairs of signs, without what turns round, asks or joins."""
    bare = _denials().sub("，", text)
    words = {
        bare[i : i + 2]
        for i in range(len(bare) - 1)
        if _LETTERS.match(bare[i]) and _LETTERS.match(bare[i + 1])
    }
    return {word for word in words if not set(word) & set("的了")} - empty_words() - _EMPTY


def _singles(text: str) -> set[str]:
    """Return the single signs of a text, where it shares no pair: 可以不审 is about 先审后发."""
    return set(_LETTERS.findall(_operators().sub("，", _IDLE.sub("，", text)))) - _EMPTY_SIGNS


def _parts(clause: str, claim: str) -> Iterator[_Part]:
    """Yield the parts of a clause; what its first denial turns round, it turns round to the end of its list."""
    head = 0
    if before := _DENIED_BEFORE.search(clause):
        clause, head = clause.replace(before.group(), before.group(1)), 1
    for text in _PART.split(clause):
        own = _turns(_plainly(text, claim))
        denies = _denials().match(_MANNER.sub("", text)) is not None
        yield _Part(text, clause, (own if denies else head + own) % 2 == 1)
        if denied := len(_denials().findall(_IDLE.sub("，", text))):
            head = denied


def _plainly(text: str, claim: str) -> str:
    """Return a part without a 不 that only tells which: 不正当手段, where a claim does not speak of 正当."""
    return re.sub(
        r"(?<=.)不(?=(正当|诚信|健康|文明|规范|合理|合法|道德|公平|公正))",
        lambda m: "不" if m[1] in claim else "，",
        text,
    )


def _turns(text: str) -> int:
    """Return how often the words of a text are turned round."""
    words = _operators().findall(_IDLE.sub("，", _APART.sub("，无", text)))
    # Harms stand beside each other, 降低质量做小总量; what is denied stands inside.
    harmed = [word for word in words if _harms().match(word)]
    return len(words) - len(harmed) + bool(harmed)


def _flips(part: _Part, claim: str) -> int:
    """Return how often a claim has the antonym of what stands in a part."""
    flips = 0
    said, claim = (_operators().sub("，", text) for text in (part.text, claim))
    for one, other in antonyms():
        for here, there in ((one, other), (other, one)):
            if _has(here, said) and not _has(there, said):
                flips += _has(there, claim) and not _has(here, claim)
    return flips


def _has(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _denials() -> re.Pattern[str]:
    return re.compile(_any(denials()))


@cache
def _harms() -> re.Pattern[str]:
    return re.compile(_any(harms()))


@cache
def _operators() -> re.Pattern[str]:
    # 破坏损害 turns round once.
    return re.compile(rf"(?:{_any(harms())})+(?:[不没](?![行能可许对好应该用]))?|{_any(denials())}")
