"""Slips of the hand that YAML reads as something else: found line by line, named, and read on as they were meant.

A full-width colon, an indentation by a full-width space, a text that begins with a sign of YAML: the parser
tells of them lines later, in words about itself, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import yaml

FULL_WIDTH = "full-width"
NEEDS_QUOTES = "needs-quotes"
CUT = "cut-text"
GLUED = "glued-text"
_SYNTAX = "yaml-syntax"
_QUOTE = "整段文字加上英文双引号"
_SHOWN = 12
# Where a value may begin: behind the signs of a list, and behind a key.
_HEAD = r"(\s*(?:- +)*(?:[a-z_]+: +)?)"
_BLOCK = re.compile(r"^(\s*(?:- +)*)(?:[\w.-]+:)?\s*[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|(?<![\w])'(?:[^']|'')*'""")


@dataclass(frozen=True, slots=True)
class Slip:
    """A place where YAML reads something else than was meant; line and column count from 1, `begins` is where its text does."""

    line: int
    column: int
    code: str
    message: str
    hint: str
    begins: int = 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """What to look for outside quotes; group 1 stays, group 2 is the slip, and `meant` is put in its place."""

    pattern: re.Pattern[str]
    code: str
    message: str
    hint: str
    meant: Callable[[str], str]


def _same(text: str) -> str:
    return text


def _in_quotes(text: str) -> str:
    return "'" + text.strip().replace("'", "''") + "'"


def _rule(pattern: str, code: str, message: str, hint: str, meant: Callable[[str], str]) -> _Rule:
    return _Rule(re.compile(pattern), code, message, hint, meant)


_RULES = (
    _rule(
        r"^([ -]*)([\u3000\u00a0]+)",
        FULL_WIDTH,
        "缩进用了全角空格",
        "换成英文的空格，一个全角空格换两个",
        lambda text: "  " * len(text),
    ),
    _rule(
        r"^(\s*)([－–—](?![－–—])\s*)",
        FULL_WIDTH,
        "这里用了全角的“－”，不是列表的 -",
        "换成英文的 -，后面空一格",
        lambda _: "- ",
    ),
    _rule(r"^(\s*)(-)(?=[^\s\-\d.])", _SYNTAX, "- 后面少了空格", "在 - 后面空一格", lambda _: "- "),
    _rule(
        r"((?:^\s*(?:- +)*|[{,]\s*)[a-z_]+)(\s*：\s*)",
        FULL_WIDTH,
        "这里用了中文冒号“：”，键后面要用英文冒号",
        "换成英文冒号，后面空一格",
        lambda _: ": ",
    ),
    _rule(
        r"((?:^\s*(?:- +)*|[{,]\s*)[a-z_]+)(:)(?=[^\s/:,}\]])",
        _SYNTAX,
        "冒号后面少了空格",
        "在冒号后面空一格",
        lambda _: ": ",
    ),
    _rule(
        r"((?:: +|- +)\[[^\]\u4e00-\u9fff]*?[a-z0-9])(\s*[，、；]\s*)(?=[a-z])",
        FULL_WIDTH,
        "这里用了中文的“{sign}”，两项之间要用英文逗号",
        "换成英文逗号，后面空一格",
        lambda _: ", ",
    ),
    _rule(
        r"(\{.*?)(，\s*)(?=[a-z_]+\s*:)",
        FULL_WIDTH,
        "这里用了中文逗号“，”，两项之间要用英文逗号",
        "换成英文逗号，后面空一格",
        lambda _: ", ",
    ),
    _rule(
        r"((?:: +|^\s*(?:- +)+|[\[,{]\s*))((?:“[^“”\"]*”|‘[^‘’']*’)(?=\s*(?:$|[,}\]])))",
        FULL_WIDTH,
        "这里用了中文引号“ ”，它们会成为文字的一部分",
        '换成英文双引号；文字里本来就有的，外面再加一对英文双引号，写成 "“…”"',
        lambda text: _in_quotes(text[1:-1]),
    ),
    _rule(
        r"((?:: +|^\s*(?:- +)+))(“[^“”\"]*\"(?=\s*(?:$|[,}\]])))",
        FULL_WIDTH,
        '前一个引号是中文的“，后一个是英文的 "',
        "两个都换成英文双引号",
        _same,
    ),
    _rule(
        rf"^{_HEAD}((?:[@`%*]|[&!](?![!-~])|[|>](?=\s*[^\s\d+#-])).*)$",
        NEEDS_QUOTES,
        "文字不能以 {sign} 开头：YAML 里它是别的意思",
        _QUOTE,
        _in_quotes,
    ),
    _rule(
        rf"^{_HEAD}([\[{{][^\[{{\]}}]*[\]}}]\s*[^\s,}}\]#:].*)$",
        NEEDS_QUOTES,
        "文字不能以 {sign} 开头：YAML 里它是别的意思",
        _QUOTE,
        _in_quotes,
    ),
)
_HALF_QUOTED = re.compile(r'^(.*?(?:: +|- +|[\[{,]\s*))(")([^"“]*)”(\s*[,}\]]*)$')
_BEHIND_QUOTES = re.compile(rf"""^{_HEAD}(("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*[^\s,}}\]#:'"].*)$""")
_HASH_FIRST = re.compile(r"^(\s*(?:- +)*(?:[a-z_]+: *)?)(?<=\s)(#\S.*)$")


def find_slips(text: str) -> tuple[list[Slip], str]:
    """Return the slips of a YAML text, and the text as it was meant, line by line the same."""
    lines = text.split("\n")
    found: list[Slip] = []
    for number in _structural(lines):
        told, lines[number] = _read(lines, number)
        found += told
    return found, "\n".join(lines)


