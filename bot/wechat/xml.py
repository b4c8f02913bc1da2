"""The platform's XML → a flat dictionary of the elements we know; nothing else gets through."""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.parsers import expat

# C0 control bytes that users paste and the platform forwards, although XML 1.0 forbids them.
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_DECLARATION = re.compile(r"<\?xml(?:\s[^>]*)?\?>")
_MAX_DEPTH = 8
_MAX_ELEMENTS = 400

FIELDS = frozenset(
    [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
        "MsgID",
        "Content",
        "bizmsgmenuid",
        "MsgDataId",
        "Idx",
        "PicUrl",
        "MediaId",
        "MediaId16K",
        "Format",
        "Recognition",
        "ThumbMediaId",
        "Location_X",
        "Location_Y",
        "Scale",
        "Label",
        "Title",
        "Description",
        "Url",
        "FileKey",
        "FileMd5",
        "FileTotalLen",
        "Event",
        "EventKey",
        "Ticket",
        "Latitude",
        "Longitude",
        "Precision",
        "MenuId",
        "ScanType",
        "ScanResult",
        "Count",
        "Poiname",
        "Status",
        "OpenID",
        "AppID",
        "RevokeInfo",
        "Encrypt",
    ]
)
"""Element names are case-sensitive, so a `<source>` can never pass for FromUserName in WeRoBot's objects."""

WORDS = frozenset(
    ["Content", "Title", "Description", "Url", "PagePath", "Label", "Poiname", "ScanResult", "Recognition"]
)
"""Elements whose text a user wrote, said, shared or scanned; the platform gives them in CDATA, unescaped."""

_NAME = "|".join(sorted(WORDS))
_OPEN = rf"<({_NAME})\s*>\s*<!\[CDATA\["
_CLOSE = rf"\]\]>\s*</({_NAME})\s*>"
_OPENING, _CLOSING, _BETWEEN = (re.compile(pattern) for pattern in (_OPEN, _CLOSE, rf"{_CLOSE}\s*{_OPEN}"))


class BadXml(Exception):
    """Bytes that are no acceptable XML document of one `<xml>` element."""


def escape_cdata(text: str) -> str:
    """Return `text` as it may stand in a CDATA section, whatever it holds."""
    return text.replace("]]>", "]]]]><![CDATA[>")


def parse_push(body: bytes) -> dict[str, str]:
    """Return the text of each element of `FIELDS` in a push, whatever its user wrote.

    The platform does not escape `]]>` in a user's words: they end their own CDATA section, and what follows
    would be read as elements. A push with a trace of that is not read as it stands, even where it happens to
    be well-formed: all from the first opening of an element of `WORDS` to the last closing of one is words
    and nothing else. The platform puts who, when and what kind before the words, and MsgId and Encrypt after
    them; so no words set, override or hide these, and the user is answered on what was really typed. Words
    that are well-formed as escaped words would be (`]]]]><![CDATA[>`) are read as XML has it.

    Raises:
        BadXml: no document even so; else as `parse_fields`, which reads by the rules of XML alone.
    """
    text = _decode(body)
    try:
        return _Reader(FIELDS, strict=True).read(text)
    except BadXml:
        return _Reader(FIELDS).read(_enclose(text))


def parse_fields(body: bytes, allowed: Collection[str]) -> dict[str, str]:
    """Return the text of each allowed element of `body`, nested groups flattened, the first of equals.

    Control bytes are dropped and broken UTF-8 replaced before parsing; an empty element gives "". The bytes
    are read as UTF-8 whatever a declaration says: the platform sends nothing else.

    Raises:
        BadXml: not well-formed, a DOCTYPE or entity, another root than `xml`, too deep or too many elements.
    """
    return _Reader(allowed).read(_decode(body))


def _decode(body: bytes) -> str:
    text = body.translate(None, _CONTROLS).decode("utf-8", "replace")
    text = text.replace("\ufffe", "").replace("\uffff", "").lstrip("\ufeff \t\r\n")
    return _DECLARATION.sub("", text, 1) if text.startswith("<?xml") else text


def _enclose(text: str) -> str:
    """Return the document with all that its users wrote escaped: outermost opening to outermost closing.

    An element of words ends where its own closing is followed at once by the opening of another one. Words
    that imitate this only move the border between two texts of the same user.
    """
    first = _OPENING.search(text)
    last = list(_CLOSING.finditer(text, first.end()))[-1:] if first else []
    if not (first and last):
        return text
    mended, name, start = [text[: first.start()]], first[1], first.end()
    for border in _BETWEEN.finditer(text, start, last[0].start()):
        if border[1] == name != border[2]:
            mended.append(_element(name, text[start : border.start()]))
            name, start = border[2], border.end()
    return "".join([*mended, _element(name, text[start : last[0].start()]), text[last[0].end() :]])


def _element(name: str, text: str) -> str:
    return f"<{name}><![CDATA[{escape_cdata(text)}]]></{name}>"


class _Reader:
    """Reads one document; a strict one refuses every trace of words that broke out of their CDATA section.

    Words that break out must close their element themselves and open it again for the platform's own
    closing, or put an element into it, or hide the platform's markup in a comment or an instruction.
    The platform sends none of these four.
    """

    def __init__(self, allowed: Collection[str], *, strict: bool = False) -> None:
        self._fields: dict[str, str] = {}
        self._allowed = allowed
        self._strict = strict
        self._open: list[str] = []
        self._text: list[str] = []
        self._words: set[str] = set()
        self._n = 0

    def read(self, text: str) -> dict[str, str]:
        # Told which encoding it is, expat asks nobody about the one that a second declaration names.
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        if self._strict:
            parser.CommentHandler = parser.ProcessingInstructionHandler = self._suspect
        try:
            parser.Parse(text.encode("utf-8"), True)
        except expat.ExpatError as error:
            raise BadXml(str(error)) from error
        return self._fields

    def _refuse(self, *args: object) -> None:
        raise BadXml("DOCTYPE or entity")

    def _suspect(self, *args: object) -> None:
        raise BadXml("words outside their element")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._n += 1
        if not self._open and name != "xml":
            raise BadXml(f"root is {name[:20]}")
        if len(self._open) >= _MAX_DEPTH or self._n > _MAX_ELEMENTS:
            raise BadXml("too deep or too many elements")
        if self._strict and (name in self._words or (self._open and self._open[-1] in WORDS)):
            self._suspect()
        if name in WORDS:
            self._words.add(name)
        self._open.append(name)
        self._text.clear()

    def _end(self, name: str) -> None:
        self._open.pop()
        if name in self._allowed and self._open:
            self._fields.setdefault(name, "".join(self._text))
        self._text.clear()
