"""A new content folder: complete and valid, and without any document, question or quiz item yet.

What is the same for every office comes from the content that is shipped: the fixed sentences, the words of danger and the talk.
What names the shipped documents there is replaced by what lies in `knowledge/blank`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.editing.fixed_sentences import with_sentences
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse

_KNOWLEDGE = Path(__file__).parent.parent
_REPLIES, _CARE, _TALK = "replies.yaml", "care.yaml", "talk.yaml"
_NAME = "{{base}}"


def new_base(title: str) -> Files:
    """Return the files of a new base whose fixed sentences call it `title`."""
    shipped, _ = read_folder(_KNOWLEDGE / "content")
    blank, _ = read_folder(_KNOWLEDGE / "blank")
    own = parse({_REPLIES: blank[_REPLIES]})[0].replies
    sentences = {key: fixed_sentences(title)[key] for key in own}
    return {
        **blank,
        _REPLIES: with_sentences(shipped[_REPLIES], sentences),
        _CARE: _without_quotes(shipped[_CARE]),
        _TALK: shipped[_TALK],
    }


@cache
def fixed_sentences(title: str) -> Mapping[str, str]:
    """Return every fixed sentence of the product by its key, calling the base `title` and naming no document."""
    shipped, blank = (
        parse({_REPLIES: read_folder(_KNOWLEDGE / name)[0][_REPLIES]})[0].replies
        for name in ("content", "blank")
    )
    return {**shipped, **{key: sentence.replace(_NAME, title) for key, sentence in blank.items()}}


def _without_quotes(care: str) -> str:
    """Return the words of danger without the passages of the shipped documents that stand beside them."""
    before, _, _ = care.partition("\nquote:")
    return f"{before.rstrip()}\n"
