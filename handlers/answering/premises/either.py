"""One of two values (8条还是9条, 在成都还是在绵阳): asked as the question that either would answer."""

from __future__ import annotations

import re
from itertools import pairwise

from handlers.answering.premises.premise import values_of
from handlers.model.turn import Context
from knowledge.language.claims import asking_for
from knowledge.language.tidy import tidy

_OR = re.compile(r"(?:[的来开办]{0,2})?[\s,，]*(?:还是|或者?是?)(?:说)?(?:是|在|由|去)?")


def as_open(context: Context, text: str) -> str:
    """Return what a text asks that leaves a choice between two values of one kind, "" where it leaves none.

    倡议书是8条还是9条 asks 倡议书是几条.
    """
    said = tidy(text)
    if "还是" not in said and "或者" not in said:
        return ""
    for one, other in pairwise(values_of(context, said)):
        same = one.kind == other.kind and (one.kind != "count" or one.meant[1] == other.meant[1])
        if same and _OR.fullmatch(said[one.end : other.start]):
            return asking_for(one, said[: one.end] + said[other.end :])
    return ""
