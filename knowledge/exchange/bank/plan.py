"""Questions of a file beside the draft → what an import would change in the bank, or every reason why it can't.

A question is known by its id, or by its stem when it has none. One that says what the bank says changes
nothing. Questions that the file lacks take nothing away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.checks.check import check
from knowledge.editing.bank import put_items
from knowledge.editing.entries import CannotRewrite
from knowledge.exchange.bank.bare import bare
from knowledge.exchange.bank.questions import Question, as_judgement, comparable, id_by_options, item_from
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.problems import Files, Mark, Problem
from knowledge.reading.fields import ID, Marks
from knowledge.reading.parse import parse
from knowledge.reading.spared import Spared

_NOWHERE = Mark("", 0, 0)
_BETWEEN_QUESTIONS = frozenset({"unknown-item", "favoured-letter", "too-few-items"})
_PARTS = {"option": "options", "exclude": "excludes", "source": "passage"}


@dataclass(slots=True)
class BankPlan:
    """What an import would do; `files` holds the changed files only, and none when there is an error."""

    added: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    n_unchanged: int = 0
    files: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether a Problem forbids the import; warnings don't."""
        return any(problem.severity == "error" for problem in self.problems)


def plan_bank_import(
    questions: Sequence[Question],
    problems: Iterable[Problem],
    files: Files,
    target: str,
    track: str = "",
    spared: Container[bytes] = (),
) -> BankPlan:
    """Return what importing `questions` into the content folder `files` would change.

    Args:
        problems: What reading the questions found; an error among them refuses the import.
        target: The bank file that new items go to.
        track: The track of new questions that name none.
        spared: What an earlier check found in order, as `check_folder` has it.
    """
    looked = Spared(spared)
    content, _, _ = parse(files, spared=looked)
    plan, found = BankPlan(), list(problems)
    by_id = _settle_all(questions, content, track, plan, found)
    is_whole = not any(problem.severity == "error" for problem in found)
    plan.files = _write(plan, content, files, target, found, looked)
    new = _new_problems(files, plan.files, by_id, looked) if plan.files else ()
    # What is wrong with the rest is told at once; what questions are to each other, when all of them can be read.
    found += (p for p in new if is_whole or (p.severity == "error" and p.code not in _BETWEEN_QUESTIONS))
    plan.problems = tuple(sorted(set(found)))
    if plan.is_refused:
        plan.files = {}
    return plan


def _settle_all(
    questions: Sequence[Question], content: Content, track: str, plan: BankPlan, found: list[Problem]
) -> dict[str, Question]:
    by_id: dict[str, Question] = {}
    for question in _named_all(questions, content, found):
        if question.id and not ID.fullmatch(question.id):
            hint = "只能用小写字母、数字和连字符，例如 q-place-1；新题可以不写"
            found.append(question.problem("id", "bad-id", f"编号“{question.id}”不对", hint))
            continue
        item, problems = item_from(question, content, track)
        if item is None:
            found += problems
        elif item.id in by_id:
            found.append(_twice(question, by_id[item.id], item))
        else:
            by_id[item.id] = question
            known = content.items.get(item.id)
            if known is not None and _same(known, item):
                plan.n_unchanged += 1
                continue
            found += problems
            (plan.added if known is None else plan.changed).append(item)
    return by_id


def _twice(question: Question, first: Question, item: Item) -> Problem:
    """Return the Problem of a question that the file has already: harmless when it says the same."""
    if _answers(question) == _answers(first) and question.stem == first.stem:
        message = f"和第 {first.mark.line} 行的题一样，只收一道"
        return question.problem("stem", "duplicate-id", message, "多余的可以删掉", "warning")
    message = f"{item.id} 在第 {first.mark.line} 行已经有了"
    return question.problem("id", "duplicate-id", message, "只留一道，或者换一个编号")


def _answers(question: Question) -> tuple[object, ...]:
    return (question.kind, question.options, question.key, question.accepted)


def _named_all(questions: Sequence[Question], content: Content, found: list[Problem]) -> Iterator[Question]:
    """Yield the questions without what tells their answers, each with the id that it goes by, if any."""
    ready = []
    for told in questions:
        question, problems = bare(as_judgement(_named(told, content, found)))
        found += problems
        ready.append(question)
    stems = Counter(comparable(question.stem) for question in ready if not question.id)
    for question in ready:
        # 下列说法正确的是 begins many questions of a bank: there the stem alone tells nothing apart.
        is_apart = question.id or stems[comparable(question.stem)] == 1
        yield question if is_apart else replace(question, id=id_by_options(question, content))


def _named(question: Question, content: Content, found: list[Problem]) -> Question:
    """Return a question without the id that another bank gave it: the next bank may give it to another question."""
    if not question.id or question.id in content.items or "id" in question.said:
        return question
    if "id" in question.places:
        message = f"编号“{question.id}”不是题库里的，没有照搬"
        hint = "导入以后按题干认题"
        found.append(question.problem("id", "foreign-id", message, hint, "warning"))
    return replace(question, id="")


def _same(one: Item, other: Item) -> bool:
    return _bare(one) == _bare(other)


def _bare(item: Item) -> Item:
    """Return an item without its place and without blanks at the ends of its texts, which no format keeps."""
    return replace(
        item,
        mark=_NOWHERE,
        stem=item.stem.strip(),
        why=item.why.strip(),
        options=tuple(option.strip() for option in item.options),
        excludes=tuple(sorted(item.excludes)),
    )


def _write(
    plan: BankPlan, content: Content, files: Files, target: str, found: list[Problem], looked: Spared
) -> dict[str, str]:
    """Return the new text of every file that changes, having seen that it says what was meant and no more."""
    changed: dict[str, dict[str, Item]] = {}
    for item in plan.changed:
        changed.setdefault(content.items[item.id].mark.file, {})[item.id] = item
    written: dict[str, str] = {}
    for name in sorted({*changed, *((target,) if plan.added else ())}):
        try:
            added = plan.added if name == target else []
            written[name] = put_items(files.get(name, ""), changed.get(name, {}), added)
        except CannotRewrite:
            found.append(_cannot_rewrite(name))
    after, _, _ = parse({**files, **written}, spared=looked)
    meant = {**content.items, **{item.id: item for item in (*plan.changed, *plan.added)}}
    for item_id, item in meant.items():
        now = after.items.get(item_id)
        if now is None or not _same(now, item):
            place = content.items[item_id].mark.file if item_id in content.items else target
            found.append(_cannot_rewrite(place))
    return written


def _cannot_rewrite(name: str) -> Problem:
    hint = "在这个文件里把题目写成以“- ”开头的列表，或者直接改文件"
    return Problem(name, 0, 0, "cannot-rewrite", "这个文件的写法没法从外面改", hint)


def _new_problems(
    files: Files, written: Mapping[str, str], by_id: Mapping[str, Question], looked: Spared
) -> Iterable[Problem]:
    """Return what would be wrong after the import and is not now, at the questions it comes from."""
    problems, content, marks = _problems({**files, **written}, looked)
    before = {(p.code, p.message) for p in _problems(files, looked)[0]} if problems else set()
    places = _places(content, marks, by_id)
    for problem in problems:
        if (problem.code, problem.message) not in before:
            place = places.get((problem.file, problem.line, problem.column))
            yield _moved(problem, place) if place else problem


def _problems(files: Files, looked: Spared) -> tuple[tuple[Problem, ...], Content, Marks]:
    content, marks, problems = parse(files, spared=looked)
    return (*problems, *check(content, marks, spared=looked)), content, marks


def _moved(problem: Problem, mark: Mark) -> Problem:
    return replace(problem, file=mark.file, line=mark.line, column=mark.column)


def _places(
    content: Content, marks: Marks, by_id: Mapping[str, Question]
) -> dict[tuple[str, int, int], Mark]:
    """Return, for the place of each part of an imported item in the bank, its place in the imported file."""
    places: dict[tuple[str, int, int], Mark] = {}
    for path, mark in marks.items():
        if path[0] == "item" and path[1] in by_id:
            places[mark.file, mark.line, mark.column] = _place_of(by_id[path[1]], path[2:])
    for item_id, question in by_id.items():
        if item_id in content.items:
            mark = content.items[item_id].mark
            places.setdefault((mark.file, mark.line, mark.column), question.mark)
    return places


def _place_of(question: Question, path: tuple[str, ...]) -> Mark:
    """Return where the imported file says a part of an item, which is the question itself when it says it nowhere."""
    part = _PARTS.get(path[0], path[0])
    exact = f"{path[0]}.{path[1]}" if len(path) > 1 else part
    if path == ("source", "text"):
        exact = part = "quote"
    return question.places.get(exact, question.places.get(part, question.mark))
