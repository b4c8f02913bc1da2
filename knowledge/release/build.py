"""The door of `knowledge`: a content folder in, an immutable snapshot out, or every Problem at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.checks.check import check
from knowledge.language.segment import Segmenter
from knowledge.matching.decide import decide
from knowledge.matching.making import IndexData, make_snapshot, prepare_index
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.problems import Files, KnowledgeError, Problem
from knowledge.reading.fields import Marks
from knowledge.reading.load import last_saved, read_folder
from knowledge.reading.parse import parse
from knowledge.reading.spared import Everything, Spared, look_digest
from knowledge.release.new_base import fixed_sentences
from knowledge.sources.coverage import Coverage, coverage

_NO_NAME = "本公众号"

_FIRST_QUESTION = "这里没有人问过的一句话"
_FIRST_TALK = ("一句话",)
_FIRST_LETTERS = ("yi ju hua", "one word")
_WHOLE_FILE = frozenset(
    [
        "yaml-syntax",
        "missing-front-matter",
        "empty-file",
        "not-utf8",
        "too-large",
        "not-readable",
        "outside-folder",
    ]
)
# What a check finds missing when a file of that folder could not be read.
_CONSEQUENCES = {
    "sources": frozenset({"unknown-passage", "not-verbatim", "quote-drift"}),
    "faq": frozenset({"unknown-entry", "unsaid-words"}),
    "quiz": frozenset({"too-few-items", "missing-paper"}),
}


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything there is to say about a content folder: its files, content and Problems, and its coverage.

    `sound` are the digests of what was found in order, the whole draft among them: none of it need be looked at again.
    """

    files: Files
    content: Content
    problems: tuple[Problem, ...]
    coverage: Coverage
    sound: frozenset[bytes] = frozenset()


def survey(folder: Path, today: str = "", spared: Collection[bytes] = ()) -> Survey:
    """Return what `check_folder` finds, with the content as far as it can be read and how much of the sources it sends."""
    files, unreadable = read_folder(folder)
    looked = Spared(spared)
    content, marks, problems = _examine(files, today, unreadable, last_saved(folder), looked)
    if not any(problem.severity == "error" for problem in problems):
        looked.sound.add(draft_digest(content.version))
    return Survey(files, content, problems, coverage(content, marks), frozenset(looked.sound))


def draft_digest(version: str) -> bytes:
    """Return what stands among the sound things for a whole draft without an error."""
    return look_digest("draft", version)


def check_folder(
    folder: Path, today: str = "", spared: Collection[bytes] = ()
) -> tuple[Files, tuple[Problem, ...]]:
    """Return the files of a content folder and every Problem of reading, parsing and checking, by place.

    Args:
        today: A day (2026-12-31) also brings warnings of entries that are over or due for a review.
        spared: What an earlier `Survey` of this state of the code found `sound`; it is not looked at again.
    """
    files, unreadable = read_folder(folder)
    _, _, problems = _examine(files, today, unreadable, last_saved(folder), Spared(spared))
    return files, problems


def load_folder(folder: Path) -> Files:
    """Return the files of a content folder that is fit to be published.

    Raises:
        KnowledgeError: with every error, sorted by place; warnings raise nothing.
    """
    return load_draft(folder).files


def load_draft(folder: Path, spared: Collection[bytes] = ()) -> Survey:
    """Return everything there is to say about a content folder that is fit to be published; see `load_folder`."""
    found = survey(folder, spared=spared)
    errors = tuple(problem for problem in found.problems if problem.severity == "error")
    if errors:
        raise KnowledgeError(errors)
    return found


def parse_files(
    files: Files, today: str = "", spared: Collection[bytes] = ()
) -> tuple[Content, tuple[Problem, ...]]:
    """Return the content of `files`, as far as it can be read, and every Problem in it; `spared` as `check_folder` has it."""
    content, _, problems = _examine(files, today, spared=Spared(spared))
    return content, problems


def _examine(
    files: Files,
    today: str,
    unreadable: tuple[Problem, ...] = (),
    saved: Mapping[str, int] | None = None,
    spared: Spared | None = None,
) -> tuple[Content, Marks, tuple[Problem, ...]]:
    content, marks, problems = parse(files, saved, spared)
    if any(problem.code == "no-folder" for problem in unreadable):
        return content, marks, unreadable
    found = (*unreadable, *problems)
    broken = {problem.file for problem in found if problem.code in _WHOLE_FILE}
    further = (p for p in check(content, marks, today, saved, spared) if not _follows_from(p, broken))
    return content, marks, tuple(sorted({*found, *further}))


def _follows_from(problem: Problem, broken: set[str]) -> bool:
    """Return whether a Problem is only there because a file could not be read at all: one fault, one Problem."""
    folders = {name.partition("/")[0] for name in broken}
    return problem.file in broken or any(problem.code in _CONSEQUENCES.get(folder, ()) for folder in folders)


def content_of(files: Files) -> Content:
    """Return the content of files that were checked before, as those of a release were."""
    return served_content(parse(files, spared=Spared(Everything()))[0])


def served_content(content: Content) -> Content:
    """Return a content as it is served: one from before a fixed sentence was needed says the product's own."""
    return replace(content, replies={**fixed_sentences(_NO_NAME), **content.replies})


def assemble(content: Content, data: IndexData | None = None, like: Snapshot | None = None) -> Snapshot:
    """Return the snapshot that answers from `content`; its index data is prepared when there is none yet.

    What `like` has read the same way, because little differs between the two, is taken from it.
    """
    same_words = like is not None and like.content.lexicon.words == content.lexicon.words
    segmenter = like.segmenter if like and same_words else Segmenter(content.lexicon.words)
    return make_snapshot(content, segmenter, data or prepare_index(content, like), like)


def get_ready(snapshot: Snapshot) -> None:
    """Have a snapshot answer its first question as fast as any other: what is read or compiled at first use is so now.

    All but what is typed in letters, see `get_ready_for_letters`.
    """
    # The first question of a process loads tables, which is not for a user to wait for.
    decide(snapshot, _FIRST_QUESTION)
    _hear(snapshot, _FIRST_TALK)


def get_ready_for_letters(snapshot: Snapshot) -> None:
    """Do the same for pinyin and Latin words: half of all that is compiled, for few messages, so it can wait until others are answered."""
    _hear(snapshot, _FIRST_LETTERS)


def _hear(snapshot: Snapshot, texts: Iterable[str]) -> None:
    # The sayings too are compiled when they are first looked for, in each form of a text.
    for text in texts:
        snapshot.alarms.read(text, text)
        snapshot.alarms.is_begun(text)
        snapshot.alarms.is_better(text)
        snapshot.alarms.is_unnoted(text)
        snapshot.talk.read(text)
    # Asked of every message that is like talk.
    _ = snapshot.examples.counts, snapshot.examples.by_text, snapshot.examples.table


def build(folder: Path) -> Snapshot:
    """Return the snapshot of a content folder.

    Raises:
        KnowledgeError: with every Problem of the folder.
    """
    return assemble(content_of(load_folder(folder)))
