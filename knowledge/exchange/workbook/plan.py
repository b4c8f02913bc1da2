"""A workbook beside the draft → what an import would change, file by file, or every reason why it can't.

An entry is known by its id. A row that reads as its entry does changes nothing; a row that was not touched
since the export changes nothing either, whatever became of the entry meanwhile; a row that was touched while the entry changed
too is a conflict. Rows that are missing take nothing away.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

import yaml

from knowledge.checks.check import check
from knowledge.editing.entries import CannotRewrite, Fields, Part, append_entries, edit_entries
from knowledge.exchange.workbook.cells import BadCell, address, respell
from knowledge.exchange.workbook.draft_faults import cells_by_mark, draft_faults, one_fault_a_cell, told_at
from knowledge.exchange.workbook.entry_columns import (
    COLUMN_BY_KEY,
    COLUMNS,
    REQUIRED,
    cells_of,
    in_one_spelling,
    same_cell,
)
from knowledge.exchange.workbook.entry_sheets import EntryRow, Workbook, by_row
from knowledge.exchange.workbook.export import entry_mark, sheet_names
from knowledge.exchange.workbook.quotes import addressed, shorten_quotes
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.problems import Files, Mark, Problem
from knowledge.reading.fields import ID
from knowledge.reading.parse import parse
from knowledge.reading.spared import Spared

_NEW = Entry("", "", (), "", (), {}, (), False, "", "", "", Mark("", 0, 0))


@dataclass(frozen=True, slots=True)
class CellChange:
    """What one entry gains or loses: its columns that read differently, or all of them when it is new."""

    entry_id: str
    file: str
    keys: tuple[str, ...]
    is_new: bool


@dataclass(slots=True)
class Plan:
    """What an import would do. `files` holds the changed files only, and none when there is an error.

    A Problem whose file is the name of a sheet counts rows and columns of that sheet. `assigned` lists rows that got an id.
    """

    changes: list[CellChange] = field(default_factory=list)
    n_unchanged: int = 0
    n_absent: int = 0
    assigned: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether a Problem forbids the import; warnings don't."""
        return any(problem.severity == "error" for problem in self.problems)


def plan_import(workbook: Workbook, files: Files, spared: Container[bytes] = ()) -> Plan:
    """Return what importing `workbook` into the content folder `files` would change; `spared` as `check_folder` has it."""
    looked = Spared(spared)
    content, _, _ = parse(files, spared=looked)
    planner = _Planner(workbook, content, files, looked)
    planner.run()
    return planner.plan


