"""A draft that is fit to be published: its files, and as little of it read and checked as was not before."""

from __future__ import annotations

from typing import NamedTuple

from bot.config import Settings
from bot.editing.draft.spared import keep_spared, known_spared
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.reading.parse import version_of
from knowledge.release.build import draft_digest, load_draft


class SoundDraft(NamedTuple):
    """The files of a draft that is fit to be published, and its content where it had to be read."""

    files: Files
    content: Content | None = None


def sound_draft(settings: Settings) -> SoundDraft:
    """Return the draft of the content folder; one that an earlier command found without an error is not checked again.

    Raises:
        KnowledgeError: with every error, sorted by place.
    """
    files, problems = read_folder(settings.content_dir)
    known = known_spared(settings)
    if not problems and draft_digest(version_of(files)) in known:
        return SoundDraft(files)
    found = load_draft(settings.content_dir, known)
    keep_spared(settings, found.sound)
    return SoundDraft(found.files, found.content)
