"""The tests that editors write: what a question must be answered with, and what it is answered with."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.gate.precision import Tried, answer_of, is_right
from knowledge.matching.decision import Band, Decision
from knowledge.matching.snapshot import Snapshot
from knowledge.model.entries import Case


def failed_cases(snapshot: Snapshot, tried: Tried) -> Iterator[tuple[Case, str]]:
    """Yield the tests that must hold and do not, with what is wrong; one about an entry of another day is left out."""
    for case, decision in tried:
        if case.must and not _is_out_of_date(snapshot, case) and not _holds(snapshot, case, decision):
            place = f"{case.mark.file}:{case.mark.line}"
            yield case, f"测试“{case.question}”{_wanted(case)}，现在是{outcome(decision)}（{place}）"


def sent(decision: Decision) -> str:
    """Return the entry whose words are sent, honest gaps included."""
    return decision.hits[0].address if decision.band is Band.ANSWER else ""


def _wanted(case: Case) -> str:
    if case.entry_ids:
        return f"应当得到 {'或 '.join(case.entry_ids)}"
    return f"应当回答“{'”“'.join(case.says)}”" if case.says else "不应当直接回答"


def _holds(snapshot: Snapshot, case: Case, decision: Decision) -> bool:
    if not case.entry_ids and not case.says:
        return not answer_of(snapshot, decision)
    if case.entry_ids:
        # Who writes down an entry wants just that, not the bare words of its passage.
        return sent(decision) in case.entry_ids
    return decision.band is Band.ANSWER and is_right(snapshot, case, decision.hits[0])


def _is_out_of_date(snapshot: Snapshot, case: Case) -> bool:
    """Return whether the case is about an entry that has not begun, or is over: nothing can be asked of it today."""
    wanted = [snapshot.content.entries[i] for i in case.entry_ids if i in snapshot.content.entries]
    return any(
        (entry.valid_from or entry.valid_to) and entry.id not in snapshot.entry_ids for entry in wanted
    )


def outcome(decision: Decision) -> str:
    """Return in words what a question is answered with."""
    match decision.band:
        case Band.ANSWER:
            return f"回答 {decision.hits[0].address}"
        case Band.CLARIFY:
            return f"反问 {'、'.join(hit.address for hit in decision.hits)}"
    return "没有收录"
