"""Text → terms: one way for what users type and for what editors write.

Two texts are kept. The *literal* text is what was typed, in one script and width, without punctuation
and politeness. The *canonical* text also folds what differs without meaning: question words and their
dialect forms become one representative, and a known name becomes one private-use character, so 央行 and
人民银行成都分行 are equal and a clause number is one sign, not three.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge.language.compound import Named
from knowledge.language.numerals import NUMERAL, chinese_numeral, numeral
from knowledge.language.pinyin import sound_by_character
from knowledge.language.tables import (
    class_by_question_word,
    filler,
    representative_by_synonym,
    syllable_by_character,
)
from knowledge.language.tidy import strip_punctuation, tidy
from knowledge.model.entries import Lexicon

_N_KEPT = 64
_ENTITY_BASE = 0xE000
_CLAUSE_BASE = 0xF000
_SPACE_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_CLAUSE = re.compile(
    rf"第({NUMERAL})条(?:的?第{NUMERAL}款(?=的?第?[（(]?{NUMERAL}[）)]?项))?"
    rf"(?:(?:的|里|面|下|中|之)*第?[（(]?({NUMERAL})[）)]?小?[项款点]|[的 里面下中之]*[（(]({NUMERAL})[）)])?"
)
_BARE_CLAUSE = re.compile(
    rf"(?:(?<=[\ue000-\uefff])的?第?|^第?)({NUMERAL})条"
    rf"(?:第?[（(]?({NUMERAL})[）)]?[项款点]|[（(]({NUMERAL})[）)])?(?=$|[^\w]|[是讲说写规咋怎内啥什呢的])"
)
_COUNTED = re.compile(r"(?<![\d.])(\d{1,2})(?=[条项个家句点方种类份位名])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
# 21年那个会 is 2021; 10年前 and 15年来 are spans.
_SHORT_YEAR = re.compile(r"(?<![\d第])([0-3]\d)年(?![前后来了以间级龄多内才能就])")
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


def _alternation(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))


def _name_by_alias(lexicon: Lexicon) -> dict[str, str]:
    """Return the name that each alias is one of, as it is compared; where two have the same, the first name."""
    found: dict[str, str] = {}
    for name in sorted(lexicon.aliases):
        for alias in (name, *lexicon.aliases[name]):
            # Also as it is written: a title has quotation marks inside.
            for form in (strip_punctuation(tidy(alias)), _SPACE_INSIDE.sub("", tidy(alias))):
                found.setdefault(form, name)
    return found


def _words_with_a_name_inside(lexicon: Lexicon, aliases: Collection[str]) -> set[str]:
    """Return the words of the lexicon that only hold a name: 人行 in 个人行为, 自律 in 严格自律."""
    words = {strip_punctuation(tidy(word)) for word in lexicon.words}.difference(aliases)
    return {w for w in words if any(alias in w for alias in aliases if len(alias) < len(w))}


class Analyzer:
    """Turns texts into terms with the names and fillers of one lexicon.

    Names are recognised by their aliases, and one syllable-equal slip in a name of three or more
    characters (or one character of a two-character name) is mended: 李志钢 is 李志刚. `names_as_written` has every way to
    write a name, tidied, with what it is and the name, `named` only what it is.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.names = tuple(sorted(lexicon.aliases))
        self._symbol_by_name = {name: chr(_ENTITY_BASE + i) for i, name in enumerate(self.names)}
        self._name_by_symbol = {symbol: name for name, symbol in self._symbol_by_name.items()}
        self._folded = frozenset(
            name for name in self.names if lexicon.kinds[name] in {"person", "organisation", "document"}
        )
        self._name_by_alias = _name_by_alias(lexicon)
        self.names_as_written: Mapping[str, tuple[str, str]] = {
            tidy(written): (lexicon.kinds[name], name)
            for name in self.names
            for written in (*lexicon.aliases[name], name)
        }
        self.named = Named({written: kind for written, (kind, _) in self.names_as_written.items()})
        holding = _words_with_a_name_inside(lexicon, self._name_by_alias)
        self._alias_pattern = re.compile(_alternation({*self._name_by_alias, *holding}) or r"(?!)")
        self._aliases_by_first_sounds = self._sounding_aliases(lexicon)
        polite = filler() | {strip_punctuation(tidy(word)) for word in lexicon.filler}
        self._filler = re.compile(_alternation(polite))
        self._class_by_form = class_by_question_word()
        self._question_pattern = re.compile(_alternation(self._class_by_form))
        self._synonym_pattern = re.compile(_alternation(representative_by_synonym()) or r"(?!)")
        # Each skill and every part of the judgement reads the same message, and rows come again.
        self._read = lru_cache(maxsize=_N_KEPT)(self._analyze)
        self._marked = lru_cache(maxsize=_N_KEPT)(self._mark)

    def _sounding_aliases(self, lexicon: Lexicon) -> dict[tuple[str, str], list[tuple[list[str], str]]]:
        """Return the names that can be mended with their sounds, by the first two of them, longest first."""
        sounds = sound_by_character()
        found: defaultdict[tuple[str, str], list[tuple[list[str], str]]] = defaultdict(list)
        for alias, name in self._name_by_alias.items():
            is_person = lexicon.kinds[name] == "person" and 2 <= len(alias) <= 3
            if (is_person or len(alias) >= 4) and all(c in sounds for c in alias):
                heard = [sounds[c] for c in alias]
                found[heard[0], heard[1]].append((heard, alias))
        return {first: sorted(aliases, key=lambda item: -len(item[0])) for first, aliases in found.items()}

    def _mend_names(self, text: str) -> str:
        sounds = sound_by_character()
        heard = [sounds.get(c, c) for c in text]
        aliases, done = self._aliases_by_first_sounds, 0
        # Hundreds of names begin with one sound, few with two.
        for i, begun in enumerate(pairwise(heard)):
            if i < done or begun not in aliases:
                continue
            for wanted, alias in aliases[begun]:
                end = i + len(alias)
                if heard[i:end] == wanted and alias != text[i:end] and self._is_slip(alias, text[i:end]):
                    text = text[:i] + alias + text[end:]
                    done = end
                    break
        return text

    @staticmethod
    def _is_slip(alias: str, typed: str) -> bool:
        same = sum(a == b for a, b in zip(alias, typed, strict=True))
        syllables = syllable_by_character()
        exact = all(syllables[a] == syllables.get(b, b) for a, b in zip(alias, typed, strict=True))
        return same >= len(alias) - 1 if len(alias) > 2 else same == 1 and exact

    def analyze(self, text: str) -> Terms:
        """Return the terms of `text` (already `tidy` or not); empty input gives empty terms."""
        return self._read(tidy(text))

    def _analyze(self, text: str) -> Terms:
        literal = strip_punctuation(text)
        marked, clauses = self._marked(text)
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
        return self._filler.sub(" ", self._marked(text)[0])

    def _mark(self, text: str) -> tuple[str, tuple[str, ...]]:
        return self._mark_clauses(self._fold_names(self._mend_names(text)))

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
