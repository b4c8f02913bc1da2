"""Tokens: what a text is made of in each channel of a table, as numbers.

Five channels: characters, character pairs and pairs of sounds of the canonical text, characters and pairs of the literal
one (see `analyze`). A key is a token of any text, the channel in its top bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.language.pinyin import sound_by_character

Array = npt.NDArray[Any]

CHARACTERS, PAIRS, SOUNDS, LITERALS, LITERAL_PAIRS = range(5)
N_CHANNELS = 5
_CHANNEL_SHIFT, _PAIR_SHIFT = np.uint64(52), np.uint64(24)
# A sign for the beginning and the end of a text; no text has control characters.
_EDGE = 2
# Above the numbers of all syllables.
_UNHEARD = 4096


def keys_of_texts(texts: Sequence[str], channel: int) -> tuple[Array, Array]:
    """Return the keys of all texts in one channel, in reading order, and where each text's begin, with the end of the last.

    An empty text has none.
    """
    more = 1 if channel in (PAIRS, LITERAL_PAIRS) else -1 if channel == SOUNDS else 0
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    edges = np.concatenate([[0], np.cumsum(np.where(lengths > 0, lengths + more, 0))])
    return _keys(_framed(texts), channel), edges


def keys_of_text(canonical: str, literal: str) -> tuple[Array, Array]:
    """Return the keys of one text, channel by channel, and the channel of each."""
    parts: list[Array] = []
    for text, is_heard in ((canonical, True), (literal, False)):
        codes = _framed([text])
        wide = codes.astype(np.uint64)
        pairs = (wide[:-1] << _PAIR_SHIFT) | wide[1:] if text else wide[:0]
        parts += [wide[1:-1], pairs]
        if is_heard:
            sounds = _heard(codes[1:-1])
            parts.append((sounds[:-1] << _PAIR_SHIFT) | sounds[1:])
    channel = np.repeat(np.arange(N_CHANNELS), [len(part) for part in parts])
    keys: Array = np.concatenate(parts) | (channel.astype(np.uint64) << _CHANNEL_SHIFT)
    return keys, channel


def keys_of_pairs(pairs: Sequence[str], channel: int) -> Array:
    """Return the keys of pairs of characters in one channel."""
    codes = _code_points(pairs).astype(np.uint64).reshape(-1, 2)
    keys: Array = (np.uint64(channel) << _CHANNEL_SHIFT) | (codes[:, 0] << _PAIR_SHIFT) | codes[:, 1]
    return keys


def characters_of(keys: Array, channel: int) -> list[str]:
    """Return the characters whose keys in a channel of single ones are among some sorted keys, by code point."""
    first, last = (np.uint64(number) << _CHANNEL_SHIFT for number in (channel, channel + 1))
    codes = keys[(keys >= first) & (keys < last)] & np.uint64(0xFFFFFF)
    return list(map(chr, map(int, codes)))


def _framed(texts: Sequence[str]) -> Array:
    """Return the code points of all texts in a row, an edge before each and after the last."""
    return _code_points([chr(_EDGE), *(piece for text in texts for piece in (text, chr(_EDGE)))])


def _code_points(texts: Sequence[str]) -> Array:
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)


def _heard(codes: Array) -> Array:
    """Return the sound of each code point: a small number for a fuzzy syllable, a large one for a sign without a reading."""
    sounds = _sounds()
    within = sounds.take(codes, mode="clip")
    heard: Array = np.where(codes < len(sounds), within, codes + np.uint32(_UNHEARD)).astype(np.uint64)
    return heard


@cache
def _sounds() -> Array:
    """Return the sounds of the code points up to the last that has a reading."""
    readings = sound_by_character()
    numbers = np.arange(max(map(ord, readings), default=0) + 1, dtype=np.uint32) + np.uint32(_UNHEARD)
    known: dict[str, int] = {}
    for character, sound in readings.items():
        numbers[ord(character)] = known.setdefault(sound, len(known) + 1)
    return numbers


def _keys(framed: Array, channel: int) -> Array:
    """Return the token keys of framed texts in one channel."""
    edge = framed == _EDGE
    first: Any
    if channel in (CHARACTERS, LITERALS):
        first, second = np.uint64(0), framed[~edge].astype(np.uint64)
    elif channel == SOUNDS:
        inside = ~(edge[:-1] | edge[1:])
        sounds = _heard(framed)
        first, second = sounds[:-1][inside], sounds[1:][inside]
    else:
        inside = ~(edge[:-1] & edge[1:])
        codes = framed.astype(np.uint64)
        first, second = codes[:-1][inside], codes[1:][inside]
    keys: Array = (np.uint64(channel) << _CHANNEL_SHIFT) | (first << _PAIR_SHIFT) | second
    return keys
