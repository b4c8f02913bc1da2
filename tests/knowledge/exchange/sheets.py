"""Workbooks as other programs write them: XML by hand, because openpyxl writes only its own habits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from knowledge.exchange.workbook.cells import name_of

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>
</Types>"""
_LINKS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"""
_LINK = '<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
_STYLES = """<?xml version="1.0" encoding="UTF-8"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="176" applyNumberFormat="1"/></cellXfs></styleSheet>"""
_BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>"""
SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{merged}</worksheet>"""


def inline(row: int, column: int, text: str) -> str:
    """A cell with its text inside, in two runs as WPS writes it."""
    half = len(text) // 2
    runs = "".join(f'<r><t xml:space="preserve">{escape(t)}</t></r>' for t in (text[:half], text[half:]) if t)
    return f'<c r="{name_of(row, column)}" t="inlineStr" s="0"><is>{runs}</is></c>'


def blanks(row: int, columns: range) -> str:
    """Cells that carry nothing but a style."""
    return "".join(f'<c r="{name_of(row, column)}" s="0"/>' for column in columns)


def date(row: int, column: int, days: int) -> str:
    """A date cell: a number of days and a date format."""
    return f'<c r="{name_of(row, column)}" s="1"><v>{days}</v></c>'


def sheet(rows: Mapping[int, str], merged: Sequence[str] = ()) -> str:
    """A sheet of rows of cells."""
    written = "".join(f'<row r="{row}" spans="1:16384">{cells}</row>' for row, cells in rows.items())
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    return SHEET.format(
        rows=written, merged=f'<mergeCells count="{len(merged)}">{areas}</mergeCells>' if merged else ""
    )


def workbook(sheets: Mapping[str, str], more: Mapping[str, bytes] | None = None) -> bytes:
    """An .xlsx of sheets given as XML, and of any other members."""
    targets = [f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)]
    links = [
        _LINK.format(id=f"rId{n}", kind="worksheet", target=target)
        for n, target in enumerate(targets, start=1)
    ]
    names = [
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    ]
    links.append(_LINK.format(id="rIdS", kind="styles", target="styles.xml"))
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _LINKS.format(
            links=_LINK.format(id="rId1", kind="officeDocument", target="xl/workbook.xml")
        ),
        "xl/workbook.xml": _BOOK.format(sheets="".join(names)),
        "xl/_rels/workbook.xml.rels": _LINKS.format(links="".join(links)),
        "xl/styles.xml": _STYLES,
        **dict(zip((f"xl/{target}" for target in targets), sheets.values(), strict=True)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
        for name, data in (more or {}).items():
            package.writestr(name, data)
    return out.getvalue()
