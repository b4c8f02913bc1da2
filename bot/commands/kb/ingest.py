"""`qinglang kb ingest`: a new document becomes a source that can be published as it is, and draft entries."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.commands.terminal import draft_or_exit, print_problems, settings_or_exit, write_or_exit

if TYPE_CHECKING:
    from bot.config import Settings
    from knowledge.learning.document import Document
    from knowledge.learning.facts.fact import Fact
    from knowledge.learning.ingest import About
    from knowledge.learning.outline.outline import Outline
    from knowledge.learning.people import Person
    from knowledge.model.content import Content
    from knowledge.model.problems import Files

_LABELS = {
    "title": "标题",
    "number": "文号",
    "date": "日期",
    "effective": "施行日期",
    "publisher": "发布者",
    "rights": "版权说明",
}
_NOT_A_SPEAKER = "不是"


@click.command("ingest", help="把一份新文件（.txt、.md 或 .docx）变成原文和草稿条目；原文发布以后就能回答。")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "source_id", required=True, help="原文编号：小写字母、数字、连字符，例如 forum-2026。")
@click.option("--title", default="", help="标题；不写就从文件里找。")
@click.option("--number", default="", help="文号；不写就从文件里找。")
@click.option("--date", default="", metavar="2026-12-31", help="日期；不写就从文件里找。")
@click.option("--effective", default="", metavar="2026-12-31", help="施行日期；不写就从文件里找。")
@click.option("--publisher", default="", help="发布者；不写就从文件里找。")
@click.option("--rights", default="", help="版权说明；不写就问，可以留空。")
@click.option("--yes", is_flag=True, help="找到什么用什么，不再一一问；没找到的留空。")
@click.option("--keep-numbers", is_flag=True, help="条号有重复或缺号，原文确实如此，照收。")
def kb_ingest(file: Path, source_id: str, *, yes: bool, keep_numbers: bool, **told: str) -> None:
    """Write `sources/ID.md` and `faq/ID.yaml` for a document; nothing that is there already is touched."""
    from knowledge.learning.ingest import About
    from knowledge.learning.outline.outline import outline
    from knowledge.learning.people import find_people
    from knowledge.release.build import parse_files

    settings = settings_or_exit()
    files = draft_or_exit(settings)
    content, _ = parse_files(files)
    given = About(source_id, **told)
    _check_told(given, files, content)
    document = _read(file)
    about = _settle(given, document, ask=not yes)
    _check_title(about, content)
    people = find_people([line.text for line in document.lines])
    read = outline(document, _settle_people(people, ask=not yes))
    if read.faults and not keep_numbers:
        _stop("\n".join((*read.faults, "什么都没有写。请核对原文；原文确实如此，就加上 --keep-numbers")))
    _write(settings, files, about, read)


def _check_told(about: About, files: Files, content: Content) -> None:
    from bot.editing.take_in import misfits

    found = [f"--{one.field}：{one.what}。{one.cure}" for one in misfits(about, files, content)]
    if found:
        _stop("\n".join(found))


def _read(file: Path) -> Document:
    """Return a document; one that can't be read ends the command with 2 and one line."""
    from bot.editing.take_in import read_document
    from knowledge.learning.document import MAX_WORD_BYTES, DocumentUnreadable

    try:
        # More than this is of no kind that is taken, and need not be read to be refused.
        with file.open("rb") as opened:
            document = read_document(file.name, opened.read(MAX_WORD_BYTES + 1))
    except DocumentUnreadable as problem:
        _stop(f"{file.name}：{problem}。什么都没有写")
    except OSError as error:
        _stop(f"{file.name} 打不开（{error.strerror}）。什么都没有写")
    for note in document.notes:
        click.echo(note)
    return document


def _settle(told: About, document: Document, *, ask: bool) -> About:
    """Return what is known of the document: told, found, or asked where that is not sure."""
    from bot.editing.take_in import MAY_BE_ABSENT
    from knowledge.learning.facts.fact import SURE
    from knowledge.learning.ingest import find_about, settled

    facts = settled(told, find_about(document))
    click.echo("找到的（把握：高、中、低）：")
    for name, fact in facts.items():
        where = f"第 {document.lines[fact.lines[0]].number} 行" if fact.lines else ""
        click.echo(f"  {_LABELS[name]}：{fact.value or '没有找到'}  {fact.confidence} {where}".rstrip())
    values = {
        name: _asked(name, fact)
        if ask and fact.confidence != SURE and (fact.value or name not in MAY_BE_ABSENT)
        else fact.value
        for name, fact in facts.items()
    }
    if not values["title"]:
        _stop("文件里找不到标题：用 --title 写上。什么都没有写")
    return replace(told, **values)


def _asked(name: str, fact: Fact) -> str:
    """Return what an editor says to a fact that is not sure."""
    from bot.editing.take_in import DAYS
    from knowledge.reading.served_days import is_day

    hint = "没有把握，回车就用它" if fact.value else "没有找到，回车留空"
    while True:
        said = _prompt(f"{_LABELS[name]}（{hint}）", fact.value)
        if not said or name not in DAYS or is_day(said):
            return said
        click.echo("要写成 2026-12-31 这样的日期")


def _settle_people(people: dict[str, Person], *, ask: bool) -> dict[str, Person]:
    """Return who speaks in the document; who is not sure to is asked about."""
    from knowledge.learning.facts.fact import SURE
    from knowledge.learning.people import organisation_of

    if people:
        click.echo("发言人：")
    settled: dict[str, Person] = {}
    for person in people.values():
        whose = f"（{person.organisation}）" if person.organisation else ""
        click.echo(f"  {person.name}：{person.post or '没有写明职务'}{whose}  {person.confidence}")
        if ask and person.confidence != SURE:
            hint = f"{person.name} 的单位和职务（回车：就这样；不是发言人：写“{_NOT_A_SPEAKER}”）"
            said = _prompt(hint, person.post)
            if said == _NOT_A_SPEAKER:
                continue
            person = replace(person, post=said, organisation=organisation_of(said))  # noqa: PLW2901
        settled[person.id] = person
    return settled


def _prompt(question: str, default: str) -> str:
    try:
        return str(click.prompt(question, default=default, show_default=bool(default))).strip()
    except click.Abort:
        click.echo(err=True)
        _stop("没有回答，什么都没有写；加上 --yes 就用找到的")


def _check_title(about: About, content: Content) -> None:
    from bot.editing.take_in import same_title

    if misfit := same_title(about, content):
        _stop(f"{misfit.what}：{misfit.cure}（--title）。什么都没有写")


def _write(settings: Settings, files: Files, about: About, read: Outline) -> None:
    """Write the new files when they bring no error, and say what there is now."""
    from bot.editing.take_in import FaultyDocument, take_in

    try:
        taken = take_in(files, about, read)
    except FaultyDocument as faulty:
        print_problems(faulty.problems)
        click.echo("什么都没有写", err=True)
        sys.exit(1)
    write_or_exit(settings, taken.files)
    click.echo(
        f"已写入 {'、'.join(taken.files)}：{about.title}，段落 {taken.n_passages} 段，草稿 {len(taken.drafts)} 条"
    )
    click.echo("发布（kb publish）以后，就能从这份原文里回答")


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
