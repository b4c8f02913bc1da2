"""Write the generated tables again: `python knowledge/language/tables/make_tables.py` (needs opencc and pypinyin)."""

import math
from collections import defaultdict
from pathlib import Path

import jieba
import numpy as np
from marisa_trie import Trie
from opencc import OpenCC
from pypinyin import Style, pinyin

HERE = Path(__file__).parent
CJK = range(0x4E00, 0xA000)
# Of jieba's dictionary what is rare and seldom decides where a text is cut stays out: it then loads in a tenth of the time.
MIN_FREQUENCY_BY_LENGTH = {1: 3, 2: 3, 3: 3, 4: 20}
MIN_FREQUENCY_OF_NAMES = 20
NAMES = {"nr", "nrt", "nrfg", "ns", "nt", "nz"}


def main() -> None:
    """Write the tables beside this file."""
    to_simplified = OpenCC("t2s")
    pairs = [(chr(code), to_simplified.convert(chr(code))) for code in CJK]
    changed = [(a, b) for a, b in pairs if a != b and len(b) == 1]
    (HERE / "t2s.txt").write_text(
        "".join(a for a, _ in changed) + "\n" + "".join(b for _, b in changed) + "\n", encoding="utf-8"
    )
    primary: dict[str, list[str]] = defaultdict(list)
    further: dict[str, list[str]] = defaultdict(list)
    for code in CJK:
        readings = pinyin(chr(code), style=Style.NORMAL, heteronym=True, v_to_u=False, errors="ignore")
        if not readings or not readings[0][0].isascii():
            continue
        first, *others = dict.fromkeys(readings[0])
        primary[first].append(chr(code))
        for syllable in others:
            further[syllable].append(chr(code))
    write("pinyin.txt", primary)
    write("heteronyms.txt", further)
    write_words()


def write_words() -> None:
    """Write jieba's common words with their frequencies."""
    frequencies: dict[str, int] = {}
    for line in Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, kind = line.split(" ")
        least = MIN_FREQUENCY_OF_NAMES if kind in NAMES else 0
        if int(frequency) >= max(least, MIN_FREQUENCY_BY_LENGTH.get(len(word), math.inf)):
            frequencies[word] = int(frequency)
    trie = Trie(frequencies)
    by_number = np.zeros(len(frequencies), np.uint32)
    for word, frequency in frequencies.items():
        by_number[trie[word]] = frequency
    held = np.frombuffer(trie.tobytes(), np.uint8)
    np.savez_compressed(HERE / "words.npz", trie=held, frequencies=by_number)


def write(name: str, characters_by_syllable: dict[str, list[str]]) -> None:
    """Write one line a syllable: the syllable, a blank, its characters."""
    lines = [f"{syllable} {''.join(chars)}" for syllable, chars in sorted(characters_by_syllable.items())]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
