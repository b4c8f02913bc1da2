"""A value that is denied (推进会不是放在南充办的), and one that names nothing it is a value of (是12家吧): both read as a claim of a value."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.premises.premise import BOUND, DENIES, Premise, find_premise, values_of
from handlers.model.turn import Context
from handlers.replies import reply_text
from knowledge.language.claims import read_claim
from knowledge.language.tidy import tidy

# 不是在绵阳, 并不是由团省委; 不是很多 states no value, and none is found in it.
_DENIED = re.compile(
    r"(?:并|又|可|应该|好像)?不(?P<is>是(?:放?在|由)?|在|由|叫|属于?|归)(?!很|太|那么|多|说|讲)"
)


def find_denied(context: Context, text: str, said: str = "") -> Premise | None:
    """Return the words that say what is so, where `text` says what is not; None where it denies nothing, or no value.

    Args:
        said: As for `find_premise`.
    """
    claim, _ = read_claim(tidy(text))
    once = claim.count("不") + claim.count("没") == 1
    stated = _DENIED.sub(r"\g<is>", claim, count=1) if once else claim
    if stated == claim or DENIES.search(BOUND.sub("", stated)):
        return None
    found = find_premise(context, f"{stated}，是吗", said)
    if found is None:
        return None
    lead = reply_text(context, "premise.is_so" if found.holds else "premise.not_so", said=found.value.said)
    return replace(found, holds=not found.holds, answer=replace(found.answer, lead=lead))


def find_premise_about(context: Context, subject: str, text: str) -> Premise | None:
    """Return what the words about a subject say of the values of `text`: 诚信宣言, 是12家吧."""
    claim, asks = read_claim(text)
    if not (asks and values_of(context, claim)):
        return None
    return find_premise(context, f"{subject}{text}", text) or find_denied(context, f"{subject}{text}", text)
