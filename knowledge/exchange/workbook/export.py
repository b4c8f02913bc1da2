"""Content → one workbook that an office worker can edit: a sheet a file, a guide, and the addresses of the sources."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.exchange.workbook.cells import CELL_CHARS, escape_formula, fingerprint, smooth, spell, split
from knowledge.exchange.workbook.entry_columns import COLUMNS, STATUSES, cells_of, in_one_spelling
from knowledge.exchange.workbook.entry_sheets import CONTINUED, MARK_HEADING
from knowledge.exchange.workbook.grid import GUIDE, SOURCES
from knowledge.model.content import Content
from knowledge.model.entries import Entry

_SHEET_NAME_CHARS = 31
_FORBIDDEN = re.compile(r"[\\/*?:\[\]]")
HEAD = PatternFill("solid", fgColor="DDE8F5")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_GUIDE_LINES = (
    "这个工作簿可以用 Excel、WPS 或 LibreOffice 编辑，改好后存成 .xlsx，再用 qinglang kb import 读回去。",
    "一张表是一个问答文件，一行是一条问答。相似问、原文、相关条目在格子里一行一个（Alt+回车换行，LibreOffice 是 Ctrl+回车）。",
    "“编号”和“校验”不要改。新条目加在表的末尾，编号可以空着。",
    "“原文”写段落地址（见“原文地址”表）；只引一句时写：地址｜这一句原话，一个字、一个标点都不能变。",
    "状态写：草稿、已发布、已归档，空着是草稿。没有收录写：是、否。复核日期写：2027-06-30。",
    "删掉一行不会删掉条目；不想要的条目把状态改成“已归档”。没有的列，导入时不动。",
    "以 = + - @ 开头的文字前面有一个单引号 '，读回去时会去掉。一格装不下的，接在下面编号为 〃 的行里。",
)
_LINE_POINTS, _MAX_POINTS = 15, 409
_LAST_NARROW = 0x2E7F
_MAX_LISTED = 255
"""Excel repairs a workbook whose list of offered values is longer."""


def sheet_names(files: list[str]) -> dict[str, str]:
    """Return the name of each FAQ file's sheet: its stem, shortened and numbered where the format demands it."""
    names: dict[str, str] = {}
    for file in files:
        stem = _FORBIDDEN.sub("-", file.removeprefix("faq/").rpartition(".")[0]).strip("'") or "问答"
        name, number = stem[:_SHEET_NAME_CHARS], 2
        while name.lower() in {used.lower() for used in (*names.values(), GUIDE, SOURCES)}:
            tail = f"-{number}"
            name, number = stem[: _SHEET_NAME_CHARS - len(tail)] + tail, number + 1
        names[file] = name
    return names


def entry_mark(cells: Mapping[str, str]) -> str:
    """Return a short hash of an entry's cells: it tells whether the file changed after the export."""
    return fingerprint("\x1f".join(in_one_spelling(column, cells[column.key]) for column in COLUMNS))


def export_workbook(content: Content) -> bytes:
    """Return the .xlsx of every entry, by file and in the order of the files."""
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)  # noqa: S101 (a new workbook has one sheet)
    guide.title = GUIDE
    _fill_guide(guide, content)
    by_file: dict[str, list[Entry]] = {}
    for entry in content.entries.values():
        by_file.setdefault(entry.mark.file, []).append(entry)
    names = sheet_names(sorted(by_file))
    for file, entries in sorted(by_file.items()):
        sheet: Worksheet = book.create_sheet(names[file])
        _fill_entries(sheet, content, sorted(entries, key=lambda entry: entry.mark.line))
    _fill_sources(book.create_sheet(SOURCES), content)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_guide(sheet: Worksheet, content: Content) -> None:
    for number, line in enumerate((*_GUIDE_LINES, f"导出自草稿 {content.version}。"), start=1):
        cell = sheet.cell(number, 1, line)
        cell.alignment = _WRAPPED
    sheet.column_dimensions["A"].width = 100


