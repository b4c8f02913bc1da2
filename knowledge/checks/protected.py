"""Protected words: a name, a post or a fixed phrase that is written almost right is a mistake.

Checked is what users read: questions, leads, fixed sentences, quiz items. Phrasings are the people's own words and
wrong options and false claims are wrong on purpose; none of them is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from knowledge.checks.base import Checked
from knowledge.language.tables import posts, syllable_by_character
from knowledge.model.entries import Protected
from knowledge.model.problems import Mark, Problem

_BETWEEN = r"(?:同志)?(?:是|：|任|担任|为|现任)"
_MIN_PHRASE_CHARS = 6
_NEARLY = 75.0


@dataclass(frozen=True)
class _Written:
    """A text that users read, and where it stands."""

    path: tuple[str, ...]
    mark: Mark
    text: str

    @cached_property
    def sounds(self) -> list[str]:
        syllables = syllable_by_character()
        return [syllables.get(character, character) for character in self.text]


def protected_words_are_sourced(c: Checked) -> Iterator[Problem]:
    """Each protected word stands in a source just so."""
    everything = "\n".join(f"{source.title}\n{source.text}" for source in c.content.sources.values())
    for words in c.content.protected:
        if words.words not in everything:
            message = f"保护用语“{words.words}”不在任何一份原文里"
            yield c.problem((), words.mark, "unsourced-words", message, "按原文改正")


def protected_words_stand(c: Checked) -> Iterator[Problem]:
    """No text that users read has a protected word almost right."""
    everything = "\n".join(source.text for source in c.content.sources.values())
    titles = "|".join(map(re.escape, (*posts(), *c.content.lexicon.posts)))
    for written in _texts(c):
        told: set[str] = set()
        for words in c.content.protected:
            for found in _slips(words, written, everything, titles):
                if found not in told:
                    told.add(found)
                    yield c.problem(
                        written.path,
                        written.mark,
                        "protected-words",
                        f"“{found}”应该是“{words.words}”",
                        f"照原文写：{words.words}",
                    )


def _texts(c: Checked) -> Iterator[_Written]:
    for entry in c.content.entries.values():
        for name, text in (("question", entry.question), ("answer", entry.lead)):
            yield _Written(("entry", entry.id, name), entry.mark, text)
    for item in c.content.items.values():
        if item.claim == item.truth:
            yield _Written(("item", item.id, "stem"), item.mark, item.stem)
        yield _Written(("item", item.id, "why"), item.mark, item.why)
        for i in item.key:
            if i < len(item.options):
                yield _Written(("item", item.id, "option", str(i)), item.mark, item.options[i])
    for key, text in c.content.replies.items():
        yield _Written(("reply", key), Mark("replies.yaml", 0, 0), text)


def _slips(words: Protected, written: _Written, everything: str, titles: str) -> Iterator[str]:
    yield from (form for form in words.wrong if form in written.text)
    match words.kind:
        case "name":
            yield from _misspelled(words.words, written)
        case "post":
            yield from _wrong_posts(words, written.text, titles)
        case "phrase":
            yield from _altered(words.words, written.text, everything)


def _misspelled(name: str, written: _Written) -> Iterator[str]:
    """Yield what sounds like the name and is written otherwise: 李志钢."""
    syllables = syllable_by_character()
    sounds = [syllables.get(character, character) for character in name]
    n = len(name)
    if len(name) < 2 or sounds[0] not in written.sounds:
        return
    for start in range(len(written.text) - n + 1):
        found = written.text[start : start + n]
        # The family name is written right, or else another word of that sound is meant.
        if found != name and found[0] == name[0] and written.sounds[start : start + n] == sounds:
            yield found


def _wrong_posts(words: Protected, text: str, titles: str) -> Iterator[str]:
    """Yield a title that stands right before or after the person and is not the one the source gives."""
    if words.person not in text:
        return
    person = re.escape(words.person)
    for match in re.finditer(rf"([^，,。；;：:、“”\s]*?(?:{titles})){person}", text):
        if not match.group(1).endswith(_forms(words)):
            yield match.group()
    for match in re.finditer(rf"{person}{_BETWEEN}([^，,。；;：:“”\s]*?(?:{titles}))(?![一-龥])", text):
        if not match.group(1).endswith(_forms(words)):
            yield match.group()


def _forms(words: Protected) -> tuple[str, ...]:
    """Return the whole post and its parts, as 党组成员、副主席 has two."""
    return (words.words, *words.words.split("、"))


def _altered(phrase: str, text: str, everything: str) -> Iterator[str]:
    """Yield a stretch that is one slip away from the phrase and stands in no source."""
    if len(phrase) < _MIN_PHRASE_CHARS or phrase in text:
        return
    if fuzz.partial_ratio(phrase, text, score_cutoff=_NEARLY) == 0:
        return
    for length in (len(phrase), len(phrase) - 1, len(phrase) + 1):
        for start in range(len(text) - length + 1):
            found = text[start : start + length]
            if (
                found[0] == phrase[0]
                and found[-1] == phrase[-1]
                and OSA.distance(phrase, found, score_cutoff=1) == 1
                and found not in everything
            ):
                yield found
                return
