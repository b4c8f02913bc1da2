"""A row of a bank's sheet → a question, or every reason why it is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.exchange.bank.questions import TRUTHS, Question, truth_of
from knowledge.exchange.workbook.cells import address
from knowledge.exchange.workbook.items.columns import KINDS, LEVELS, LISTS, NONE
from knowledge.model.problems import Mark, Problem
from knowledge.reading.quiz import LETTERS

_OWN_ID = re.compile(r"q-[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class RowReader:
    """One row: the text of each field that has a column; rows and columns count from 0.

    `names_items` says whether ids that the bank lacks may be those of new items; else they are another bank's.
    """

    sheet: str
    number: int
    columns: Mapping[str, int]
    texts: Mapping[str, str]
    names_items: bool
    problems: list[Problem] = field(default_factory=list)

    def question(self) -> Question | None:
        """Return the question of the row; None, and every Problem of it, when it can't be read."""
        places = {part: self._mark(part) for part in self.texts}
        options = self._options()
        kind = self._kind(options)
        if not self.texts["stem"]:
            self._add("stem", "missing-key", "没有题干", "在“题干”这一格写上")
        key = self._key(kind, options) if kind else None
        difficulty = self._level()
        if not kind or key is None or difficulty is None or not self.texts["stem"]:
            self._tell_doubled(options)
            return None
        parts, said = self._parts()
        given: dict[str, Any] = {"accepted": key} if kind == "fill" else {"key": key, "options": options}
        return Question(
            mark=self._mark("stem"),
            said=said,
            kind=kind,
            stem=self.texts["stem"],
            difficulty=difficulty,
            places=places,
            **given,
            **parts,
        )

    def _parts(self) -> tuple[dict[str, Any], frozenset[str]]:
        """Return the parts of the question that stand in cells of their own, and all parts that the row says."""
        parts: dict[str, Any] = {
            part: self.texts[part]
            for part in ("id", "track", "why", "passage", "quote", "claim", "truth")
            if part in self.texts
        }
        lists = [part for part in LISTS if self.texts.get(part)]
        parts |= {part: () if self.texts[part] == NONE else _list(self.texts[part]) for part in lists}
        if "excludes" in parts:
            parts["excludes"] = tuple(map(address, parts["excludes"]))
        # An empty cell says nothing: what the bank has there stays.
        said = {part for part, value in parts.items() if value} | {*lists, "kind", "stem", "options", "key"}
        said |= {"difficulty"} if self.texts.get("difficulty") else set()
        return parts, frozenset(said if self._is_own_id() else said - {"id"})

    def _is_own_id(self) -> bool:
        """Whether the id is ours when the bank lacks it: of our export, or one that an editor gave a new item."""
        is_named = self.names_items and _OWN_ID.fullmatch(self.texts.get("id", ""))
        return "mark" in self.columns or bool(is_named)

    def _mark(self, part: str) -> Mark:
        column = self.columns.get(part, self.columns["stem"])
        return Mark(self.sheet, self.number + 1, column + 1)

    def _add(self, part: str, code: str, message: str, hint: str) -> None:
        mark = self._mark(part)
        self.problems.append(Problem(mark.file, mark.line, mark.column, code, message, hint))

    def _options(self) -> tuple[str, ...]:
        written = [self.texts.get(f"option.{i}", "") for i in range(len(LETTERS))]
        n = max((i + 1 for i, text in enumerate(written) if text), default=0)
        for i, text in enumerate(written[:n]):
            if not text:
                self._add(
                    f"option.{i}", "empty-value", f"选项{LETTERS[i]}是空的，后面的却有", "往前挪，或者补上"
                )
        return _unlettered(written[:n])

    def _tell_doubled(self, options: Sequence[str]) -> None:
        """Tell of options that stand twice; nobody looks at those of a row that is no question."""
        for i, option in enumerate(options):
            if option and option in options[:i]:
                self._add(f"option.{i}", "duplicate-option", f"选项“{option}”重复", "换一个选项")

    def _kind(self, options: Sequence[str]) -> str:
        text = self.texts.get("kind", "")
        if text:
            kind = KINDS.get(text.removesuffix("题"), text if text in KINDS.values() else "")
            if not kind:
                hint = f"只能写：{'、'.join(KINDS)}"
                self._add("kind", "wrong-value", f"题型“{text}”聊天里没法问", hint)
            return kind
        # Without a column for it the answer tells.
        if options:
            return "single" if len(_letters(self.texts["key"])) < 2 else "multiple"
        return "truefalse" if truth_of(self.texts["key"]) in TRUTHS else "fill"

    def _key(self, kind: str, options: Sequence[str]) -> tuple[Any, ...] | None:
        text = self.texts["key"]
        if not text:
            self._add("key", "missing-key", "没有答案", "在“答案”这一格写上")
            return None
        if kind == "fill":
            return _list(text)
        if kind == "truefalse":
            letters = _letters(text)
            if len(letters) == 1 and letters in LETTERS[: len(options)]:
                # With 正确 and 错误 written out as options a letter says which.
                text = options[LETTERS.index(letters)]
            if truth_of(text) in TRUTHS:
                return (TRUTHS[truth_of(text)],)
            self._add("key", "bad-key", f"判断题的答案“{text}”看不懂", "写 对 或 错")
            return None
        letters = _letters(text)
        allowed = LETTERS[: len(options)]
        if not letters or any(letter not in allowed for letter in letters) or len({*letters}) < len(letters):
            hint = f"只能是 {'、'.join(allowed)}，多选连着写，例如 AC" if allowed else "先写选项"
            self._add("key", "bad-key", f"答案“{text}”不在选项里", hint)
            return None
        return tuple(sorted(LETTERS.index(letter) for letter in letters))

    def _level(self) -> int | None:
        text = self.texts.get("difficulty", "")
        level = LEVELS.get(text, int(text) if text in ("1", "2", "3") else None) if text else 1
        if level is None:
            self._add("difficulty", "wrong-value", f"难度“{text}”不认识", f"只能写：{'、'.join(LEVELS)}")
        return level


def _letters(text: str) -> str:
    return re.sub(r"[\s,，、;；/和.。()]", "", unicodedata.normalize("NFKC", text).upper())


def _list(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _unlettered(options: Sequence[str]) -> tuple[str, ...]:
    """Return options without the letters before them, where each has its own."""
    texts = [
        re.fullmatch(rf"{LETTERS[i]}\s*[.．、:：)）]\s*(.+)", option) for i, option in enumerate(options)
    ]
    return tuple(text[1] for text in texts if text) if all(texts) else tuple(options)
