"""Plots of the console: what a page with our rules shows, and every number where it is."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from bot.web.admin.plots import choices_plot, days_plot, scores_plot

_PLOTS = {
    "days": days_plot(["11-29", "11-28"], {"told": [40, 3], "back": [0, 5], "vain": [2, 0]}),
    "scores": scores_plot(["0–", "50–"], [7, 12]),
    "choices": choices_plot(["A", "B", "C"], [5, 0, 9], [False, False, True]),
}


@pytest.mark.parametrize("name", _PLOTS)
def test_nothing_in_a_plot_is_refused_by_the_policy_of_our_pages(name: str) -> None:
    assert re.findall(r"<(?:script|style)|\sstyle=|\son\w+=|href=", _PLOTS[name]) == []


def test_every_number_is_written_and_nothing_is_written_for_none() -> None:
    def written(name: str) -> list[str]:
        overlay = _PLOTS[name].partition("text-overlay")[2]
        return re.findall(r">(\d+)</text>", overlay)

    assert sorted(written("days")) == sorted(["40", "3", "5", "2"])
    assert written("scores") == ["7", "12"]
    assert sorted(written("choices")) == ["5", "9"]


def test_newest_day_stands_above_and_the_first_option() -> None:
    def height(name: str, label: str) -> float:
        found = re.search(rf'y="([\d.]+)"[^>]*>{label}</text>', _PLOTS[name])
        assert found
        return float(found[1])

    assert height("days", "11-29") < height("days", "11-28")
    assert height("choices", "A") < height("choices", "C")


def test_right_option_is_of_another_series_than_the_wrong() -> None:
    written = {
        series.get("class", "").split()[1]: [text.text for text in series.iter() if text.tag.endswith("text")]
        for series in ElementTree.fromstring(_PLOTS["choices"]).iter()  # noqa: S314 - our own
        if "serie-" in series.get("class", "") and any(one.tag.endswith("text") for one in series)
    }
    assert {name: list(filter(None, words)) for name, words in written.items()} == {
        "serie-0": ["9"],
        "serie-1": ["5"],
    }


def test_words_in_a_plot_are_never_markup() -> None:
    assert "<b>" not in days_plot(["<b>x"], {"told": [1]})
