"""A topic that was asked in vain becomes part of the draft: checked whole before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.china import in_a_year, today
from bot.editing.learning.unanswered import chosen
from bot.editing.refused import Refused
from handlers.china import day_of
from knowledge.editing.entries import CannotRewrite
from knowledge.learning.adopt import NothingToAdopt, adopt_as_entry, adopt_as_phrasings
from knowledge.learning.misses import Miss, Topic
from knowledge.model.content import Content
from knowledge.model.problems import Files, Problem
from knowledge.reading.fields import ID
from knowledge.release.build import parse_files


class BadChoice(Refused):
    """An entry, passage or id that can't be adopted to."""


class Faulty(Exception):
    """The draft would have errors that it has not now; `problems` are these."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(str(len(problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Adoption:
    """What to make of a topic: phrasings of `entry_id`, or a new entry that quotes `addresses`.

    `words` are what is quoted of each address, () for all of it.
    """

    entry_id: str = ""
    addresses: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    new_id: str = ""
    owner: str = ""
    is_ready: bool = False
    only: tuple[str, ...] = ()
    max_wordings: int = 5


@dataclass(frozen=True, slots=True)
class Adopted:
    """The entry that the wordings lead to from now on, and the files to write."""

    entry_id: str
    files: Files


def adopt(
    files: Files, topic: Topic, choice: Adoption, note: str = "", spared: Collection[bytes] = ()
) -> Adopted:
    """Return the draft's files that change when a topic is adopted; `note` says where it comes from, if not from misses.

    What `known_spared` knows is not looked at again.

    Raises:
        BadChoice: there is no such entry or passage, the id is taken, or its answer was voted down.
        Refused: there is nothing to write, or the entry can't be edited in place.
        Faulty: the draft would have new errors.
    """
    content, before = parse_files(files, spared=spared)
    misses = chosen(topic, choice.only)[: choice.max_wordings]
    wordings = tuple(miss.question for miss in misses)
    note = note or _note(misses[0].id if choice.only else topic.id, misses if choice.only else topic.misses)
    target = choice.entry_id or choice.new_id or f"adopted-{misses[0].id if choice.only else topic.id}"
    if why := _misfit(content, choice, target, misses):
        raise BadChoice(why)
    try:
        changed = (
            adopt_as_phrasings(files, content, choice.entry_id, wordings, note)
            if choice.entry_id
            else adopt_as_entry(
                files, content, target, wordings, _quotes(content, choice), note,
                owner=choice.owner, review_by=in_a_year(), is_ready=choice.is_ready,
            )
        )  # fmt: skip
    except NothingToAdopt as nothing:
        raise Refused("这些问法条目里都有了（或者含有隐去的号码），没有要写的") from nothing
    except CannotRewrite as unable:
        raise Refused(f"条目 {choice.entry_id} 的写法没法自动改：请直接改文件") from unable
    if problems := _new_faults({**files, **changed}, before, spared):
        raise Faulty(problems)
    return Adopted(target, changed)


def _misfit(content: Content, choice: Adoption, target: str, misses: tuple[Miss, ...]) -> str:
    if choice.entry_id:
        return _misfit_of(content, choice.entry_id, misses)
    missing = [address for address in choice.addresses if address not in content.passages]
    if missing:
        return f"没有 {missing[0]} 这一段原文：地址见 sources/"
    if target in content.entries:
        return f"条目 {target} 已经有了：用 --id 换一个"
    return "" if ID.fullmatch(target) else f"编号 {target} 只能用小写字母、数字和连字符"


def _misfit_of(content: Content, entry_id: str, misses: tuple[Miss, ...]) -> str:
    if entry_id not in content.entries:
        return f"没有条目 {entry_id}"
    for miss in misses:
        n = sum(n for answer, n in miss.down.items() if answer.partition("|")[0] == entry_id)
        if n > 0:
            return (
                f"“{miss.question}”答过 {entry_id}，有 {n} 次说不对：采纳到它只会把错的答案定下来。"
                "换一个条目；是它的引导语或原话写得不好，就改好它再发布"
            )
    return ""


def _quotes(content: Content, choice: Adoption) -> tuple[str | Mapping[str, str], ...]:
    """Return the quotes as a file holds them: a passage that is sent whole by its address alone."""
    if not choice.words:
        return choice.addresses
    return tuple(
        address if words == content.passages[address].text else {"passage": address, "text": words}
        for address, words in zip(choice.addresses, choice.words, strict=True)
    )


def _note(name: str, misses: Sequence[Miss]) -> str:
    first, last = min(miss.first_ms for miss in misses), max(miss.last_ms for miss in misses)
    n = sum(miss.n for miss in misses)
    return f"{today()} 采自没答上的问题 {name}：{n} 次，{day_of(first // 1000)} 至 {day_of(last // 1000)}"


def _new_faults(after: Files, before: Sequence[Problem], spared: Collection[bytes]) -> tuple[Problem, ...]:
    known = {(problem.code, problem.message) for problem in before}
    found = (p for p in parse_files(after, spared=spared)[1] if (p.code, p.message) not in known)
    return tuple(p for p in found if p.severity == "error")
