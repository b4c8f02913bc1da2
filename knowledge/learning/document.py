"""A document as a file brings it → its lines, in the order a reader sees them; no word is judged here."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LINE_CHARS = 20_000
MAX_BYTES = 2_000_000
MAX_WORD_BYTES = 20_000_000

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*|__(?=\S)([^_\n]+?)(?<=\S)__")
_RULED = re.compile(r"\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?\s*)?")


class DocumentUnreadable(Exception):
    """A file that can't be taken in; its text is one Chinese line that says why and what to do."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A paragraph of a document, or a row of a table.

    `level` is that of a heading where the file itself marks one (1 to 6), else 0; `number` counts lines of a text file
    and paragraphs of a Word file from 1.
    """

    text: str
    number: int
    level: int = 0
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a document that say something, and what an editor should know about how it was read."""

    lines: tuple[TextLine, ...]
    notes: tuple[str, ...] = ()


def read_text(data: bytes, *, markdown: bool) -> Document:
    """Return a text file as lines; headings marked with # are known as such, comments are left out.

    Args:
        markdown: Whether `**` is emphasis and `|` a table, as in a .md file, or just signs.

    Raises:
        DocumentUnreadable: it is no text, or has lines that are no paragraphs.
    """
    text, notes = _decoded(data)
    without, n_comments = _COMMENT.subn(lambda found: "\n" * found.group().count("\n"), text)
    if n_comments:
        notes.append(f"略去了 {n_comments} 处 <!-- 注释 -->，读者看不到它们")
    lines = []
    for number, raw in enumerate(without.split("\n"), start=1):
        line = _line(raw.strip(), number, markdown=markdown)
        if line.text:
            lines.append(line)
    return checked(Document(tuple(lines), tuple(notes)))


def checked(document: Document) -> Document:
    """Return the document when it has lines, each of a length that a paragraph may have.

    Raises:
        DocumentUnreadable: it has none, or a longer one.
    """
    if not any(re.search(r"\w", line.text) for line in document.lines):
        raise DocumentUnreadable("文件里没有文字：扫描件、图片先转成文字，再来一次")
    for line in document.lines:
        if len(line.text) > MAX_LINE_CHARS:
            raise DocumentUnreadable(
                f"第 {line.number} 行有 {len(line.text)} 个字，太长：按段落分行，再来一次"
            )
    return document


def _decoded(data: bytes) -> tuple[str, list[str]]:
    if data.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DocumentUnreadable(
            "这不是文字文件（是 PDF、Word 或压缩包，改了扩展名）：Word 文件用 .docx，PDF 先转成文字"
        )
    notes: list[str] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise DocumentUnreadable("文件不是文字（不是 UTF-8，也不是 GBK）：另存为 UTF-8 的 .txt") from None
        notes.append("文件是 GBK 编码，已按 GBK 读入；请看一眼有没有乱码")
    if "\0" in text:
        raise DocumentUnreadable("文件里没有文字：另存为 UTF-8 的 .txt，或者用 .docx")
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _line(text: str, number: int, *, markdown: bool) -> TextLine:
    heading = _HEADING.fullmatch(text)
    text, level = (heading.group(2).strip(), len(heading.group(1))) if heading else (text, 0)
    if not markdown:
        return TextLine(text, number, level)
    text = _BOLD.sub(lambda found: found.group(1) or found.group(2), text.removeprefix("> "))
    if _RULED.fullmatch(text):
        return TextLine("", number)
    if text.startswith("|") and text.endswith("|") and len(text) > 1:
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        return TextLine("　".join(filter(None, cells)), number, is_row=True)
    return TextLine(text, number, level)
