"""Aiken, the plainest text format of question banks: a stem, lettered options, one answer.

It holds single choices of one line a part, nothing else; `render_aiken` says what it had to leave out.
What people write instead of the letter and `ANSWER:` is read too: `A、`, `答案：AC`. Blank lines mean nothing,
as in Moodle; a stem of two lines is an error there and here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.exchange.bank.markup import words_of
from knowledge.exchange.bank.questions import Question, lost_markup
from knowledge.model.bank import Item
from knowledge.model.problems import Mark, Problem
from knowledge.reading.quiz import LETTERS

_OPTION = re.compile(r"([A-Z\uff21-\uff3a])\s*[.)、）:：\uff0e](.*)")
_ANSWER = re.compile(r"(?:ANSWER|答案)(?=[:：\s])\s*[:：]?(.*)", re.IGNORECASE)
# What Moodle itself takes for an option, for an answer, and what it spells out with entities.
_MOODLE_OPTION = re.compile(r"[A-Z][).][ \t]?")
_MOODLE_SPELLS = re.compile(r"[<>&]")
_SAID = frozenset({"kind", "stem", "options", "key"})


def render_aiken(items: Iterable[Item]) -> tuple[str, tuple[Item, ...]]:
    """Return the single choices as Aiken, and the items that Aiken can't hold."""
    blocks, left_out = [], []
    for item in items:
        block = _render(item) if item.kind == "single" and item.key else ""
        # What does not come back as it was is not written.
        if block and _comes_back(block, item):
            blocks.append(block)
        else:
            left_out.append(item)
    return "\n".join(blocks), tuple(left_out)


def _render(item: Item) -> str:
    options = [f"{LETTERS[i]}. {option.strip()}" for i, option in enumerate(item.options)]
    return "\n".join([item.stem.strip(), *options, f"ANSWER: {LETTERS[item.key[0]]}", ""])


def _comes_back(block: str, item: Item) -> bool:
    questions, problems = parse_aiken(block, "")
    same = not problems and [(q.stem, q.options, q.key) for q in questions] == [
        (item.stem.strip(), tuple(option.strip() for option in item.options), item.key)
    ]
    return same and _moodle_reads(item)


def _moodle_reads(item: Item) -> bool:
    """Return whether Moodle takes the stem for a stem and shows every text as it is."""
    stem = item.stem.strip()
    is_stem = len(stem.encode()) > 1 and not _MOODLE_OPTION.match(stem) and not stem.startswith("ANSWER:")
    return is_stem and not any(_MOODLE_SPELLS.search(text) for text in (stem, *item.options))


def parse_aiken(text: str, file: str) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """Return the questions of an Aiken file, and a Problem with its line for each that can't be read."""
    reader = _Reader(file)
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(plain.split("\n"), start=1):
        reader.read(number, line)
    reader.end()
    return tuple(reader.questions), tuple(reader.problems)


@dataclass(slots=True)
class _Reader:
    """The question that is being read, and what came before."""

    file: str
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stem: str = ""
    stem_line: int = 0
    options: list[tuple[int, str]] = field(default_factory=list)
    is_sound: bool = True
    lost: set[str] = field(default_factory=set)
    is_headless: bool = False
    """Whether the stem is missing, or was taken for an option; what follows can't be judged."""

    def read(self, number: int, line: str) -> None:
        """Take in the next line."""
        line = line.strip()
        if not line:
            return
        if answer := _ANSWER.fullmatch(line):
            self._finish(number, answer.group(1).strip())
        elif self.stem and (option := _OPTION.fullmatch(line)):
            self._option(number, unicodedata.normalize("NFKC", option.group(1)), option.group(2))
        elif not self.stem and _MOODLE_OPTION.match(line):
            hint = "先写一行题干；题干不能以“A.”“A)”开头"
            self._problem(number, "aiken-syntax", f"选项“{line[:20]}”上面没有题干", hint)
            self.stem, self.stem_line, self.is_headless = line, number, True
        elif not self.stem:
            self.stem, self.stem_line = line, number
        elif self.options:
            self.end()
            self.stem, self.stem_line = line, number
        else:
            hint = "把几行并成一行，选项写成“A. …”（Moodle 也只读一行题干）"
            self._problem(
                number, "aiken-syntax", f"题干有两行：“{self.stem[:12]}”下面还有“{line[:12]}”", hint
            )

    def end(self) -> None:
        """See that no question is left without an answer."""
        if self.stem and not self.is_headless:
            self._problem(
                self.stem_line, "aiken-syntax", "这道题没有答案", "在选项下面加一行，例如“ANSWER: B”"
            )
        self._begin()

    def _begin(self) -> None:
        self.stem, self.options, self.is_sound, self.lost, self.is_headless = "", [], True, set(), False

    def _option(self, number: int, letter: str, raw: str) -> None:
        text = self._words(raw)
        if self.is_headless:
            return
        wanted = LETTERS[len(self.options)] if len(self.options) < len(LETTERS) else ""
        if letter != wanted:
            hint = f"这里应该是 {wanted}" if wanted else f"最多 {len(LETTERS)} 个选项"
            self._problem(number, "aiken-syntax", f"选项字母 {letter} 不按顺序", hint)
        elif not text:
            self._problem(number, "empty-value", f"选项 {letter} 是空的", "写上内容，或者删掉")
        self.options.append((number, text))

    def _finish(self, number: int, answer: str) -> None:
        letters = re.sub(r"[\s,，、和]", "", unicodedata.normalize("NFKC", answer).upper())
        allowed = LETTERS[: len(self.options)]
        if self.is_headless:
            pass  # told at its first line
        elif not self.stem:
            self._problem(number, "aiken-syntax", "这个答案上面没有题", "补上题干和选项，或者删掉这一行")
        elif not letters or any(letter not in allowed for letter in letters):
            hint = f"只能是 {'、'.join(allowed)}" if allowed else "先写选项"
            self._problem(number, "bad-key", f"答案“{answer}”不在选项里", hint)
        elif len(set(letters)) < len(letters):
            self._problem(number, "bad-key", f"答案“{answer}”里有重复的字母", "每个字母写一次")
        elif self.is_sound:
            self._keep(number, letters)
        self._begin()

    def _words(self, raw: str) -> str:
        """Return the words of a text; Moodle shows Aiken as it is written, so only what can't be shown goes."""
        words = words_of(raw, "plain")
        self.lost |= set(words.lost)
        return words.text

    def _keep(self, number: int, letters: str) -> None:
        stem = self._words(self.stem)
        if not stem:
            self._problem(self.stem_line, "empty-value", "题干里只有网址", "写上题干")
            return
        if self.lost:
            self.problems.append(lost_markup(Mark(self.file, self.stem_line, 1), self.lost))
        places = {"stem": Mark(self.file, self.stem_line, 1), "key": Mark(self.file, number, 1)}
        places |= {f"option.{i}": Mark(self.file, line, 1) for i, (line, _) in enumerate(self.options)}
        self.questions.append(
            Question(
                mark=Mark(self.file, self.stem_line, 1),
                said=_SAID,
                kind="single" if len(letters) == 1 else "multiple",
                stem=stem,
                options=tuple(text for _, text in self.options),
                key=tuple(sorted(LETTERS.index(letter) for letter in letters)),
                places=places,
            )
        )

    def _problem(self, number: int, code: str, message: str, hint: str) -> None:
        self.is_sound = False
        self.problems.append(Problem(self.file, number, 1, code, message, hint))
