"""Edits to a file of entries, items or papers that leave every other byte as it is: comments, order, quoting, blank lines.

The file is not dumped again. The marks of its YAML nodes say where a field stands; only that span is
replaced, and in a list only the lines of items that came or went.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

import yaml

from knowledge.editing.nodes import record_nodes
from knowledge.reading.parse import ENTRY_KEYS

Part = str | bool | tuple[str | Mapping[str, str], ...]
"""One field of an entry as the YAML file holds it; quotes are addresses or {passage, text}."""
Fields = Mapping[str, Part | Mapping[str, Part]]
"""An entry's fields by their key in the file; `about` is a mapping of its own."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Short lists, which the house writes on one line.
_ON_ONE_LINE = frozenset({"related", "tags", "key", "excludes", "words", "tracks", "kinds", "difficulties"})
_Span = tuple[int, int, str]


class CannotRewrite(Exception):
    """An entry written in a way that can't be edited in place."""


class Bare(str):
    """A number or a truth value as its file holds it: never in quotes."""

    __slots__ = ()


def edit_entries(
    text: str, edits: Mapping[str, Fields], note: str = "", *, order: Sequence[str] = ENTRY_KEYS
) -> str:
    """Return a file with the given fields of the given records replaced; an empty value removes its key.

    With a `note`, a comment line with it stands above the items that came into a list. `order` is that of the fields, where one
    is put in.

    Raises:
        CannotRewrite: an entry is not in the file, or not written as a block of `key: value` lines.
    """
    spans: list[_Span] = []
    entries = record_nodes(text, edits.keys())
    for entry_id, fields in edits.items():
        node = entries.get(entry_id)
        if node is None or node.flow_style:
            raise CannotRewrite(entry_id)
        for key in sorted(fields, key=lambda name: _rank(name, order)):
            spans += _edit_field(text, node, key, fields[key], note, order)
    # From the end, so that places before stay true; of several at one place the last goes first.
    for _, (start, end, new) in sorted(enumerate(spans), key=lambda s: (*s[1][:2], s[0]), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def append_entries(
    text: str, entries: Sequence[Fields], comment: str = "", *, order: Sequence[str] = ENTRY_KEYS
) -> str:
    """Return a file with more entries, or other records with their own `order`, at its end, each below a comment line when there is one."""
    blocks = [text.rstrip("\n") + "\n"] if text.strip() and text.strip() != "[]" else []
    for entry in entries:
        said = "".join(f"# {line}\n" for line in comment.split("\n") if line)
        blocks.append(said + render_entry(entry, order))
    return "\n".join(blocks)


def append_below(text: str, key: str, record: Fields, *, order: Sequence[str]) -> str:
    """Return a file with one more record at the end of the list that stands below `key`, or is the whole file.

    Raises:
        CannotRewrite: there is no such list, or it is not written as a block with a line for each record.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return append_entries(text, [record], order=order)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    listed = next((value for name, value in pairs if name.value == key), root)
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
        raise CannotRewrite(key)
    indent = " " * listed.start_mark.column
    at = _next_line(text, _end(text, listed))
    block = "".join(f"{indent}{line}\n" for line in render_entry(record, order).rstrip("\n").split("\n"))
    return text[:at] + ("" if text[:at].endswith("\n") else "\n") + block + text[at:]


def render_entry(entry: Fields, order: Sequence[str] = ENTRY_KEYS) -> str:
    """Return an entry, or another record with the `order` of its keys, as a block of the file."""
    keys = sorted((key for key in entry if not _is_empty(entry[key])), key=lambda name: _rank(name, order))
    rendered = [_render(key, entry[key], "  ") for key in keys]
    return "- " + "\n  ".join(rendered) + "\n"


def _rank(key: str, order: Sequence[str]) -> int:
    return order.index(key) if key in order else len(order)


def _is_empty(value: Part | Mapping[str, Part]) -> bool:
    return value in ("", (), {}) or value is False


def _edit_field(
    text: str,
    entry: yaml.MappingNode,
    key: str,
    value: Part | Mapping[str, Part],
    note: str = "",
    order: Sequence[str] = (),
) -> list[_Span]:
    pair = next(((k, v) for k, v in entry.value if k.value == key), None)
    indent = " " * entry.start_mark.column
    if pair is None:
        return [] if _is_empty(value) else [_added(text, entry, key, value, order)]
    name, node = pair
    if _holds(node, value):
        return []
    if _is_empty(value):
        return [(_line_start(text, name.start_mark.index), _next_line(text, _end(text, node)), "")]
    if isinstance(node, yaml.ScalarNode) and isinstance(value, tuple) and len(value) == 1:
        value = value[0] if isinstance(value[0], str) else value
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and isinstance(value, tuple):
        return _edit_list(text, node, value, note)
    if isinstance(node, yaml.MappingNode) and not node.flow_style and isinstance(value, Mapping):
        aspects = {**dict.fromkeys((child.value for child, _ in node.value), ()), **value}
        return [span for name, part in aspects.items() for span in _edit_field(text, node, name, part)]
    flow = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    rendered = _render(key, value, indent, flow=flow)
    start, end = name.start_mark.index, _end(text, node)
    rest = text[end : _next_line(text, end)].strip()
    if "\n" in rendered and rest.startswith("#"):
        # A comment behind a value of one line would become part of the lines that replace it.
        return [(start, _next_line(text, end), f"{rest}\n{indent}{rendered}\n")]
    return [(start, end, rendered)]


def _added(
    text: str,
    entry: yaml.MappingNode,
    key: str,
    value: Part | Mapping[str, Part],
    order: Sequence[str],
) -> _Span:
    indent, rank = " " * entry.start_mark.column, _rank(key, order)
    before = [node for name, node in entry.value if _rank(name.value, order) < rank] or [entry.value[0][1]]
    at = _next_line(text, max(_end(text, node) for node in before))
    broken = "" if text[at - 1 : at] == "\n" else "\n"
    return (at, at, f"{broken}{indent}{_render(key, value, indent)}\n")


def _edit_list(
    text: str, node: yaml.SequenceNode, value: tuple[str | Mapping[str, str], ...], note: str
) -> list[_Span]:
    """Return the edits that turn a block list into another: lines removed, lines put in, the rest untouched."""
    old = [_plain(child) for child in node.value]
    indent = " " * node.start_mark.column
    spans: list[_Span] = []
    matcher = difflib.SequenceMatcher(
        None, [repr(o) for o in old], [repr(_as_plain(v)) for v in value], autojunk=False
    )
    for tag, i, j, m, n in matcher.get_opcodes():
        if tag == "equal":
            continue
        spans += [
            (_line_start(text, child.start_mark.index), _next_line(text, _end(text, child)), "")
            for child in node.value[i:j]
        ]
        if m < n:
            at = (
                _next_line(text, _end(text, node.value[i - 1]))
                if i
                else _line_start(text, node.start_mark.index)
            )
            broken = "" if text[at - 1 : at] == "\n" else "\n"
            new = "".join(f"{indent}- {_render_item(item, indent)}\n" for item in value[m:n])
            said = f"{indent}# {note}\n" if note else ""
            spans.append((at, at, broken + said + new))
    return spans


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key.value: child.value for key, child in node.value}
    return node.value


def _holds(node: yaml.Node, value: Part | Mapping[str, Part]) -> bool:
    held = tuple(map(_plain, node.value)) if isinstance(node, yaml.SequenceNode) else node.value
    return bool(held == value or (isinstance(value, tuple) and value == (held,)))


def _as_plain(item: str | Mapping[str, str]) -> object:
    return item if isinstance(item, str) else dict(item)


def _end(text: str, node: yaml.Node) -> int:
    """Return where a node's last character ends; the marks of blocks reach over the blank lines behind them."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    return (
        len(text[: node.end_mark.index].rstrip())
        if node.end_mark.index > node.start_mark.index
        else node.end_mark.index
    )


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _next_line(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _render(key: str, value: Part | Mapping[str, Part], indent: str, *, flow: bool = False) -> str:
    """Return `key: value` without a line end, its further lines indented below `indent`."""
    match value:
        case bool():
            return f"{key}: {'true' if value else 'false'}"
        case str():
            return f"{key}: {_render_scalar(value, indent + '  ')}"
        case Mapping():
            plain = {k: _loosen(v) for k, v in value.items() if not _is_empty(v)}
            return f"{key}: {_dump(plain, flow=True)}"
    if flow or key in _ON_ONE_LINE:
        return f"{key}: {_dump([_as_plain(item) for item in value], flow=True)}"
    items = "".join(f"\n{indent}  - {_render_item(item, indent + '  ')}" for item in value)
    return f"{key}:{items}"


def _loosen(part: Part) -> object:
    if isinstance(part, tuple):
        return _as_plain(part[0]) if len(part) == 1 else [_as_plain(item) for item in part]
    return part


def _render_item(item: str | Mapping[str, str], indent: str) -> str:
    if isinstance(item, str):
        return _render_scalar(item, indent + "  ")
    fields = [f"{key}: {_render_scalar(text, indent + '    ')}" for key, text in item.items()]
    return f"\n{indent}  ".join(fields)


def _render_scalar(text: str, indent: str) -> str:
    if isinstance(text, Bare) or _DATE.fullmatch(text):
        return text
    dumped = _dump(text, style="|" if "\n" in text else None)
    return f"\n{indent}".join(line.removeprefix("  ") for line in dumped.split("\n"))


class _Dumper(yaml.SafeDumper):
    """Writes a text in Chinese quotation marks in ASCII ones: as it stands it is named as a slip of the hand."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    in_quotes = text[:1] in ("“", "‘") and text[-1:] in ("”", "’")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if in_quotes else None)


def _represent_bare(dumper: yaml.SafeDumper, text: Bare) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, str(text))


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Bare, _represent_bare)


def _dump(value: object, *, flow: bool | None = None, style: str | None = None) -> str:
    dumped: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        width=10**9,
        default_flow_style=flow,
        default_style=style,
        sort_keys=False,
    )
    return dumped.removesuffix("\n").removesuffix("\n...")