@dataclass(slots=True)
class _Planner:
    workbook: Workbook
    content: Content
    files: Files
    looked: Spared
    plan: Plan = field(default_factory=Plan)
    problems: list[Problem] = field(default_factory=list)
    records: dict[str, EntryRow] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    edits: dict[str, dict[str, Fields]] = field(default_factory=dict)
    added: dict[str, list[Fields]] = field(default_factory=dict)
    followed: list[Problem] = field(default_factory=list)

    def run(self) -> None:
        self.plan.notes = tuple(self.workbook.notes)
        self._name_records()
        for entry_id, record in self.records.items():
            entry = self.content.entries.get(entry_id)
            if entry is None:
                self._add(entry_id, record)
            else:
                self._change(entry, record)
        self.plan.n_absent = len(self.content.entries.keys() - self.records.keys())
        self._set_doubled_aside()
        if self.plan.changes and self._knows_its_rows():
            self._write()
        found = self.workbook.problems, self.problems, self.followed
        self.plan.problems = by_row(one_fault_a_cell(self.workbook.sheets, *found))
        if self.plan.is_refused:
            self.plan.files = {}

    def _knows_its_rows(self) -> bool:
        """Return whether each row is known to be of one entry; else it says of another what nobody wrote."""
        told = (*self.workbook.problems, *self.problems)
        return not any(problem.code in ("merged-row", "bad-id") for problem in told)

    def _set_doubled_aside(self) -> None:
        """Leave out what two rows say of one entry; of the others everything wrong is told."""
        for edits in self.edits.values():
            for entry_id in self.doubled:
                edits.pop(entry_id, None)
        for file, fields in self.added.items():
            self.added[file] = [one for one in fields if one.get("id") not in self.doubled]
        self.plan.changes = [one for one in self.plan.changes if one.entry_id not in self.doubled]

    def _name_records(self) -> None:
        """Find the id of every row: as written, or of the entry that asks the same, or a new one."""
        ask = COLUMN_BY_KEY["question"]
        ids_by_question = {
            in_one_spelling(ask, entry.question): entry.id for entry in self.content.entries.values()
        }
        unnamed = []
        for record in self.workbook.records:
            if "quote" in record.texts:
                self._settle_quotes(record)
            written = address(record.texts.get("id", "").strip())
            if not written:
                unnamed.append(record)
            elif not ID.fullmatch(written):
                hint = "只能用小写字母、数字和连字符，例如 article-4；新条目可以空着"
                self.problems.append(record.problem("id", "bad-id", f"编号“{written}”不对", hint))
                self._read_parts(record, [key for key in record.texts if key != "id"])
            else:
                self._take(written, record)
        for record in unnamed:
            known = ids_by_question.get(in_one_spelling(ask, record.texts.get("question", "")), "")
            self._take(known if known and known not in self.records else self._new_id(record), record)

    def _settle_quotes(self, record: EntryRow) -> None:
        text = record.texts["quote"]
        try:
            text = addressed(self.content, text)
        except BadCell as bad:
            self.workbook.problems.append(record.problem("quote", bad.code, bad.message, bad.hint))
        record.texts["quote"] = shorten_quotes(self.content, text)

    def _take(self, entry_id: str, record: EntryRow) -> None:
        other = self.records.get(entry_id)
        if other is None:
            self.records[entry_id] = record
            return
        # Which of the two rows was this entry's is not known: neither says that the file was changed.
        self.doubled.add(entry_id)
        message = f"编号 {entry_id} 在表“{other.sheet}”第 {other.row} 行已经有了"
        self.problems.append(record.problem("id", "duplicate-id", message, "换一个编号，或者合成一行"))

    def _new_id(self, record: EntryRow) -> str:
        stem = record.sheet if ID.fullmatch(record.sheet) else "entry"
        number = 1
        while f"{stem}-new-{number}" in {*self.content.entries, *self.records}:
            number += 1
        entry_id = f"{stem}-new-{number}"
        self.plan.assigned[f"{record.sheet}!{record.row}"] = entry_id
        return entry_id

    def _change(self, entry: Entry, record: EntryRow) -> None:
        cells = cells_of(self.content, entry)
        wanted = {key: text for key, text in record.texts.items() if key != "id"}
        keys = [key for key, text in wanted.items() if not same_cell(COLUMN_BY_KEY[key], cells[key], text)]
        if not keys or self._is_untouched(record):
            self.plan.n_unchanged += 1
            return
        if record.mark and record.mark != entry_mark(cells) and entry.id not in self.doubled:
            where = f"{entry.mark.file}:{entry.mark.line}"
            hint = "重新导出，在新的表里再改一次"
            self.problems.append(
                record.problem("id", "changed-meanwhile", f"导出以后，{entry.id} 在 {where} 被改过了", hint)
            )
            return
        for key in keys:
            record.texts[key] = respell(record.texts[key], cells[key])
        parts = self._read_parts(record, keys)
        self.edits.setdefault(entry.mark.file, {})[entry.id] = _fields(parts, entry.about)
        self.plan.changes.append(CellChange(entry.id, entry.mark.file, tuple(keys), is_new=False))

    def _is_untouched(self, record: EntryRow) -> bool:
        """Whether the row still reads as it was exported."""
        complete = {column.key: record.texts.get(column.key, "") for column in COLUMNS}
        return bool(record.mark) and record.mark == entry_mark(complete)

    def _add(self, entry_id: str, record: EntryRow) -> None:
        record.texts["id"] = entry_id
        texts = {"status": "", **{key: text for key, text in record.texts.items() if text.strip()}}
        for key in REQUIRED:
            if key not in texts:
                heading = COLUMN_BY_KEY[key].heading
                message = f"新条目缺少“{heading}”"
                self.problems.append(record.problem(key, "missing-key", message, f"在“{heading}”这一格写上"))
        record.texts = texts
        parts = self._read_parts(record, list(texts))
        file = self._file_of(record)
        self.added.setdefault(file, []).append(_fields(parts, {}))
        self.plan.changes.append(CellChange(entry_id, file, tuple(texts), is_new=True))

    def _file_of(self, record: EntryRow) -> str:
        names = sheet_names(sorted(name for name in self.files if name.startswith("faq/")))
        known = {sheet: file for file, sheet in names.items()}
        return known.get(record.sheet, f"faq/{record.sheet.strip().lstrip('.') or '问答'}.yaml")

    def _read_parts(self, record: EntryRow, keys: list[str]) -> dict[str, Part]:
        parts: dict[str, Part] = {}
        for key in keys:
            text = record.texts[key]
            try:
                parts[key] = COLUMN_BY_KEY[key].read(text)
            except BadCell as bad:
                self.problems.append(record.problem(key, bad.code, bad.message, bad.hint))
                continue
            if key in REQUIRED and not parts[key]:
                heading = COLUMN_BY_KEY[key].heading
                self.problems.append(
                    record.problem(
                        key, "empty-value", f"“{heading}”是空的", "写上内容；不要的条目把状态改成已归档"
                    )
                )
        return parts

    def _write(self) -> None:
        """Make the new text of every file, and see that it says what the workbook says and nothing else.

        Where a cell could not be read this is a trial: what else is wrong is told at once.
        """
        written: dict[str, str] = {}
        for file in sorted({*self.edits, *self.added}):
            text = self.files.get(file, "")
            try:
                text = edit_entries(text, self.edits.get(file, {}))
            except (CannotRewrite, yaml.YAMLError):
                self._refuse(file, [change for change in self.plan.changes if change.file == file])
                continue
            written[file] = append_entries(text, self.added[file]) if file in self.added else text
        after, marks, problems = parse({**self.files, **written}, spared=self.looked)
        if not self.problems:
            for change in self.plan.changes:
                if change.entry_id not in after.entries or not self._says(after, change):
                    self._refuse(change.file, [change])
            self._refuse_side_effects(after)
        found = (*problems, *check(after, marks, spared=self.looked))
        known = draft_faults(self.files, self.looked) if found else frozenset()
        cells = cells_by_mark(self.records, after, marks)
        self.followed = [told_at(cells, p) for p in found if (p.code, p.message) not in known]
        self.plan.files = written

    def _says(self, after: Content, change: CellChange) -> bool:
        texts, cells = self.records[change.entry_id].texts, cells_of(after, after.entries[change.entry_id])
        return all(same_cell(COLUMN_BY_KEY[key], cells[key], texts[key]) for key in change.keys)

    def _refuse_side_effects(self, after: Content) -> None:
        changed = {change.entry_id for change in self.plan.changes}
        nowhere = _NEW.mark
        for entry_id, entry in self.content.entries.items():
            now = after.entries.get(entry_id)
            same = now is not None and replace(now, mark=nowhere) == replace(entry, mark=nowhere)
            if entry_id not in changed and not same:
                self._refuse(entry.mark.file)

    def _refuse(self, file: str, changes: Sequence[CellChange] = ()) -> None:
        """Say at the first cell of each change, or at the file itself, that it can't be written into its file."""
        hint = f"在 {file} 里把条目写成一行一个“键: 值”，或者直接改文件"
        message = f"{file} 的写法没法从表格改"
        for change in changes:
            record = self.records[change.entry_id]
            self.problems.append(record.problem(change.keys[0], "cannot-rewrite", message, hint))
        if not changes:
            self.problems.append(Problem(file, 1, 1, "cannot-rewrite", message, hint))


def _fields(parts: Mapping[str, Part], about: Mapping[str, tuple[str, ...]]) -> Fields:
    """Return parts as the file nests them: every `about.…` inside `about`, beside the aspects that stay."""
    fields: dict[str, Part | Mapping[str, Part]] = {}
    aspects: dict[str, Part] = dict(about)
    for key, part in parts.items():
        if key.startswith("about."):
            aspects[key.removeprefix("about.")] = part
        else:
            fields[key] = part
    if any(key.startswith("about.") for key in parts):
        fields["about"] = {key: part for key, part in aspects.items() if part}
    return fields