def _fill_entries(sheet: Worksheet, content: Content, entries: list[Entry]) -> None:
    headings = [f"{column.heading}（{column.note}）" if column.note else column.heading for column in COLUMNS]
    write_row(sheet, 1, [*headings, MARK_HEADING])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    row = 2
    for entry in entries:
        cells = cells_of(content, entry)
        parts = [
            [spell(escape_formula(part)) for part in split(smooth(cells[column.key]))] for column in COLUMNS
        ]
        for n in range(max(map(len, parts))):
            shown = [part[n] if n < len(part) else "" for part in parts]
            write_row(sheet, row, [*shown, entry_mark(cells)] if n == 0 else [CONTINUED, *shown[1:]])
            row += 1
    widths = [column.width for column in COLUMNS]
    shape_columns(sheet, widths)
    fit_rows(sheet, widths)
    sheet.freeze_panes = "C2"
    keys = [column.key for column in COLUMNS]
    offer_choices(sheet, keys.index("status") + 1, tuple(STATUSES))
    offer_choices(sheet, keys.index("gap") + 1, ("是", "否"))


def offer_choices(sheet: Worksheet, column: int, choices: Sequence[str]) -> None:
    """Let the cells of a column offer what may stand in them, unless that is more than Excel can hold."""
    letter = get_column_letter(column)
    listed = f'"{",".join(choices)}"'
    if len(listed) > _MAX_LISTED:
        return
    offered = DataValidation(type="list", formula1=listed, allow_blank=True)
    offered.add(f"{letter}2:{letter}5000")
    sheet.add_data_validation(offered)


def _fill_sources(sheet: Worksheet, content: Content) -> None:
    write_row(sheet, 1, ["地址", "标题", "文字（只供查阅，改了也不会读）"])
    for row, passage in enumerate(content.passages.values(), start=2):
        write_row(
            sheet,
            row,
            [
                passage.id,
                *(
                    spell(escape_formula(smooth(text)[:CELL_CHARS]))
                    for text in (passage.heading, passage.text)
                ),
            ],
        )
    for letter, width in (("A", 36), ("B", 24), ("C", 100)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


class _FittedRow(RowDimension):
    """A row with a height that a program may change again when the text does.

    LibreOffice shows one line of a row without a height, and none of the phrasings below it.
    """

    @property
    def customHeight(self) -> bool:  # noqa: N802 (the name in the file)
        return False


def fit_rows(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Give every row the height of its text in columns of these widths."""
    for number, values in enumerate(sheet.iter_rows(min_row=2, values_only=True), start=2):
        texts = zip(values, widths, strict=False)
        n_lines = max((_n_lines(str(value), width) for value, width in texts if value), default=1)
        height = min(n_lines * _LINE_POINTS, _MAX_POINTS)
        sheet.row_dimensions[number] = _FittedRow(sheet, index=number, ht=height)


def _n_lines(text: str, width: int) -> int:
    lines = (sum(2 if ord(char) > _LAST_NARROW else 1 for char in line) for line in text.split("\n"))
    return sum(max(1, -(-taken // width)) for taken in lines)


def shape_columns(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Give every column its width and the format of text, to the last row; the one behind them holds the mark, hidden.

    What is typed into a row without cells takes the format of its column, so 10月12日 stays what it says.
    """
    for number in range(1, len(widths) + 2):
        column = sheet.column_dimensions[get_column_letter(number)]
        column.number_format = "@"
        column.alignment = _WRAPPED
        if number <= len(widths):
            column.width = widths[number - 1]
        else:
            column.hidden = True


def write_row(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    """Fill a row with texts that stay texts; empty ones leave their cell alone."""
    for column, text in enumerate(texts, start=1):
        if text:
            cell = sheet.cell(row, column, text)
            cell.data_type = "s"
            # Text, so that 4 stays 4 and 3.10 keeps its zero when somebody types over it.
            cell.number_format = "@"
            cell.alignment = _WRAPPED
