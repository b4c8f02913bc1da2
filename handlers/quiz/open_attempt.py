"""An attempt with everything that it goes by, opened once a turn at the door of the quiz and passed on."""

from __future__ import annotations

from msgspec import Struct

from handlers.model.attempts import Attempt
from handlers.model.turn import Context
from handlers.quiz.attempt import has_begun, is_late, is_over, open_item, option_order
from handlers.quiz.modes import MODES, Mode
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content
from knowledge.reading.papers import main_papers


class OpenAttempt(Struct, frozen=True):
    """An attempt with its paper and mode, the bank it is pinned to, and the item on the screen.

    `item` is None when no release has it any more; `order` is the one in which its options are shown.
    """

    attempt: Attempt
    paper: Paper
    mode: Mode
    bank: Content
    item: Item | None
    order: tuple[int, ...]

    def at(self, attempt: Attempt) -> OpenAttempt:
        """Return the same run a step on."""
        return _opened(attempt, self.paper, self.bank)

    def is_late(self, at_ms: int) -> bool:
        """Return whether a message that arrived at `at_ms` is past the deadline."""
        return is_late(self.attempt, self.paper, at_ms)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to answer, or the mistake that ends it was made."""
        return is_over(self.attempt, self.paper)

    @property
    def is_unused_exam(self) -> bool:
        """Whether it is an exam of which nothing was answered or skipped: it may be left without using up a try."""
        return self.mode.is_exam and not has_begun(self.attempt)

    @property
    def has_clock(self) -> bool:
        """Whether the paper or its items have a time limit."""
        return bool(self.paper.item_time_s or self.paper.paper_time_s)


def open_attempt(attempt: Attempt, context: Context) -> OpenAttempt:
    """Return an attempt with the rules of its own release; the live ones when that release is gone."""
    bank = context.bank_of(attempt)
    live = context.snapshot.content.papers
    paper = bank.papers.get(attempt.paper_id) or live.get(attempt.paper_id) or main_papers(live)["practice"]
    return _opened(attempt, paper, bank)


def _opened(attempt: Attempt, paper: Paper, bank: Content) -> OpenAttempt:
    item = open_item(attempt, bank)
    order = option_order(attempt, item) if item else ()
    return OpenAttempt(attempt, paper, MODES[paper.mode], bank, item, order)
