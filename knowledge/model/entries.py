"""Entries, the questions that must lead to them, and the words that tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.model.problems import Mark
from knowledge.model.sources import Quote


@dataclass(frozen=True, slots=True)
class Entry:
    """One FAQ answer: how people ask it, and the official words it sends.

    `gap` marks an entry that says honestly that the source does not give something (it only
    mentions it, say); its reply contains 没有收录. `about` maps an aspect (speaker, organisation,
    document, article, topic) to the values it is about. It is served from `valid_from` to `valid_to`,
    both days included; "" leaves that end open.
    """

    id: str
    question: str
    phrasings: tuple[str, ...]
    lead: str
    quotes: tuple[Quote, ...]
    about: Mapping[str, tuple[str, ...]]
    related: tuple[str, ...]
    gap: bool
    status: str
    owner: str
    review_by: str
    mark: Mark
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what it must lead to: one of `entry_ids`, or an entry that sends all the words of `says`.

    Neither of them means that no entry may be sent. A case that is a `must` holds every release up; the
    others are a labelled set, which measures.
    """

    question: str
    entry_ids: tuple[str, ...]
    says: tuple[str, ...]
    must: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Protected:
    """Words that must stand as they are: a person's name, their post, or a fixed phrase.

    `person` is whose post it is; `wrong` lists forms that are mistakes wherever they stand.
    """

    words: str
    kind: str
    person: str
    wrong: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words editors keep: names and their other names, filler to strip, terms for segmentation.

    `aliases` maps each canonical name to its other names; `kinds` maps a canonical name to what it
    is (person, organisation, document, topic). `unknown` lists names people may ask about that the
    knowledge does not have (卫健委 …), `facts` lists what people ask for that no source gives
    (电话, 年龄 …). `posts` are the ends of titles that the language's own list lacks.
    """

    aliases: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    words: tuple[str, ...]
    filler: tuple[str, ...]
    unknown: tuple[str, ...]
    facts: tuple[str, ...]
    posts: tuple[str, ...] = ()