def _structural(lines: list[str]) -> Iterator[int]:
    """Yield the numbers of the lines that are no part of a longer text; read one by one, as they are mended."""
    deeper, closing = -1, ""
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if closing:
            closing = "" if closing in line else closing
            continue
        if deeper >= 0 and (not line.strip() or indent > deeper):
            continue
        deeper = -1
        if line.lstrip().startswith("#"):
            continue
        yield number
        if block := _BLOCK.match(lines[number]):
            deeper = len(block.group(1))
        closing = _opened(lines[number])


def _opened(line: str) -> str:
    """Return the quotation mark of a text that begins on a line and does not end on it; "" for none."""
    rest = _QUOTED.sub("", line)
    opened = re.search(r"""(?:: +|- +|[\[{,]\s*)(["'])""", rest)
    return opened.group(1) if opened else ""


def _read(lines: list[str], number: int) -> tuple[list[Slip], str]:
    """Return the slips of one line, and the line as it was meant."""
    line, found = lines[number], []

    def slip(column: int, code: str, message: str, hint: str) -> None:
        found.append(Slip(number + 1, column + 1, code, message, hint))

    for rule in _RULES:
        while match := rule.pattern.search(_hide_quoted(line)):
            start, end = match.span(2)
            slip(start, rule.code, rule.message.format(sign=line[start]), rule.hint)
            mended = line[:start] + rule.meant(line[start:end]) + line[end:]
            if mended == line:
                break
            line = mended
    if half := _HALF_QUOTED.match(line):
        slip(half.end(3), FULL_WIDTH, '前一个引号是英文的 "，后一个是中文的”', "两个都换成英文双引号")
        line = f"{half[1]}{half[2]}{half[3]}{half[2]}{half[4]}"
    if behind := _BEHIND_QUOTES.match(line):
        hint = "整段文字再加一对英文单引号，或去掉里面的引号"
        slip(behind.start(2), NEEDS_QUOTES, "引号后面还有字：YAML 读到后一个引号为止", hint)
        line = behind[1] + _in_quotes(behind[2])
    if (hash_ := _HASH_FIRST.match(line)) and not _goes_on(lines, number):
        slip(hash_.start(2), CUT, f"“{hash_[2][:_SHOWN]}”没有读进来：空格加 # 后面是注释", _QUOTE)
        line = hash_[1] + _in_quotes(hash_[2])
    return found, line


def _hide_quoted(line: str) -> str:
    return _QUOTED.sub(lambda match: '"' + "x" * (len(match.group()) - 2) + '"', line)


def _goes_on(lines: list[str], number: int) -> bool:
    """Return whether the value of a line stands on the lines below it, so that what is on it is a comment."""
    own = re.match(r"\s*(?:- +)*", lines[number])
    following = next((line for line in lines[number + 1 :] if line.strip()), "")
    indent = len(following) - len(following.lstrip())
    depth = own.end() if own else 0
    return indent > depth or (indent == depth and following.lstrip().startswith("- "))


_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lost_text(root: yaml.Node, text: str) -> Iterator[Slip]:
    """Yield a slip for each text without quotes that YAML cut at ` #` on its line, or glued to the next line."""
    # Its marks count lines as YAML does, for which more than \n ends one.
    lines = _LINE_END.split(text)
    for node in _scalars(root):
        start, end = node.start_mark, node.end_mark
        if node.style or not node.value or end.line >= len(lines):
            continue
        rest = lines[end.line][end.column :]
        comment = re.match(r"[ \t]+(#.*)", rest)
        # Set apart by blanks, or behind an id or a date, a comment is one; behind Chinese words, or without a space, it was text.
        is_apart = re.match(r"[ \t]{2,}#\s", rest)
        if comment and not is_apart and (not node.value.isascii() or comment[1][1:2].strip()):
            message = f"“{node.value[-_SHOWN:]}”后面的“{comment[1][:_SHOWN]}”没有读进来：空格加 # 后面是注释"
            column = end.column + comment.start(1) + 1
            begins = start.column + 1 if start.line == end.line else 0
            yield Slip(end.line + 1, column, CUT, message, f"{_QUOTE}；是注释就另起一行", begins)
        if end.line > start.line:
            second = next(i for i in range(start.line + 1, end.line + 1) if lines[i].strip())
            message = f"这一行接在了上一行“{lines[start.line].strip()[-_SHOWN:]}”的后面，成了一段文字"
            hint = "另一项以 - 开头，另一个键写成“键: 值”；真是一段，就整段加上英文双引号"
            yield Slip(second + 1, len(lines[second]) - len(lines[second].lstrip()) + 1, GLUED, message, hint)


def with_cut_text(text: str, slips: Iterable[Slip]) -> str:
    """Return a text with what was cut from it on its line, as `lost_text` tells, put in quotes: as it was meant.

    >>> with_cut_text("question: 会议 #推进会# 在哪\\n", [Slip(1, 14, CUT, "", "", 11)])
    "question: '会议 #推进会# 在哪'\\n"
    """
    lines = text.split("\n")
    counts_alike = len(lines) == len(_LINE_END.split(text))
    for cut in slips:
        if cut.begins and counts_alike:
            line = lines[cut.line - 1]
            lines[cut.line - 1] = line[: cut.begins - 1] + _in_quotes(line[cut.begins - 1 :])
    return "\n".join(lines)


def _scalars(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        # An alias may stand inside what it names.
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield node
        elif isinstance(node, yaml.MappingNode):
            pending += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
