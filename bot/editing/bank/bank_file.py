"""The bank in another program's file, and back: what importing it would change, and its export."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.editing.bank.bank_format import NEW_ITEMS_FILE
from knowledge.exchange.bank.aiken import parse_aiken, render_aiken
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.gift_render import render_gift
from knowledge.exchange.bank.moodle_xml import parse_moodle_xml
from knowledge.exchange.bank.plan import BankPlan, plan_bank_import
from knowledge.exchange.workbook.items.export import export_quiz_workbook
from knowledge.exchange.workbook.items.plan import plan_quiz_workbook
from knowledge.exchange.workbook.items.sheet import read_quiz_workbook
from knowledge.exchange.workbook.package import open_package
from knowledge.model.bank import Item
from knowledge.model.problems import Files
from knowledge.reading.load import MAX_FILE_BYTES
from knowledge.reading.parse import parse


class UnreadableBank(Exception):
    """A file of text that is not read at all; `line` is where, 0 for the file as a whole."""

    def __init__(self, line: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.line, self.code, self.message, self.hint = line, code, message, hint


@dataclass(frozen=True, slots=True)
class BankImport:
    """What importing a file would do; a Problem whose file is one of `sheets` counts that sheet's rows and columns."""

    plan: BankPlan
    notes: Sequence[str] = ()
    sheets: Sequence[str] = ()


def plan_bank_file(
    name: str,
    data: bytes,
    form: str,
    files: Files,
    *,
    target: str = NEW_ITEMS_FILE,
    track: str = "",
    hidden: bool = False,
    spared: Container[bytes] = (),
) -> BankImport:
    """Return what importing a file of one of `READ_FORMATS` into the content folder `files` would change.

    Args:
        target: The bank file that new items go to.
        track: The track of new questions that name none.
        hidden: Whether hidden sheets are read too.
        spared: What an earlier check found in order.

    Raises:
        BadWorkbook: it is no workbook that is safe to read.
        UnreadableBank: it is no text, or too large.
    """
    if form == "xlsx":
        workbook = read_quiz_workbook(open_package(data), hidden=hidden)
        plan = plan_quiz_workbook(workbook, files, target, track, spared)
        return BankImport(plan, workbook.notes, workbook.sheets)
    text = _decoded(data)
    if form == "aiken":
        questions, problems = parse_aiken(text, name)
    else:
        tracks = tuple(parse(files)[0].tracks)
        questions, problems = (parse_gift if form == "gift" else parse_moodle_xml)(text, name, tracks)
    return BankImport(plan_bank_import(questions, problems, files, target, track, spared))


def _decoded(data: bytes) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableBank(0, "too-large", f"文件超过 {MAX_FILE_BYTES // 1_000_000} MB", "拆成几个文件")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableBank(
            line, "not-utf8", "这里不是 UTF-8 文字（可能是 GBK）", "用编辑器另存为 UTF-8"
        ) from None


def bank_as(form: str, items: Sequence[Item], tracks: Sequence[str]) -> tuple[bytes, tuple[Item, ...]]:
    """Return items as a file of one of `FORMATS`, and those that it can't hold."""
    if form == "xlsx":
        return export_quiz_workbook(items, tracks), ()
    text, left_out = render_gift(items, tracks) if form == "gift" else render_aiken(items)
    return text.encode(), left_out
