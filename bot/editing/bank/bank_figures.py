"""What takers' answers tell of the bank: the figures of its items and papers, and the same as a spreadsheet's file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.editing.bank.given_answers import GivenAnswers, given_answers
from bot.process import Parts
from knowledge.exchange.workbook.items.columns import KIND_NAMES
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.quiz.past_attempts import read_attempts
from knowledge.quiz.statistics import BankStatistics, ItemStatistics, PastAttempt, remarks, statistics
from knowledge.reading.quiz import LETTERS

REMARKS = {
    "gone": "题库里已经没有这道题",
    "hard": "太难",
    "easy": "太容易",
    "flat": "区分度低",
    "doubtful": "有错项比答案选的人还多，请核对答案",
    "idle": "有的选项没人选",
}
# The other modes are left out: there people meet items they know, or stop at the first mistake.
_COUNTED = ("practice", "topic", "exam")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+\.\d+")
_N_WRITTEN = 5
_WRITTEN_CHARS = 30
_COLUMNS = (
    *("题目", "领域", "题型", "难度", "题干", "作答", "没答到", "得分率", "计入区分度的答卷", "区分度"),
    *LETTERS,
    *("答案", "填空写法", "提醒"),
)


@dataclass(frozen=True, slots=True)
class BankFigures:
    """All attempts of the recorded answers, told in the bank that is live; `gone` are releases no longer kept."""

    content: Content
    attempts: tuple[PastAttempt, ...]
    gone: tuple[str, ...]

    def of(self, papers: Sequence[str]) -> BankStatistics:
        """Return the figures of the items and scores in these papers."""
        return statistics((a for a in self.attempts if a.paper_id in papers), self.content.items)


def counted_papers(content: Content) -> tuple[str, ...]:
    """Return the papers whose attempts tell something of an item, unless somebody names others."""
    return tuple(paper.id for paper in content.papers.values() if paper.mode in _COUNTED)


async def bank_figures(parts: Parts) -> BankFigures:
    """Return what is recorded of the takers' answers; `parts` have a live release.

    Raises:
        RedisError: Redis is away.
    """
    return figures_from(await given_answers(parts), parts.releases.live.content)


def figures_from(given: GivenAnswers, content: Content) -> BankFigures:
    """Return what given answers tell of a bank."""
    return BankFigures(content, read_attempts(given.effects, content.items, given.banks), given.gone)


def figures_csv(found: BankStatistics, items: Mapping[str, Item]) -> str:
    """Return a row for each item that was answered, with a heading; a spreadsheet opens it as it is."""
    rows = (_row(item_id, one, items.get(item_id)) for item_id, one in found.items.items())
    return spreadsheet((_COLUMNS, *rows))


def spreadsheet(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as a CSV file that a spreadsheet opens as it is, whatever takers wrote."""
    target = io.StringIO()
    # The byte order mark tells Excel that this is UTF-8.
    target.write("\ufeff")
    csv.writer(target).writerows([harmless(cell) for cell in row] for row in rows)
    return target.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    # What takers wrote must not become a formula in the examiner's spreadsheet.
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def most_written(one: ItemStatistics) -> list[tuple[str, int]]:
    """Return the commonest answers to a fill item, in signs that can be shown."""
    most = sorted(one.written.items(), key=lambda pair: (-pair[1], pair[0]))[:_N_WRITTEN]
    # Takers wrote it: nothing in it may move the cursor, and none of it needs to be long.
    return [("".join(c for c in given if c.isprintable())[:_WRITTEN_CHARS], n) for given, n in most]


def _row(item_id: str, one: ItemStatistics, item: Item | None) -> Iterable[str]:
    yield item_id
    yield from (
        (item.track, KIND_NAMES[item.kind], str(item.difficulty), item.stem) if item else ("", "", "", "")
    )
    yield from (str(one.n), str(one.n_unreached), f"{one.facility:.4f}", str(one.n_compared))
    yield "" if one.discrimination is None else f"{one.discrimination:.4f}"
    n_options = len(item.options) if item else 0
    yield from (
        str(one.choices.get(i, 0)) if i < n_options or i in one.choices else "" for i in range(len(LETTERS))
    )
    yield "".join(LETTERS[i] for i in item.key) + "、".join(item.accepted[:1]) if item else ""
    yield "；".join(f"{given}×{n}" for given, n in most_written(one))
    yield "；".join(REMARKS[code] for code in remarks(one, item))
