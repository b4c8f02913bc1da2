"""What is said to the bot rather than asked: danger, talk, words that are held back, buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.model.problems import Mark
from knowledge.model.sources import Quote

_MENU = Mark("menu.yaml", 0, 0)


@dataclass(frozen=True, slots=True)
class WordList:
    """Words to be found in what people write, and longer ones in which they stand only by chance."""

    words: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Care:
    """What people say when somebody is in danger, and what is quoted to who wants to report.

    All are sayings (`language.speech.sayings`) with their sets put in. `says` and `hints` have them by kind of danger; a hint
    counts for nothing beside one of `unless`. `allowed` are passed over wherever they stand; `asking` says that the
    documents are asked about, `about` that a word, a rule or a play is, unless one of `present` tells of people at hand.
    `others` say that somebody else is
    meant, `better` that all is well again; a message with one of `unnoted` is never noted as unanswered.
    """

    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    unnoted: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """What people say to the bot and not to the knowledge: `says` are sayings, each a whole message, `like` plain examples.

    It is answered with one of `replies`, in turn, or read as if the command `say` had been typed.
    """

    id: str
    says: tuple[str, ...]
    replies: tuple[str, ...]
    say: str
    mark: Mark
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button of the custom menu: `key` for words that it says, `url` for a page, or buttons below it."""

    name: str
    key: str = ""
    url: str = ""
    buttons: tuple[Button, ...] = ()
    mark: Mark = _MENU
