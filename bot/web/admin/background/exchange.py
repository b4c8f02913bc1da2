"""What importing and exporting take longer than a click for: each piece a function of the deployment that returns plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.config import Settings
from bot.editing.bank.bank_file import UnreadableBank, bank_as, plan_bank_file
from bot.editing.draft.spared import known_spared
from bot.editing.refused import Refused
from bot.process import Parts
from bot.web.admin.background.jobs import Result, Told
from bot.web.admin.draft import DraftFolder
from bot.web.admin.forms import Upload
from bot.web.admin.tray import Tray
from bot.web.admin.words import worded
from knowledge.exchange.workbook.cells import name_of
from knowledge.exchange.workbook.entry_columns import COLUMN_BY_KEY
from knowledge.exchange.workbook.entry_sheets import read_workbook
from knowledge.exchange.workbook.export import export_workbook
from knowledge.exchange.workbook.package import BadWorkbook, open_package
from knowledge.exchange.workbook.plan import plan_import
from knowledge.model.bank import Item
from knowledge.model.problems import Files, Problem
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse, version_of

_N_PROBLEMS = 200
_N_CHANGES = 200


@dataclass(frozen=True, slots=True)
class _Planned:
    """What an import would write, and how that is told."""

    files: Files
    told: dict[str, Any]
    problems: Sequence[Problem]
    sheets: Sequence[str] = ()
    notes: Sequence[str] = ()
    options: dict[str, Any] = field(default_factory=dict)


async def plan_entries(
    settings: Settings, parts: Parts, told: Told, *, by: str, upload: str, hidden: bool
) -> Result:
    """Return what a workbook of entries would change in the draft."""
    return await _look(settings, by, upload, _entries_plan(settings, hidden=hidden))


async def plan_bank(
    settings: Settings,
    parts: Parts,
    told: Told,
    *,
    by: str,
    upload: str,
    form: str,
    track: str,
    hidden: bool,
) -> Result:
    """Return what a file of items would change in the draft."""
    return await _look(settings, by, upload, _bank_plan(settings, form, track, hidden=hidden))


async def write_entries_in(
    settings: Settings, parts: Parts, told: Told, *, by: str, upload: str, hidden: bool, seen: str
) -> Result:
    """Write a workbook of entries into the draft that was seen; return as `plan_entries` where it is another by now."""
    return await _write(settings, by, upload, seen, _entries_plan(settings, hidden=hidden))


async def write_bank_in(
    settings: Settings,
    parts: Parts,
    told: Told,
    *,
    by: str,
    upload: str,
    form: str,
    track: str,
    hidden: bool,
    seen: str,
) -> Result:
    """Write a file of items into the draft that was seen; return as `plan_bank` where it is another by now."""
    return await _write(settings, by, upload, seen, _bank_plan(settings, form, track, hidden=hidden))


async def export(settings: Settings, parts: Parts, told: Told, *, by: str, what: str, form: str) -> Result:
    """Put the draft's entries or items into the tray as a file."""
    content = parse(_draft(settings))[0]
    if what == "entries":
        data = export_workbook(content)
    else:
        data, _ = bank_as(form, list(content.items.values()), tuple(content.tracks))
    return {"upload": _tray(settings).put(Upload(f"{what}.{form}", data), by)}


Plan = Callable[[Upload, Files], _Planned]


def _entries_plan(settings: Settings, *, hidden: bool) -> Plan:
    def plan(upload: Upload, files: Files) -> _Planned:
        workbook = read_workbook(open_package(upload.data), hidden=hidden)
        found = plan_import(workbook, files, known_spared(settings))
        changes = [
            {
                "id": change.entry_id,
                "sign": "new" if change.is_new else "changed",
                "what": "、".join(COLUMN_BY_KEY[key].heading for key in change.keys),
            }
            for change in found.changes
        ]
        told = {"what": "entries", "changes": changes, "n_unchanged": found.n_unchanged}
        options = {"hidden": hidden}
        return _Planned(found.files, told, found.problems, workbook.sheets, found.notes, options)

    return plan


