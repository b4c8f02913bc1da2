"""What a user's words mean as the answer to one quiz item, or that they are no answer to it.

`read` gives `Given` for an answer, `NoAnswer` with its reason when the words are about the item and still
choose nothing, and None when they are about something else: a question, another command. Only `Given` is
ever marked, so what is no answer is never wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from handlers.quiz.reading.picks import left_out, picked_places
from knowledge.language.grammar import ASKING
from knowledge.language.tidy import plain, strip_punctuation, tidy
from knowledge.model.bank import Item
from knowledge.quiz.grading import grade_written
from knowledge.reading.papers import COMMANDS


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEAD = re.compile(
    r"^(?:我想|我|嗯|那|就|还|应该|可能|大概|肯定|觉得|认为|猜|选项|选择|选|答案|答|要|填|点|是|为|把|这题|本题|[:：,，])+"
)
_TAIL = re.compile(
    r"(?:个|项|选项|答案|那个|这个|吧|呀|啊|哦|噢|嘛|呢|哈|的|了|咯|噻|嘞|我?(?:瞎|乱|随便)?猜|我?觉得|我?感觉|应该|可能|大概"
    r"|[\s,，、.。!！?~-])+$"
)
_ENDS = " 。.!！?~～,，、-"
_SIGNS = str.maketrans(
    {
        "🅰": "a", "🅱": "b", "✅": "√", "✔": "√", "✓": "√", "☑": "√", "🙆": "√", "⭕": "√",
        "❌": "×", "✗": "×", "✘": "×", "❎": "×", "☒": "×", "✖": "×", "🙅": "×",
        "\ufe0f": "", "\u20e3": "", "甲": "a", "乙": "b", "丙": "c", "丁": "d",
    }
)  # fmt: skip
# What `tidy` takes for decoration and is none among options.
_MEANT = str.maketrans({"√": "对", "×": "错", "~": "-", "—": "-", "–": "-", "→": "-"})
# [B] is a letter in brackets, [Sob] a sticker; a text that is nothing but brackets may be the words of an option.
_LETTER_IN_BRACKETS = re.compile(r"\[([A-Ha-h])\]")
_IN_BRACKETS = re.compile(r"\s*[\[［]([^\[\]［］]+)[\]］]\s*")
_TRUE = _set("对 对的 正确 正确的 是 是的 对头 没错 没得错 不错 t true y yes v 真 勾 打勾 说得对 说法正确")
_FALSE = _set(
    "x 错 错的 错误 错误的 不对 不正确 不是 否 不是的 f false n no 假 叉 打叉 有错 说得不对 说法错误 不对头"
)
_ALL = _set("全选 都选 全部 全部都选 所有 都对 全对 以上都是 以上都对 都是 全都选 全部都对")
_UNSURE = re.compile(
    r"(?:我?(?:也|真|确实|还)?(?>不知道|不晓得|晓不得|不会|不清楚|不懂|不记得|忘了|没学过|猜不出来?|搞不清楚?|看不懂|没看懂|"
    r"随便|蒙一个|不太确定|不确定|没把握|想不起来?|太难|难|啥子?意思|什么意思)[了啊呀哦嘛的吧呢哈]*)+"
)
_ASKS_SOMETHING_ELSE = re.compile(
    rf"[?？]|{ASKING}|怎样|吗|为何|如何|是不是|有没有|能不能|几[个条项时点]|第[\d一二三四五六七八九十]+条"
    r"|[上下]一[条个篇]|详细点|换成|呢$"
)
_EITHER = re.compile("或者?")
_NONE = re.compile(
    r"(?:我?(?:觉得|感觉))?(?:(?:以上|上面|这几个|四个|一个|答案|选项)*(?:都|全)(?:不对|不正确|不选|没有?(?:对|正确)|错)的?"
    r"|(?:以上|这几个|四个)(?:都|全)不是的?|没有?一?个?(?:正确|对)的?(?:答案|选项)?)[了啊呀吧]*"
)
_NUMBERED = re.compile(r"第?(\d{1,3})题?[.、:：)）]?(?:我?选|答案?是?)?[:：]?([a-h])")


class Given(Struct, frozen=True):
    """An answer: indexes into `item.options` as written in the bank, or the words of a fill item."""

    chosen: tuple[int, ...] = ()
    text: str = ""


class NoAnswer(Struct, frozen=True):
    """Words about the item that choose nothing.

    `reason` is beyond, several, other, many, unsure, none, letter or empty; what is remarked (`remarks`) is one too.
    """

    reason: str


def read(text: str, item: Item, order: Sequence[int], place: int) -> Given | NoAnswer | None:
    """Return what `text` answers to `item`, whose options are shown in `order` as question number `place`.

    >>> from knowledge.model.problems import Mark
    >>> from knowledge.model.sources import Quote
    >>> item = Item("q", "single", "?", ("成都", "绵阳"), (0,), "", Quote("", ""), "", (), 1, Mark("", 0, 0))
    >>> [read(t, item, (1, 0), 3) for t in ("选A", "第二个", "是成都", "3B", "C", "会议几时开")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Given(chosen=(1,), text=''), Given(chosen=(0,), text=''), Given(chosen=(0,), text=''),
     Given(chosen=(0,), text=''), NoAnswer(reason='beyond'), None]
    """
    found = _read(_said(text, item.kind), text, item, order, place)
    inside = _IN_BRACKETS.fullmatch(text[:400])
    if found == NoAnswer("empty") and inside:
        again = _read(_said(inside[1], item.kind), inside[1], item, order, place)
        if isinstance(again, Given) and (item.kind != "fill" or grade_written(item, again.text)):
            return again
    return found


def is_certain(given: Given | NoAnswer | None, item: Item) -> bool:
    """Return whether words are an answer whatever else they may say: options, or the right words of a blank."""
    return isinstance(given, Given) and (item.kind != "fill" or grade_written(item, given.text) == 1)


def _read(said: str, text: str, item: Item, order: Sequence[int], place: int) -> Given | NoAnswer | None:
    bare = strip_punctuation(said)
    if not bare:
        return NoAnswer("empty")
    if _UNSURE.fullmatch(bare):
        return NoAnswer("unsure")
    if item.kind == "fill":
        return NoAnswer("none") if _NONE.fullmatch(bare) else _written(said, text, item)
    own = _own_words(said, item)
    if own:
        return _within(own, item)
    core = _core(said)
    if item.kind == "truefalse" and (core in _TRUE or core in _FALSE):
        return Given((0,) if core in _TRUE else (1,))
    if core in _ALL or bare in _ALL:
        return _within(tuple(range(len(item.options))), item)
    if _NONE.fullmatch(bare):
        return NoAnswer("none")
    if but := left_out(core):
        return _all_but(but, item, order)
    numbered = _numbered(said, place)
    if isinstance(numbered, NoAnswer):
        return numbered
    return _picked(numbered or core, item, order)


def _picked(core: str, item: Item, order: Sequence[int]) -> Given | NoAnswer | None:
    picks = picked_places(_EITHER.sub("、", core), len(order))
    if picks is None:
        return None
    if max(picks) >= len(order):
        return NoAnswer("beyond")
    if _EITHER.search(core):
        return NoAnswer("unsure")
    return _within(tuple(sorted({order[p] for p in picks})), item)


def _all_but(but: str, item: Item, order: Sequence[int]) -> Given | NoAnswer | None:
    """Return all options but those that the words name, by their place or by their own words."""
    out: Sequence[int] = _own_words(but, item)
    if not out:
        picks = picked_places(_core(but), len(order))
        if picks is None:
            return None
        if max(picks) >= len(order):
            return NoAnswer("beyond")
        out = [order[p] for p in picks]
    rest = tuple(i for i in range(len(item.options)) if i not in out)
    return _within(rest, item) if rest else NoAnswer("none")


def _said(text: str, kind: str) -> str:
    """Return a text as it is read everywhere, but for signs that answer here: √, A～C, 🅱, [B]."""
    # Sign by sign before NFKC, which would turn a keycap or a circled letter into something else.
    folded = unicodedata.normalize("NFKC", text[:400].translate(_SIGNS)).translate(_SIGNS)
    if kind != "fill":
        folded = _LETTER_IN_BRACKETS.sub(r" \1 ", folded).translate(_MEANT)
    return tidy(folded)


def _core(said: str) -> str:
    """Return the words without the politeness around them: 我选B吧，猜的 → b."""
    said = said.strip(_ENDS)
    kept = _TAIL.sub("", _LEAD.sub("", said)).strip(f"{_ENDS}\"'“”‘’()（）[]【】")
    return kept or said


def _within(chosen: tuple[int, ...], item: Item) -> Given | NoAnswer:
    return Given(chosen) if item.kind == "multiple" or len(chosen) == 1 else NoAnswer("several")


def _own_words(said: str, item: Item) -> tuple[int, ...]:
    """Return the options whose own words `said` is, alone, after its letter, or as a list; () when it is more."""
    folded = [plain(option) for option in item.options]
    for whole in (said, _core(said)):
        bare = plain(whole)
        if bare in folded:
            return (folded.index(bare),)
    without_letter = plain(re.sub(r"^[a-h][.、:：)）\s]*", "", _core(said)))
    if without_letter in folded and len(without_letter) > 1:
        return (folded.index(without_letter),)
    listed = [plain(part) for part in re.split(r"[、,，;；\s]|和|跟|还有", _core(said))]
    listed = [part for part in listed if part]
    if len(listed) > 1 and all(part in folded for part in listed):
        return tuple(sorted({folded.index(part) for part in listed}))
    return ()


def _numbered(said: str, place: int) -> str | NoAnswer:
    """Return the letter of “3.B” when 3 is the open question; several such answers are one too many."""
    squeezed = re.sub(r"[\s,，;；]+", "", said)
    found = _NUMBERED.findall(squeezed)
    if not found or _NUMBERED.sub("", squeezed).strip("。.!！"):
        return ""
    if len(found) > 1:
        return NoAnswer("many")
    number, letter = found[0]
    return letter if int(number) == place else NoAnswer("other")


def _written(said: str, text: str, item: Item) -> Given | NoAnswer | None:
    """Return the words put into a blank; a command, a question or a long text is none."""
    bare, core = strip_punctuation(said), strip_punctuation(_core(said))
    for words in (bare, core):
        if grade_written(item, words):
            return Given(text=words)
    if bare in COMMANDS or text.split(maxsplit=1)[0] in COMMANDS or _ASKS_SOMETHING_ELSE.search(said):
        return None
    if len(bare) > 2 * max(map(len, item.accepted)) + 6:
        return None
    if re.fullmatch(r"[a-h]+", bare):
        return NoAnswer("letter")
    return Given(text=core[:40])
