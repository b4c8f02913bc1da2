"""A push's XML → a flat dictionary of the elements we know; nothing else gets through."""

from __future__ import annotations

from collections.abc import Collection
from xml.parsers import expat

# C0 control bytes that users paste and the platform forwards, although XML 1.0 forbids them.
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
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


class BadXml(Exception):
    """Bytes that are no acceptable XML document of one `<xml>` element."""


def parse_fields(body: bytes, allowed: Collection[str] = FIELDS) -> dict[str, str]:
    """Return the text of each allowed element of `body`, nested groups flattened, the first of equals.

    Control bytes are dropped and broken UTF-8 replaced before parsing; an empty element gives "".

    Raises:
        BadXml: not well-formed, a DOCTYPE or entity, another root than `xml`, too deep or too many elements.
    """
    reader = _Reader(allowed)
    try:
        reader.parse(
            body.translate(None, _CONTROLS)
            .decode("utf-8", "replace")
            .replace("\ufffe", "")
            .replace("\uffff", "")
        )
    except expat.ExpatError as error:
        raise BadXml(str(error)) from error
    return reader.fields


class _Reader:
    def __init__(self, allowed: Collection[str]) -> None:
        self.fields: dict[str, str] = {}
        self._allowed = allowed
        self._open: list[str] = []
        self._text: list[str] = []
        self._n = 0

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        # A declaration may name any encoding; the text is decoded already.
        parser.Parse(text.encode("utf-8"), True)

    def _refuse(self, *args: object) -> None:
        raise BadXml("DOCTYPE or entity")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._n += 1
        if not self._open and name != "xml":
            raise BadXml(f"root is {name[:20]}")
        if len(self._open) >= _MAX_DEPTH or self._n > _MAX_ELEMENTS:
            raise BadXml("too deep or too many elements")
        self._open.append(name)
        self._text.clear()

    def _end(self, name: str) -> None:
        self._open.pop()
        if name in self._allowed and self._open:
            self.fields.setdefault(name, "".join(self._text))
        self._text.clear()
