"""Everything that touches the outside world, and the wiring: the only package with I/O and async code."""

import os

# With lxml installed (python-docx brings it), openpyxl 3.1.5 writes characters of four bytes as numbers, and SheetJS
# 0.18.5 reads those wrongly: an emoji, or a rare character in a name, would come back broken. Read when it is imported.
os.environ.setdefault("OPENPYXL_LXML", "False")
