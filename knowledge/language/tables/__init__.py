"""Tables of the language: traditional → simplified, character → toneless syllables, common and empty words.

The tables of characters and of common words (`words.npz`, see `knowledge.language.words`) are generated, so that neither opencc nor
pypinyin is needed at run time, nor jieba's whole dictionary; `make_tables.py` beside this file writes them again. `actors.txt`,
`antonyms.txt`, `asking.txt`, `callings.txt`, `denials.txt`, `dialect.txt`, `dying.txt`, `empty_words.txt`, `filler.txt`, `harms.txt`, `misdeeds.txt`, `negations.txt`, `papers.txt`, `places.txt`, `poles.txt`, `posts.txt`,
`products.txt`, `source_kinds.txt`, `surnames.txt` and `synonyms.txt` are kept by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def simplified_by_traditional() -> dict[int, int]:
    """Return the single-character table for `str.translate`: traditional code point → simplified."""
    traditional, simplified = _read("t2s.txt").splitlines()
    return dict(zip(map(ord, traditional), map(ord, simplified), strict=True))


@cache
def syllable_by_character() -> dict[str, str]:
    """Return the commonest toneless syllable of each CJK character, `ü` written `v`."""
    return {
        character: syllable
        for syllable, characters in map(str.split, _read("pinyin.txt").splitlines())
        for character in characters
    }


@cache
def readings_by_character() -> dict[str, tuple[str, ...]]:
    """Return all toneless syllables of each CJK character, the commonest first."""
    alone = {syllable: (syllable,) for syllable in syllable_by_character().values()}
    readings: dict[str, tuple[str, ...]] = {
        character: alone[syllable] for character, syllable in syllable_by_character().items()
    }
    for syllable, characters in map(str.split, _read("heteronyms.txt").splitlines()):
        for character in characters:
            readings[character] += (syllable,)
    return readings


@cache
def empty_words() -> frozenset[str]:
    """Return the words that ask, connect or address, and so say nothing about what a question is about."""
    return frozenset(_read("empty_words.txt").split())


@cache
def representative_by_synonym() -> dict[str, str]:
    """Return everyday words that mean the same in a question, each with the word that stands for its group."""
    groups = (line.split() for line in _read("synonyms.txt").splitlines())
    return {word: first for first, *others in groups for word in others}


@cache
def standard_by_dialect() -> dict[str, str]:
    """Return words of dialect, each with the word of the standard language for it."""
    lines = (line.split() for line in _read("dialect.txt").splitlines())
    return {word: standard for standard, *words in lines for word in words}


@cache
def everyday_words() -> tuple[str, ...]:
    """Return the words that questions are made of, whatever they are about: question words, politeness, and what has synonyms."""
    tables = ("question_words.txt", "filler.txt", "synonyms.txt", "dialect.txt", "asking.txt")
    return tuple(dict.fromkeys(word for table in tables for word in _read(table).split()))


@cache
def filler() -> frozenset[str]:
    """Return the phrases of politeness and hesitation that say nothing about what is asked."""
    return frozenset(_read("filler.txt").split())


@cache
def places() -> frozenset[str]:
    """Return the provinces and larger cities of China: a question about another place is another question."""
    return frozenset(_read("places.txt").split())


@cache
def posts() -> tuple[str, ...]:
    """Return the words that end the post somebody holds: 主任, 园长."""
    return tuple(_read("posts.txt").split())


@cache
def surnames() -> frozenset[str]:
    """Return the signs of family names that seldom begin anything else."""
    return frozenset("".join(_read("surnames.txt").partition("\n\n")[0].split()))


@cache
def ambiguous_surnames() -> frozenset[str]:
    """Return the signs of family names that mostly stand for something else: 国, 水, 那."""
    return frozenset("".join(_read("surnames.txt").partition("\n\n")[2].split()))


@cache
def callings() -> tuple[str, ...]:
    """Return the words for what somebody is beside or without a post: 党组成员, 教师, 代表."""
    return tuple(_read("callings.txt").split())


@cache
def papers() -> tuple[str, ...]:
    """Return the kinds of official documents, as they end a title: 倡议书, 通知, 办法."""
    return tuple(_read("papers.txt").split())


@cache
def traits_by_source_kind() -> Mapping[str, frozenset[str]]:
    """Return the kinds of source that are cited unlike a document, each with its traits, fields of `SourceKind`."""
    lines = (line.split() for line in _read("source_kinds.txt").splitlines())
    return {kind: frozenset(traits) for kind, *traits in lines}


@cache
def antonyms() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return pairs of groups: what a word of the one group says, a word of the other turns round."""
    return _pairs_of_groups("antonyms.txt")


@cache
def poles() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return pairs of groups of signs that make opposite words of the same other sign: 强, 弱 and 化."""
    return _pairs_of_groups("poles.txt")


def _pairs_of_groups(name: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    pairs = (line.split("|") for line in _read(name).splitlines())
    return tuple((tuple(one.split()), tuple(other.split())) for one, other in pairs)


@cache
def products() -> tuple[str, ...]:
    """Return what is known by its name everywhere: platforms, companies, media and techniques that a text may drag in."""
    return tuple(_read("products.txt").split())


@cache
def denials() -> tuple[str, ...]:
    """Return the words that turn round what they stand with: 不, 拒绝, 清除."""
    return tuple(_read("denials.txt").split())


@cache
def asking_words() -> tuple[str, ...]:
    """Return the words that ask for something wherever they stand: 什么, 谁."""
    return tuple(_read("asking.txt").split())


@cache
def english() -> dict[str, str]:
    """Return how questions in English say what is asked in Chinese, by word and phrase; "" for what says nothing that is asked."""
    lines = (line.partition("\t") for line in _read("english.txt").splitlines() if not line.startswith("#"))
    return {said.strip(): meant.strip() for said, _, meant in lines if said.strip()}


@cache
def negations() -> tuple[str, ...]:
    """Return the characters that deny whatever stands behind them: 不, 没, 未; of words that do so, see `denials`."""
    return tuple(_read("negations.txt").split())


@cache
def harms() -> tuple[str, ...]:
    """Return the verbs that do to a thing what nobody should do to a good one: 泄露, 违反, 削弱."""
    return tuple(_read("harms.txt").split())


@cache
def misdeeds() -> tuple[str, ...]:
    """Return what nobody may be helped to do, to whatever it is done: 盗用, 骗取, 网暴."""
    return tuple(_read("misdeeds.txt").split())


@cache
def dying() -> tuple[str, ...]:
    """Return the words of who asks how to die: 会死, 痛不痛, 多少片."""
    return tuple(_read("dying.txt").split())


@cache
def side_by_actor() -> dict[str, int]:
    """Return the words for who does something, each with the number of its side: users, companies, authorities."""
    sides = enumerate(_read("actors.txt").splitlines())
    return {word: side for side, line in sides for word in line.split()}


@cache
def class_by_question_word() -> Mapping[str, str]:
    """Return for each question word and its forms in dialect the word that stands for its class."""
    lines = (line.split() for line in _read("question_words.txt").splitlines())
    return {form: representative for representative, *forms in lines for form in forms}
