"""What lets an item be answered by who has read nothing: options unlike the others, words that are too strong.

A check here can't know what people know; it names only what shows in the words themselves, and always as a warning.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.language.tidy import strip_punctuation
from knowledge.model.bank import Item
from knowledge.model.problems import Problem

_ABSOLUTE = re.compile(
    r"单独|独自|独家|唯一|(?<!不)仅仅|(?<!不)仅(?!次)|(?<!不)只是|只有|只能|只要|全部|所有|任何|一切|一律|绝对|必然|必定|永远|从不|从来|从未|毫无"
    r"|毫不|完全|无一|一概|一家(?:单位|公司|企业|机构|部门)"
)
_AVOIDED = re.compile(r"抵制|远离|防范|反对|打击|避免|整治|拒绝|清除|消除|有害|禁止|杜绝")
_BAD = re.compile(
    r"暴力|欺诈|诈骗|谣|有害|危害|违反|违法|违规|非法|病毒|破坏|侵权|侵犯|侵入|攻击|赌博|传销|迷信|俗|失信|恶意|虚假|冒充|骗"
    r"|泄露|夸大|失实|不明|未经|造假|假冒|盗|不(?=[正对透成法良当])|淫秽|过度"
)
_ENOUGH_OPTIONS = 4
_FRAME = 2


def options_are_of_a_kind(c: Checked) -> Iterator[Problem]:
    """No wrong option is harmless where something bad is asked for, and no key stands out among its distractors."""
    for item in c.content.items.values():
        if item.kind not in ("single", "multiple") or not item.key:
            continue
        for i in _harmless(item):
            message = f"题干问的是不好的事，错项“{item.options[i]}”没有什么不好，不看原文也能排除"
            hint = "换成同样不好、但原文没有点名的"
            path = ("item", item.id, "option", str(i))
            yield c.warning(path, item.mark, "odd-option", message, hint)
        if frame := _shared_by_the_others(item):
            key = item.options[item.key[0]]
            message = f"别的选项都有“{frame}”，答案“{key}”没有，一眼就看出不同"
            path = ("item", item.id, "option", str(item.key[0]))
            hint = "换掉一两个错项，让答案不显得特别"
            yield c.warning(path, item.mark, "odd-option", message, hint)
        if word := _echoed(item):
            message = f"题干里的“{word}”在选项里，答案有，错项都没有，照着题干就能选对"
            hint = "改题干，或者让错项也有这个词"
            yield c.warning(("item", item.id, "stem"), item.mark, "echoed-key", message, hint)


def wrong_words_are_not_absolute(c: Checked) -> Iterator[Problem]:
    """No false statement and no distractor gives itself away by 单独, 仅仅 or 一律 that the source doesn't say."""
    for item in c.content.items.values():
        for path, words in _wrong_words(item):
            found = _ABSOLUTE.search(words)
            if found and found.group() not in _ABSOLUTE.findall(item.source.text):
                message = f"“{found.group()}”说得太绝，不看原文也猜得出是错的"
                hint = "换一个和原文一样具体的说法，比如另一个单位、另一个数"
                yield c.warning(path, item.mark, "absolute-word", message, hint)


def _wrong_words(item: Item) -> Iterator[tuple[tuple[str, ...], str]]:
    if item.kind == "truefalse":
        if item.claim != item.truth:
            yield ("item", item.id, "claim"), item.claim
    elif item.key and not any(_ABSOLUTE.search(item.options[i]) for i in item.key):
        for i, option in enumerate(item.options):
            if i not in item.key:
                yield ("item", item.id, "option", str(i)), option


def _harmless(item: Item) -> list[int]:
    """Return the wrong options without anything bad, where the stem asks what to avoid and every key is bad."""
    if not _AVOIDED.search(item.stem) or not all(_is_bad(item.options[i]) for i in item.key):
        return []
    return [i for i, option in enumerate(item.options) if i not in item.key and not _is_bad(option)]


def _is_bad(option: str) -> bool:
    # 反对采用不正当手段 is good, because it is against something bad.
    return bool(_BAD.search(option)) and not _AVOIDED.search(option.replace("有害", ""))


def _shared_by_the_others(item: Item) -> str:
    """Return the beginning or end that all wrong options of a single item share and the key lacks; "" for none."""
    if item.kind != "single" or len(item.options) < _ENOUGH_OPTIONS:
        return ""
    key = strip_punctuation(item.options[item.key[0]])
    wrong = [strip_punctuation(option) for i, option in enumerate(item.options) if i not in item.key]
    for part in (slice(None, _FRAME), slice(-_FRAME, None)):
        shared = {option[part] for option in wrong}
        if len(shared) == 1 and key[part] not in shared and min(map(len, wrong)) > _FRAME:
            return shared.pop()
    return ""


def _echoed(item: Item) -> str:
    """Return a word of the stem that the key of a single item has and no wrong option has; "" for none."""
    if item.kind != "single":
        return ""
    key = item.options[item.key[0]]
    told = _pairs(key) & _pairs(item.stem)
    wrong = [option for i, option in enumerate(item.options) if i not in item.key]
    if not told or any(_pairs(option) & _pairs(item.stem) for option in wrong):
        return ""
    same = difflib.SequenceMatcher(None, key, item.stem, autojunk=False).find_longest_match()
    return key[same.a : same.a + same.size]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2].isalpha()}
