"""What a way to ask how wants done: 怎么给谣言提供渠道 asks for what a quote keeps from, 怎么举报谣言 does not.

怎么 alone asks in earnest. It wants done what follows it only where that is the very deed the quote denies
(what the quote keeps apart, 未备案 or 过度, named too), the having or making of it, or a harm or an antonym.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from knowledge.gate.opposed.antonyms import n_flips
from knowledge.gate.opposed.turns import any_of, denying, harm_in, harms_in, operators
from knowledge.language.tables import misdeeds

_HOW = re.compile(
    r"^(?P<who>[^，,？?]*?)(?:要|该|应该|应当|得)?(?:怎么样?|怎样|如何|咋个?|咋样)(?:才能够?|才可以|才好|能够?|可以)?(?P<act>[^，,？?]{2,})[?？]?$"
)
_HOW_LAST = re.compile(
    r"^(?!对|遇[到见]|碰[到见]|面对|发现|关于|针对)(?P<act>[^，,？?]{4,}?)[，,]?(?:要|该|应该|得)?(?:怎么|咋个?|如何|怎样)(?:做|弄|搞|操作)[?？]?$"
)
# 怎么破坏古树才合规, 怎么瞒着不让人知道: what is wanted is said before.
_PURPOSE = re.compile(r"(?:才|而)[^才而]{1,}$|(?<=..)不[让给叫被][^，,]{1,}$")
_BESIDE = re.compile(r"^(?:一起|共同|帮着?|跟着|带头|主动|自己|去|来|多|再|大量|悄悄|偷偷|随[便意]|故意)+")
# 怎样让妇女减少收入 wants the harm that it lets somebody come to.
_LET_DO = re.compile(r"^[让叫使][\u4e00-\u9fff]{2,6}?(?=[减降变失丢受损破泄缩])")
_WHERE_TO = re.compile(r"^[往向在到][\u4e00-\u9fff]{1,3}[上里中]")
# 怎样阻止青年成才 wants stopped what a quote wants.
_STOPS = re.compile(r"阻[止拦碍]|妨碍|限制|压制|取消|停止|放弃|撤销|废除|免除|中止")
# Who is asked about, caught or told on, and what is over: 怎么发布了谣言还没事, 怎么传谣会被罚.
_IN_EARNEST = re.compile(
    r"(?<![社协工大])会(?![议员计场展费章堂])|被|还[没不是能会]|了[的吗呢]?$|^(?:是|算|防)|(?<!计)算(?=违|犯|是|不)"
    r"|^(?:举报|投诉|揭露|检举|监督|查|罚|惩|治|管|处理|处置|追|应对|补救|维权|赔|判断|认定|识别)"
    r"|(?:举报|投诉|揭露|检举|监督|处罚|惩[罚治戒]|治理|处理|处置|追究|追责|应对|补救|维权|赔偿?|判断|认定|识别)(?:[他它]们?|[吗呢])?$"
)
_MORE = re.compile(r"^多[\u4e00-\u9fff](?:一?[点些]|几)")
# 尽量多收集 is what 避免过度收集 keeps from.
_EXCESS = re.compile(r"^(?:尽(?:量|可能|力)地?多(?:[多地])?|多多|大量|海量|大肆|拼命|无限|无节制|不限量)地?")
_TOO_MUCH = re.compile(r"过度|过量|过分|过多")
_MUCH = re.compile(r"(?<!很)(?<!好)多[\u4e00-\u9fff](?![少久长大])|越多|无限|随[便意]")
_DOES = re.compile(
    r"^(?:参[加与]|加入|接近|靠近|接触|沾染|投入|散播|从事|进行|实施|开展|组织|发起|搞|做|干|弄|玩|制作|发布|传播?|散布|转发|享受|享用)(?:一?[点些下])?"
)
# What a denial keeps apart from what may well be done: 过度收集, 未备案网站.
_APART = re.compile(
    r"过度|过量|过分|非法|违法|违规|擅自|随意|恶意|不正当|不良|虚假|有害|有偿|低俗|淫秽|迷信|酒后|未经|[未没无]([\u4e00-\u9fff])[\u4e00-\u9fff]?"
)
_LETTERS = re.compile(r"[\u4e00-\u9fff]")
_JOINING = frozenset("的了地得着去来里上中内给为对把将向用在于和与跟或等及其他人进行")
_BEFORE_VERB = frozenset("给为对把将向用在跟")


# Who keeps from it, fights it, was hurt by it or asks what becomes of it.
_AGAINST_IT = re.compile(
    r"不|别(?!人|家)|[勿禁防]|避免|抵制|反对|打击|举报|杜绝|远离|[制阻]止|被|遭|(?:的|了|吗|吧|[他它]们?)[?？]?$|取证|判刑|坐牢|负责"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a way to ask how wants done, and what it names before it: 用户的信息 and 公开 of 用户的信息怎么公开."""

    topic: str
    act: str

    @property
    def claim(self) -> str:
        """Return all of it, as if it were said."""
        return self.topic + self.act


