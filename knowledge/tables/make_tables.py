"""Write `t2s.txt`, `pinyin.txt` and `heteronyms.txt` again: `python knowledge/tables/make_tables.py` (needs opencc and pypinyin)."""

from collections import defaultdict
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, pinyin

HERE = Path(__file__).parent
CJK = range(0x4E00, 0xA000)


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


def write(name: str, characters_by_syllable: dict[str, list[str]]) -> None:
    """Write one line a syllable: the syllable, a blank, its characters."""
    lines = [f"{syllable} {''.join(chars)}" for syllable, chars in sorted(characters_by_syllable.items())]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