def _bank_plan(settings: Settings, form: str, track: str, *, hidden: bool) -> Plan:
    def plan(upload: Upload, files: Files) -> _Planned:
        spared = known_spared(settings)
        found = plan_bank_file(
            upload.name, upload.data, form, files, track=track, hidden=hidden, spared=spared
        )
        changes = [*_items(found.plan.added, "new"), *_items(found.plan.changed, "changed")]
        told = {"what": "bank", "changes": changes, "n_unchanged": found.plan.n_unchanged}
        options = {"form": form, "track": track, "hidden": hidden}
        return _Planned(found.plan.files, told, found.plan.problems, found.sheets, found.notes, options)

    return plan


def _items(items: Iterable[Item], sign: str) -> list[dict[str, str]]:
    return [{"id": item.id, "sign": sign, "what": item.stem} for item in items]


async def _look(settings: Settings, by: str, upload: str, plan: Plan) -> Result:
    held = _tray(settings).get(upload, by)
    files = _draft(settings)
    return _report(_planned(plan, held.upload, files), held.upload, upload, files)


async def _write(settings: Settings, by: str, upload: str, seen: str, plan: Plan) -> Result:
    tray = _tray(settings)
    held = tray.get(upload, by)
    if held.became:
        return {"state": "written", "name": held.upload.name, "files": held.became.split()}
    done: list[_Planned] = []
    looked_at = True

    def edit(files: Files) -> Files:
        nonlocal looked_at
        looked_at = version_of(files) == seen
        done.append(_planned(plan, held.upload, files))
        return done[-1].files if looked_at else {}

    await DraftFolder(settings).change(edit)
    if not looked_at:
        return {**_report(done[-1], held.upload, upload, _draft(settings)), "again": True}
    written = sorted(done[-1].files)
    if written:
        tray.settle(upload, by, " ".join(written))
    return {"state": "written", "name": held.upload.name, "files": written}


def _planned(plan: Plan, upload: Upload, files: Files) -> _Planned:
    try:
        return plan(upload, files)
    except BadWorkbook as bad:
        why = worded("exchange.unreadable", name=upload.name, why=bad.args[0], hint=bad.hint)
        raise Refused(why) from bad
    except UnreadableBank as bad:
        where = worded("exchange.line", n=bad.line) if bad.line else ""
        told = f"{where}{bad.args[0]}"
        raise Refused(worded("exchange.unreadable", name=upload.name, why=told, hint=bad.hint)) from bad


def _report(planned: _Planned, upload: Upload, held: str, files: Files) -> Result:
    order = {sheet: number for number, sheet in enumerate(planned.sheets)}
    problems = sorted(planned.problems, key=lambda p: (p.severity, order.get(p.file, len(order)), p))
    errors = sum(problem.severity == "error" for problem in problems)
    changes = planned.told["changes"]
    return {
        **planned.told,
        "state": "faulty" if errors else "planned",
        "name": upload.name,
        "upload": held,
        "seen": version_of(files),
        "options": planned.options,
        "notes": list(planned.notes),
        "n_errors": errors,
        "n_problems": len(problems),
        "problems": [_told(problem, order) for problem in problems[:_N_PROBLEMS]],
        "n_new": sum(change["sign"] == "new" for change in changes),
        "n_changes": len(changes),
        "changes": changes[:_N_CHANGES],
    }


def _told(problem: Problem, sheets: Mapping[str, int]) -> dict[str, str]:
    if problem.file in sheets:
        where = worded("exchange.cell", sheet=problem.file, cell=name_of(problem.line, problem.column))
    else:
        where = f"{problem.file}:{problem.line}"
    return {"where": where, "message": problem.message, "hint": problem.hint, "severity": problem.severity}


def _tray(settings: Settings) -> Tray:
    return Tray(settings.data_dir / "uploads")


def _draft(settings: Settings) -> Files:
    files, unreadable = read_folder(settings.content_dir)
    if any(problem.severity == "error" for problem in unreadable):
        raise Refused(worded("draft.unreadable", where="、".join(p.file for p in unreadable)))
    return files
