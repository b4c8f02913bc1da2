"""How like words of danger a text is, by what `bench.danger` made of lines that people wrote.

A small linear model reads characters, sounds and words, and costs next to nothing. Where it is unsure, the lines are asked that are nearest
in meaning (`told`). Neither keeps anything of what it reads, but the signs of the last few texts, and how calm the last calm ones were: several
ask that of one message, and many people ask the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from knowledge.language.pinyin import cut_syllables
from knowledge.language.speech.told import odds_nearby
from knowledge.language.tables import syllable_by_character
from knowledge.language.tidy import strip_punctuation, tidy

N_SIGNS = 1 << 16
N_KIND_SIGNS = 1 << 13
FILE = Path(__file__).parent.parent / "tables/danger.npz"
SURE_AT = 0.7
"""From these log odds on a text is danger."""
ASKED_MORE = 1.0
"""So much more a text must have that asks for a rule or a procedure: who wants to know what he must pay or whether he may needs an answer first."""
SHARE_OF_MEANING = 1.5
"""How much the log odds by the nearest lines count beside those by characters."""
MORE_WITH_MEANING = 0.3
"""So much more a text must have where both were asked."""
UNSURE = (-3.0, 2.5)
"""Between these log odds by characters the meaning is asked too, where it can be."""
PLAIN_AT = 2.0
"""From these log odds on a text is danger even where the knowledge would have an answer to it."""
CALM_AT = -0.8
"""Below these log odds what a saying found is a play, a game, a rule or a manner of speaking."""
CALM_IN_LETTERS_AT = -2.5
"""The same for a text that is mostly letters, where sounds and words of another language mix."""
SOFT_AT = -0.5
"""From these log odds on who gets no answer is told whom to call, beside what is said anyway."""
SOFT_WITH_MEANING_AT = -1.25
"""The same where the meaning was asked too: it tells many a manner of speaking (辣死了, 蚊子) from trouble."""
SOFT_WHERE_SAID_AT = -2.0
"""The same where a saying was found and overruled."""
NEAR_AT = -1.5
"""From these log odds on nothing is noted of a text."""
KIND_AT = 0.45
"""So much of what speaks for danger must speak for one kind, or the help is the general one."""
_END_CHARS = 60
_ASKING_RULE = re.compile(
    "什么后果|啥子?后果|会不会(?:被|算|当|作|影响|过期|失效)|会被当|算不算|是不是[算等]|能不能|可不可以|可以[不吗么]|得不得行|要得不|行不行|行[不吗么]$"
    "|要不要|用不用|(?:怎么|怎样|咋个?)(?:办理|申请|申报|报名|报销|退|补[办交缴]|交费|缴费|计算|算$|查询|登记|登录)|多少钱|好多钱|几[号点折]|几天[内能办到]"
    "|多久|好久(?:能|到|可以)|什么(?:材料|手续|条件|证件)|哪些(?:材料|手续|条件|证件)|能[^，。？！]{1,6}[不吗么]$|合[规法][不吗么]"
)
_RUN = re.compile(r"[a-z]+|[0-9]+|[\u4e00-\u9fff]")
_MASK = 0xFFFFFFFF
_PRIME = 0x01000193
_TYPED, _NUMBER = "~", "#"
# A message and its clauses.
_N_KEPT = 8
_N_CALM = 512

Floats = npt.NDArray[np.float32]
Signs = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Model:
    """The fitted weights: log odds of danger by sign, and of each kind by sign."""

    signs: Floats
    bias: float
    kinds: tuple[str, ...]
    kind_signs: Floats
    kind_bias: Floats


@cache
def fitted() -> Model:
    """Return the weights as they are shipped."""
    with np.load(FILE) as file:
        return Model(
            signs=file["signs"].astype(np.float32) * float(file["sign_scale"]),
            bias=float(file["bias"]),
            kinds=tuple(str(kind) for kind in file["kinds"]),
            kind_signs=file["kind_signs"].astype(np.float32) * float(file["kind_scale"]),
            kind_bias=file["kind_bias"],
        )


def likeness(text: str) -> float:
    """Return the log odds that a text tells of danger, by its characters; equal for equal text."""
    tidied = tidy(text)
    odds = _calm.get(tidied)
    if odds is None:
        odds = _likeness(tidied)
        if odds < NEAR_AT:
            if len(_calm) >= _N_CALM:
                _calm.clear()
            _calm[tidied] = odds
    return odds


_calm: dict[str, float] = {}


def _likeness(tidied: str) -> float:
    signs = _signs_of(tidied)
    if not len(signs):
        return -np.inf
    model = fitted()
    return float(model.signs[signs].sum() / np.sqrt(len(signs)) + model.bias)


def is_like_danger(text: str, vector_of: Callable[[str], Floats | None] | None) -> bool:
    """Return whether a text is so like words of danger that help is due.

    Args:
        vector_of: Gives the vector of a text, None when there is none now; None where meaning is off.
    """
    odds, _ = _odds_of(text, vector_of)
    return odds >= sure_at(text)


def is_near_danger(text: str, vector_of: Callable[[str], Floats | None] | None, *, was_said: bool) -> bool:
    """Return whether a text that is not like enough to words of danger is so like them that whoever gets no answer is told whom to call.

    Args:
        vector_of: As for `is_like_danger`.
        was_said: Whether a saying was found in it, and overruled.
    """
    odds, in_meaning = _odds_of(text, vector_of)
    if in_meaning:
        odds -= ASKED_MORE * asks_for_rule(text)
    return odds >= (SOFT_WHERE_SAID_AT if was_said else SOFT_WITH_MEANING_AT if in_meaning else SOFT_AT)


def _odds_of(text: str, vector_of: Callable[[str], Floats | None] | None) -> tuple[float, bool]:
    """Return the log odds that a text tells of danger, and whether its meaning was asked, as it is where characters are unsure."""
    odds = likeness(text)
    least, most = UNSURE
    vector = vector_of(tidy(text)) if vector_of and least < odds < most else None
    if vector is None:
        return odds, False
    return odds + SHARE_OF_MEANING * odds_nearby(vector) - MORE_WITH_MEANING, True


def sure_at(text: str) -> float:
    """Return from which log odds on a text is danger: it takes more where a rule or a procedure is asked for."""
    return SURE_AT + ASKED_MORE * asks_for_rule(text)


def asks_for_rule(text: str) -> bool:
    """Return whether a text asks what the rules are: whether one may, what it costs, how it is done."""
    return bool(_ASKING_RULE.search(strip_punctuation(tidy(text))))


def likely_kind(text: str) -> str:
    """Return the kind of danger that a text tells of, "" when it may be several."""
    model = fitted()
    signs = read_signs(text) % N_KIND_SIGNS
    odds = model.kind_signs[:, signs].sum(axis=1) / np.sqrt(max(len(signs), 1)) + model.kind_bias
    shares = np.exp(odds - odds.max())
    best = int(shares.argmax())
    return model.kinds[best] if shares[best] >= KIND_AT * shares.sum() else ""


def read_signs(text: str) -> Signs:
    """Return the signs of a text that the models know, each once: its runs of characters, of sounds and of words.

    Of a long text its beginning and its end are read.
    """
    return _signs_of(tidy(text))


@lru_cache(maxsize=_N_KEPT)
def _signs_of(tidied: str) -> Signs:
    said = tidied.replace("'", "").replace("’", "").replace("著", "着")
    if len(said) > 2 * _END_CHARS:
        said = f"{said[:_END_CHARS]} {said[-_END_CHARS:]}"
    characters, sounds, words = _units(said)
    if not characters:
        return np.empty(0, np.intp)
    found = _characters(characters)
    found += _runs("s", ["^", *sounds, "$"], 2, 3)
    found += _runs("w", words, 1, 3)
    for word in words:
        if not cut_syllables(word):
            found += _runs("l", f"<{word}>", 3, 4)
    signs = np.array(sorted({(sign ^ sign >> 16) % N_SIGNS for sign in found}), np.intp)
    signs.flags.writeable = False
    return signs


def _units(said: str) -> tuple[list[str], list[str], list[str]]:
    """Return a text as characters, as syllables and as the words in Latin letters in it."""
    known = syllable_by_character()
    characters: list[str] = []
    sounds: list[str] = []
    words: list[str] = []
    for run in _RUN.findall(said):
        if run.isdigit():
            characters.append(_NUMBER)
            sounds.append(_NUMBER)
        elif run > "z":
            characters.append(run)
            sounds.append(known.get(run, run))
        else:
            words.append(run)
            syllables = cut_syllables(run) if len(run) > 1 else ()
            characters += [_TYPED] * len(syllables) or [run]
            sounds += syllables or ["@"]
    return characters, sounds, words


def _characters(units: Sequence[str]) -> list[int]:
    """Return the runs of up to four characters that were typed as such, and each two with any one between them."""
    found: list[int] = []
    stretch: list[str] = ["^"]
    for unit in (*units, "$"):
        if unit != _TYPED:
            stretch.append(unit)
        elif stretch:
            found += _runs("c", stretch, 1, 4)
            stretch = []
    found += _runs("c", stretch, 1, 4)
    for one, between, other in zip(units, units[1:], units[2:], strict=False):
        if _TYPED not in (one, between, other):
            found.append((_code("k" + one) * _PRIME ^ _code(other)) & _MASK)
    return found


def _runs(channel: str, units: Sequence[str], least: int, most: int) -> list[int]:
    """Return a number for each run of `least` to `most` units."""
    codes = [_code(unit) for unit in units]
    begun = [_code(channel)] * len(codes)
    found: list[int] = []
    for n in range(1, most + 1):
        begun = [(sign ^ code) * _PRIME & _MASK for sign, code in zip(begun, codes[n - 1 :], strict=False)]
        if n >= least:
            found += [sign + n & _MASK for sign in begun]
    return found


@lru_cache(maxsize=8192)
def _code(unit: str) -> int:
    return crc32(unit.encode("utf-8", "surrogatepass"))
