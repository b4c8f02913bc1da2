"""Reads what is neither question nor quiz: the custom menu, words of danger, words not spoken, the pledge."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.language.speech.danger import KINDS
from knowledge.model.service import Button, Care, WordList
from knowledge.model.sources import Quote
from knowledge.reading.fields import Draft, read_quote, text_field
from knowledge.reading.sayings import read_sayings, read_sets
from knowledge.reading.yamltext import Node

FLOOR = ("crisis", "danger")
"""The kinds of danger whose plainest words stand first in `care.yaml`."""
_BUTTON_KEYS = ("name", "key", "say", "url", "buttons")


def read_menu(draft: Draft, root: Node) -> None:
    """Read `menu.yaml`: the buttons, and the scenes of QR codes."""
    fields = root.fields("菜单文件", ("buttons", "scenes"))
    if "buttons" in fields:
        draft.buttons = _read_buttons(draft, fields["buttons"])
    if "scenes" in fields:
        for scene, node in fields["scenes"].pairs("scenes"):
            if say := node.scalar(f"场景“{scene.text}”"):
                draft.scenes[scene.text] = say.text


def _read_buttons(draft: Draft, node: Node) -> tuple[Button, ...]:
    buttons = []
    for child in node.items("buttons"):
        fields = child.fields("按钮", _BUTTON_KEYS, ("name",))
        key, say = text_field(fields, "key"), text_field(fields, "say")
        if bool(key) != bool(say):
            missing = "say" if key else "key"
            child.report.add(child.mark, "missing-key", f"按钮缺少“{missing}”", "key 和 say 要一起写")
        elif key in draft.menu:
            child.report.add(fields["key"].mark, "duplicate-id", f"菜单键 {key} 用了两次", "换一个 key")
        elif key:
            draft.menu[key] = say
        below = _read_buttons(draft, fields["buttons"]) if "buttons" in fields else ()
        buttons.append(Button(text_field(fields, "name"), key, text_field(fields, "url"), below, child.mark))
    return tuple(buttons)


def read_sensitive(draft: Draft, root: Node) -> None:
    """Read `lexicon/sensitive.yaml`."""
    fields = root.fields("敏感词文件", ("words", "allow"))
    draft.sensitive = _read_words(draft, fields, "words", "sensitive")


def read_care(draft: Draft, root: Node) -> None:
    """Read `care.yaml`: what people say in danger, and what is quoted to who wants to report."""
    lists = ("unless", "allow", "asking", "about", "present", "others", "better", "unnoted")
    fields = root.fields("求助文件", (*FLOOR, "says", "hints", *lists, "sets", "quote"))
    sets = read_sets(fields)
    says = {kind: read_sayings(draft, fields, kind, "care", sets) for kind in FLOOR}
    for kind, sayings in _by_kind(draft, fields, "says", sets).items():
        says[kind] = says.get(kind, ()) + sayings
    read = {name: read_sayings(draft, fields, name, "care-" + name, sets) for name in lists}
    draft.care = Care(
        says={kind: says[kind] for kind in KINDS if says.get(kind)},
        hints=_by_kind(draft, fields, "hints", sets),
        unless=read["unless"],
        allowed=read["allow"],
        asking=read["asking"],
        about=read["about"],
        present=read["present"],
        others=read["others"],
        better=read["better"],
        unnoted=read["unnoted"],
        quotes=_read_quotes(draft, fields, "care"),
    )


def _by_kind(
    draft: Draft, fields: dict[str, Node], name: str, sets: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    kinds = fields[name].fields(f"{name} ", KINDS) if name in fields else {}
    return {kind: read_sayings(draft, kinds, kind, "care", sets) for kind in kinds}


def read_pledge(draft: Draft, root: Node) -> None:
    """Read `pledge.yaml`: the passages that a user signs."""
    draft.pledge = _read_quotes(draft, root.fields("承诺文件", ("quote",), ("quote",)), "pledge")


def _read_words(draft: Draft, fields: dict[str, Node], name: str, kind: str) -> WordList:
    words = fields[name].texts(name) if name in fields else ()
    for value in words:
        draft.marks[kind, value.text] = value.mark
    allowed = fields["allow"].texts("allow") if "allow" in fields else ()
    return WordList(tuple(v.text for v in words), tuple(v.text for v in allowed))


def _read_quotes(draft: Draft, fields: dict[str, Node], kind: str) -> tuple[Quote, ...]:
    nodes = fields["quote"].items("quote") if "quote" in fields else []
    read = (read_quote(draft, node, (kind, "quote", str(i))) for i, node in enumerate(nodes))
    return tuple(quote for quote in read if quote)
