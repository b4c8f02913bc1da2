"""The custom menu: as the platform wants it, what of it leads nowhere, and how it differs from the one that users see."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.editing.explain import describe
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.service import Button


def as_platform(button: Button) -> dict[str, Any]:
    """Return a button as the platform's menu/create call wants it."""
    if button.buttons:
        return {"name": button.name, "sub_button": [as_platform(below) for below in button.buttons]}
    if button.url:
        return {"type": "view", "name": button.name, "url": button.url}
    return {"type": "click", "name": button.name, "key": button.key}


def keys_led_nowhere(content: Content, live: Snapshot) -> Iterator[str]:
    """Give a line for each key of the menu that the live release does not know, or answers with 没有收录."""
    asked = live.for_texts(*content.menu.values())
    return _led_nowhere("按钮", content.menu, live.content.menu, asked)


def led_nowhere(content: Content, live: Snapshot) -> Iterator[str]:
    """Give the same for all that is tapped: the keys of the menu, and the scenes of QR codes."""
    asked = live.for_texts(*content.menu.values(), *content.scenes.values())
    yield from _led_nowhere("按钮", content.menu, live.content.menu, asked)
    yield from _led_nowhere("二维码场景", content.scenes, live.content.scenes, asked)


def _led_nowhere(
    kind: str, ours: Mapping[str, str], theirs: Mapping[str, str], live: Snapshot
) -> Iterator[str]:
    for key, say in ours.items():
        if key not in theirs:
            yield f"{kind} {key}（{say}）：线上版本没有，用户点了没有反应；先 kb publish"
        elif theirs[key] != say:
            yield f"{kind} {key}：草稿里等于说“{say}”，线上等于说“{theirs[key]}”；先 kb publish"
        elif describe(live, say)[0]["outcome"] == "decline":
            yield f"{kind} {key}：等于说“{say}”，可是没有收录；改 menu.yaml 里的 say"


def menu_difference(seen: list[dict[str, Any]], ours: list[dict[str, Any]]) -> list[str]:
    """Return the lines of both menus, `- ` before what goes and `+ ` before what comes; none when they are alike.

    >>> menu_difference([{"name": "问", "type": "click", "key": "A"}], [{"name": "问", "type": "click", "key": "B"}])
    ['- 问  click A', '+ 问  click B']
    """
    before, after = list(menu_lines(seen)), list(menu_lines(ours))
    if before == after:
        return []
    return [line for line in difflib.ndiff(before, after) if not line.startswith("?")]


def menu_lines(buttons: list[dict[str, Any]], indent: str = "") -> Iterator[str]:
    """Give a line for each button in the platform's form, those below it indented."""
    for button in buttons:
        yield f"{indent}{button.get('name', '')}  {_leads(button)}".rstrip()
        yield from menu_lines(button.get("sub_button", []), indent + "  ")


def _leads(button: Mapping[str, Any]) -> str:
    """Return what a button does; one made in the console may do what ours never do."""
    told = [
        str(button[name])
        for name in ("key", "url", "value", "appid", "media_id", "article_id")
        if button.get(name)
    ]
    return " ".join([str(button.get("type", "")), *told]).strip()
