"""Item files → items, with a Problem for everything that can't be read as it stands."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.model.bank import Item
from knowledge.model.problems import Mark
from knowledge.reading.fields import (
    Draft,
    add_record,
    choice,
    identity,
    marked_texts,
    read_quote,
    text_field,
    text_fields,
)
from knowledge.reading.yamltext import Node, number

KINDS = ("single", "multiple", "truefalse", "fill")
TRUE_FALSE = ("正确", "错误")
LETTERS = "ABCDEFGH"
_COMMON = ("id", "kind", "track", "difficulty", "tags", "stem", "key", "why", "source", "excludes", "hint")
_ALL = (*_COMMON, "options", "claim", "truth")
_REQUIRED = ("id", "kind", "track", "stem", "key", "why", "source")
KEYS_OF_KIND = {"single": ("options",), "multiple": ("options",), "truefalse": ("claim", "truth"), "fill": ()}
"""The keys that items of a kind have and others have not."""


def read_items(draft: Draft, root: Node) -> None:
    """Read a bank of items into `draft`."""
    for node in root.items("题库文件"):
        fields = node.fields("题目", _ALL, _REQUIRED)
        named = identity(fields, "题目")
        if named is None or not all(name in fields for name in _REQUIRED):
            continue
        kind = choice(fields, "kind", KINDS, "")
        if kind and _has_the_keys_of(kind, node, fields):
            _read_item(draft, kind, fields, *named)


def _has_the_keys_of(kind: str, node: Node, fields: Mapping[str, Node]) -> bool:
    for name in fields:
        if name not in _COMMON and name not in KEYS_OF_KIND[kind]:
            message = f"{kind} 题没有“{name}”这一项"
            node.report.add(fields[name].mark, "unknown-key", message, "删掉，或改 kind")
    missing = [name for name in KEYS_OF_KIND[kind] if name not in fields and name != "truth"]
    for name in missing:
        node.report.add(node.mark, "missing-key", f"题目缺少“{name}”", f"补上 {name}: …")
    return not missing


def _read_item(draft: Draft, kind: str, fields: Mapping[str, Node], item_id: str, mark: Mark) -> None:
    for name in fields:
        draft.marks["item", item_id, name] = fields[name].mark
    source = read_quote(draft, fields["source"], ("item", item_id, "source"))
    places = ("item", item_id, "option")
    options = TRUE_FALSE if kind == "truefalse" else marked_texts(draft, fields, "options", places)
    accepted = text_fields(fields, "key") if kind == "fill" else ()
    key = () if kind == "fill" else _key(kind, fields["key"], len(options))
    difficulty = number(fields["difficulty"], "difficulty", int, 1, 3) if "difficulty" in fields else 1
    excludes = marked_texts(draft, fields, "excludes", ("item", item_id, "exclude"))
    if fields["key"].is_empty_list:
        fields["key"].report.add(fields["key"].mark, "bad-key", "没有答案", "写上答案")
    # Whatever else is wrong is told with it: an item without a sound key goes on to the checks all the same.
    if source is None:
        return
    claim = text_field(fields, "claim")
    item = Item(
        id=item_id,
        kind=kind,
        stem=text_field(fields, "stem"),
        options=options,
        key=key,
        why=text_field(fields, "why"),
        source=source,
        track=text_field(fields, "track"),
        tags=text_fields(fields, "tags"),
        difficulty=int(difficulty or 1),
        mark=mark,
        accepted=accepted,
        claim=claim,
        truth=text_field(fields, "truth", claim),
        excludes=excludes,
        hint=text_field(fields, "hint"),
    )
    add_record(draft, draft.items, item, mark)


def _key(kind: str, node: Node, n_options: int) -> tuple[int, ...]:
    signs = ("true", "false") if kind == "truefalse" else tuple(LETTERS[:n_options])
    key: list[int] = []
    for value in node.texts("key"):
        sign = value.text.strip()
        sign = sign.lower() if kind == "truefalse" else sign.upper()
        if sign not in signs:
            hint = f"只能是 {'、'.join(signs)}"
            node.report.add(value.mark, "bad-key", f"答案“{value.text}”不在选项里", hint)
        elif signs.index(sign) in key:
            node.report.add(value.mark, "bad-key", f"答案“{value.text}”写了两次", "只留一个")
        else:
            key.append(signs.index(sign))
    return tuple(sorted(key))