def wanted(phrasing: str) -> Wanted | None:
    """Return what a way to ask how wants done; None where it asks something else."""
    found = _HOW_LAST.search(phrasing) or _HOW.search(phrasing)
    if found is None:
        return None
    topic = re.sub("^(?:请问|想问|教我|教教我|告诉我)", "", found.groupdict().get("who") or "")
    if topic.endswith("是"):
        return None  # 名单是怎么泄露的 asks what happened.
    act = _PURPOSE.sub("", found["act"])
    return None if len(act) < 2 or _IN_EARNEST.search(act) else Wanted(topic, act)


def wants_misdeed(phrasing: str) -> bool:
    """Return whether a phrasing asks how to do what nobody may be helped to do: no quote can answer it.

    >>> wants_misdeed("怎么把用户信息泄露给别人"), wants_misdeed("怎么防止信息泄露"), wants_misdeed("信息被泄露了怎么办")
    (True, False, False)
    """
    return any(pattern.search(phrasing) for pattern in _misdeeds_wanted()) and not _AGAINST_IT.search(
        phrasing
    )


@cache
def _misdeeds_wanted() -> tuple[re.Pattern[str], ...]:
    deed = f"(?:{any_of(misdeeds())})"
    how = r"(?:怎么样?|怎样|如何|咋个?|教我)"
    with_what = r"(?:(?:把|给|对(?![待付抗])|向|从|用|在|靠|通过|趁|合伙|组团)[^，]{1,10}?)?"
    return (
        re.compile(
            rf"{how}(?:才能|能够?|可以|才|去|来|好|帮着?|跟着|大量|多|悄悄|偷偷|进行|搞|做|一起)*{with_what}{deed}"
        ),
        re.compile(rf"{how}[^，]{{1,10}}让[人他她][^，]{{0,4}}{deed}"),
        re.compile(
            rf"想[^，]{{0,10}}{deed}[^，]{{0,8}}[，,]?(?:怎么|咋个?|如何|怎样)(?:做|弄|搞|整|操作|开始)[?？]?$"
        ),
    )


def turns_against(clause: str, wish: Wanted, quote: str) -> bool:
    """Return whether what is wanted is what a clause of a quote is about, so that it can be held against it."""
    act = _BESIDE.sub("", wish.act)
    if (excess := _EXCESS.match(wish.act)) and _TOO_MUCH.search(clause):
        return len(_signs(wish.act[excess.end() :]) & _signs(clause)) > 2
    if _MORE.search(wish.act) or (n_flips(clause, wish.act) and n_flips(quote, wish.act)):
        return True
    if harm := operators().match(_LET_DO.sub("", act)):
        stops = _STOPS.match(act) and not denying().search(clause)
        return harm_in(harm.group()) or bool(stops and len(_signs(act[harm.end() :]) & _signs(clause)) > 2)
    return _is_deed(clause, act, wish.topic) or _is_had(clause, act)


def _is_deed(clause: str, act: str, topic: str) -> bool:
    """Return whether an act is the deed that a clause denies, with all that tells it from what may be done."""
    if not denying().search(clause) or not names_apart(clause, act):
        return False
    asked, said = _signs(act), _signs(denying().sub("", clause))
    if act[0] in _BEFORE_VERB or act.startswith("不"):
        # 竞争中怎么用不正当手段: what it is done to stands before.
        return asked <= said and _covers(asked | _signs(topic), said)
    if act[:2] not in clause and not (act[0] in said and act[1] in "了着过"):
        return False
    listed = re.search("[、或]", clause) and len(asked & said) > 2
    # What it makes is the harm that the clause names: 制作攻击别人的程序.
    if harms_in(clause) & harms_in(act) and len(asked & said) > 2 and _covers(asked, asked & said):
        return True
    return bool(listed or (len(asked & said) > 2 and _covers(asked, said)))


def _is_had(clause: str, act: str) -> bool:
    """Return whether an act takes part in, or makes, what a clause keeps from: 参加网络暴力."""
    does = _DOES.search(act := _WHERE_TO.sub("", act))
    what = _signs(act[does.end() :]) if does else set()
    before = min((clause.find(sign) for sign in what if sign in clause), default=0)
    if does is None or not denying().search(clause[: max(5, before)]):
        return False
    return len(what) > 1 and what <= _signs(clause) and names_apart(clause, act)


def names_apart(clause: str, act: str) -> bool:
    """Return whether an act names something of what a clause keeps apart, or its harm, where it keeps something apart."""
    if harms_in(clause) & harms_in(act):
        return True
    if _TOO_MUCH.search(clause) and _MUCH.search(act):
        return True
    apart = list(_APART.finditer(clause))
    return not apart or any((match[1] or match.group()) in act for match in apart)


def _covers(asked: set[str], said: set[str]) -> bool:
    return 5 * len(asked & said) >= 3 * len(said)


def _signs(text: str) -> set[str]:
    return set(_LETTERS.findall(text)) - _JOINING - set("不未没无")
