"""Text → terms: one way for what users type and for what editors write.

Two texts are kept. The *literal* text is what was typed, in one script and width, without punctuation
and politeness. The *canonical* text also folds what differs without meaning: question words and their
dialect forms become one representative, and a known name becomes one private-use character, so 央行 and
人民银行成都分行 are equal and a clause number is one sign, not three.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge.language.pinyin import sound_by_character
from knowledge.language.tables import (
    filler,
    representative_by_synonym,
    simplified_by_traditional,
    syllable_by_character,
)
from knowledge.model import Lexicon

MAX_CHARS = 300
"""Longer input is cut here, before any work that grows with it."""

_ENTITY_BASE = 0xE000
_CLAUSE_BASE = 0xF000
_STICKERS = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]|/::?(?:[a-z]{2,8}|[^\s\u4e00-\u9fff]{1,3})")
# Private-use characters are our own signs for names and clauses; `tidy` lets none in from outside.
_NOT_WORD = re.compile(r"[^\w\ue000-\uf8ff]+|_")
_SPACE_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_DIGITS = "零一二三四五六七八九"
_NUMERAL = (
    r"(?:[一二三四五六七八九]百(?:零?[一二三四五六七八九]?十?[一二三四五六七八九]?)"
    r"|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|\d{1,3})"
)
_CLAUSE = re.compile(
    rf"第({_NUMERAL})条(?:(?:的|里|面|下|中|之)*第?[（(]?({_NUMERAL})[）)]?小?[项款点]|[的 里面下中之]*[（(]({_NUMERAL})[）)])?"
)
_BARE_CLAUSE = re.compile(
    rf"(?:(?<=[\ue000-\uefff])的?第?|^第?)({_NUMERAL})条"
    rf"(?:第?[（(]?({_NUMERAL})[）)]?[项款点]|[（(]({_NUMERAL})[）)])?(?=$|[^\w]|[是讲说写规咋怎内啥什呢的])"
)
_COUNTED = re.compile(r"(?<![\d.])(\d{1,2})(?=[条项个家句点方种类份位名])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
# 21年那个会 is 2021; 10年前 and 15年来 are spans.
_SHORT_YEAR = re.compile(r"(?<![\d第])([0-3]\d)年(?![前后来了以间级龄多内才能就])")

# Question words by class, longest first within the alternation; the first form is the representative.
_QUESTION_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "为什么",
        (
            "为啥子",
            "为什么",
            "为啥",
            "为何",
            "为哪样",
            "什么原因",
            "怎么回事",
            "啥原因",
            "凭啥子",
            "凭啥",
            "凭什么",
        ),
    ),
    (
        "怎么",
        (
            "怎么样",
            "怎么办",
            "怎么着",
            "怎样",
            "怎么",
            "如何",
            "咋个办",
            "咋办",
            "咋样",
            "咋个",
            "咋子",
            "咋",
            "啷个",
            "该怎么",
            "要怎么",
        ),
    ),
    ("多少", ("好多", "多少", "几多", "多少个", "几个", "几位", "几家", "几人", "几条", "几项")),
    (
        "时候",
        (
            "什么时候",
            "啥子时候",
            "啥时候",
            "哪个时候",
            "哪阵",
            "哪会儿",
            "何时",
            "几时",
            "哪天",
            "哪一天",
            "几月几号",
            "几月几日",
            "几号",
            "哪年",
            "哪一年",
            "几几年",
            "什么时间",
            "啥时间",
            "好久",
            "日期",
        ),
    ),
    (
        "哪里",
        (
            "哪里",
            "哪个塌塌",
            "哪塌塌",
            "啥子塌塌",
            "哪个凼凼",
            "哪凼",
            "哪块儿",
            "哪儿",
            "哪点",
            "哪凯",
            "啥地方",
            "什么地方",
            "何处",
            "哪个地方",
            "在哪",
            "哪块",
            "哪个城市",
            "地点",
        ),
    ),
    (
        "谁",
        ("什么人", "啥人", "哪个人", "哪位", "哪些人", "哪几个人", "哪一位", "谁", "哪个领导", "哪位领导"),
    ),
    ("什么", ("什么", "啥子", "啥", "哪样", "么子", "哪些", "哪几", "那些啥", "何", "哪个", "哪种")),
    (
        "能",
        (
            "能不能",
            "可不可以",
            "可以不可以",
            "能否",
            "可否",
            "要得不",
            "得不得行",
            "行不行",
            "可以不",
            "能不",
            "可以",
            "行不",
        ),
    ),
    ("有", ("有没有", "有无", "有木有", "有得没得")),
    ("是", ("是不是", "是否", "算不算", "算是")),
    ("要", ("要不要", "需不需要", "用不用", "应不应该", "该不该", "必须", "应当", "应该")),
    ("没", ("没有", "没得", "未", "木有", "莫得", "无")),
    (
        "说",
        (
            "讲了",
            "说了",
            "谈了",
            "提了",
            "讲过",
            "说过",
            "提到",
            "谈到",
            "讲到",
            "说到",
            "指出",
            "表示",
            "强调",
            "讲",
            "谈",
            "说",
            "提",
            "介绍",
            "发言",
        ),
    ),
    ("我", ("我们", "咱们", "咱", "俺", "我")),
    ("你", ("您", "你们", "你")),
    ("知道", ("晓得", "了解", "知道")),
    ("办", ("整", "搞", "弄", "办")),
)
_PARTICLES = re.compile(r"(?:[吗呢啊呀吧嘛噻哈哦喔咯哇呐嘞哟了哒呗哩撒]+|的)$")
_LEADING = re.compile(r"^(?:那么|那个|那|就是|然后|[嗯呃额哎诶噢哦啊]|这个)+")
_INTERJECTIONS = re.compile(r"[嘛噻咯哇哟嘞呗哒呐撒哈]")


@dataclass(frozen=True, slots=True)
class Terms:
    """One analysed text. `entities` and `clauses` hold canonical names and clause numbers in order of appearance."""

    literal: str
    canonical: str
    entities: tuple[str, ...]
    clauses: tuple[str, ...]
    years: tuple[str, ...]


class _Plain(dict[int, str]):
    """A table for `str.translate` that is filled as it is used: letters, digits and punctuation stay, the rest is space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        stays = not character.isspace() and unicodedata.category(character)[0] in "LNPZ"
        self[code] = character if stays else " "
        return self[code]


