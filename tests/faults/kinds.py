"""Every sort of fault by its name."""

from __future__ import annotations

from tests.faults.hosts import HOST_KINDS
from tests.faults.lines import LINE_KINDS
from tests.faults.stores import STORE_KINDS

KINDS = {**STORE_KINDS, **HOST_KINDS, **LINE_KINDS}
