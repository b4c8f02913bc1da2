"""What the service is asked about itself and its users, apart from the worker."""

from __future__ import annotations

from dataclasses import asdict

from bot.config import Settings
from bot.doctor.diagnose import diagnose
from bot.editing.held_user import held_user, kept_numbers
from bot.process import Parts, lifetimes
from bot.store.retention import KEPT
from bot.web.admin.background.jobs import Result, Told


async def examination(settings: Settings, parts: Parts, told: Told) -> Result:
    """Return what `qinglang doctor` says."""
    return {"found": [asdict(one) async for one in diagnose(settings)]}


async def numbers(settings: Settings, parts: Parts, told: Told) -> Result:
    """Return how much is kept of users, and for how long: numbers and nothing else."""
    counts = await kept_numbers(parts)
    days = lifetimes(settings)
    return {
        "kept": [
            {
                "name": kept.name,
                "what": kept.what,
                "n": counts[kept.name],
                "days": kept.days(days),
                "personal": kept.is_personal,
            }
            for kept in KEPT
            if kept.name in counts
        ]
    }


async def looking_up(settings: Settings, parts: Parts, told: Told, *, code: str) -> Result:
    """Return what is held of the user with a code."""
    return {"held": asdict(await held_user(parts, code))}
