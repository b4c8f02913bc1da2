"""The figures of one run as a picture: hit@1 by set and method, written as plain SVG."""

from __future__ import annotations

from html import escape
from typing import Any

_BAR, _GAP, _LEFT, _WIDTH = 14, 26, 190, 420
_OURS, _OTHER = "#1f6f5c", "#b9c4c0"


def draw(figures: dict[str, Any]) -> str:
    """Return the chart of what `bench.matching` keeps, as SVG text."""
    parts: list[str] = []
    y = 40
    for set_name, by_method in figures["sets"].items():
        parts.append(_text(_LEFT, y, f"{set_name}: hit@1", "start", bold=True))
        y += 8
        for method, measured in by_method.items():
            parts += _bar(y, method, measured["hit1"])
            y += _BAR + 3
        y += _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 70}" height="{y}" '
        'font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _bar(y: int, method: str, share: float) -> list[str]:
    colour = _OURS if method == "ours" else _OTHER
    return [
        _text(_LEFT - 8, y + _BAR - 3, method, "end"),
        f'<rect x="{_LEFT}" y="{y}" width="{share * _WIDTH:.1f}" height="{_BAR}" fill="{colour}"/>',
        _text(round(_LEFT + share * _WIDTH) + 6, y + _BAR - 3, f"{share:.3f}", "start"),
    ]


def _text(x: int, y: int, text: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
