"""The report of `qinglang quiz stats`: a plot and a table for the terminal, and the same figures as CSV."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping

from knowledge.model import Item
from knowledge.quiz.statistics import BankStatistics, ItemStatistics, remarks
from knowledge.reading.quiz import LETTERS

KINDS = {"single": "单选", "multiple": "多选", "truefalse": "判断", "fill": "填空"}
REMARKS = {
    "gone": "题库里已经没有这道题",
    "hard": "太难",
    "easy": "太容易",
    "flat": "区分度低",
    "doubtful": "有错项比答案选的人还多，请核对答案",
    "idle": "有的选项没人选",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+\.\d+")
_BAR = 40
_N_WRITTEN = 5
_WRITTEN_CHARS = 30
_STEM_CHARS = 26
_COLUMNS = (
    *("题目", "领域", "题型", "难度", "题干", "作答", "没答到", "得分率", "计入区分度的答卷", "区分度"),
    *LETTERS,
    *("答案", "填空写法", "提醒"),
)


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
        return "、".join(f"{given}×{n}" for given, n in _most_written(one))
    n_options = max([len(item.options) if item else 0, *(i + 1 for i in one.choices)])
    key = item.key if item else ()
    return " ".join(
        f"{LETTERS[i]}{'*' if i in key else ''} {one.choices.get(i, 0)}" for i in range(n_options)
    )


def _most_written(one: ItemStatistics) -> list[tuple[str, int]]:
    most = sorted(one.written.items(), key=lambda pair: (-pair[1], pair[0]))[:_N_WRITTEN]
    # Takers wrote it: nothing in it may move the cursor, and none of it needs to be long.
    return [("".join(c for c in given if c.isprintable())[:_WRITTEN_CHARS], n) for given, n in most]


def _pad(text: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * (width - taken)


def to_csv(found: BankStatistics, items: Mapping[str, Item]) -> str:
    """Return a row for each item that was answered, with a heading; a spreadsheet opens it as it is."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(_COLUMNS)
    for item_id, one in found.items.items():
        writer.writerow([harmless(cell) for cell in _row(item_id, one, items.get(item_id))])
    # The byte order mark tells Excel that this is UTF-8.
    return "\ufeff" + target.getvalue()


def _row(item_id: str, one: ItemStatistics, item: Item | None) -> Iterable[str]:
    yield item_id
    yield from (item.track, KINDS[item.kind], str(item.difficulty), item.stem) if item else ("", "", "", "")
    yield from (str(one.n), str(one.n_unreached), f"{one.facility:.4f}", str(one.n_compared))
    yield "" if one.discrimination is None else f"{one.discrimination:.4f}"
    n_options = len(item.options) if item else 0
    yield from (
        str(one.choices.get(i, 0)) if i < n_options or i in one.choices else "" for i in range(len(LETTERS))
    )
    yield "".join(LETTERS[i] for i in item.key) + "、".join(item.accepted[:1]) if item else ""
    yield "；".join(f"{given}×{n}" for given, n in _most_written(one))
    yield "；".join(REMARKS[code] for code in remarks(one, item))


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    # What takers wrote must not become a formula in the examiner's spreadsheet.
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell
