"""Answers that stand in the question itself, as printed papers have them: 推进会在（C）召开, （√）, 【答案：C】.

With its options shuffled such a question tells a wrong letter, or the right words. Whatever the kind of
the item: letters, signs, or the words of the answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.language.tidy import strip_punctuation

_LETTERS = "ABCDEFGH"
_BRACKET = re.compile(r"[(（\[【\uff3b]([^()（）\[\]【】\uff3b\uff3d\n]{1,60})[)）\]】\uff3d]")
_NAMED = re.compile(r"(?:正确|参考|标准)?答案\s*(:|是|为)?\s*(\S.*)")
_NAMED_AT_END = re.compile(
    r"(?:正确|参考|标准)?答案\s*(?:[:：]|是|为)\s*([^\s，。；？！?!;][^\n，。；？！?!;]{0,40})[。.]?\s*$"
)
_LETTERED = re.compile(r"[A-H](?:[ ,，、/;；]*[A-H])*")
_SIGN_AT_END = re.compile(r"\s*([√✓✔×✗✘])\s*$")
_TRUTHS = dict.fromkeys("√✓✔", 0) | dict.fromkeys("×✗✘", 1)
_TRUTH_WORDS = dict.fromkeys(("对", "正确", "T", "TRUE"), 0) | dict.fromkeys(("错", "错误", "F", "FALSE"), 1)
_MARKED = re.compile(r"\s*(?:[√✓✔]|[(（\[【\uff3b]\s*(?:[√✓✔]|正确答案|正确|答案)\s*[)）\]】\uff3d])\s*$")
# 1.5亿人 and 3、4月 are no numbers of items; with ． or a bracket nobody writes either.
_NUMBER = re.compile(
    r"\s*(?:(?:第\s*\d{1,3}\s*题\s*[.．、:：]?|[(（]\d{1,3}[)）]|\d{1,3}\s*[、.])(?!\d)|\d{1,3}\s*[．)）])(?![(（])\s*(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """Where a stem tells its answer, and whether what it tells is the key."""

    start: int
    end: int
    words: str
    is_key: bool
    is_blank: bool
    """Whether the sentence goes on through it, so that a blank belongs in its place."""


def item_number(stem: str) -> str:
    """Return the number that a stem begins with, as it stands there; "" without one.

    >>> item_number("12．推进会在哪里召开？"), item_number("2020年的推进会"), item_number("1.5亿人"), item_number("2．10家企业")
    ('12．', '', '', '2．')
    """
    found = _NUMBER.match(stem)
    return found.group() if found else ""


def marked_option(option: str) -> str:
    """Return an option without the mark that it is right; the option itself when it has none."""
    found = _MARKED.search(option)
    return option[: found.start()] if found and found.start() else option


def told_answers(
    stem: str, kind: str, options: Sequence[str], key: Sequence[int], accepted: Sequence[str] = ()
) -> tuple[Told, ...]:
    """Return every place of a stem that tells an answer, in order.

    A letter in brackets that stands for something else (甲（A）和乙（B）) is none: then there are several,
    and together they are not the key.
    """
    reader = _Reader(kind, options, tuple(key), accepted)
    found = [*reader.brackets(stem), *reader.at_end(stem)]
    return tuple(sorted(found, key=lambda told: told.start))


def without_told(stem: str, told: Sequence[Told], kind: str) -> str:
    """Return a stem without the answers it tells: a blank where the sentence goes on, nothing elsewhere."""
    for one in sorted(told, key=lambda one: -one.start):
        blank = ""
        if one.is_blank and stem[: one.start].strip():
            blank = "____" if kind == "fill" else "（ ）"
        stem = stem[: one.start] + blank + stem[one.end :]
    stem = stem.strip()
    if kind == "fill" and stem.count("____") > 1 and stem.endswith("____"):
        stem = stem.removesuffix("____").rstrip()
    return stem


@dataclass(frozen=True, slots=True)
class _Reader:
    kind: str
    options: Sequence[str]
    key: tuple[int, ...]
    accepted: Sequence[str]

    def brackets(self, stem: str) -> list[Told]:
        told, letters = [], []
        for found in _BRACKET.finditer(stem):
            words = unicodedata.normalize("NFKC", found.group(1)).strip()
            named = _NAMED.fullmatch(words)
            if named and (
                named.group(1) == ":" or self._is_key(named.group(2)) or self._means(named.group(2))
            ):
                told.append(self._told(found, words, self._is_key(named.group(2)), is_blank=False))
            elif self.kind == "truefalse":
                at_edge = not stem[: found.start()].strip() or not strip_punctuation(stem[found.end() :])
                truth = _TRUTHS.get(found.group(1).strip(), _TRUTH_WORDS.get(words) if at_edge else None)
                if truth is not None:
                    told.append(self._told(found, words, (truth,) == self.key, is_blank=False))
            elif self._lettered(words):
                letters.append((found, words))
            elif self._is_key(words):
                told.append(self._told(found, words, True, is_blank=True))
        all_letters = {index for _, words in letters for index in self._lettered(words)}
        if len(letters) == 1 or all_letters == set(self.key):
            is_key = all_letters == set(self.key)
            told += [self._told(found, words, is_key, is_blank=True) for found, words in letters]
        return told

    def at_end(self, stem: str) -> list[Told]:
        if found := _NAMED_AT_END.search(stem):
            words = found.group(1).strip()
            if not words.endswith(tuple(")）]】\uff3d")) and (self._is_key(words) or self._means(words)):
                return [self._told(found, words, self._is_key(words), is_blank=False)]
        if self.kind == "truefalse" and (sign := _SIGN_AT_END.search(stem)):
            is_key = (_TRUTHS[sign.group(1)],) == self.key
            return [self._told(sign, sign.group(1), is_key, is_blank=False)]
        return []

    def _told(self, found: re.Match[str], words: str, is_key: bool, *, is_blank: bool) -> Told:
        return Told(found.start(), found.end(), words, is_key, is_blank)

    def _lettered(self, words: str) -> tuple[int, ...]:
        """Return the options that words name by letter; () when they are no letters of options."""
        if self.kind not in ("single", "multiple") or not _LETTERED.fullmatch(words):
            return ()
        named = tuple(sorted({_LETTERS.index(letter) for letter in words if letter in _LETTERS}))
        return named if named[-1] < len(self.options) else ()

    def _means(self, words: str) -> tuple[int, ...]:
        """Return the options that words name by letter or sign."""
        words = unicodedata.normalize("NFKC", words).strip()
        if self.kind == "truefalse":
            truth = _TRUTHS.get(words, _TRUTH_WORDS.get(words.upper()))
            return () if truth is None else (truth,)
        return self._lettered(words.upper())

    def _is_key(self, words: str) -> bool:
        if self.kind == "fill":
            return any(_plain(words) == _plain(text) for text in self.accepted if _plain(text))
        if means := self._means(words):
            return means == tuple(sorted(self.key))
        right = [_plain(self.options[i]) for i in self.key if i < len(self.options)]
        return self.kind != "truefalse" and len(right) == 1 and bool(right[0]) and _plain(words) == right[0]


def _plain(text: str) -> str:
    return strip_punctuation(unicodedata.normalize("NFKC", text).lower())
