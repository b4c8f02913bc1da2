"""Quiz files → items and papers, with a Problem for everything that can't be read as it stands."""

from __future__ import annotations

from knowledge.model import Item, Paper
from knowledge.records import Draft, identity, keep, read_quote, text_field, text_fields
from knowledge.yamltext import Node, number

_ITEM_KEYS = ("id", "kind", "track", "difficulty", "tags", "stem", "options", "key", "why", "source")
_ITEM_REQUIRED = ("id", "kind", "track", "stem", "options", "key", "why", "source")
_PAPER_KEYS = ("id", "title", "n_items", "tracks", "pass_line")
_LETTERS = "ABCDEFGH"


def read_items(draft: Draft, root: Node) -> None:
    """Read a bank of items into `draft`."""
    for node in root.items("题库文件"):
        fields = node.fields("题目", _ITEM_KEYS, _ITEM_REQUIRED)
        named = identity(fields, "题目")
        if named is None or not all(name in fields for name in _ITEM_REQUIRED):
            continue
        item_id, mark = named
        for name in ("kind", "options", "key", "stem"):
            draft.marks["item", item_id, name] = fields[name].mark
        source = read_quote(draft, fields["source"], ("item", item_id, "source"))
        options = fields["options"].texts("options")
        for i, value in enumerate(options):
            draft.marks["item", item_id, "option", str(i)] = value.mark
        difficulty = number(fields["difficulty"], "difficulty", int, 1, 3) if "difficulty" in fields else 1
        key = _key(fields["key"], len(options))
        if source is None or not key or difficulty is None:
            continue
        item = Item(
            id=item_id,
            kind=text_field(fields, "kind"),
            stem=text_field(fields, "stem"),
            options=tuple(value.text for value in options),
            key=key,
            why=text_field(fields, "why"),
            source=source,
            track=text_field(fields, "track"),
            tags=text_fields(fields, "tags"),
            difficulty=int(difficulty),
            mark=mark,
        )
        keep(draft, draft.items, item, mark)


def _key(node: Node, n_options: int) -> tuple[int, ...]:
    key = []
    for value in node.texts("key"):
        letter = value.text.strip().upper()
        if letter in _LETTERS[:n_options] and len(letter) == 1:
            key.append(_LETTERS.index(letter))
        else:
            allowed = "、".join(_LETTERS[:n_options])
            node.report.add(value.mark, "bad-key", f"答案“{value.text}”不在选项里", f"只能是 {allowed}")
    return tuple(key)


def read_papers(draft: Draft, root: Node) -> None:
    """Read the papers into `draft`."""
    for node in root.items("试卷文件"):
        fields = node.fields("试卷", _PAPER_KEYS, ("id", "title", "n_items", "pass_line"))
        named = identity(fields, "试卷")
        if named is None or "n_items" not in fields or "pass_line" not in fields:
            continue
        paper_id, mark = named
        draft.marks["paper", paper_id, "n_items"] = fields["n_items"].mark
        n_items = number(fields["n_items"], "n_items", int, 1, 100)
        pass_line = number(fields["pass_line"], "pass_line", float, 0, 1)
        if n_items is None or pass_line is None:
            continue
        paper = Paper(
            paper_id,
            text_field(fields, "title"),
            int(n_items),
            text_fields(fields, "tracks"),
            pass_line,
            mark,
        )
        keep(draft, draft.papers, paper, mark)
