"""A question of a printed paper → the question alone: without its number, without the answer it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knowledge.exchange.bank.questions import Question
from knowledge.model.problems import Problem
from knowledge.quiz.told_answers import Told, item_number, marked_option, told_answers, without_told

_CURE = "看看哪个对，写成一样的；括号里的不是答案就去掉括号"


def bare(question: Question) -> tuple[Question, tuple[Problem, ...]]:
    """Return a question that tells no answer, and what was taken from it; an error where the two differ."""
    q = question
    options = tuple(marked_option(option) for option in q.options)
    told = told_answers(q.stem, q.kind, options, q.key, q.accepted)
    stem = without_told(q.stem, told, q.kind)
    stem = stem[len(item_number(stem)) :]
    if not stem:
        return q, ()
    return replace(q, stem=stem, options=options), tuple(_problems(q, told, options))


def _problems(q: Question, told: tuple[Told, ...], options: tuple[str, ...]) -> Iterator[Problem]:
    for one in told:
        if one.is_key:
            message = f"题干里写着答案“{one.words}”，已经去掉"
            yield q.problem("stem", "answer-in-stem", message, "看看题干还通不通", "warning")
        else:
            message = f"题干里写着答案“{one.words}”，和这道题的答案不一样"
            yield q.problem("stem", "answer-in-stem", message, _CURE)
    for i, option in enumerate(options):
        if option == q.options[i]:
            continue
        if i in q.key:
            message = f"选项“{q.options[i]}”标着是答案，记号已经去掉"
            yield q.problem(f"option.{i}", "answer-in-stem", message, "看看选项还通不通", "warning")
        else:
            message = f"选项“{q.options[i]}”标着是答案，和这道题的答案不一样"
            yield q.problem(f"option.{i}", "answer-in-stem", message, "看看哪个对，写成一样的")
