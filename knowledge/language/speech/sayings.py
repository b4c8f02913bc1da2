"""Sayings: one line that stands for the many ways people put the same thing, found in what they write.

A saying is written as people say it. （甲/乙） is one of several, （甲/） may be left out, … is up to eight characters of
anything, 【名】 is a set that stands elsewhere in the file. It is found however it is spaced, in traditional script, in pinyin, and
with one character that only sounds like the right one. A saying in Latin letters is found by its words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.language.pinyin import cut_syllables
from knowledge.language.tables import readings_by_character, syllable_by_character
from knowledge.language.tidy import MAX_CHARS, plain, strip_punctuation, tidy

GAP = "…"
BREAK = "\n"
"""What stands in place of words that were passed over: nothing is found across it."""
_STEP = MAX_CHARS - 60
_GAP_CHARS = 8
_BEGUN_CHARS = 2
_BEGUN_GAP_CHARS = 2
# What people put before anything they have to say of themselves, up to three of them.
_LEADS = (
    "我们",
    "我",
    "人家",
    "其实",
    "真的",
    "真",
    "就是",
    "就",
    "又",
    "也",
    "都",
    "好",
    "很",
    "刚刚",
    "刚",
    "刚才",
    "现在",
    "今天",
    "昨晚",
    "觉得",
    "感觉",
)
_LEADS_BY_FIRST = {
    first: tuple(lead for lead in _LEADS if lead[0] == first) for first in {lead[0] for lead in _LEADS}
}
_MAX_LEADS = 3
# Two syllables are many words (xiang si is 想死 and 相似); one slip in three characters may be another word.
_MIN_LETTERS = 6
_MIN_HEARD_CHARS = 4
_SYNTAX = re.compile(r"([（(]|[）)]|[/／]|…+|\.{3,})")
_SET = re.compile(r"【([^【】]+)】")
_MAX_DEPTH = 20
_LATIN = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")
_CHOICE = re.compile(r"[（(][^（）()]*[）)]")
_CHINESE = re.compile("[\u4e00-\u9fff]")


class SayingError(ValueError):
    """A saying that can't be read, and why."""


@dataclass(frozen=True, slots=True)
class _Words:
    text: str


@dataclass(frozen=True, slots=True)
class _Gap:
    pass


@dataclass(frozen=True, slots=True)
class _Either:
    ways: tuple[tuple[_Part, ...], ...]


_Part = _Words | _Gap | _Either


def expanded(saying: str, sets: Mapping[str, str]) -> str:
    """Return a saying with each 【名】 replaced by what its set says; a set may name others.

    >>> expanded("【没】活头", {"没": "没得/莫得"})
    '（没得/莫得）活头'

    Raises:
        SayingError: for a set that isn't there, or sets that stand in each other without end.
    """
    for _ in range(_MAX_DEPTH):
        names = set(_SET.findall(saying))
        if unknown := names - sets.keys():
            raise SayingError(f"没有【{min(unknown)}】这一组")
        if not names:
            return saying
        saying = _SET.sub(lambda match: f"（{sets[match.group(1)]}）", saying)
    raise SayingError("【】里的组互相套住了")


def check_saying(saying: str) -> None:
    """Do nothing when a saying (its sets put in) can be read.

    Raises:
        SayingError: with what is wrong, in words for an editor.
    """
    _parse(saying)


def _parse(saying: str) -> tuple[_Part, ...]:
    stack: list[list[list[_Part]]] = [[[]]]
    for sign in filter(None, _SYNTAX.split(saying.lower())):
        _take(sign, stack)
    if len(stack) > 1:
        raise SayingError("括号没有合上")
    parts = tuple(stack[0][0])
    if _least(parts) == 0:
        raise SayingError("至少要有一个字")
    return parts


def _take(sign: str, stack: list[list[list[_Part]]]) -> None:
    """Add a sign or words to the innermost of the brackets that are open; the first of `stack` is the saying itself."""
    is_open = len(stack) > 1
    if sign in "（(":
        stack.append([[]])
    elif sign in "）)":
        if not is_open:
            raise SayingError("右括号多了一个")
        ways = stack.pop()
        stack[-1][-1].append(_Either(tuple(map(tuple, ways))))
    elif sign in "/／":
        if not is_open:
            raise SayingError("斜线要写在括号里，如（甲/乙）")
        stack[-1].append([])
    else:
        is_gap = sign.startswith((GAP, "..."))
        stack[-1][-1].append(_Gap() if is_gap else _Words(sign))


def _least(parts: tuple[_Part, ...]) -> int:
    """Return how many characters a saying has at least."""
    n = 0
    for part in parts:
        match part:
            case _Words(text):
                n += len(strip_punctuation(text))
            case _Either(ways):
                n += min(map(_least, ways))
            case _Gap():
                pass
    return n


def _most(parts: tuple[_Part, ...]) -> int:
    """Return how many characters a saying has at most; 0 when it leaves a gap."""
    n = 0
    for part in parts:
        match part:
            case _Words(text):
                n += len(strip_punctuation(text))
            case _Either(ways):
                lengths = [_most(way) for way in ways if way]
                if not all(lengths):
                    return 0
                n += max(lengths, default=0)
            case _Gap():
                return 0
    return n


@dataclass(frozen=True, slots=True)
class _Script:
    """How the words of sayings are looked for in one form of a text: character by character, by sound, by word."""

    gap: str
    sound_end: str | None = None
    is_latin: bool = False
    has_all_readings: bool = False

    def write(self, text: str) -> list[str]:
        """Return the regular expression of each unit of some words."""
        if self.is_latin:
            return [re.escape(c) for c in text.replace("'", "").replace("’", "")]
        units = list(plain(text))
        if self.sound_end is None:
            return [re.escape(c) for c in units]
        if not self.has_all_readings:
            sounds = syllable_by_character()
            return [re.escape(sounds.get(c, c)) + self.sound_end for c in units]
        readings = readings_by_character()
        return [f"(?:{'|'.join(map(re.escape, readings.get(c, (c,))))})" for c in units]


_CHARACTERS = _Script(rf"[^\n]{{0,{_GAP_CHARS}}}")
_LETTERS = _Script(rf"[a-z]{{0,{3 * _GAP_CHARS}}}", sound_end="")
# A whole message may be read in any way (谁 is shui and shei); in the middle of one that finds too much.
_ANY_LETTERS = _Script(_LETTERS.gap, sound_end="", has_all_readings=True)
_SYLLABLES = _Script(rf"(?:[^'\n]+'){{0,{_GAP_CHARS}}}", sound_end="'")
_WORDS = _Script(r"[^\n]{0,24}?", is_latin=True)


def _written(parts: tuple[_Part, ...], script: _Script) -> str:
    written = []
    for part in parts:
        match part:
            case _Words(text):
                written += script.write(text)
            case _Gap():
                written.append(script.gap)
            case _Either(ways):
                written.append(f"(?:{'|'.join(_written(way, script) for way in ways)})")
    return "".join(written)


def _is_within(text: str, at: int, parts: tuple[_Part, ...]) -> bool:
    """Return whether what is left of a text from `at` on is used up by a saying, or by a beginning of it."""
    if at >= len(text):
        return True
    if not parts:
        return False
    first, rest = parts[0], parts[1:]
    match first:
        case _Words(words):
            if words.startswith(text[at:]):
                return True
            return text.startswith(words, at) and _is_within(text, at + len(words), rest)
        case _Gap():
            return any(_is_within(text, at + n, rest) for n in range(_BEGUN_GAP_CHARS + 1))
        case _Either(ways):
            return any(_is_within(text, at, way + rest) for way in ways)


def _plainly(parts: tuple[_Part, ...]) -> tuple[_Part, ...]:
    """Return a saying with its words as they are compared."""
    found: list[_Part] = []
    for part in parts:
        match part:
            case _Words(text):
                found += [_Words(words)] if (words := plain(text)) else []
            case _Either(ways):
                found.append(_Either(tuple(map(_plainly, ways))))
            case _Gap():
                found.append(part)
    return tuple(found)


def _firsts(parts: tuple[_Part, ...]) -> set[str]:
    """Return the characters that a saying (plain) can begin with, "" when with any."""
    if not parts:
        return set()
    match parts[0]:
        case _Words(words):
            return {words[0]}
        case _Gap():
            return {""}
        case _Either(ways):
            return {first for way in ways for first in _firsts(way + parts[1:])}


def _any(patterns: Iterable[str], firsts: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern for any of some; `firsts` are the characters that all of them begin with, where that is known."""
    either = "|".join(dict.fromkeys(patterns)) or r"(?!)"
    return re.compile(_beginning(either, set(firsts)))


def _beginning(pattern: str, firsts: Set[str]) -> str:
    """Return a pattern that passes over most places of a text by their first character, where that must be one of some."""
    if not firsts or "" in firsts:
        return pattern
    return f"(?=[{re.escape(''.join(sorted(firsts)))}])(?:{pattern})"


@dataclass(frozen=True)
class Said:
    """A text in the forms that sayings are looked for in; see `hear`."""

    characters: str
    words: str

    @cached_property
    def sounds(self) -> str:
        """The syllables, one a character, each ended by an apostrophe."""
        known = syllable_by_character()
        return "".join(BREAK if c == BREAK else f"{known.get(c, c)}'" for c in self.characters)

    @cached_property
    def typed(self) -> tuple[str, tuple[int, ...]]:
        """The text as pinyin, each run of letters that can be read so, and which letters were typed as such (1) or not (0)."""
        letters, typed = "", []
        for part in re.findall(r"[a-z]+|[^a-z]", self.characters):
            spelled = part if _LATIN.fullmatch(part) else syllable_by_character().get(part, BREAK)
            is_typed = spelled == part and len(part) > 1 and _is_pinyin(part)
            letters += spelled if is_typed or len(part) == 1 else BREAK
            typed += [int(is_typed)] * (len(spelled) if is_typed or len(part) == 1 else 1)
        return letters, tuple(typed)


def _is_pinyin(letters: str) -> bool:
    return not letters or bool(cut_syllables(letters))


def hear(text: str) -> tuple[Said, ...]:
    """Return a text of any length as sayings are looked for, in stretches that overlap."""
    stretches = (text[start : start + MAX_CHARS] for start in range(0, max(1, len(text)), _STEP))
    return tuple(map(_heard, stretches))


def _heard(text: str) -> Said:
    # 活著 is 活着 there; the table of scripts leaves it, for 著名 has it too.
    folded = tidy(text).replace("著", "着")
    spaced = re.sub(r"[^a-z0-9]+", " ", folded.replace("'", "").replace("’", "")).strip()
    return Said(strip_punctuation(folded), spaced)


class Sayings:
    """Sayings (their sets put in) that are looked for together.

    >>> s = Sayings(("活着（真/）没…意思", "want to die"))
    >>> [s.stands_in(t) for t in ("活 着 沒 什 麼 意 思", "huo zhe mei yi si", "i want to die!", "i want to diet", "意思")]
    [True, True, True, False, False]
    """

    def __init__(self, sayings: Iterable[str]) -> None:
        self._sayings = tuple(sayings)

    @classmethod
    def in_any_of(cls, sayings: Iterable[str], texts: Collection[str] | None) -> Sayings:
        """Return those sayings that may stand in one of `texts`, all where None: whoever looks in few texts need not have all compiled."""
        return cls(sayings if texts is None else _possible(tuple(sayings), tuple(texts)))

    def stands_in(self, text: str) -> bool:
        """Return whether one of the sayings stands in `text`."""
        return any(self.found(said) for said in hear(text))

    def found(self, said: Said) -> str:
        """Return the stretch of a heard text that is one of the sayings, as it stands there; "" for none."""
        match = self._characters.search(said.characters)
        if match:
            return match.group()
        if said.words and (match := self._words.search(said.words)):
            return match.group()
        return self._heard(said) or self._spelled(said)

    def is_all_of(self, said: Said) -> bool:
        """Return whether a heard text is one of the sayings and nothing besides."""
        if self._characters.fullmatch(said.characters):
            return True
        if not said.characters.isascii():
            return False
        latin = said.words and self._words_all.fullmatch(said.words)
        return bool(latin or (_is_pinyin(said.characters) and self._letters_all.fullmatch(said.characters)))

    def is_begun(self, said: Said) -> bool:
        """Return whether a heard text is no more than the beginning of one of the sayings, which the next message may end."""
        text = said.characters
        if len(text) < _BEGUN_CHARS:
            return False
        return any(
            _is_within(text, at, parts)
            for at in _led_to(text)
            for first in (text[at : at + 1], "")
            for parts in self._by_first.get(first, ())
        )

    def without(self, said: Said) -> Said:
        """Return a heard text with a break in place of each stretch that is one of the sayings."""
        characters = self._characters.sub(BREAK, said.characters)
        # In pinyin only where nothing but pinyin is typed: 活动 is huodong, and no word of another language.
        if characters.isascii() and _is_pinyin(characters):
            characters = self._letters.sub(BREAK, characters)
        return Said(characters, self._words.sub(BREAK, said.words))

    def _heard(self, said: Said) -> str:
        """Return a stretch in which one character only sounds like the right one."""
        sounds = said.sounds
        for match in self._sounds.finditer(sounds):
            first = _place(sounds, match.start())
            stretch = said.characters[first : _place(sounds, match.end())]
            if len(stretch) >= _MIN_HEARD_CHARS and any(map(self._characters.search, self._mended(stretch))):
                return stretch
        return ""

    def _mended(self, stretch: str) -> Iterable[str]:
        sounds = syllable_by_character()
        for i, character in enumerate(stretch):
            for other in self._written_by_sound.get(sounds.get(character, ""), ()):
                yield stretch[:i] + other + stretch[i + 1 :]

    def _spelled(self, said: Said) -> str:
        """Return a stretch of pinyin, or of pinyin among characters."""
        if not _LATIN.search(said.characters):
            return ""
        letters, typed = said.typed
        for match in self._letters.finditer(letters):
            start, end = match.span()
            n_typed = sum(typed[start:end])
            if n_typed * 2 >= end - start >= _MIN_LETTERS and self._is_cut(letters, start, end):
                return match.group()
        return ""

    @staticmethod
    def _is_cut(letters: str, start: int, end: int) -> bool:
        """Return whether syllables begin and end where a stretch does: zisha is not in zishang."""
        before = letters[:start].rpartition(BREAK)[2]
        after = letters[end:].partition(BREAK)[0]
        return _is_pinyin(before) and _is_pinyin(after)

    def _chinese(self, script: _Script) -> list[str]:
        return [_written(parts, script) for is_latin, parts in self._parsed if not is_latin]

    def _latin(self) -> list[str]:
        return [_written(parts, _WORDS) for is_latin, parts in self._parsed if is_latin]

    @cached_property
    def _parsed(self) -> list[tuple[bool, tuple[_Part, ...]]]:
        return [(not _CHINESE.search(saying), _parse(saying)) for saying in self._sayings]

    @cached_property
    def _characters(self) -> re.Pattern[str]:
        return _any(self._chinese(_CHARACTERS), self.firsts())

    def in_characters(self) -> str:
        """Return the regular expression of any of the Chinese sayings, character by character; one that fits nothing for none."""
        return "|".join(dict.fromkeys(self._chinese(_CHARACTERS))) or r"(?!)"

    def firsts(self) -> set[str]:
        """Return the characters that the Chinese sayings can begin with, with "" when one can begin with any."""
        chinese = (_plainly(parts) for is_latin, parts in self._parsed if not is_latin)
        return {first for parts in chinese for first in _firsts(parts)}

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return _any(rf"\b(?:{pattern})\b" for pattern in self._latin())

    @cached_property
    def _words_all(self) -> re.Pattern[str]:
        return _any(self._latin())

    @cached_property
    def _letters(self) -> re.Pattern[str]:
        return _any(self._chinese(_LETTERS))

    @cached_property
    def _letters_all(self) -> re.Pattern[str]:
        return _any(self._chinese(_ANY_LETTERS))

    @cached_property
    def _sounds(self) -> re.Pattern[str]:
        long = (
            parts for is_latin, parts in self._parsed if not is_latin and _most(parts) >= _MIN_HEARD_CHARS
        )
        # At the beginning of a syllable only. Beside a gap one sound is too little: 被人…大 is not 被人…打.
        return re.compile(rf"(?<![^'\n])(?:{_any(_written(parts, _SYLLABLES) for parts in long).pattern})")

    @cached_property
    def _by_first(self) -> Mapping[str, list[tuple[_Part, ...]]]:
        """The Chinese sayings by each character that they can begin with."""
        found: defaultdict[str, list[tuple[_Part, ...]]] = defaultdict(list)
        for is_latin, written in self._parsed:
            parts = () if is_latin else _plainly(written)
            for first in _firsts(parts):
                found[first].append(parts)
        return found

    @cached_property
    def _written_by_sound(self) -> Mapping[str, tuple[str, ...]]:
        sounds = syllable_by_character()
        found: defaultdict[str, set[str]] = defaultdict(set)
        for is_latin, parts in self._parsed:
            for character in "" if is_latin else _characters_of(parts):
                if character in sounds:
                    found[sounds[character]].add(character)
        return {sound: tuple(sorted(characters)) for sound, characters in found.items()}


# The draft and the live release are asked the same, and mostly say the same.
@lru_cache(maxsize=128)
def _possible(sayings: tuple[str, ...], texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sayings all of whose sounds, in one of the ways they are said, are in one of `texts`.

    Letters may spell anything, so that a text with any keeps all sayings; to digits alone no saying in letters is found.
    """
    heard = [said for text in texts for said in hear(text)]
    if any(_LATIN.search(said.words) for said in heard):
        return sayings
    sounds = {frozenset(said.sounds.split("'")) for said in heard}

    def is_possible(saying: str) -> bool:
        if not _CHINESE.search(saying):
            return bool(_DIGIT.search(saying))
        needed = _sounds_of(_without_choices(saying))
        near = [said for said in sounds if needed <= said]
        parts = _parse(saying) if near else ()
        return any(_may_be_said(parts, said) for said in near)

    return tuple(filter(is_possible, sayings))


def _without_choices(saying: str) -> str:
    """Return what of a saying is said whichever way is taken."""
    shorter = _CHOICE.sub("", saying)
    return shorter if shorter == saying else _without_choices(shorter)


@lru_cache(maxsize=4096)
def _sounds_of(text: str) -> frozenset[str]:
    sounds = syllable_by_character()
    return frozenset(sounds.get(c, c) for c in plain(text.replace(GAP, "")))


def _may_be_said(parts: tuple[_Part, ...], sounds: Set[str]) -> bool:
    """Return whether a text with these sounds has all that a saying needs, in whatever order."""
    for part in parts:
        match part:
            case _Words(text):
                if not _sounds_of(text) <= sounds:
                    return False
            case _Either(ways):
                if not any(_may_be_said(way, sounds) for way in ways):
                    return False
            case _Gap():
                pass
    return True


def whole_of(several: Sequence[Sayings]) -> re.Pattern[str]:
    """Return a pattern that is for each `Sayings` a group, by its number from 1, of the characters of any of them."""
    firsts = {first for sayings in several for first in sayings.firsts()}
    return re.compile(_beginning("|".join(f"({sayings.in_characters()})" for sayings in several), firsts))


def _led_to(text: str) -> set[int]:
    """Return where a text can begin to say something: at its beginning, and after what people put before."""
    places = reached = {0}
    for _ in range(_MAX_LEADS):
        reached = {
            at + len(lead)
            for at in reached
            for lead in _LEADS_BY_FIRST.get(text[at : at + 1], ())
            if text.startswith(lead, at)
        }
        places = places | reached
    return places


def _place(sounds: str, end: int) -> int:
    """Return how many characters the first signs of their sounds stand for."""
    return sounds.count("'", 0, end) + sounds.count(BREAK, 0, end)


def _characters_of(parts: tuple[_Part, ...]) -> str:
    written = ""
    for part in parts:
        match part:
            case _Words(text):
                written += plain(text)
            case _Either(ways):
                written += "".join(map(_characters_of, ways))
            case _Gap():
                pass
    return written
