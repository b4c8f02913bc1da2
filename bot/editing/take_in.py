"""A new document becomes a source of the draft with draft entries: read, judged and checked whole before anything is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePath

from bot.china import in_a_year
from knowledge.editing.sources import set_answering
from knowledge.learning.document import MAX_BYTES, MAX_WORD_BYTES, Document, DocumentUnreadable, read_text
from knowledge.learning.ingest import About, ingest
from knowledge.learning.outline.outline import Outline
from knowledge.learning.word_file import read_word
from knowledge.model.content import Content
from knowledge.model.problems import Files, Problem
from knowledge.reading.fields import ID
from knowledge.reading.served_days import is_day
from knowledge.release.build import parse_files

SUFFIXES = (".txt", ".md", ".docx")
DAYS = ("date", "effective")
MAY_BE_ABSENT = ("number", "effective")
"""What many documents have not: where nothing is found, nobody need be asked."""
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_MAX_SLUG_CHARS = 40


class FaultyDocument(Exception):
    """The draft would have errors with the document in it; `problems` are these."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(str(len(problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a document can't be taken in as it is told: the field of `About`, what is wrong with it, and what to do."""

    field: str
    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A document as the files that it becomes: how many passages it has, and which draft entries were made of it."""

    files: Files
    n_passages: int
    drafts: tuple[str, ...]


def read_document(name: str, data: bytes) -> Document:
    """Return a document of a file by its name and bytes.

    Raises:
        DocumentUnreadable: it is none of ours, too large, or can't be read; its text says what to do.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise DocumentUnreadable("只收 .txt、.md 和 .docx：旧的 .doc、PDF、WPS 文件请先另存为 .docx")
    limit = MAX_WORD_BYTES if suffix == ".docx" else MAX_BYTES
    if len(data) > limit:
        raise DocumentUnreadable(f"文件超过 {limit // 1_000_000} MB：拆成几份，或去掉图片")
    return read_word(data) if suffix == ".docx" else read_text(data, markdown=suffix == ".md")


def misfits(about: About, files: Files, content: Content) -> Iterator[Misfit]:
    """Yield every reason why a document can't be taken in under what is told about it."""
    if not ID.fullmatch(about.id):
        yield Misfit(
            "id",
            f"编号“{about.id}”只能用小写字母、数字和连字符",
            f"写成 {suggested_id('', about.date, ())} 这样",
        )
    elif about.id in content.sources or {f"sources/{about.id}.md", f"faq/{about.id}.yaml"} & files.keys():
        yield Misfit("id", f"原文 {about.id} 已经有了", "换一个编号")
    for name in DAYS:
        value = getattr(about, name)
        if value and not is_day(value):
            yield Misfit(name, f"“{value}”不是日期", "写成 2026-12-31 这样")
    for field in fields(about):
        if not getattr(about, field.name).isprintable():
            yield Misfit(field.name, "只能写一行文字", "去掉换行和看不见的字符")


def same_title(about: About, content: Content) -> Misfit | None:
    """Return why a document can't be taken in under its title, None when it has one of its own."""
    if not about.title:
        return Misfit("title", "没有标题", "写上标题")
    same = next((source for source in content.sources.values() if source.title == about.title), None)
    if same is None:
        return None
    return Misfit(
        "title", f"标题是《{about.title}》的原文已经有了（{same.id}）", "不是同一份，就把标题写清楚"
    )


def suggested_id(name: str, day: str, taken: Collection[str]) -> str:
    """Return an id for a document: the Latin letters of its file's name, else its day; none that is taken."""
    stem = _NO_SLUG.sub("-", PurePath(name).stem.lower()).strip("-")[:_MAX_SLUG_CHARS].strip("-")
    wanted = (
        stem if re.search(r"[a-z]", stem) and ID.fullmatch(stem) else f"doc-{day}" if is_day(day) else "doc"
    )
    number, found = 2, wanted
    while found in taken:
        number, found = number + 1, f"{wanted}-{number}"
    return found


def take_in(
    files: Files,
    about: About,
    read: Outline,
    silent: Collection[str] = (),
    spared: Collection[bytes] = (),
) -> TakenIn:
    """Return the new files of a document.

    Args:
        silent: The anchors of passages whose bare words must not answer.
        spared: What need not be looked at again, as `known_spared` knows it.

    Raises:
        FaultyDocument: the draft would have errors that it has not now.
    """
    content, before = parse_files(files, spared=spared)
    new = ingest(about, read, content, in_a_year())
    if silent:
        name = f"sources/{about.id}.md"
        new = {**new, name: set_answering(new[name], whole=True, silent=silent)}
    after, problems = parse_files({**files, **new}, spared=spared)
    known = {(problem.code, problem.message) for problem in before}
    faults = tuple(p for p in problems if p.severity == "error" and (p.code, p.message) not in known)
    if faults:
        raise FaultyDocument(faults)
    n_passages = sum(passage.source_id == about.id for passage in after.passages.values())
    return TakenIn(new, n_passages, tuple(name for name in after.entries if name not in content.entries))


def with_answering(files: Files, name: str, *, whole: bool, silent: Collection[str]) -> Mapping[str, str]:
    """Return the file of a source in which the source as a whole, and these passages, answer no question by themselves."""
    return {name: set_answering(files[name], whole=whole, silent=silent)}
