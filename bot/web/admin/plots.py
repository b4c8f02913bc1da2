"""Plots of figures as SVG, by pygal: letters, colours and sizes are the stylesheet's, and every plot stands beside its numbers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pygal
from markupsafe import Markup
from pygal.style import Style

# It puts a finder of maps among those that every import asks, and we draw none.
sys.meta_path[:] = [one for one in sys.meta_path if type(one) is not pygal.PluginImportFixer]

_WIDTH = 480
_LETTER = 16
_ROW = 30
_AROUND = 12
_HIGH = 240
# Neither may stand in a page of ours; descriptions are what a script of the library would show.
_LEFT_OUT = frozenset({"script", "style", "title", "desc"})


def days_plot(days: Sequence[str], counts: Mapping[str, Sequence[int]]) -> Markup:
    """Return a bar for each day, in pieces: `counts` gives the length of each, from the axis on, in the order of the legend."""
    made = pygal.HorizontalStackedBar(**_options(_AROUND + _ROW * len(days), "x"))
    # The library draws from below.
    made.x_labels = days[::-1]
    for name, of_day in counts.items():
        made.add(name, [n or None for n in of_day[::-1]])
    return _drawn(made)


def scores_plot(bounds: Sequence[str], counts: Sequence[int]) -> Markup:
    """Return a column for each class of scores, `bounds` below them."""
    made = pygal.Bar(**_options(_HIGH, "y"))
    made.x_labels = bounds
    made.add(None, [n or None for n in counts])
    return _drawn(made)


def choices_plot(letters: Sequence[str], counts: Sequence[int], right: Sequence[bool]) -> Markup:
    """Return a bar for each option; those that are right are of another series."""
    made = pygal.HorizontalStackedBar(**_options(_AROUND + _ROW * len(letters), "x"))
    made.x_labels = letters[::-1]
    for is_right in (True, False):
        mine = [n if n and is_right == one else None for n, one in zip(counts, right, strict=True)]
        made.add(None, mine[::-1])
    return _drawn(made)


def _options(height: int, values: str) -> dict[str, Any]:
    sizes = dict.fromkeys(("label_font_size", "major_label_font_size", "value_font_size"), _LETTER)
    return {
        "width": _WIDTH,
        "height": height,
        "js": (),
        "css": (),
        "style": Style(**sizes),
        "show_legend": False,
        # Every value is printed where it is: an axis would tell of fractions of a person.
        "print_values": True,
        "value_formatter": lambda n: str(n or ""),
        f"show_{values}_labels": False,
        "show_x_guides": False,
        "show_y_guides": False,
        "disable_xml_declaration": True,
        "margin": 4,
        "spacing": 6,
    }


def _drawn(made: Any) -> Markup:
    made.add_xml_filter(_bare)
    return Markup(made.render(is_unicode=True))  # noqa: S704 - the library writes XML of what it is given


def _bare(root: Any) -> Any:
    """Leave out what a page with our rules can't show: scripts, styles, and what they alone would use."""
    for outer in list(root.iter()):
        for inner in list(outer):
            name = inner.tag.rpartition("}")[2] if isinstance(inner.tag, str) else "script"
            if name in _LEFT_OUT or "tooltip" in inner.get("class", "").split():
                outer.remove(inner)
    del root.attrib["id"]
    root.set("class", "plot")
    # Whoever can't see it is told by the table.
    root.set("aria-hidden", "true")
    return root
