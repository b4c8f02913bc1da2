"""The quiz: 答题 draws a paper, every answer is judged with its proof, 退出 and 继续 lose nothing.

Everything follows from the attempt: its seed draws the items and shuffles the options, its release
names the bank, and its responses are the position. So the same item shown again looks the same.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

from handlers.choices import read_letters, read_number
from handlers.model import Attempt, Context, Effect, Message, Reply, Response, Result, Session, Turn
from handlers.words import answer, words
from knowledge.analyze import strip_punctuation, tidy
from knowledge.cite import cite
from knowledge.grading import grade
from knowledge.model import Content, Item

START = frozenset({"答题", "开始答题", "我要答题", "做题", "好网民答题"})
RESUME = frozenset({"继续", "继续答题", "接着答", "题目"})
LEAVE = frozenset({"退出", "退出答题", "不答了", "结束答题"})
PAPER = "default"
MAX_RESULTS = 20
_LETTERS = "ABCDEFGH"
_STEM_CHARS = 26


def matches(message: Message, session: Session, context: Context) -> bool:
    """Return whether the message is a quiz word, or an answer to the item on the screen."""
    if message.kind != "text":
        return False
    said = strip_punctuation(tidy(message.text))
    if said in START or said in LEAVE:
        return True
    attempt = session.attempt
    if said in RESUME:
        return attempt is not None or not context.can_save
    if not context.can_save:
        # Without the store nobody knows whether a bare letter is an answer: it waits, politely.
        return bool(read_letters(message.text)) and not session.offered
    if attempt is None or attempt.paused:
        return False
    return _is_answer(message.text, session, context)


def _is_answer(text: str, session: Session, context: Context) -> bool:
    if session.offered and read_number(text):
        return False
    item = open_item(session.attempt, context.bank)
    if item is None:
        return False
    return bool(read_letters(text) or read_number(text) or _own_words(item, text) is not None)


def handle(message: Message, session: Session, context: Context) -> Turn:
    """Start, resume, leave or judge; while nothing can be saved, say so and change nothing."""
    if not context.can_save:
        return answer(context, session, "quiz.away")
    said = strip_punctuation(tidy(message.text))
    if said in START:
        return (
            _resume(message, session, context, "quiz.resumed")
            if session.attempt
            else _start(message, session, context)
        )
    if said in LEAVE:
        return _leave(session, context)
    if said in RESUME:
        return _resume(message, session, context, "")
    return _judge(message, session, context)


def draw(content: Content, seed: str) -> tuple[str, ...]:
    """Return the ids of a paper's items in order, no repeats; the same seed draws the same paper."""
    paper = content.papers[PAPER]
    pool = sorted(item.id for item in content.items.values() if paper.admits(item))
    return tuple(random.Random(seed).sample(pool, min(paper.n_items, len(pool))))


def option_order(attempt: Attempt, item: Item) -> tuple[int, ...]:
    """Return the order in which this attempt shows an item's options: indexes into `item.options`."""
    order = list(range(len(item.options)))
    random.Random(f"{attempt.seed}:{item.id}").shuffle(order)
    return tuple(order)


def open_item(attempt: Attempt | None, bank: Content) -> Item | None:
    """Return the item that the attempt waits for; None without an attempt, or when no release has the item any more."""
    return bank.items.get(attempt.item_ids[len(attempt.responses)]) if attempt else None


def show(attempt: Attempt, context: Context) -> str:
    """Return the open item as the user sees it; it begins 第 k/n 题. An item that is gone is said to be."""
    item = open_item(attempt, context.bank)
    if item is None:
        return words(context, "quiz.gone")
    options = (f"{_LETTERS[i]}. {item.options[index]}" for i, index in enumerate(option_order(attempt, item)))
    k, n = len(attempt.responses) + 1, len(attempt.item_ids)
    return words(context, "quiz.item", k=k, n=n, stem=item.stem, options="\n".join(options))


def _start(message: Message, session: Session, context: Context) -> Turn:
    content = context.snapshot.content
    item_ids = draw(content, context.seed)
    if not item_ids:
        return answer(context, session, "quiz.empty")
    attempt = Attempt(
        id=context.seed[:16],
        paper_id=PAPER,
        release=content.version,
        seed=context.seed,
        item_ids=item_ids,
        responses=(),
        started_at=context.now,
        shown_ms=context.now_ms,
    )
    # The bank of the context belongs to the attempt before this one; a new attempt is of the live release.
    text = show(attempt, replace(context, bank=content)) + "\n" + words(context, "quiz.how")
    effect = Effect("started", {"attempt": attempt.id, "paper": PAPER, "release": attempt.release})
    return Turn(Reply("text", text), replace(session, attempt=attempt, offered=(), pages=()), (effect,))


