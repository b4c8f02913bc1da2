"""What is said to the bot itself: by sayings that are the whole message, clause by clause, or nearly an example of an intent.

The knowledge comes first: a way to ask an entry is a question, and so is what is as near to one as to any talk.
"""

from __future__ import annotations

import re

from knowledge.language.grammar import DENYING
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.matching.search import ROW_FEATURES, nearest
from knowledge.matching.snapshot import Snapshot
from knowledge.model import Intent

ALIKE_AT = -1.6
"""From these log odds on a message says the same as an example."""
AHEAD = 0.8
"""By so much it must be nearer to talk than to any way to ask an entry."""
COVERED_AT = 0.7
"""So much of it the example must have: 飞线充电是啥意思 asks for more than 是啥意思."""
_COVERED = ROW_FEATURES.index("query_canonical")
_MAX_CHARS = 18
_MAX_CLAUSES = 4
_MAX_MESSAGE_CHARS = 200
_N_KEPT = 16
_DENIALS = re.compile(f"[{DENYING}莫无别]")
_CLAUSES = re.compile(r"[，,。.！!？?；;、~…\s]+")
_COURTESY = frozenset({"greet", "thanks", "bye", "howareyou", "repeated"})
"""What stands beside something else in one message, and gives way to it."""


def intent_of(snapshot: Snapshot, text: str, *, nearly: bool = False) -> Intent | None:
    """Return what the whole of a message says to the bot, None when it is a question, or no talk that is known.

    Equal for equal text and release. Text of any length is allowed; long text is no talk.

    Args:
        nearly: Whether what is only like an example counts: for what is no command, pick or step of the talk.
    """
    kept, key = snapshot.intents, (text, nearly)
    try:
        return kept[key]
    except KeyError:
        found = _intent_of(snapshot, text, nearly=nearly)
    if len(kept) >= _N_KEPT:
        kept.clear()
    kept[key] = found
    return found


def _intent_of(snapshot: Snapshot, text: str, *, nearly: bool) -> Intent | None:
    if len(text) > _MAX_MESSAGE_CHARS or _is_way_to_ask(snapshot, text):
        return None
    return _read(snapshot, text, nearly=nearly) or _clause_by_clause(snapshot, text, nearly=nearly)


def _is_way_to_ask(snapshot: Snapshot, text: str) -> bool:
    return bool(snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical))


def _read(snapshot: Snapshot, text: str, *, nearly: bool) -> Intent | None:
    return snapshot.talk.read(text) or (_alike(snapshot, text) if nearly else None)


def _clause_by_clause(snapshot: Snapshot, text: str, *, nearly: bool) -> Intent | None:
    """Return what several things said at once come to: a command, else what is more than courtesy."""
    clauses = [clause for clause in _CLAUSES.split(tidy(text)) if strip_punctuation(clause)]
    if not 1 < len(clauses) <= _MAX_CLAUSES:
        return None
    known: list[Intent] = []
    for clause in clauses:
        intent = _read(snapshot, clause, nearly=nearly)
        if intent is None:
            return None
        known.append(intent)
    return min(known, key=lambda intent: (not intent.say, intent.id in _COURTESY))


def _alike(snapshot: Snapshot, text: str) -> Intent | None:
    terms = snapshot.analyzer.analyze(text)
    names_something = terms.entities or terms.clauses
    if not snapshot.talk_rows or names_something or not 0 < len(terms.literal) <= _MAX_CHARS:
        return None
    canonical, literal = terms.canonical, terms.literal
    ids, likeness, shares = nearest(snapshot.talk_table, snapshot.talk_rows, canonical, literal, 1)
    if not len(ids) or likeness[0] < ALIKE_AT or shares[0, _COVERED] < COVERED_AT:
        return None
    # 看得懂 and 看不懂 are as alike as two sayings of one intent.
    if _n_denials(canonical) != _n_denials(snapshot.talk_rows[int(ids[0])]):
        return None
    known = nearest(snapshot.table, snapshot.canonical, canonical, literal, 5)[1]
    is_nearer = not len(known) or likeness[0] > max(known.tolist()) + AHEAD
    return snapshot.talk_intents[int(ids[0])] if is_nearer else None


def _n_denials(text: str) -> int:
    return len(_DENIALS.findall(text))
