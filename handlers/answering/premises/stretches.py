"""One of the things that a text says besides others, held by itself: 第三条下头分了六项,第六项是备案哈."""

from __future__ import annotations

import re

from handlers.answering.premises.premise import Premise, find_premise
from handlers.model.turn import Context
from knowledge.language.claims import read_claim
from knowledge.language.tidy import tidy

_STOPS = re.compile(r"[，,。；;、！!？?]+")
_LEAST_CHARS = 4
_MOST = 3


def find_wrong_stretch(context: Context, text: str) -> Premise | None:
    """Return the first stretch of a text that states a value which is another one; None where it asks for more than a yes or no.

    That a stretch is right says nothing of the others, so it is no answer.
    """
    claim, asks = read_claim(tidy(text))
    stretches = [s for s in _STOPS.split(tidy(text)) if len(s) >= _LEAST_CHARS]
    if not claim or len(stretches) > _MOST or len(_STOPS.split(claim)) < 2:
        return None
    found = (find_premise(context, f"{stretch}，是吗" if asks else stretch) for stretch in stretches)
    return next((premise for premise in found if premise and not premise.holds), None)
