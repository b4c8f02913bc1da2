"""The report of `qinglang quiz stats`: a plot and a table for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from bot.editing.bank.bank_figures import REMARKS, most_written
from knowledge.model.bank import Item
from knowledge.quiz.statistics import BankStatistics, ItemStatistics, remarks
from knowledge.reading.quiz import LETTERS

_BAR = 40
_STEM_CHARS = 26


def plot(found: BankStatistics) -> str:
    """Return the scores of the finished attempts as bars, a line for each tenth."""
    if not found.scores:
        return "还没有交卷的答卷。"
    most = max(found.bins)
    lines = [f"得分分布（{len(found.scores)} 份答卷，平均 {sum(found.scores) / len(found.scores):.1%}）"]
    for i, n in enumerate(found.bins):
        # A score that somebody got is never an empty line.
        bar = "█" * max(round(n / most * _BAR), 1 if n else 0)
        end = "100%" if i == len(found.bins) - 1 else f"{i * 10 + 10}%"
        lines.append(f"{i * 10:>3}%–{end:<4} {bar} {n}")
    return "\n".join(lines)


def table(found: BankStatistics, items: Mapping[str, Item]) -> str:
    """Return a line for each item: answers, facility, discrimination, choices with the key marked, stem, remarks."""
    width = max((len(item_id) for item_id in found.items), default=0)
    lines = [f"{_pad('题目', width)}  作答  没答到  得分率  区分度  选择（* 是答案）  题干"]
    for item_id, one in found.items.items():
        item = items.get(item_id)
        flat = "   –  " if one.discrimination is None else f"{one.discrimination:+6.2f}"
        told = "；".join(REMARKS[code] for code in remarks(one, item))
        line = f"{_pad(item_id, width)}  {one.n:>4}  {one.n_unreached or '':>6}  {one.facility:>6.1%}  {flat}  {_choices(one, item)}  {_stem(item)}"
        lines.append(f"{line}  ← {told}" if told else line)
    return "\n".join(lines)


def _stem(item: Item | None) -> str:
    stem = "".join(item.stem.split()) if item else ""
    return stem if len(stem) <= _STEM_CHARS else stem[:_STEM_CHARS] + "…"


def _choices(one: ItemStatistics, item: Item | None) -> str:
    if one.written:
        return "、".join(f"{given}×{n}" for given, n in most_written(one))
    n_options = max([len(item.options) if item else 0, *(i + 1 for i in one.choices)])
    key = item.key if item else ()
    return " ".join(
        f"{LETTERS[i]}{'*' if i in key else ''} {one.choices.get(i, 0)}" for i in range(n_options)
    )


def _pad(text: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * (width - taken)
