"""Edits to `replies.yaml` that leave every other byte as it is."""

from __future__ import annotations

from collections.abc import Mapping

import yaml


def with_sentences(text: str, sentences: Mapping[str, str]) -> str:
    """Return a file of fixed sentences with some of them replaced; keys are those of the bot (`decline.clause`).

    Raises:
        KeyError: the file has no sentence of that key.
    """
    # The pure Python loader: its marks count characters of the text, whatever breaks a line.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    places = dict(_places(root)) if root else {}
    for key, sentence in sorted(sentences.items(), key=lambda pair: -places[pair[0]][0]):
        start, end, column = places[key]
        end = len(text[:end].rstrip()) if end > start else end
        text = text[:start] + _rendered(sentence, " " * (column + 2)) + text[end:]
    return text


def _places(node: yaml.Node, prefix: str = "") -> list[tuple[str, tuple[int, int, int]]]:
    """Return where each sentence stands: begin, end, and the column of its key."""
    found: list[tuple[str, tuple[int, int, int]]] = []
    for key, child in node.value:
        if isinstance(child, yaml.MappingNode):
            found += _places(child, f"{prefix}{key.value}.")
        else:
            place = (child.start_mark.index, child.end_mark.index, key.start_mark.column)
            found.append((prefix + key.value, place))
    return found


def _rendered(sentence: str, indent: str) -> str:
    dumped: str = yaml.safe_dump(
        sentence, allow_unicode=True, width=10**9, default_style="|" if "\n" in sentence else None
    )
    lines = dumped.removesuffix("\n").removesuffix("\n...").split("\n")
    return "\n".join((lines[0], *(indent + line.removeprefix("  ") for line in lines[1:])))
