"""A workbook file from anywhere → one that is safe to read, or the reason why it is not.

A workbook is a zip of XML. Nothing is believed: sizes are counted while inflating, document types and
macros refused, and a sheet whose cells lie so far apart that a table of them would not fit in memory too.
Blank cells at the ends of rows, of which office programs write 16 000 a row, are cut off.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from knowledge.exchange.workbook.extent import Extent, NoSuchPlace

MAX_FILE_BYTES = 50_000_000
MAX_INFLATED_BYTES = 700_000_000
MAX_SHARED_BYTES = 100_000_000
MAX_MEMBERS = 2000
MAX_TABLE_CELLS = 4_000_000
_N_SHOWN = 20
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "在 WPS、Excel 或 LibreOffice 里打开，点“文件”、“另存为”，类型选 .xlsx"


class BadWorkbook(Exception):
    """A file that is not read at all; `code`, `message` and `hint` make its Problem."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook safe to read: its bytes, its parts by their names, and the part of each sheet in their order."""

    data: bytes
    parts: dict[str, bytes]
    sheets: dict[str, str]


def open_package(data: bytes) -> Package:
    """Return the safe copy of a workbook.

    Raises:
        BadWorkbook: it is no .xlsx, is protected, too large, or built to harm.
    """
    parts = dict(_inflate(data))
    sheets = {name: part for name, part in _sheet_parts(parts).items() if part in parts}
    for name, part in sheets.items():
        parts[part] = _cut_blanks(parts[part])
        _check_extent(name, parts[part])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as written:
        for part, content in parts.items():
            written.writestr(part, content)
    return Package(out.getvalue(), parts, sheets)


def _inflate(data: bytes) -> Iterator[tuple[str, bytes]]:
    if len(data) > MAX_FILE_BYTES:
        raise BadWorkbook("too-large", "文件超过 50 MB", "去掉图片和多余的表，或拆成几个文件")
    if not data.startswith(b"PK"):
        raise BadWorkbook("not-a-workbook", *_what_else(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield from _members(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise BadWorkbook("not-a-workbook", "这个文件坏了，或者没有下载完整", _SAVE_AS) from error


def _what_else(data: bytes) -> tuple[str, str]:
    """Return what a file is that is no zip, and how to make a workbook of it."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            return "这个工作簿加了密码", "在 WPS、Excel 或 LibreOffice 里打开，去掉密码，再存成 .xlsx"
        return "这是旧格式的表格（.xls，或 WPS 的 .et）", _SAVE_AS
    for encoding in ("utf-8-sig", "utf_16", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and text.strip():
            name = "网页" if text.lstrip().startswith("<") else "文字文件（.csv 一类）"
            return f"这是{name}，不是 .xlsx", _SAVE_AS
    return "这不是 .xlsx 文件", _SAVE_AS


def _members(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise BadWorkbook("too-large", f"文件里有 {len(members)} 个部件，太多了", "另存为新的 .xlsx")
    names = {member.filename for member in members}
    for name, what in (
        ("content.xml", " LibreOffice 的表格（.ods）"),
        ("xl/workbook.bin", "二进制的工作簿（.xlsb）"),
    ):
        if name in names:
            raise BadWorkbook("not-a-workbook", f"这是{what}", _SAVE_AS)
    room = MAX_INFLATED_BYTES
    for member in members:
        if member.filename.lower().endswith("vbaproject.bin"):
            raise BadWorkbook("has-macros", "文件带有宏", "另存为不带宏的 .xlsx")
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue  # pictures, printers' settings, thumbnails: nothing to read
        limit = min(room, MAX_SHARED_BYTES) if "sharedStrings" in member.filename else room
        content = _read(package, member, limit)
        room -= len(content)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise BadWorkbook("not-a-workbook", f"{member.filename} 里有不该有的定义", "另存为新的 .xlsx")
        yield member.filename, content


def _read(package: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    if member.file_size > limit:
        raise _bomb()
    # Of whatever comes out, zipfile gives no more than was declared.
    return package.read(member)


def _bomb() -> BadWorkbook:
    return BadWorkbook("too-large", "文件展开以后大得不正常", "只保留要导入的表，另存为新的 .xlsx")


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    try:
        book = ElementTree.fromstring(parts["xl/workbook.xml"])  # noqa: S314 (document types were refused)
        links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    except (KeyError, ElementTree.ParseError) as error:
        raise BadWorkbook("not-a-workbook", "这个压缩包不是 .xlsx 工作簿", _SAVE_AS) from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(link, "")
            found[sheet.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"
            )
    return found


def _cut_blanks(xml: bytes) -> bytes:
    """Drop what follows the last cell with content of each row: cells that only carry a style."""
    found = re.search(rb"<(\w+:)?worksheet\b", xml)
    prefix = found.group(1) or b"" if found else b""
    row_end, row_start, cell_end = b"</%srow>" % prefix, b"<%srow" % prefix, b"</%sc>" % prefix
    *rows, rest = xml.split(row_end)
    return row_end.join([*(_cut_row(row, row_start, cell_end) for row in rows), rest])


def _cut_row(row: bytes, row_start: bytes, cell_end: bytes) -> bytes:
    begin = row.rfind(row_start)
    end = row.find(b">", max(row.rfind(cell_end), begin))
    return row[: end + 1] if begin >= 0 and end >= 0 else row


def _check_extent(sheet: str, xml: bytes) -> None:
    try:
        extent = Extent(xml)
    except NoSuchPlace as place:
        message = f"表“{sheet}”里有一格的位置写成“{str(place)[:_N_SHOWN]}”，没有这样的位置"
        raise BadWorkbook("not-a-workbook", message, _SAVE_AS) from place
    except ExpatError as error:
        raise BadWorkbook("not-a-workbook", f"表“{sheet}”坏了，读不了", _SAVE_AS) from error
    if extent.height * max(extent.width, 1) > MAX_TABLE_CELLS:
        raise BadWorkbook(
            "too-large",
            f"表“{sheet}”的 {extent.farthest} 离其他内容太远，整张表太大",
            "删掉这一格（和它前面的空行空列），再保存",
        )
