"""What the comments of a GIFT block say in our own way: id, tags, and what GIFT has no place for."""

from __future__ import annotations

import re
from typing import Any

from knowledge.exchange.bank.gift_text import Block, from_comment
from knowledge.model.problems import Mark, Problem

_LABEL = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.)*)\]")
_OURS = re.compile(r"@(difficulty|source|quote|claim|truth|excludes)\s+(.*)")
_PARTS = {"source": "passage"}


def read_notes(block: Block) -> tuple[dict[str, Any], dict[str, Mark], list[Problem]]:
    """Return the fields of a Question that the comments name, where each stands, and what can't be read."""
    labels: dict[str, Any] = {}
    places: dict[str, Mark] = {}
    problems: list[Problem] = []
    tags: list[str] = []
    for number, comment in block.comments:
        mark = Mark(block.file, number, 1)
        for name, value in _LABEL.findall(comment):
            text = from_comment(value).strip()
            if name == "id":
                labels["id"], places["id"] = text, mark
            else:
                tags.append(text)
        if ours := _OURS.fullmatch(comment):
            problems += _note(ours.group(1), from_comment(ours.group(2)).strip(), mark, labels, places)
    if labels or tags:
        labels["tags"] = tuple(tags)
    if "difficulty" in labels:
        labels.setdefault("excludes", ())
    return labels, places, problems


def _note(
    name: str, value: str, mark: Mark, labels: dict[str, Any], places: dict[str, Mark]
) -> list[Problem]:
    part = _PARTS.get(name, name)
    places[part] = mark
    if name == "difficulty":
        if value not in ("1", "2", "3"):
            message = f"难度“{value}”不认识"
            return [Problem(mark.file, mark.line, 1, "wrong-value", message, "只能是 1、2、3")]
        labels[part] = int(value)
    else:
        labels[part] = tuple(value.split()) if name == "excludes" else value
    return []
