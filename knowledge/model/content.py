"""All that a release is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.model.bank import Item, Paper
from knowledge.model.entries import Case, Entry, Lexicon, Protected
from knowledge.model.service import Button, Care, Intent, WordList
from knowledge.model.sources import Passage, Quote, Source, SourceKind


@dataclass(frozen=True, slots=True)
class Content:
    """A parsed content folder, checked or not; the identity `version` is a hash of its files.

    `tracks` maps the tracks of the bank, in their order, to the other names each goes by.
    `menu` maps the keys of `buttons` to the words a tap stands for, `scenes` the scenes of QR codes to theirs.
    """

    version: str
    sources: Mapping[str, Source]
    passages: Mapping[str, Passage]
    entries: Mapping[str, Entry]
    items: Mapping[str, Item]
    papers: Mapping[str, Paper]
    tracks: Mapping[str, tuple[str, ...]]
    lexicon: Lexicon
    replies: Mapping[str, str]
    menu: Mapping[str, str]
    cases: tuple[Case, ...] = ()
    protected: tuple[Protected, ...] = ()
    buttons: tuple[Button, ...] = ()
    scenes: Mapping[str, str] = field(default_factory=dict)
    care: Care = field(default_factory=Care)
    intents: Mapping[str, Intent] = field(default_factory=dict)
    sensitive: WordList = field(default_factory=WordList)
    pledge: tuple[Quote, ...] = ()
    source_kinds: Mapping[str, SourceKind] = field(default_factory=dict)

    def kind_of(self, source: Source) -> SourceKind:
        """Return how the source's kind is cited."""
        return self.source_kinds.get(source.kind, SourceKind())