_PLAIN = _Plain()
_SPACES = re.compile(r" +")


def tidy(text: str) -> str:
    """Return `text` in one width, case and script, without emoji, controls and stickers, cut at `MAX_CHARS`.

    Punctuation stays. Idempotent on its own output; empty and emoji-only input give "".
    """
    return _tidy(text[: 4 * MAX_CHARS])


# Each skill reads the same message.
@lru_cache(maxsize=256)
def _tidy(text: str) -> str:
    text = _STICKERS.sub(" ", unicodedata.normalize("NFKC", text))
    cleaned = text.translate(_PLAIN).lower().translate(simplified_by_traditional())
    return _SPACES.sub(" ", cleaned).strip()[:MAX_CHARS]


def strip_punctuation(text: str) -> str:
    """Return only the letters, digits and CJK characters of `text`.

    >>> strip_punctuation("第三条,讲 什么？")
    '第三条讲什么'
    """
    return _NOT_WORD.sub("", text)


def numeral(text: str) -> int:
    """Return the number that `text` names, 0..999, in Chinese or Arabic digits.

    >>> numeral("十二"), numeral("8"), numeral("三"), numeral("一百零三"), numeral("一百二十")
    (12, 8, 3, 103, 120)
    """
    if text.isdecimal():
        return int(text)
    hundreds, hundred, rest = text.partition("百")
    if hundred:
        return _DIGITS.index(hundreds) * 100 + (numeral(rest.lstrip("零")) if rest.strip("零") else 0)
    tens, ten, units = text.rpartition("十")
    value = (_DIGITS.index(tens) if tens else 1) * 10 if ten else 0
    return value + (_DIGITS.index(units) if units else 0)


def chinese_numeral(value: int) -> str:
    """Return 1..99 in Chinese digits.

    >>> chinese_numeral(12), chinese_numeral(8), chinese_numeral(20)
    ('十二', '八', '二十')
    """
    tens, units = divmod(value, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[units] if units else "")


def _alternation(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))


