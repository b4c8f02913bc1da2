"""Marking again, apart from the worker: what it would change, and doing that and no more."""

from __future__ import annotations

import hashlib
from collections import Counter

from bot.config import Settings
from bot.editing.bank.regrade import Regrading, apply_regrade, plan_regrade
from bot.editing.refused import Refused
from bot.process import Parts, privacy_key
from bot.web.admin.background.jobs import Result, Told
from bot.web.admin.words import worded

_N_SHOWN = 100


async def plan_marking(settings: Settings, parts: Parts, told: Told) -> Result:
    """Return what the live keys would make of every finished attempt; nothing is changed."""
    plan = await plan_regrade(parts)
    up = Counter(change.item_id for change in plan.changes if change.after > change.before)
    down = Counter(change.item_id for change in plan.changes if change.after < change.before)
    return {
        "items": [
            {"id": name, "up": up[name], "down": down[name]} for name in sorted(up.keys() | down.keys())
        ],
        "n_attempts": len({change.attempt_id for change in plan.changes}),
        "n_people": len({change.subject for change in plan.changes}),
        "changes": [
            {"attempt": c.attempt_id, "item": c.item_id, "before": f"{c.before:g}", "after": f"{c.after:g}"}
            for c in plan.changes[:_N_SHOWN]
        ],
        "n_changes": len(plan.changes),
        "unclear": Counter(one.item_id for one in plan.unclear if one.reason == "option"),
        "gone": list(plan.gone),
        "unread": list(plan.unread),
        "seen": _mark_of(plan),
    }


async def marking(settings: Settings, parts: Parts, told: Told, *, by: str, seen: str) -> Result:
    """Mark again, where that still changes what was seen."""
    plan = await plan_regrade(parts)
    if _mark_of(plan) != seen:
        raise Refused(worded("regrade.moved"))
    return {"state": "regraded", "n": await apply_regrade(parts, plan.changes, privacy_key(settings))}


def _mark_of(plan: Regrading) -> str:
    """Return what tells later whether marking again would change the same."""
    told = sorted(f"{c.attempt_id} {c.item_id} {c.before!r} {c.after!r}" for c in plan.changes)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
