"""What takers say about an item or the quiz that is neither an answer nor a question: each has its own way to go on."""

from __future__ import annotations

import re
from typing import Literal

Remark = Literal["skip", "leave", "hint", "key", "fault"]

_LEAD = r"(?>能不能|给我|帮我|可以|麻烦|那|我|就|要|想|先|请|能|给|再)*"
_END = r"[了吧啊呀哦嘛呢吗好噻]*"
_ITEM = r"(?:这一?[题道]题?|这个(?:题目?)?|本题|题目?)"
_LATER = r"(?:等一?会儿?|待会儿?|一会儿?|等一?下|过会儿?|回头|晚点|晚些|下次|改天|明天|有空)"
# 选B对吗 wants to be told whether that is the key before it is chosen.
_CHOSEN = r"(?:我|这样?|那|是|应该|猜|觉得|选|答案?|填|这个)*"
_RIGHT = r"(?:对|正确|错)的?"
_REMARKS: dict[Remark, re.Pattern[str]] = {
    "skip": re.compile(
        rf"{_LEAD}{_ITEM}(?:先?(?:不答|不做|跳过|放一?放|放着|空着)|{_LATER}再?[答做]|以后再[答做]){_END}"
        rf"|{_LEAD}(?:不答|不做|跳过){_ITEM}{_END}"
    ),
    "leave": re.compile(
        rf"{_LEAD}(?:不想?[答做](?:题|下去)?|不玩|停一?下|暂停一?下?|休息一?下?|歇一?会儿?|到这[儿里]?|答到这[儿里]?){_END}"
        rf"|{_LEAD}{_LATER}再?(?:来|接着|继续)?[答做来]题?{_END}"
    ),
    "hint": re.compile(
        rf"{_LEAD}(?:有没有|有|来|求|给)?[点个些]*(?:提示|线索|暗示)(?:一?下|一点|点)?{_END}"
        rf"|(?:我?(?:有点|还是)?(?:看不懂|没看懂|读不懂|看不明白|搞不懂|没懂)(?:{_ITEM})|{_ITEM}(?:我?(?:有点)?(?:看不懂|没看懂|读不懂|看不明白)|(?:是|问的?是?|到底)*(?:什么|啥子?)意思)){_END}"
    ),
    "key": re.compile(
        rf"{_LEAD}(?:告诉我?|公布|看看?|说|直接说)?(?:一下)?(?:{_ITEM}的?)?(?:正确|标准)?答案(?:是|选)?(?:什么|啥|哪个|多少|几)?{_END}"
        rf"|{_LEAD}(?:{_ITEM})?(?:应该)?选(?:什么|啥|哪个|哪一个){_END}"
        rf"|{_CHOSEN}[a-h]*(?:是|算|就)?{_RIGHT}(?:[吗么没]|不{_RIGHT}){_END}"
        rf"|{_CHOSEN}(?:是不是|会不会是?|是否)(?:{_RIGHT}|选?[a-h]+){_END}|{_CHOSEN}[a-h]+(?:可以|行)?[吗么]{_END}"
    ),
    "fault": re.compile(
        rf"(?:我?觉得|感觉|怀疑)?{_ITEM}(?:是不是|好像|明显|肯定|本身|就|出得?|目)*(?:有(?:点|些)?(?:问题|毛病|误|错误?)|错|不对|不严谨|没有正确答案){_END}"
    ),
}


def read_remark(said: str) -> Remark | None:
    """Return what tidied words without punctuation say: skip, leave, hint, key or fault; None for none of them.

    >>> [read_remark(t) for t in ("这题先不答", "先不答了", "提示一下", "答案呢", "这题有问题", "成都")]
    ['skip', 'leave', 'hint', 'key', 'fault', None]
    >>> [read_remark(t) for t in ("对吗", "选b对不对", "a吗", "对", "b", "成都吗")]
    ['key', 'key', 'key', None, None, None]
    """
    return next((name for name, pattern in _REMARKS.items() if pattern.fullmatch(said)), None)
