"""Loosely worded opposites: a way to ask that takes for granted the opposite of what its own quote says.

网站备了案为啥还不给接 does not negate any phrasing word by word, but its quote keeps out the sites that are *not*
filed. What a question merely asks (能不能, 吗) it takes for granted in neither direction; what it takes for granted
is held against the part of the quote that it is about: how often each of them turns its words round, by a denial,
by harm done, by an antonym, must be even together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.gate.opposed.antonyms import n_flips
from knowledge.gate.opposed.exchange import exchanged, repeated
from knowledge.gate.opposed.granted import asks_what, asks_whether, granted, is_let, sought
from knowledge.gate.opposed.parts import (
    ALL_DENIED,
    FORBIDDEN,
    ILL,
    MANNER,
    QuotePart,
    quote_parts,
    share_harm,
)
from knowledge.gate.opposed.presupposed import Presupposed, presupposed
from knowledge.gate.opposed.reordered import reordered
from knowledge.gate.opposed.roles import swapped_role
from knowledge.gate.opposed.shared import closest, pairs, signs
from knowledge.gate.opposed.turns import denying, harm_in, turns, without_idle
from knowledge.gate.opposed.wanted import names_apart, turns_against, wanted, wants_misdeed
from knowledge.language.bounds import limit_turned
from knowledge.language.tidy import strip_punctuation

_CLAUSE = re.compile(r"[,，。；;：:！!？?\n]+")
_MARKS = re.compile(r"[“”‘’《》()（） ]")
_ONLY = re.compile(
    r"(?<!不)(?<!不[只仅光是])(?:[只仅光]|只要(?=[^，,]{1,10}就[行够成可好])|除了[^，,]{1,8}不(?:再)?需要)(?!要|不过|好|怕|能|[是有]?不|荣)|就够|就足够|唯一|(?<!不)就是(?=\w{0,4}(?:个人|自己|一个人))"
)
_ALL = re.compile(r"不仅|不只|不单|更需要|更要|人人|每[一名个]|各[级地行]|广泛|全面|全行业")
# What is said of who does otherwise: 不真实自己负责.
_ANSWERS_FOR = re.compile(r"(?<![不没用])(?:自己负责|要负责|担责|追责|追究|处罚|受罚)")
_DONE = "了|过|好了|完|完了|好"
_BUT = re.compile(r"但是?|不过|却|而是|(?<!不)只要(?!不)")
_AGAINST = re.compile(r"((?:支持|鼓励|倡导|提倡|弘扬)\w{2,8}?)(反对|驳斥|抵制|拒绝|打击)")
_GIVEN = re.compile(
    r"(?P<given>[^，,]{2,}?)[，,]?(?:就|也|还|都|照样|反而|仍然?|算|视为|等于)(?P<then>[^，,]{2,})$"
)
_CONDITION = re.compile(r"的$|^(?:如果|凡|若|逾期)")
# A clause that is against something: 坚决抵制…, 严禁….
_OPPOSED = re.compile(r"(?:抵制|反对|拒绝|禁止|严禁|杜绝|远离|不得|不准|不许)")
_LETS_BE = re.compile(r"没事|没关系|没什么|无所谓|不要紧|不打紧|不碍事|没啥|不算什么")
_CALLS = re.compile(
    r"纵容|放任|听任|听之任之|放行|放水|开绿灯|助长|包庇|姑息|容忍|提倡|鼓励|号召|动员|支持|倡导"
)
_TOLD_ON = re.compile(r"举报|投诉|揭露|曝光|检举|监督|查|罚|治|管")
# What deals with harm is against it: 为什么要管谣言.
_DEALS = re.compile(
    r"(?<![人尽主保])(?:管(?![理道辖用控]|不[问顾])|(?<![整惩法防政统])治(?![理安])|监管|查办|处理|处罚|惩[处罚治]|约束|收拾|对付)"
)
_COMES_UNDER = re.compile(r"归[^，,]{1,8}管")
# What somebody is given is no deed of the quote: 为什么得到扶持.
_RECEIVED = re.compile(r"(?:得到|受到|获得|享受|给予|予以)\w{2}$")
_SAME = tuple(
    (re.compile(written), read)
    for written, read in (
        ("电脑", "计算机"),
        ("网暴", "网络暴力"),
        ("公厕", "公共厕所"),
        ("[看瞧]不[见到]|不[起显]眼|不好找|难找", "隐蔽"),
        ("传言|谣传", "谣言"),
        (r"离([^，,]{0,6}?)远(?:一?[点些])?", r"远离\1"),
        ("转发|扩散|散播|散布", "传播"),
        ("不[守讲][信诚]用?信?", "失信"),
        ("(?<!不)[守讲]诚信|(?<!不)[守讲]信用?", "诚信"),
        ("(?:收|要|掏|付|花)钱", "收费"),
    )
)
_JOINS = frozenset("的了是有在和与不没未要能可以为给到")
_TAKES_NOTHING = re.compile(r"不(?:得|再)?[^，。]{0,9}收[^，。]{0,6}费")


def opposite_of(quote: str, phrasing: str, speakers: Iterable[str] = ()) -> str:
    """Return the words of a quote whose opposite a phrasing takes for granted; "" when it does not.

    What it says one of `speakers` said, it takes for granted.
    """
    quote, phrasing = _alike(quote), _alike(phrasing)
    if _TAKES_NOTHING.search(quote):
        phrasing = phrasing.replace("免费", "不收费")
    if "免费" in quote:
        phrasing = re.sub("[收要掏付花](?:多少|几块|好多)钱", "收费多少", phrasing)
    clauses = [_MARKS.sub("", clause) for clause in _CLAUSE.split(ALL_DENIED.sub(r"\1", quote)) if clause]
    if role := swapped_role(clauses, phrasing):
        return role
    claim, is_granted = granted(phrasing, speakers)
    if turned := next((clause for clause in clauses if _is_done(clause, claim)), ""):
        return turned
    if strip_punctuation(claim) in strip_punctuation(quote) or repeated(quote, claim):
        return ""
    if swapped := not asks_whether(claim) and exchanged(quote, claim):
        return swapped
    return _claimed(clauses, quote, claim) if is_granted else _asked(clauses, quote, phrasing, claim)


def _asked(clauses: list[str], quote: str, phrasing: str, claim: str) -> str:
    """Return the words whose opposite stands in what a phrasing only asks: what it takes to be so, or wants done."""
    taken = presupposed(claim)
    if found := (taken and _presupposed(clauses, taken)) or _wanted(clauses, phrasing):
        return found
    if asks_whether(phrasing):
        return ""
    return _limit(clauses, phrasing) or reordered(quote, claim) or _sought(clauses, phrasing)


def _claimed(clauses: list[str], quote: str, claim: str) -> str:
    """Return the words whose opposite a phrasing claims."""
    claim = re.sub("[不没]$", "", claim)
    if found := limit_turned(clauses, claim) or reordered(quote, claim) or _narrowed(clauses, claim):
        return found
    told = (_turned(clauses, part) for part in _BUT.split(_AGAINST.sub(r"\1但\2", claim)))
    return next(filter(None, told), "") or _let(clauses, claim)


def _presupposed(clauses: list[str], taken: Presupposed) -> str:
    """Return the clause that keeps from what an open question takes to be so; "" where it asks for something else."""
    found = _narrowed(clauses, taken.claim) or _turned(clauses, taken.claim)
    denied = denying().findall(without_idle(taken.claim))
    # 要抵制什么 beside 抵制违反…: it is denied in the same words.
    if not found or any(len(word) > 1 and word in found for word in denied):
        return ""
    if n_flips(found, taken.claim) and not harm_in(found):
        return found
    harmed = harm_in(taken.deed)
    is_named = harmed or len(set(taken.deed) & set(found) - _JOINS) > 1
    is_against = denied or harmed or denying().search(without_idle(found))
    return found if is_named and is_against and names_apart(found, taken.claim) else ""


def _sought(clauses: list[str], phrasing: str) -> str:
    """Return the clause whose antonym a phrasing looks for as if it stood there: 哪条要求公布, where it has 保密."""
    claim = sought(phrasing)
    parts = [part for clause in clauses for part in quote_parts(clause, claim)] if claim else []
    if is_let(phrasing) or any(n_flips(part.text, claim) for part in closest(parts, claim)):
        return _turned(clauses, claim)
    return ""


def _limit(clauses: list[str], phrasing: str) -> str:
    """Return the clause whose limit plain words take from its other side; who asks what then has set none."""
    return "" if asks_what(phrasing) else limit_turned(clauses, phrasing)


def _wanted(clauses: list[str], phrasing: str) -> str:
    """Return the clause that keeps from what a phrasing asks how to do."""
    if wants_misdeed(phrasing):
        return max(clauses, key=lambda clause: len(pairs(clause) & pairs(phrasing)), default="")
    wish = wanted(phrasing)
    against = [clause for clause in clauses if wish and turns_against(clause, wish, "，".join(clauses))]
    return _turned(against, wish.claim) if wish and against else ""


def _alike(text: str) -> str:
    """Return a text with one word for what is put in several: 电脑 for 计算机, 失信 for 不讲信用."""
    for written, read in _SAME:
        text = written.sub(read, text)
    return text


def _is_done(clause: str, claim: str) -> bool:
    """Return whether a clause is about who has *not* done something, and a claim says the same of who has."""
    for a, b in re.findall(r"(?:未经\w*(?=\w\w不得)|[未没])([\u4e00-\u9fff])([\u4e00-\u9fff])", clause):
        done = rf"{a}(?:{_DONE})的?{b}|{a}{b}(?:{_DONE})|(?:已|已经|都|早就|早|刚|有)(?:{a}{b}|{a}的{b})"
        if re.search(done, claim) and not re.search(rf"[没未不][^，。？\s]{{0,2}}{a}", claim):
            return (turns(claim) + turns(clause)) % 2 == 1
        if re.search(rf"(?:后|再){a}{b}", claim):
            return (turns(claim) + turns(clause)) % 2 == 0
    return False


def _narrowed(clauses: list[str], claim: str) -> str:
    """Return the clause that means all, or more than one thing, where a claim takes a part for enough."""
    if not _ONLY.search(claim) or re.search("不够|不行|不能|不足|不会|不是", without_idle(claim)):
        return ""
    wide = [clause for clause in clauses if _ALL.search(clause)]
    return max(wide, key=lambda clause: len(pairs(clause) & pairs(claim)), default="")


def _turned(clauses: list[str], claim: str) -> str:
    """Return the clause that a claim is about when the one turns round what the other does not."""
    if (outcome := _ANSWERS_FOR.search(claim)) and not any(outcome.group() in clause for clause in clauses):
        return ""
    parts = [part for clause in clauses for part in quote_parts(clause, claim)]
    given, then = _given(parts, claim)
    about = _meant(parts, closest([part for part in parts if part not in given], then), then)
    if not about:
        return ""
    held = sum(part.turned for part in given[:1])
    odd = [
        part
        for part in about
        if (_turns_beside(part, claim) + part.turned + n_flips(part.clause, claim) + held) % 2
    ]
    if _forbids_other(about, claim):
        return ""
    # Where parts that fit as well say both, nothing is sure.
    return odd[0].clause if len(odd) == len(about) else ""


def _forbids_other(about: list[QuotePart], claim: str) -> bool:
    """Return whether a claim forbids something in a manner that no part speaks of: 不能匿名发布 beside 发布."""
    forbidden = FORBIDDEN.search(claim)
    manner = set(forbidden[1]) if forbidden else set()
    return bool(manner) and not any(manner & set(part.clause) for part in about)


def _given(parts: list[QuotePart], claim: str) -> tuple[list[QuotePart], str]:
    """Return the condition of a quote that a claim repeats, and what the claim says then: 没报也能参加 for 逾期不报的，不参加."""
    said = _GIVEN.search(claim)
    if said is None:
        return [], claim
    asked = set(signs(said["given"]))
    given = [part for part in parts if _CONDITION.search(part.clause) and asked & set(signs(part.text))]
    then = [
        part
        for part in parts
        if part not in given and (said["then"] in part.text or pairs(said["then"]) & pairs(part.text))
    ]
    return (given, said["then"]) if given and then else ([], claim)


def _meant(parts: list[QuotePart], about: list[QuotePart], claim: str) -> list[QuotePart]:
    """Return the parts that have what a claim ends with, its verb, where those it shares most with have it not.

    What a claim keeps apart by name, 非法 or 擅自, is spoken of where that is named.
    """
    about = [part for part in about if set(ILL.findall(claim)) & set(ILL.findall(part.clause))] or about
    verb = set(signs(_RECEIVED.sub("", claim))[-1:])
    if not verb or any(verb & set(part.text) or n_flips(part.text, claim) for part in about):
        return about
    return [part for part in parts if verb & set(part.text)] or about


def _turns_beside(part: QuotePart, claim: str) -> int:
    """Return how often a claim is turned round; harm that it calls by another name than what is denied is that itself."""
    names_it = _CALLS.search(claim) or denying().search(without_idle(claim))
    dealt = bool(part.turned and _DEALS.search(_COMES_UNDER.sub("，", claim)))
    if names_it and part.turned and not harm_in(part.text):
        return turns(claim, harm=False) + dealt
    return turns(claim, harm=not share_harm(part.clause, claim)) + dealt


def _let(clauses: list[str], claim: str) -> str:
    """Return the clause that is against something altogether, where a claim lets it be, or calls for harm, in other words."""
    against = [clause for clause in clauses if _OPPOSED.match(MANNER.sub("", clause))]
    if len(against) != len(clauses) or _TOLD_ON.search(claim) or denying().search(without_idle(claim)):
        return ""
    shares = any(pairs(clause) & pairs(claim) for clause in clauses)
    if _LETS_BE.search(claim) and not shares:
        return clauses[0]
    return ""
