"""YAML with a place for every value: nodes in, typed values out, and a Problem for each surprise.

All scalars are read as they are written: `no`, `12:30` and `2027-06-30` stay strings. Duplicate keys,
tags, anchors and aliases are mistakes here, not features.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import yaml

from knowledge.model.problems import Mark, Problem
from knowledge.reading.slips import find_slips, lost_text, with_cut_text
from knowledge.reading.spared import Spared, look_digest

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ["str", "int", "float", "bool", "null", "timestamp", "map", "seq"]
)


@dataclass(slots=True)
class ProblemLog:
    """Collects the Problems of one run; reading never stops at the first. `spared` knows the texts that have none."""

    problems: list[Problem] = field(default_factory=list)
    spared: Spared = field(default_factory=Spared)

    def tells_of(self, file: str) -> bool:
        """Return whether a Problem of `file` was noted."""
        return any(problem.file == file for problem in self.problems)

    def add(self, mark: Mark, code: str, message: str, hint: str) -> None:
        """Note a Problem at `mark`."""
        self.problems.append(Problem(mark.file, mark.line, mark.column, code, message, hint))


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar as written, and where."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML node of one file, read through methods that report what is wrong and go on."""

    raw: yaml.Node
    file: str
    report: ProblemLog
    first_line: int = 0

    @property
    def mark(self) -> Mark:
        """Where the node begins."""
        start = self.raw.start_mark
        return Mark(self.file, self.first_line + start.line + 1, start.column + 1)

    @property
    def is_list(self) -> bool:
        """Whether the node is a list."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def is_mapping(self) -> bool:
        """Whether the node is a mapping."""
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_empty_list(self) -> bool:
        """Whether the node is a list without items, well-formed but of no use."""
        return isinstance(self.raw, yaml.SequenceNode) and not self.raw.value

    def scalar(self, what: str) -> Value | None:
        """Return the scalar's text; a mapping or list in its place is reported and gives None."""
        if isinstance(self.raw, yaml.ScalarNode):
            return Value(self.raw.value, self.mark)
        self.report.add(
            self.mark,
            "wrong-type",
            f"{what}应该是一段文字，这里却是一组内容",
            "文字里有英文冒号的，整段加上英文双引号；没有的，检查缩进和前面的 -",
        )
        return None

    def items(self, what: str) -> list[Node]:
        """Return the nodes of a list; anything else is reported and gives []."""
        if isinstance(self.raw, yaml.SequenceNode):
            return [self._of(node) for node in self.raw.value]
        self.report.add(self.mark, "wrong-type", f"{what}应该是一个列表", "每一项另起一行，以 - 开头")
        return []

    def texts(self, what: str) -> tuple[Value, ...]:
        """Return a list of non-empty scalars, or one scalar as a list of one."""
        nodes = [self] if isinstance(self.raw, yaml.ScalarNode) else self.items(what)
        values = [value for node in nodes if (value := node.scalar(f"{what}的每一项"))]
        for value in values:
            if not value.text.strip():
                self.report.add(value.mark, "empty-value", f"{what}里有空的一项", "写上内容，或者删掉这一行")
        return tuple(value for value in values if value.text.strip())

    def fields(
        self, what: str, known: Collection[str] = (), required: Collection[str] = ()
    ) -> dict[str, Node]:
        """Return a mapping's values by key, unknown keys reported and left out (`known` empty: all are known)."""
        if not isinstance(self.raw, yaml.MappingNode):
            self.report.add(
                self.mark, "wrong-type", f"{what}应该是“键: 值”的一组内容", "检查缩进和冒号后面的空格"
            )
            return {}
        found: dict[str, Node] = {}
        for key, node in self._pairs():
            if known and key.text not in known:
                near = difflib.get_close_matches(key.text, known, n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else f"可以写的有：{'、'.join(known)}"
                self.report.add(key.mark, "unknown-key", f"{what}没有“{key.text}”这一项", hint)
            elif key.text in found:
                self.report.add(key.mark, "duplicate-key", f"{what}里“{key.text}”写了两次", "只留一个")
            else:
                found[key.text] = node
        for name in required:
            if name not in found:
                self.report.add(self.mark, "missing-key", f"{what}缺少“{name}”", f"补上 {name}: …")
        return found

    def _pairs(self) -> Iterator[tuple[Value, Node]]:
        for key, value in self.raw.value:
            if isinstance(key, yaml.ScalarNode):
                yield Value(key.value, self._of(key).mark), self._of(value)
            else:
                self.report.add(self._of(key).mark, "wrong-type", "键应该是一个词", "检查缩进")

    def pairs(self, what: str) -> list[tuple[Value, Node]]:
        """Return a mapping's keys and values in order; anything else is reported and gives []."""
        return [(Value(k, self._key_mark(k)), node) for k, node in self.fields(what).items()]

    def _key_mark(self, name: str) -> Mark:
        return next(self._of(key).mark for key, _ in self.raw.value if key.value == name)

    def _of(self, node: yaml.Node) -> Node:
        return Node(node, self.file, self.report, self.first_line)


def compose(text: str, file: str, report: ProblemLog, first_line: int = 0) -> Node | None:
    """Return the root node of a YAML text; None when it is empty or not YAML (then it is reported).

    Args:
        first_line: Lines of the file above the text, when it is a front matter.
    """
    digest = look_digest("yaml", text)
    # An older state of the code may have published what is no YAML to this one.
    with suppress(yaml.YAMLError, RecursionError):
        if report.spared.knows(digest):
            root = yaml.compose(text, Loader=_Loader)
            return None if root is None else Node(root, file, report, first_line)
    n_problems = len(report.problems)
    node = _compose_strictly(text, file, report, first_line)
    if len(report.problems) == n_problems:
        report.spared.sound.add(digest)
    return node


def _compose_strictly(text: str, file: str, report: ProblemLog, first_line: int) -> Node | None:
    slips, meant = find_slips(text)
    try:
        loader = _Loader(meant)
        try:
            _refuse_features(loader, file, report, first_line)
            root = yaml.compose(meant, Loader=_Loader)
        finally:
            loader.dispose()
        if root and (lost := list(lost_text(root, meant))):
            slips += lost
            # What a part of a text is found to be would be told of words that nobody wrote.
            with suppress(yaml.YAMLError):
                root = yaml.compose(with_cut_text(meant, lost), Loader=_Loader)
    except yaml.YAMLError as error:
        ends, begins = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
        # A quotation mark that nothing closes is at fault where it stands, not where the file ends.
        mark = (
            begins if begins and "end of stream" in (getattr(error, "problem", "") or "") else ends or begins
        )
        place = Mark(file, first_line + mark.line + 1, mark.column + 1) if mark else Mark(file, 1, 1)
        report.add(place, "yaml-syntax", *_explain(text, mark, getattr(error, "problem", None) or ""))
        return None
    except RecursionError:
        report.add(Mark(file, 1, 1), "yaml-syntax", "嵌套太深，读不了", "检查括号和缩进")
        return None
    finally:
        for slip in slips:
            mark = Mark(file, first_line + slip.line, slip.column)
            report.add(mark, slip.code, slip.message, slip.hint)
    return None if root is None else Node(root, file, report, first_line)


def _explain(text: str, mark: yaml.Mark | None, detail: str) -> tuple[str, str]:
    """Return what is wrong and the cure, in words of an editor where we know them."""
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "这一行用 Tab 缩进了", "缩进只能用空格，把 Tab 换成两个空格"
    known = next((words for sign, words in _SYNTAX if sign in detail), None)
    return known or (
        f"不是正确的 YAML（{detail or '无法读取'}）",
        "检查这一行和上一行的缩进、引号和冒号（冒号后要有空格）",
    )


_SYNTAX: tuple[tuple[str, tuple[str, str]], ...] = (
    (
        "unexpected end of stream",
        ("文件没有写完：引号或括号没有合上", "补上引号或括号；也可能是没有保存完整"),
    ),
    ("mapping values are not allowed", ("这里不能再有冒号", "含英文冒号的文字要加引号，并检查缩进")),
    (
        "could not find expected ':'",
        ("上一行缺少冒号，或没有写完", "写成“键: 值”，冒号后要有空格；是列表里的一项，就以 - 开头"),
    ),
    (
        "did not find expected key",
        (
            "这一行接不上前面的：缩进和同一层的不一样，或前面的引号没有合上",
            "同一层的行，前面的空格要一样多；引号要成对",
        ),
    ),
    (
        "did not find expected '-' indicator",
        ("列表里混进了别的写法", "每一项另起一行，以 - 开头，并检查缩进"),
    ),
    ("did not find expected ',' or ']'", ("方括号没有合上", "补上 ]，各项之间用英文逗号")),
    ("did not find expected ',' or '}'", ("花括号没有合上", "补上 }，各项之间用英文逗号")),
)


def _refuse_features(loader: yaml.SafeLoader, file: str, report: ProblemLog, first_line: int) -> None:
    while loader.check_event():
        event = loader.get_event()  # type: ignore[no-untyped-call]
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor or (tag and tag not in _PLAIN_TAGS):
            start = event.start_mark
            mark = Mark(file, first_line + start.line + 1, start.column + 1)
            report.add(
                mark,
                "yaml-feature",
                "这里用了 YAML 的 &、* 或 ! 写法，内容文件不支持",
                "直接写出内容；文字以这些符号开头时加引号",
            )


Number = Callable[[str], float]


def number(node: Node, what: str, read: Number, low: float, high: float) -> float | None:
    """Return the number in a scalar between `low` and `high`; anything else is reported and gives None."""
    value = node.scalar(what)
    if value is None:
        return None
    try:
        result = read(value.text)
    except ValueError:
        result = None
    if result is None or not low <= result <= high:
        node.report.add(
            value.mark,
            "wrong-value",
            f"{what}应该是 {low:g} 到 {high:g} 之间的数，现在是“{value.text}”",
            "改成数字",
        )
        return None
    return result


def flat(node: Node, what: str, prefix: str = "") -> Mapping[str, Value]:
    """Return a mapping of mappings as one, keys joined by dots."""
    found: dict[str, Value] = {}
    for key, child in node.fields(what).items():
        if isinstance(child.raw, yaml.MappingNode):
            found |= flat(child, what, f"{prefix}{key}.")
        elif value := child.scalar(f"{what}“{prefix}{key}”"):
            found[prefix + key] = value
    return found
