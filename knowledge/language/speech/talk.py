"""Talk: what is said to the bot itself, told apart from questions before the knowledge is searched.

A message is talk only when all of it is one of the sayings, so that nothing is ever taken from the knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from knowledge.language.speech.heard import Said, hear
from knowledge.language.speech.sayings import Sayings, whole_of
from knowledge.model.service import Intent

_MAX_CHARS = 40
"""Whoever says more has something to ask."""
# Whom one speaks to, and how one begins and ends, in any talk.
_BEFORE = re.compile(
    r"(?:请问一下|请问|问一下|问下|那个|那么|那|哎呀|哎|诶|欸|喂|嗯+|呃|额|哦+|啊|哈喽|嗨|hi|hello|小编|小助手|机器人|亲爱的|亲|老师|你好|您好|大哥|兄弟|师傅|"
    r"朋友|话说|对了|就是|我说|然后|所以说|所以|不过|但是)+"
)
_AFTER = re.compile(
    r"(?:[啊呀呢吧哦噢嘛哈哟咯啦嘞噻哒呗么撒吗了诶欸喔耶嗷]|的(?!老师|机器人|小助手|小编)|谢谢您?你?|拜托|小编|机器人|小助手|老师|亲)+"
)


class Talk:
    """The intents of a content, ready to be looked for; `texts` are all that will ever be read, where that is known.

    >>> from knowledge.model.problems import Mark
    >>> talk = Talk([Intent("who", ("你是谁",), ("我是助手",), "", Mark("", 0, 0))])
    >>> [bool(talk.read(t)) for t in ("你是谁", "请问你是谁呀？", "ni shi shei", "你是谁的老师")]
    [True, True, True, False]
    """

    def __init__(self, intents: Iterable[Intent], texts: Collection[str] | None = None) -> None:
        self._intents = [(intent, Sayings.in_any_of(intent.says, texts)) for intent in intents]

    def read(self, text: str) -> Intent | None:
        """Return the intent that all of `text` is, None when it is more, or about something else."""
        return next(filter(None, map(self._whole, _ways_to_hear(text))), None)

    def _whole(self, said: Said) -> Intent | None:
        if said.characters.isascii():
            return next((intent for intent, sayings in self._intents if sayings.is_all_of(said)), None)
        # Most messages are no talk at all, which one look tells.
        match = self._any.fullmatch(said.characters)
        return self._intents[match.lastindex - 1][0] if match and match.lastindex else None

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return whole_of([sayings for _, sayings in self._intents])


def _ways_to_hear(text: str) -> Iterator[Said]:
    """Yield a message as it is, then without what stands around it."""
    said = hear(text)[0]
    if not said.characters or len(said.characters) > _MAX_CHARS:
        return
    yield said
    seen = {said.characters}
    begun = _BEFORE.match(said.characters)
    starts = (0, begun.end()) if begun else (0,)
    ends = {len(said.characters)} | {
        end for end in range(1, len(said.characters)) if _AFTER.fullmatch(said.characters, end)
    }
    for start in starts:
        for end in sorted(ends, reverse=True):
            part = said.characters[start:end]
            if part and part not in seen:
                seen.add(part)
                yield Said(part, said.words)
