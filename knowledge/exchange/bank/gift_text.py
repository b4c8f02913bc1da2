"""The surface of GIFT, Moodle's text format: blocks between blank lines, backslashes, and where things stand.

`escape_gift` and `unescape_gift` are inverse for every text without carriage returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.model.problems import Mark

WEIGHT = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%")
"""What an answer is worth, in percent, before its words."""
_SIGNS = re.compile(r"[\\~=#{}:\n]")
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")


def escape_gift(text: str) -> str:
    r"""Return `text` with GIFT's control signs escaped, on one line.

    >>> escape_gift("1:2 = {x}\n第二行")
    '1\\:2 \\= \\{x\\}\\n第二行'
    """
    return _SIGNS.sub(lambda sign: "\\n" if sign.group() == "\n" else "\\" + sign.group(), text)


def unescape_gift(text: str) -> str:
    """Return the text that `escape_gift` was given; a backslash before anything else stays.

    >>> unescape_gift(escape_gift("a=b~c#d{e}f:g"))
    'a=b~c#d{e}f:g'
    """
    return _ESCAPED.sub(lambda match: "\n" if match.group(1) == "n" else match.group(1), text)


def one_line(text: str) -> str:
    """Return `text` as a comment can hold it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def label(text: str) -> str:
    """Return `text` as it stands inside the brackets of a label in a comment."""
    return one_line(text).replace("]", "\\]")


def from_comment(text: str) -> str:
    """Return the text that `one_line` or `label` was given."""
    return re.sub(r"\\(.)", lambda match: "\n" if match.group(1) == "n" else match.group(1), text)


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one question without its comments: their text as one, and the line of each.

    `comments` are the comment lines above and between, without `//`, with their numbers.
    """

    file: str
    text: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]
    comments: tuple[tuple[int, str], ...]

    def mark(self, offset: int) -> Mark:
        """Return the place in the file of a place in `text`."""
        line = max(i for i, start in enumerate(self.starts) if start <= offset)
        return Mark(self.file, self.numbers[line], offset - self.starts[line] + 1)


def read_blocks(text: str, file: str) -> Iterator[Block]:
    """Yield the blocks of a file; a block of comments alone is joined to the one that follows it."""
    comments: list[tuple[int, str]] = []
    lines: list[tuple[int, str]] = []
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate([*plain.split("\n"), ""], start=1):
        if line.lstrip().startswith("//"):
            comments.append((number, line.lstrip()[2:].strip()))
        elif line.strip() and not line.lstrip().startswith("$CATEGORY"):
            lines.append((number, line))
        elif lines:
            yield _block(file, lines, comments)
            comments, lines = [], []
        if line.lstrip().startswith("$CATEGORY"):
            yield _block(file, [(number, line)], [])


def _block(file: str, lines: list[tuple[int, str]], comments: list[tuple[int, str]]) -> Block:
    starts, at = [], 0
    for _, line in lines:
        starts.append(at)
        at += len(line) + 1
    return Block(
        file,
        "\n".join(line for _, line in lines),
        tuple(starts),
        tuple(number for number, _ in lines),
        tuple(comments),
    )


def find_unescaped(text: str, signs: str, start: int = 0) -> int:
    """Return where the first unescaped one of `signs` stands, or -1."""
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] in signs:
            return at
        at += 1
    return -1


def find_word(text: str, word: str, start: int = 0) -> int:
    """Return where `word` stands unescaped, or -1."""
    at = find_unescaped(text, word[0], start)
    while at >= 0 and not text.startswith(word, at):
        at = find_unescaped(text, word[0], at + 1)
    return at
