"""Where single records stand in a content file: YAML nodes whose places are those of the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import yaml

_Quick: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# For YAML more than \n ends a line.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def record_nodes(text: str, wanted: Collection[str]) -> dict[str, yaml.MappingNode]:
    """Return the YAML nodes of the records that are wanted, by id; what else is in a file of thousands is found, and not read again.

    Their marks count characters of the whole text. A record in a `[…]` list is not among them.
    """
    root = yaml.compose(text, Loader=_Quick)
    # Papers stand in a list below the tracks.
    lists = [child for _, child in root.value] if isinstance(root, yaml.MappingNode) else [root]
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    found = {}
    for listed in (one for one in lists if isinstance(one, yaml.SequenceNode) and not one.flow_style):
        lines = [*(child.start_mark.line for child in listed.value), listed.end_mark.line]
        for child, line, following in zip(listed.value, lines, lines[1:], strict=False):
            name = _id_of(child)
            end = starts[following] if following < len(starts) else len(text)
            if name in wanted and (node := _entry_within(text, starts[line], end)):
                found[name] = node
    return found


def _id_of(node: yaml.Node) -> str:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((str(value.value) for key, value in pairs if key.value == "id"), "")


def _entry_within(text: str, start: int, end: int) -> yaml.MappingNode | None:
    """Return the node of the one entry between two places of a text, its marks counted in the whole of it."""
    # The pure Python loader: its marks count characters of the text, whatever breaks a line.
    listed = yaml.compose(text[start:end], Loader=yaml.SafeLoader)
    if not isinstance(listed, yaml.SequenceNode) or len(listed.value) != 1:
        return None
    node = listed.value[0]
    marks = {id(mark): mark for mark in _marks(node)}
    for mark in marks.values():
        mark.index += start
    return node if isinstance(node, yaml.MappingNode) else None


def _marks(node: yaml.Node) -> Iterator[yaml.Mark]:
    yield from (node.start_mark, node.end_mark)
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in child if isinstance(child, tuple) else (child,):
            yield from _marks(part)
