"""The day it is in China, where the accounts and their editors are."""

from __future__ import annotations

import datetime

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def today() -> str:
    """Return the day in China, as 2026-12-31."""
    return datetime.datetime.now(CHINA).date().isoformat()
