"""Danger: whether somebody says that he, or somebody else, is in danger, and of what kind.

Read from sayings first: a list that editors can read says why. What no saying has is read by its likeness to what people wrote
who were in danger. What is read is kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from knowledge.language.speech.heard import Said, hear
from knowledge.language.speech.likeness import (
    CALM_AT,
    CALM_IN_LETTERS_AT,
    NEAR_AT,
    PLAIN_AT,
    Floats,
    is_like_danger,
    is_near_danger,
    likely_kind,
    likeness,
)
from knowledge.language.speech.possible import may_begin_in
from knowledge.language.speech.sayings import Sayings
from knowledge.language.speech.wordlist import PhraseSet
from knowledge.language.tables import dying
from knowledge.language.tidy import MAX_CHARS, strip_punctuation, tidy
from knowledge.model.service import Care

LOW = "low"
"""No danger yet: somebody is in low spirits."""
KINDS = ("overdose", "crisis", "harm", "violence", "minor", "danger", "fraud", "harassment", LOW)
"""The kinds of danger, the most pressing first: who is cheated and wants to die is told first how to stay alive."""
_FOR_OTHERS = frozenset({"crisis", "low"})
"""The kinds whose help is another one when somebody else is meant."""
AGAIN = {
    "life": ("overdose", "crisis", "harm", LOW),
    "safe": ("violence", "minor"),
    "money": ("danger", "fraud"),
    "web": ("harassment",),
}
"""Which kinds of danger go on with the same sentences after their first one."""
N_AGAIN = 5
GENERAL = "low"
"""The help that fits whatever is wrong: somebody who listens, and the numbers for what can't wait."""
_OTHER = "other"
_MIN_CHARS = 2
_MIN_CALM_CHARS = 6
N_KEPT = 512

YIELDING = frozenset({"minor", "fraud", "harassment", LOW})
"""The kinds that official texts speak of too: a question of the knowledge, word for word, stays one."""
_SPOKEN_OF = frozenset(KINDS) - {"overdose"}
"""The kinds that a word, a rule or a play may be about."""
_HOW_TO_DIE = PhraseSet(dying())
# 打过了没人接 is no better.
_IN_VAIN = re.compile(r"没人|没得人|[没不]接|[没不]通|占线|没用|没得用|不管用|不理|不管我|挂了|没回")
_LATIN = re.compile("[a-z]")
_BEGUN_CHARS = 12
_MYSELF = ("让我", "叫我", "逼我", "害我", "害得我", "搞得我", "走了我", "去世", "死了我")


# The draft and the live release mostly say the same.
@lru_cache(maxsize=2)
def _whole(sayings: tuple[str, ...]) -> Sayings:
    return Sayings(sayings)


class Danger(NamedTuple):
    """A kind of danger that words tell of, and whether it is somebody else who is in it."""

    kind: str
    is_other: bool = False


