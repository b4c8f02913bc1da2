"""How a use case says that it did nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.gate.gate import Report


class Refused(Exception):
    """Nothing was done; `why` says why and what to do, `report` what the gate found, if that is why."""

    def __init__(self, why: str, report: Report | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.report = report
