"""What stands the other way round in a claim: first and last, honour and shame, who watches whom, who leads whom.

Each kind is one shape of a quote with the shape of a claim that turns it; `KINDS` names them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.gate.opposed.turns import turns

# Who answers for what he does himself; 平台替作者担责, 不用自己负责 says otherwise.
_OWN_CHARGE = re.compile(r"\w{0,4}自负|自行负责|自己负责|自行承担")
_FOR_ANOTHER = re.compile(r"替[^，,]{1,6}(?:担|负|背|扛|受)|不用[^，,]{0,4}(?:负责|担责|认账)")
_HONOUR, _SHAME = "荣", "耻|丢人|丢脸"


def reordered(quote: str, claim: str) -> str:
    """Return what stands the other way round in a claim: 先发后审, 以失信为荣; "" for nothing."""
    return next((words for turned in KINDS for words in turned(quote, claim)), "")


def _orders(quote: str, claim: str) -> Iterator[str]:
    """Yield what is to come first where a claim has it last."""
    for first, second in (*re.findall(r"先(.)后(.)", quote), *re.findall(r"先(..)后(..)", quote)):
        late = rf"先[^，。]*{second}[^，。]*(?:后|再)[^，。]*{first}|{second}[^，。{first}]*(?:之后|以后|后|完了?|了)[^，。]*再?{first}"
        if re.search(late, claim) and not turns(claim) % 2:
            yield f"先{first}后{second}"


def _honours(quote: str, claim: str) -> Iterator[str]:
    """Yield what is an honour where a claim calls it a shame, and the reverse."""
    for word, sense in re.findall(r"以(\w{2,4}?)为([荣耻])", quote):
        other = _SHAME if sense == "荣" else _HONOUR
        is_so = rf"(?<!不){word}(?:为|是|也|可|光|很|真|才|多|最|人)*|以{word}为|{word}[当看视][成作为]?[很最光可]*"
        if re.search(rf"(?:{is_so})(?:{other})", claim):
            yield f"以{word}为{sense}"


def _watched(quote: str, claim: str) -> Iterator[str]:
    """Yield who watches where a claim has them watched: 业主要接受物业监督 for 物业应当接受业主监督."""
    for who, what in re.findall(r"接受(\w{2,6}?)的?(监督|监管|检查|批评|管理|评议|考核)", quote):
        if re.search(rf"{who[-2:]}[^，。]*接受[^，。]{{2,}}{what}", claim):
            yield f"接受{who}{what}"


def _charged(quote: str, claim: str) -> Iterator[str]:
    """Yield who answers for himself where a claim lets another do so."""
    if (own := _OWN_CHARGE.search(quote)) and _FOR_ANOTHER.search(claim):
        yield own.group()


def _freed(quote: str, claim: str) -> Iterator[str]:
    """Yield what needs leave where a claim leaves it free."""
    leave = re.search(r"未经\w*不得\w{2}", quote)
    if leave and re.search("自由|随[便意]|任意|谁都", claim) and not turns(claim):
        yield leave.group()


def _becomes(quote: str, claim: str) -> Iterator[str]:
    """Yield what becomes the other where a claim has the other become it."""
    for one, other in re.findall(r"[变把](\w{2,6}?)(?:作为|变成|变为|为|[纳融]入)(\w{2,6})", quote):
        becomes = r"(?:作为|变成|变为|为|当成|当作|成了?|变|[纳融]入)"
        if re.search(rf"{other}\w{{0,2}}{becomes}\w{{0,2}}{one}", claim):
            yield f"{one}为{other}"


def _leads(quote: str, claim: str) -> Iterator[str]:
    """Yield who is led where a claim lets them lead: 让青年去引领好网民 for 引领青年."""
    led = re.search(r"[让叫使](\w{2,4}?)(?:去|来)(\w\w)\w{2}", claim)
    if led and led[2] + led[1] in quote:
        yield led[2] + led[1]


KINDS = (_orders, _honours, _watched, _charged, _freed, _becomes, _leads)