class Alarms:
    """What of a content tells of danger, ready to be looked for.

    Of what it reads it keeps nothing, but that the last short texts without any such words are without them: each skill asks, and
    many people ask the same.

    Args:
        texts: All that will ever be read, where that is known: most sayings are then not made ready at all.
    """

    def __init__(self, care: Care, texts: Collection[str] | None = None) -> None:
        def ready(sayings: Iterable[str]) -> Sayings:
            return Sayings.in_any_of(sayings, texts, whole=False)

        self._says = {kind: ready(care.says[kind]) for kind in KINDS if kind in care.says}
        self._hints = {kind: ready(care.hints[kind]) for kind in KINDS if kind in care.hints}
        self._unless = ready(care.unless)
        self._allowed = ready(care.allowed)
        self._others = ready(care.others)
        self._asking = ready(care.asking)
        self._about = ready(care.about)
        self._present = ready(care.present)
        self._better = ready(care.better)
        self._unnoted = ready(care.unnoted)
        says = [saying for sayings in care.says.values() for saying in sayings]
        self._begun = _whole(tuple(says if texts is None else may_begin_in(says, texts)))
        self._without: dict[str, None] = {}
        self._not_begun: dict[str, None] = {}

    def read(self, text: str, before: str = "") -> Danger | None:
        """Return the danger that the sayings find in `text`, None for none, or when nothing else in it is like danger.

        Args:
            before: How the message before ended: 我不想 and 活了 are one thing said in two.
        """
        danger = self.said(text)
        if danger and not is_overruled(text, likeness(text)):
            return danger
        return self.said(f"{before} {text}") if before else None

    def said(self, text: str) -> Danger | None:
        """Return the danger that the sayings find in `text`, None for none."""
        if text in self._without:
            return None
        danger = next((danger for said in hear(text) if (danger := self._read(said))), None)
        if danger is None:
            _keep(self._without, text)
        return danger

    def sense(
        self, text: str, before: str = "", vector_of: Callable[[str], Floats | None] | None = None
    ) -> Danger | None:
        """Return the danger that a text tells of by its likeness to what people in danger wrote, None for none.

        Args:
            vector_of: Gives the vector of a text's meaning, None when there is none now; None where meaning is off.
        """
        whole = f"{before} {text}" if before else text
        for told in dict.fromkeys((text, whole)):
            if len(strip_punctuation(tidy(told))) >= _MIN_CHARS and is_like_danger(told, vector_of):
                kind = likely_kind(told) or GENERAL
                return Danger("crisis", is_other=True) if kind == _OTHER else Danger(kind)
        return None

    def _read(self, said: Said) -> Danger | None:
        left = self._allowed.without(said)
        for kind, sayings in self._says.items():
            if (found := sayings.found(left)) and not self._is_asked(kind, said):
                return self._danger(kind, said, found)
        for kind, sayings in self._hints.items():
            found = sayings.found(left)
            if found and not self._unless.found(said) and not self._is_asked(kind, said):
                return self._danger(kind, said, found)
        return None

    def _is_asked(self, kind: str, said: Said) -> bool:
        """Return whether it is asked what the documents say of a thing, and it has happened to nobody."""
        if kind in YIELDING and self._asking.found(said):
            return True
        return kind in _SPOKEN_OF and self._is_spoken_of(said)

    def _is_spoken_of(self, said: Said) -> bool:
        """Return whether a word, a rule, a book or a play is spoken of, and neither the speaker nor anybody near him.

        In letters too much may be read as either, so what has any is never passed over.
        """
        if _LATIN.search(said.characters) or not self._about.found(said):
            return False
        return not self._present.found(said)

    def _danger(self, kind: str, said: Said, found: str) -> Danger:
        return Danger(kind, kind in _FOR_OTHERS and self._is_about_others(said, found))

    def _is_about_others(self, said: Said, found: str) -> bool:
        """Return whether somebody else is named before what was found, and not the speaker after him."""
        for text in (said.characters, said.words):
            before, stood, _ = text.partition(found)
            other = self._others.found(Said(before + found, before + found)) if stood else ""
            if other:
                after = (before + found).partition(other)[2]
                return not after.startswith(_MYSELF)
        return False

    def is_better(self, text: str) -> bool:
        """Return whether somebody says that all is well, after danger was read."""
        return not _IN_VAIN.search(strip_punctuation(tidy(text))) and any(
            self._better.found(said) for said in hear(text)
        )

    def is_begun(self, text: str) -> bool:
        """Return whether a short text may be the beginning of words of danger, which the next message ends."""
        if text in self._not_begun:
            return False
        said = hear(text)[0]
        is_begun = 0 < len(said.characters) <= _BEGUN_CHARS and self._begun.is_begun(said)
        if not is_begun:
            _keep(self._not_begun, text)
        return is_begun

    def is_near(self, text: str, vector_of: Callable[[str], Floats | None] | None = None) -> bool:
        """Return whether a text that is not read as danger is so like it that whoever gets no answer is told whom to call.

        Args:
            vector_of: As for `sense`.
        """
        return is_near_danger(text, vector_of, was_said=self.said(text) is not None)

    def is_plain(self, text: str) -> bool:
        """Return whether a text is so like danger that no answer from the knowledge may stand before help."""
        return likeness(text) >= PLAIN_AT

    def is_unnoted(self, text: str) -> bool:
        """Return whether a text is too near to danger to be noted when nothing answers it."""
        return likeness(text) >= NEAR_AT or any(self._unnoted.found(said) for said in hear(text))


def _keep(kept: dict[str, None], text: str) -> None:
    if len(text) <= MAX_CHARS:
        if len(kept) >= N_KEPT:
            kept.clear()
        kept[text] = None


def is_overruled(text: str, odds: float) -> bool:
    """Return whether all of a text is so calm, by its log odds of danger, that what a saying found in it is none.

    Who asks how to die asks it calmly. Few words are too little to be called calm by, and letters may be read as much else.
    """
    if _HOW_TO_DIE.found_in(text):
        return False
    said = strip_punctuation(tidy(text))
    is_in_letters = len(_LATIN.findall(said)) * 2 >= len(said)
    return len(said) >= _MIN_CALM_CHARS and odds < (CALM_IN_LETTERS_AT if is_in_letters else CALM_AT)
