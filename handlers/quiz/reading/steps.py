"""Which step in the quiz a message is: to a paper, within the one that is open, or an answer to the item on the screen."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from handlers.answering.choices import is_none, read_letters, read_number
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.quiz.attempt import place_of
from handlers.quiz.open_attempt import OpenAttempt, open_attempt
from handlers.quiz.papers import PaperWish, read_wish
from handlers.quiz.reading.answers import Given, NoAnswer, is_certain, read
from handlers.quiz.reading.remarks import read_remark
from knowledge.language.tidy import plain
from knowledge.matching.intents import intent_of
from knowledge.model.bank import Item

_RESUME = frozenset({"继续", "继续答题", "接着答", "题目", "再看一遍题"})
_LEAVE = frozenset({"退出", "退出答题", "不答了", "结束答题"})
_SKIP = frozenset({"跳过", "下一题", "跳过这题", "先跳过", "pass"})
_BACK = frozenset({"上一题", "前一题", "返回上一题"})


class QuizStep(Struct, frozen=True):
    """One step, with the paper to start, or what it answers to the item on the screen."""

    what: Literal["start", "resume", "leave", "skip", "back", "answer"]
    wish: PaperWish | None = None
    given: Given | NoAnswer | None = None


def read_step(text: str, run: OpenAttempt | None, session: Session, context: Context) -> QuizStep | None:
    """Return the step that the words are, None when they are about something else."""
    wish = read_wish(text, context.snapshot.content)
    if wish:
        return QuizStep("start", wish=wish)
    said = plain(text)
    if said in _RESUME:
        has_more = run or (session.shelf and not session.pages) or not context.can_save
        return QuizStep("resume") if has_more else None
    word = _word(said)
    if word:
        return word
    if run is None or run.attempt.paused or not context.can_save:
        # A bare letter has no other use: whoever sends one hears how to get to an item.
        return QuizStep("answer") if read_letters(text) and not session.offered else None
    if run.item is None or (session.offered and (read_number(text) or is_none(text))):
        return None
    given = read(text, run.item, run.order, place_of(run.attempt, run.item.id))
    if not is_certain(given, run.item) and (remark := read_remark(said)):
        return QuizStep(remark) if remark in ("leave", "skip") else QuizStep("answer", given=NoAnswer(remark))
    if _is_talk(text, given, run.item, context):
        return None
    return QuizStep("answer", given=given) if given else None


def _is_talk(text: str, given: Given | NoAnswer | None, item: Item, context: Context) -> bool:
    """Return whether what would fill a blank is said to the bot: 谢谢 and 哈哈 are no answer, unless they are the right one."""
    fills = item.kind == "fill" and isinstance(given, Given) and not is_certain(given, item)
    return fills and intent_of(context.snapshot, text) is not None


def _word(said: str) -> QuizStep | None:
    if said in _LEAVE:
        return QuizStep("leave")
    if said in _SKIP:
        return QuizStep("skip")
    return QuizStep("back") if said in _BACK else None


def is_for_the_item(message: Message, session: Session, context: Context) -> bool:
    """Return whether a message answers the item on the screen, or says something of it, and so is no command in other words."""
    if message.kind != "text" or session.attempt is None or session.attempt.paused or not context.can_save:
        return False
    run = open_attempt(session.attempt, context)
    if run.item is None:
        return False
    given = read(message.text, run.item, run.order, place_of(run.attempt, run.item.id))
    return is_certain(given, run.item) or read_remark(plain(message.text)) is not None
