"""The rows of a bank's workbook beside the draft → what an import would change in the bank.

A row that was not touched since its export changes nothing, whatever became of its item meanwhile; one that was
touched while the item changed too is a conflict. What only looks the same keeps the spelling of the bank.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from knowledge.exchange.bank.plan import BankPlan, plan_bank_import
from knowledge.exchange.bank.questions import Question, known_item
from knowledge.exchange.workbook.cells import respell
from knowledge.exchange.workbook.headings import in_headings
from knowledge.exchange.workbook.items.columns import COLUMNS, IN_WORDS, NONE, cells_of_item, item_mark
from knowledge.exchange.workbook.items.sheet import BankRow, BankWorkbook
from knowledge.model.bank import Item
from knowledge.model.problems import Files, Problem
from knowledge.reading.parse import parse
from knowledge.reading.spared import Spared

_KEPT = ("track", "difficulty", "tags", "why", "excludes")
_SAID = (
    "id",
    "kind",
    "stem",
    "options",
    "key",
    "accepted",
    "why",
    "track",
    "tags",
    "difficulty",
    "claim",
    "truth",
    "excludes",
)


def plan_quiz_workbook(
    workbook: BankWorkbook, files: Files, target: str, track: str = "", spared: Container[bytes] = ()
) -> BankPlan:
    """Return what importing a workbook into the content folder `files` would change.

    Args:
        target: The bank file that new items go to.
        track: The track of new questions that name none.
        spared: What an earlier check found in order, as `check_folder` has it.
    """
    content, _, _ = parse(files, spared=Spared(spared))
    questions, problems = [], list(workbook.problems)
    for row in workbook.rows:
        question = row.question
        known = known_item(question, content)
        if known is not None and row.is_untouched:
            question = _as_it_is(question, known)
        elif known is not None:
            question = _respelled(question, known)
            problems += _conflict(row, known)
        questions.append(question)
    plan = plan_bank_import(questions, problems, files, target, track, spared)
    told = (in_headings(p, IN_WORDS) if p.file in workbook.sheets else p for p in plan.problems)
    plan.problems = tuple(told)
    return plan


def _conflict(row: BankRow, known: Item) -> Iterator[Problem]:
    """Yield what can't be decided between a row that was touched and its item."""
    now = cells_of_item(known)
    if row.mark and row.mark != item_mark(now):
        message = f"导出以后，{known.id} 在 {known.mark.file}:{known.mark.line} 被改过了"
        yield row.question.problem("id", "changed-meanwhile", message, "重新导出，在新的表里再改一次")
    for column in COLUMNS if row.mark else ():
        part = column.part
        if part in _KEPT and part in row.texts and not row.texts[part] and now.get(part):
            hint = f"要去掉就写“{NONE}”" if part in ("tags", "excludes") else "要改就写上新的"
            message = f"“{column.headings[0]}”空着，原来的“{now[part]}”留着"
            yield row.question.problem(part, "kept-value", message.replace("\n", "、"), hint, "warning")


def _as_it_is(question: Question, known: Item) -> Question:
    """Return the question that says what the bank has now."""
    return Question(
        mark=question.mark,
        places=question.places,
        said=frozenset(_SAID),
        passage=known.source.passage_id,
        quote=known.source.text,
        **{name: getattr(known, name) for name in _SAID},
    )


def _respelled(question: Question, known: Item) -> Question:
    """Return the question with the bank's own spelling of each text that reads like it."""
    return replace(
        question,
        stem=respell(question.stem, known.stem),
        options=_respelled_all(question.options, known.options),
        accepted=_respelled_all(question.accepted, known.accepted),
        tags=_respelled_all(question.tags, known.tags),
        why=respell(question.why, known.why),
        quote=respell(question.quote, known.source.text),
        claim=respell(question.claim, known.claim),
        truth=respell(question.truth, known.truth),
    )


def _respelled_all(texts: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(respell(text, "\n".join(known)) for text in texts)
