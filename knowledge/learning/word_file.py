"""A Word file (.docx) → its lines, as a reader sees them: headings, lists with their numbers, tables row by row.

What a reader could not be sure of is refused by name: changes that nobody has accepted, comments, footnotes. python-docx opens
the package and knows the styles; the words are read from the paragraphs' own XML, for its `text` leaves out content controls.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.ns import qn

from knowledge.learning.document import Document, DocumentUnreadable, TextLine, checked
from knowledge.learning.word_numbering import Numbering, UnknownNumbering, numbering_of
from knowledge.learning.word_rows import rows_of

_MAX_INFLATED_BYTES = 200_000_000
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHANGES = ("w:ins", "w:del", "w:moveFrom", "w:moveTo")
_COMMENTS = ("w:commentReference", "w:commentRangeStart")
_NOTES = ("w:footnoteReference", "w:endnoteReference")
# Another document that Word puts in only when it opens this one (ECMA-376 17.17.2).
_PARTS = ("w:altChunk", "w:subDoc")
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
# Signs that stand in forms, by their place in the two fonts of signs.
_SIGNS = {
    "Wingdings": {"F0A8": "□", "F06F": "□", "F0FE": "☑", "F0FD": "☒", "F0FC": "✓"},
    "Wingdings 2": {"F0A3": "□", "F052": "☑", "F053": "☒", "F050": "✓"},
}
_LEFT_OUT = {_ALTERNATIVE, qn("w:instrText"), qn("w:delText"), qn("w:txbxContent"), qn("w:rt")}
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_DIAGRAMS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds",
)
_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])", re.IGNORECASE)
_MAX_STYLES = 20
_N_SHOWN = 20


def read_word(data: bytes) -> Document:
    """Return a Word file as lines.

    Raises:
        DocumentUnreadable: it is none, is protected, or holds what can't be told as one text.
    """
    word = _open(data)
    try:
        body = word.element.body
        _refuse(body)
        lines = tuple(_Reader(word).lines(body))
        notes = tuple(_notes(word))
    except UnknownNumbering as form:
        what = f"自动编号用了 {form} 这种写法，读不出来：把编号改成普通文字，再来一次"
        raise DocumentUnreadable(what) from form
    # Of an element without its name, or a part without its type, python-docx gives another object or none; numbers may be none.
    except (AttributeError, LookupError, TypeError, ValueError, XmlchemyError) as error:
        raise DocumentUnreadable(
            "这个 Word 文件坏了（正文、样式或编号读不出来）：用 Word、WPS 或 LibreOffice 打开、另存为 .docx，再来一次"
        ) from error
    return checked(Document(lines, notes))


def _open(data: bytes) -> WordDocument:
    if data.startswith(_OLE):
        why = "文件加了密码：去掉密码" if _ENCRYPTED in data else "这是旧的 .doc 文件：另存为 .docx"
        raise DocumentUnreadable(f"{why}，再来一次")
    if data.startswith(b"%PDF"):
        raise DocumentUnreadable("这是 PDF，只是改了扩展名：用原来的 Word 文件，或先转成文字")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            names = {member.filename for member in members}
        if "word/document.xml" not in names and "[Content_Types].xml" not in names:
            raise DocumentUnreadable("这个压缩包不是 Word 文件：用 Word、WPS 或 LibreOffice 另存为 .docx")
        if sum(member.file_size for member in members) > _MAX_INFLATED_BYTES:
            raise DocumentUnreadable("文件展开以后大得不正常：去掉图片，另存为新的 .docx")
        if any(member.flag_bits & 1 for member in members):
            raise DocumentUnreadable("文件加了密码：去掉密码，再来一次")
        return docx.Document(io.BytesIO(data))
    except DocumentUnreadable:
        raise
    # Whatever is wrong inside a package ends here: the library raises what its parts happen to raise.
    except Exception as error:
        raise DocumentUnreadable(
            "这不是完整的 .docx 文件：用 Word、WPS 或 LibreOffice 打开，另存为 .docx"
        ) from error


def _refuse(body: Any) -> None:
    def has(*names: str) -> bool:
        return next(body.iter(*map(qn, names)), None) is not None

    if has(*_CHANGES):
        raise DocumentUnreadable("文件里有没有接受的修订：在 Word 里“接受所有修订”，再来一次")
    if has(*_COMMENTS):
        raise DocumentUnreadable("文件里有批注：删掉批注，再来一次")
    if has(*_NOTES):
        raise DocumentUnreadable("文件里有脚注或尾注：移到正文里，或删掉，再来一次")
    if has(*_PARTS):
        raise DocumentUnreadable("文件里嵌着另一份文件：用 Word 打开、另存为新的 .docx，再来一次")
    for node in body.iter(_FORMULA, qn("w:sym")):
        if node.tag == qn("w:sym") and _sign(node):
            continue
        what = "公式" if node.tag == _FORMULA else f"{node.get(qn('w:font'), '')} 字体的符号"
        paragraph = next((above for above in node.iterancestors(qn("w:p"))), body)
        beginning = "".join(_pieces(paragraph)).strip()[:_N_SHOWN]
        raise DocumentUnreadable(f"“{beginning}”这一段里有{what}，读不出来：改成普通文字，再来一次")


def _sign(symbol: Any) -> str:
    """Return what a sign of a font of signs looks like, "" when that is not known."""
    return _SIGNS.get(symbol.get(qn("w:font"), ""), {}).get(symbol.get(qn("w:char"), "").upper(), "")


def _notes(word: WordDocument) -> Iterator[str]:
    around = {
        paragraph.text.strip()
        for section in word.sections
        for part in (section.header, section.footer)
        for paragraph in part.paragraphs
        if re.search(r"[\u4e00-\u9fff]", paragraph.text)
    }
    if around:
        yield f"页眉页脚没有收进来：{'；'.join(sorted(around))}"
    if n := _n_shown(word, _PICTURES):
        yield f"{n} 张图片没有收进来：图里的字不会被回答，要的话打成文字"
    if n := _n_shown(word, _DIAGRAMS):
        yield f"{n} 个图表或图示没有收进来：里面的字不会被回答，要的话打成文字"


def _n_shown(word: WordDocument, kinds: tuple[str, ...]) -> int:
    """Count what a reader sees of these kinds: what stands a second time for older programs is not counted."""
    return sum(
        all(above.tag != _ALTERNATIVE for above in node.iterancestors())
        for node in word.element.body.iter(*kinds)
    )


class _Reader:
    def __init__(self, word: WordDocument) -> None:
        self._styles = {
            style.get(qn("w:styleId")): style for style in word.styles.element.iterchildren(qn("w:style"))
        }
        self._default = next(
            (
                i
                for i, s in self._styles.items()
                if s.get(qn("w:type")) == "paragraph" and s.get(qn("w:default")) in ("1", "true")
            ),
            None,
        )
        part = next(
            (r.target_part for r in word.part.rels.values() if r.reltype == RELATIONSHIP_TYPE.NUMBERING), None
        )
        self._numbering: Numbering = numbering_of(getattr(part, "element", None))
        self._n = 0

    def lines(self, parent: Any) -> Iterator[TextLine]:
        """Yield the lines of a body, a cell or a text box, those of content controls included."""
        for child in parent.iterchildren():
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
                yield from self.lines(child)

    def _paragraph(self, paragraph: Any) -> Iterator[TextLine]:
        for box in paragraph.iter(qn("w:txbxContent")):
            if not any(above.tag == _ALTERNATIVE for above in box.iterancestors()):
                yield from self.lines(box)
        self._n += 1
        text = "".join(_pieces(paragraph))
        label = self._label(paragraph) if text.strip() else ""
        level = self._level(paragraph)
        for i, piece in enumerate(text.split("\n")):
            joined = _joined(label, piece.strip()) if i == 0 else piece.strip()
            if joined:
                yield TextLine(joined, self._n, level)

    def _table(self, table: Any) -> Iterator[TextLine]:
        read: dict[Any, str] = {}
        for cells in rows_of(table):
            for cell in cells:
                # A wide space parts cells: within one it is 姓　名, set wide.
                words = (re.sub(r"[\s　]+", " ", line.text) for line in self.lines(cell))
                read[cell] = read[cell] if cell in read else " ".join(words)
            text = "　".join(read[cell] for cell in cells if read[cell])
            if text:
                yield TextLine(text, self._n, is_row=True)

    def _chain(self, paragraph: Any) -> Iterator[Any]:
        """Yield the properties that hold for a paragraph: its own, then those of its style and what that is based on."""
        own = paragraph.find(qn("w:pPr"))
        if own is not None:
            yield own
        named = own.find(qn("w:pStyle")) if own is not None else None
        style_id = named.get(qn("w:val")) if named is not None else self._default
        for _ in range(_MAX_STYLES):
            style = self._styles.get(style_id)
            if style is None:
                return
            properties, based = style.find(qn("w:pPr")), style.find(qn("w:basedOn"))
            if properties is not None:
                yield properties
            style_id = based.get(qn("w:val")) if based is not None else None

    def _label(self, paragraph: Any) -> str:
        level, num_id = None, None
        for properties in self._chain(paragraph):
            numbered = properties.find(qn("w:numPr"))
            if numbered is None:
                continue
            at, of = numbered.find(qn("w:ilvl")), numbered.find(qn("w:numId"))
            level = level if level is not None or at is None else int(at.get(qn("w:val"), "0"))
            if of is not None:
                num_id = of.get(qn("w:val"))
                break
        return self._numbering.label(num_id, level or 0) if num_id and num_id != "0" else ""

    def _level(self, paragraph: Any) -> int:
        """Return the level of a heading by its outline or the name of its style; a title is one of the first level."""
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self._styles.get(named.get(qn("w:val"))) if named is not None else None
        name = style.find(qn("w:name")).get(qn("w:val"), "") if style is not None else ""
        if name.lower() in ("title", "标题"):
            return 1
        if found := _HEADING.fullmatch(name):
            return int(found.group(1))
        for properties in self._chain(paragraph):
            outline = properties.find(qn("w:outlineLvl"))
            if outline is not None:
                level = int(outline.get(qn("w:val"), "9")) + 1
                return level if level <= 6 else 0
        return 0


def _joined(label: str, text: str) -> str:
    """Return a paragraph behind its number, as it stands on the page: a space where the number ends in no sign of its own."""
    if not label:
        return text
    return f"{label}{text}" if label[-1] in "、）)．。：:" else f"{label} {text}"


def _pieces(node: Any) -> Iterator[str]:
    """Yield the visible words of a paragraph in their order."""
    for child in node.iterchildren():
        tag = child.tag
        if tag in _LEFT_OUT or (tag == qn("w:r") and _is_hidden(child)):
            continue
        if tag in _SHOWN:
            yield _SHOWN[tag](child)
        elif isinstance(tag, str) and tag != qn("w:pPr"):
            yield from _pieces(child)


def _filled_in(form: Any) -> str:
    """Return what a field of a form shows that has no run of its own: its tick (☑ or □), or what is chosen of its list."""

    def value(*names: str) -> str:
        found = (form.find(f".//{qn(name)}") for name in names)
        return next((str(node.get(qn("w:val"), "1")) for node in found if node is not None), "0")

    if form.find(qn("w:checkBox")) is not None:
        return "□" if value("w:checked", "w:default") in ("0", "false", "off") else "☑"
    choices = dict(enumerate(entry.get(qn("w:val"), "") for entry in form.iter(qn("w:listEntry"))))
    return str(choices.get(int(value("w:result", "w:default")), ""))


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return hidden is not None and hidden.get(qn("w:val"), "1") not in ("0", "false")


# What is seen of an element that holds no other: words, breaks, signs, fields of a form.
_SHOWN: Mapping[str, Callable[[Any], str]] = {
    qn("w:t"): lambda words: (words.text or "").replace("\n", " "),
    # Where a tabulator is defined, not written, there is nothing to see.
    qn("w:tab"): lambda tab: "\t" if tab.getparent().tag == qn("w:r") else "",
    qn("w:br"): lambda end: "\n" if end.get(qn("w:type")) in (None, "textWrapping") else "",
    qn("w:cr"): lambda _: "\n",
    qn("w:noBreakHyphen"): lambda _: "-",
    qn("w:sym"): _sign,
    qn("w:ffData"): _filled_in,
}