def _resume(message: Message, session: Session, context: Context, notice: str) -> Turn:
    if session.attempt is None:
        return answer(context, session, "quiz.nothing_open")
    attempt = replace(session.attempt, paused=False)
    text = show(attempt, context)
    if notice:
        text = words(context, notice) + "\n" + text
    return Turn(Reply("text", text), replace(session, attempt=attempt, offered=(), pages=()))


def _leave(session: Session, context: Context) -> Turn:
    if session.attempt is None:
        return answer(context, session, "quiz.nothing_open")
    attempt = replace(session.attempt, paused=True)
    text = words(context, "quiz.left", done=len(attempt.responses), n=len(attempt.item_ids))
    return Turn(Reply("text", text), replace(session, attempt=attempt, offered=()))


def _own_words(item: Item, text: str) -> int | None:
    said = strip_punctuation(tidy(text))
    same = [i for i, option in enumerate(item.options) if strip_punctuation(tidy(option)) == said]
    return same[0] if len(same) == 1 and said else None


def _chosen(text: str, attempt: Attempt, item: Item) -> int | None:
    """Return the index into `item.options` that `text` picks as shown, or None when it picks none or several."""
    own = _own_words(item, text)
    if own is not None:
        return own
    letters = read_letters(unicodedata.normalize("NFKC", text))
    number = read_number(text) if not letters else None
    position = _LETTERS.index(letters[0]) if len(letters) == 1 else number - 1 if number else -1
    order = option_order(attempt, item)
    return order[position] if 0 <= position < len(order) else None


def _judge(message: Message, session: Session, context: Context) -> Turn:
    attempt = session.attempt
    item = open_item(attempt, context.bank)
    if attempt is None or item is None:
        return answer(context, session, "quiz.nothing_open")
    if message.received_ms and message.received_ms < attempt.shown_ms:
        text = words(context, "quiz.already") + "\n" + show(attempt, context)
        return Turn(Reply("text", text), session)
    chosen = _chosen(message.text, attempt, item)
    if chosen is None:
        return answer(context, session, "quiz.invalid", letters="、".join(_LETTERS[: len(item.options)]))
    response = Response(item.id, (chosen,), grade(item, {chosen}), context.now)
    after = replace(attempt, responses=(*attempt.responses, response), shown_ms=context.now_ms)
    effect = Effect(
        "answered",
        {
            "attempt": attempt.id,
            "item": item.id,
            "k": len(after.responses),
            "given": chosen,
            "fraction": response.fraction,
        },
    )
    verdict = _verdict(attempt, item, response, context)
    if len(after.responses) < len(after.item_ids):
        text = f"{verdict}\n\n{show(after, context)}"
        return Turn(Reply("text", text), replace(session, attempt=after, offered=(), pages=()), (effect,))
    return _finish(after, verdict, session, context, effect)


def _verdict(attempt: Attempt, item: Item, response: Response, context: Context) -> str:
    key = item.key[0]
    letter = _LETTERS[option_order(attempt, item).index(key)]
    if response.fraction == 1:
        judged = words(context, "quiz.right")
    else:
        judged = words(context, "quiz.wrong", letter=letter, option=item.options[key])
    proof = cite(context.bank, context.bank.passages[item.source.passage_id])
    return "\n".join((judged, item.why.strip(), item.source.text, proof))


def _finish(attempt: Attempt, verdict: str, session: Session, context: Context, effect: Effect) -> Turn:
    points = sum(response.fraction for response in attempt.responses)
    result = Result(attempt.paper_id, len(attempt.item_ids), points, attempt.started_at, context.now)
    finished = Effect(
        "finished",
        {"attempt": attempt.id, "paper": attempt.paper_id, "points": points, "n": len(attempt.item_ids)},
    )
    card = _card(attempt, points, context)
    after = replace(
        session, attempt=None, results=(*session.results, result)[-MAX_RESULTS:], offered=(), pages=()
    )
    return Turn(Reply("text", f"{verdict}\n\n{card}"), after, (effect, finished))


def _card(attempt: Attempt, points: float, context: Context) -> str:
    n = len(attempt.item_ids)
    pass_line = context.bank.papers[attempt.paper_id].pass_line * n
    wrong = [r.item_id for r in attempt.responses if r.fraction < 1]
    stems = [context.bank.items[item_id].stem for item_id in wrong]
    listed = "\n".join(f"· {s if len(s) <= _STEM_CHARS else s[:_STEM_CHARS] + '…'}" for s in stems)
    seconds = max(0, context.now - attempt.started_at)
    return words(
        context,
        "quiz.result",
        points=f"{points:g}",
        n=n,
        verdict=words(context, "quiz.passed" if points >= pass_line else "quiz.failed"),
        pass_line=f"{pass_line:g}",
        minutes=words(context, "quiz.minutes", m=seconds // 60, s=seconds % 60),
        wrong=f"{words(context, 'quiz.wrong_list')}\n{listed}" if wrong else words(context, "quiz.all_right"),
    )
