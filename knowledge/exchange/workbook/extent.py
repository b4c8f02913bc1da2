"""How far the cells of a sheet reach, read as XML and not by its looks: a table of them all must fit in memory.

What makes that table takes a place from wherever it can, also one that no office program writes. So a place that a sheet
can't have is refused, and a cell without one is counted where it comes to lie.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from knowledge.exchange.workbook.cells import name_of

_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")
# Elements whose first character makes a cell one with content.
_VALUES = frozenset("vt")


class NoSuchPlace(ValueError):
    """A cell or a row stands where no sheet has one; its text is what was written."""


class Extent:
    """How many columns and rows the cells with content take up from A1 on; `farthest` is the one that made it so many.

    Raises:
        NoSuchPlace: a place that no sheet has.
        expat.ExpatError: the part is no XML.
    """

    def __init__(self, xml: bytes) -> None:
        self.width = self.height = 0
        self.farthest = ""
        self._row = self._column = 0
        self._is_value = False
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.CharacterDataHandler = self._write
        parser.Parse(xml, True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._is_value = local in _VALUES
        if local == "c":
            self._place(attributes.get("r"))
        elif local == "row":
            self._row, self._column = self._number_of_row(attributes.get("r")), 0
        elif local == "f":
            self._count()

    def _write(self, text: str) -> None:
        if self._is_value:
            self._count()

    def _place(self, written: str | None) -> None:
        if written is None:
            self._column += 1
            return
        found = _PLACE.fullmatch(written)
        column, row = (_number(found[1]), int(found[2])) if found else (0, 0)
        if not 0 < column <= _MAX_COLUMNS or row > _MAX_ROWS:
            raise NoSuchPlace(written)
        self._row, self._column = row, column

    def _number_of_row(self, written: str | None) -> int:
        if written is None:
            return self._row + 1
        if not _ROW.fullmatch(written) or int(written) > _MAX_ROWS:
            raise NoSuchPlace(written)
        return int(written)

    def _count(self) -> None:
        if self._column > self.width or self._row > self.height:
            self.farthest = name_of(self._row, self._column)
            self.width, self.height = max(self.width, self._column), max(self.height, self._row)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