class Analyzer:
    """Turns texts into terms with the names and fillers of one lexicon.

    Names are recognised by their aliases, and one syllable-equal slip in a name of three or more
    characters (or one character of a two-character name) is mended: 李志钢 is 李志刚.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.names = tuple(sorted(lexicon.aliases))
        self._symbol_by_name = {name: chr(_ENTITY_BASE + i) for i, name in enumerate(self.names)}
        self._name_by_symbol = {symbol: name for name, symbol in self._symbol_by_name.items()}
        folded = frozenset(
            name for name in self.names if lexicon.kinds[name] in {"person", "organisation", "document"}
        )
        self._name_by_alias: dict[str, str] = {}
        for name in self.names:
            for alias in (name, *lexicon.aliases[name]):
                # Also as it is written: a title has quotation marks inside.
                for form in (strip_punctuation(tidy(alias)), _SPACE_INSIDE.sub("", tidy(alias))):
                    self._name_by_alias.setdefault(form, name)
        self._folded = folded
        # A word of the lexicon that has a name inside is no name: 人行 in 个人行为, 自律 in 严格自律.
        words = (
            frozenset(strip_punctuation(tidy(word)) for word in lexicon.words) - self._name_by_alias.keys()
        )
        holding = {
            w for w in words if any(alias in w for alias in self._name_by_alias if len(alias) < len(w))
        }
        self._alias_pattern = re.compile(_alternation({*self._name_by_alias, *holding}) or r"(?!)")
        self._aliases_by_first_sound = self._sounding_aliases(lexicon)
        polite = filler() | {strip_punctuation(tidy(word)) for word in lexicon.filler}
        self._filler = re.compile(_alternation(polite))
        forms: Mapping[str, str] = {form: words[0] for words in _QUESTION_WORDS for form in words[1]}
        self._class_by_form = forms
        self._question_pattern = re.compile(_alternation(forms))
        self._synonym_pattern = re.compile(_alternation(representative_by_synonym()) or r"(?!)")

    def _sounding_aliases(self, lexicon: Lexicon) -> dict[str, list[tuple[list[str], str]]]:
        """Return the names that can be mended with their sounds, by the first sound, longest first."""
        sounds = sound_by_character()
        found: defaultdict[str, list[tuple[list[str], str]]] = defaultdict(list)
        for alias, name in self._name_by_alias.items():
            is_person = lexicon.kinds[name] == "person" and 2 <= len(alias) <= 3
            if (is_person or len(alias) >= 4) and all(c in sounds for c in alias):
                heard = [sounds[c] for c in alias]
                found[heard[0]].append((heard, alias))
        return {first: sorted(aliases, key=lambda item: -len(item[0])) for first, aliases in found.items()}

    def _mend_names(self, text: str) -> str:
        sounds = sound_by_character()
        heard = [sounds.get(c, c) for c in text]
        i = 0
        while i < len(text):
            for wanted, alias in self._aliases_by_first_sound.get(heard[i], ()):
                end = i + len(alias)
                if heard[i:end] == wanted and alias != text[i:end] and self._is_slip(alias, text[i:end]):
                    text = text[:i] + alias + text[end:]
                    i = end - 1
                    break
            i += 1
        return text

    @staticmethod
    def _is_slip(alias: str, typed: str) -> bool:
        same = sum(a == b for a, b in zip(alias, typed, strict=True))
        syllables = syllable_by_character()
        exact = all(syllables[a] == syllables.get(b, b) for a, b in zip(alias, typed, strict=True))
        return same >= len(alias) - 1 if len(alias) > 2 else same == 1 and exact

    def analyze(self, text: str) -> Terms:
        """Return the terms of `text` (already `tidy` or not); empty input gives empty terms."""
        text = tidy(text)
        literal = strip_punctuation(text)
        marked, clauses = self._mark_clauses(self._fold_names(self._mend_names(text)))
        canonical = self._strip_filler(strip_punctuation(marked))
        canonical = _COUNTED.sub(lambda m: chinese_numeral(int(m.group(1))) or m.group(1), canonical)
        canonical = self._question_pattern.sub(lambda m: self._class_by_form[m.group()], canonical)
        canonical = self.fold(self._strip_ends(canonical))
        return Terms(
            literal=literal,
            canonical=canonical,
            entities=self._entities(marked),
            clauses=clauses,
            years=(*_YEAR.findall(text), *(f"20{year}" for year in _SHORT_YEAR.findall(text))),
        )

    def fold(self, text: str) -> str:
        """Return `text` with everyday words that mean the same made one."""
        return self._synonym_pattern.sub(lambda m: representative_by_synonym()[m.group()], text)

    def mark_names(self, text: str) -> str:
        """Return a tidied text without filler, each known name and clause number one private-use sign."""
        marked, _ = self._mark_clauses(self._fold_names(self._mend_names(text)))
        return self._filler.sub(" ", marked)

    def _fold_names(self, text: str) -> str:
        def fold(match: re.Match[str]) -> str:
            name = self._name_by_alias.get(match.group(), match.group())
            return self._symbol_by_name[name] if name in self._folded else name

        return self._alias_pattern.sub(fold, _SPACE_INSIDE.sub("", text))

    def _entities(self, marked: str) -> tuple[str, ...]:
        names = [self._name_by_symbol[c] for c in marked if c in self._name_by_symbol]
        names += [
            m.group() for m in self._alias_pattern.finditer(marked) if m.group() in self._symbol_by_name
        ]
        return tuple(dict.fromkeys(names))

    @staticmethod
    def _mark_clauses(text: str) -> tuple[str, tuple[str, ...]]:
        clauses: list[str] = []

        def mark(match: re.Match[str]) -> str:
            article = numeral(match.group(1))
            item = next((numeral(g) for g in match.groups()[1:] if g), 0)
            clauses.append(f"{article}.{item}" if item else str(article))
            signs = chr(_CLAUSE_BASE + min(article, 99) * 20)
            return signs + (chr(_CLAUSE_BASE + min(article, 99) * 20 + min(item, 19)) if item else "")

        marked = _BARE_CLAUSE.sub(mark, _CLAUSE.sub(mark, text))
        return marked, tuple(dict.fromkeys(clauses))

    def _strip_filler(self, text: str) -> str:
        stripped = self._filler.sub("", text)
        return stripped if len(stripped) >= 2 else text

    @staticmethod
    def _strip_ends(text: str) -> str:
        shorter = _INTERJECTIONS.sub("", _LEADING.sub("", text))
        while len(shorter) >= 2 and (ended := _PARTICLES.sub("", shorter)) != shorter:
            shorter = ended
        return shorter if len(shorter) >= 2 else text
