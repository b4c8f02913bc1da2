"""Items → the text of a bank file, changing only the items that change; comments and the others stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import yaml

from knowledge.editing.entries import CannotRewrite
from knowledge.model.bank import Item
from knowledge.reading.quiz import LETTERS

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Letters, ideographs and Chinese punctuation need no quotes wherever they stand.
_BARE = re.compile(r"[\w▲《（][\w，。、；：？！“”‘’《》（）·▲—….#-]*")
_RAW = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_READ_AS_OTHERS = frozenset({"null", "yes", "no", "on", "off", "true", "false"})


def render_item(item: Item) -> str:
    """Return an item as a block of the file, in the house order."""
    lines = [
        f"- id: {item.id}",
        f"  kind: {item.kind}",
        f"  track: {scalar(item.track)}",
        f"  difficulty: {item.difficulty}",
    ]
    if item.tags:
        lines.append(f"  tags: {_flow(item.tags)}")
    lines.append(f"  stem: {scalar(item.stem)}")
    lines += _answer_lines(item)
    lines.append(f"  why: {scalar(item.why)}")
    if item.hint:
        lines.append(f"  hint: {scalar(item.hint)}")
    lines += [
        "  source:",
        f"    passage: {scalar(item.source.passage_id)}",
        f"    text: {scalar(item.source.text)}",
    ]
    if item.excludes:
        lines.append(f"  excludes: {_flow(item.excludes)}")
    return "\n".join(lines) + "\n"


def _answer_lines(item: Item) -> list[str]:
    if item.kind == "truefalse":
        lines = [f"  key: {'true' if item.key == (0,) else 'false'}", f"  claim: {scalar(item.claim)}"]
        return [*lines, f"  truth: {scalar(item.truth)}"] if item.key == (1,) else lines
    if item.kind == "fill":
        return [f"  key: {_flow(item.accepted)}"]
    letters = [LETTERS[i] for i in item.key]
    key = letters[0] if item.kind == "single" and len(letters) == 1 else _flow(letters)
    return ["  options:", *(f"    - {scalar(option)}" for option in item.options), f"  key: {key}"]


def _flow(texts: Sequence[str]) -> str:
    return f"[{', '.join(scalar(text) for text in texts)}]"


def scalar(text: str) -> str:
    """Return `text` as a YAML scalar on one line: bare where that is safe, else in double quotes."""
    if _BARE.fullmatch(text) and text.lower() not in _READ_AS_OTHERS:
        return text
    # A JSON string is a YAML one, but for characters that YAML folds or forbids.
    return _RAW.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))


def put_items(text: str, changed: Mapping[str, Item], added: Sequence[Item]) -> str:
    """Return a bank file with some items replaced, each in its place, and more at the end.

    Raises:
        CannotRewrite: the file is not a list with a `- ` line for each item.
    """
    lines = text.split("\n")
    spans = _spans(text, lines)
    for item_id in changed.keys() - spans.keys():
        raise CannotRewrite(item_id)
    for item_id, (start, end) in sorted(spans.items(), key=lambda pair: -pair[1][0]):
        if item_id in changed:
            lines[start:end] = render_item(changed[item_id]).rstrip("\n").split("\n")
    kept = "\n".join(lines)
    blocks = [kept.rstrip("\n") + "\n"] if kept.strip() and kept.strip() != "[]" else []
    return "\n".join([*blocks, *map(render_item, added)]) if added else kept


def _spans(text: str, lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the lines of each item, from its dash to its last word; comments below belong to the next."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise CannotRewrite("yaml") from error
    if not isinstance(root, yaml.SequenceNode):
        if root is None:
            return {}
        raise CannotRewrite("not a list")
    starts = [node.start_mark.line for node in root.value] + [len(lines)]
    spans = {}
    for node, start, end in zip(root.value, starts, starts[1:], strict=False):
        if not lines[start].startswith("- ") or end == start:
            raise CannotRewrite(f"line {start + 1}")
        last = end
        while last > start + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
            last -= 1
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        item_id = next((value.value for key, value in pairs if key.value == "id"), None)
        if isinstance(item_id, str):
            spans[item_id] = (start, last)
    return spans
