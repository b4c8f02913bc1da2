"""Which files of other programs a bank is read from and written to, and the files of ours that items may be written to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath, PurePosixPath

FORMATS = ("gift", "aiken", "xlsx")
"""What a bank is written as."""
READ_FORMATS = (*FORMATS, "xml")
"""What a bank is read from."""
NEW_ITEMS_FILE = "quiz/imported.yaml"
"""Where new items go when nobody says."""
TABLES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv")
"""Files of tables; all but the first are refused by what is in them, with how to save them as the first."""
_BY_SUFFIX = {".gift": "gift", ".aiken": "aiken", ".xlsx": "xlsx", ".xml": "xml"}


def bank_format(name: str, formats: Sequence[str]) -> str:
    """Return which of these formats a file has by its name, "" for none of them."""
    suffix = PurePath(name).suffix.lower()
    form = "xlsx" if suffix in TABLES and "xml" in formats else _BY_SUFFIX.get(suffix, "")
    return form if form in formats else ""


def is_bank_file(name: str) -> bool:
    """Return whether a relative name is that of a file which items may be written to."""
    path = PurePosixPath(name)
    return (
        len(path.parts) == 2
        and path.parts[0] == "quiz"
        and path.suffix == ".yaml"
        and path.name != "papers.yaml"
    )
