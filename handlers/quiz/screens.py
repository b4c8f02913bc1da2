"""What a quiz taker reads: the item, the verdict with its proof, the rules, the result; each within one reply."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from handlers.model.attempts import Attempt, Response
from handlers.model.turn import Context
from handlers.quiz.attempt import place_of, points, response_to
from handlers.quiz.open_attempt import OpenAttempt
from handlers.replies import reply_text
from knowledge.language.tables import papers
from knowledge.language.tidy import strip_punctuation
from knowledge.model.bank import Item, Paper
from knowledge.model.content import Content
from knowledge.reading.quiz import LETTERS
from knowledge.sources.cite import cite

_STEM_CHARS = 26
_KEY_BYTES = 200
_WRONG_BYTES = 600
_EXCERPTS = ((True, 100_000), (True, 600), (False, 420), (False, 240))
_ELLIPSIS = "……"
# 会议报道写明， and 陈梅谈下一步时说， lead to what is said; the citation names both.
_SAID_BY = re.compile(
    rf"(?=[^，]{{0,20}}(?:说|写|谈|讲话|介绍|点名|报道|{'|'.join(papers())}|部分))[^，。：]{{2,20}}，"
)
# 要求, 他们, 说要: what is left of a why when the words of the proof are taken from it.
_FEW = 2
_LINKING = re.compile(r"[是的了就也又还要将在把由]|一起|那样")


def item_card(run: OpenAttempt, context: Context) -> str:
    """Return the item on the screen as the user sees it; it begins 第 k/n 题. An item that is gone is said to be."""
    attempt, item = run.attempt, run.item
    if item is None:
        return reply_text(context, "quiz.gone")
    options = "\n".join(f"{LETTERS[i]}. {item.options[index]}" for i, index in enumerate(run.order))
    kind = reply_text(context, f"quiz.kind_{item.kind}")
    k, n = place_of(attempt, item.id), len(attempt.item_ids)
    card = reply_text(context, "quiz.item", k=k, n=n, stem=kind + item.stem, options=options).strip()
    response = response_to(attempt, item.id)
    if response is None:
        # It has no letters, as most others have; the first item is told of by `how`.
        blank = item.kind == "fill" and attempt.responses
        return f"{card}\n{reply_text(context, 'quiz.answer_fill')}" if blank else card
    return f"{card}\n{reply_text(context, 'quiz.looking_back', given=given_text(run.order, response))}"


def given_text(order: Sequence[int], response: Response) -> str:
    """Return what a response was, as the user saw it: A、C, or the words of a blank."""
    return response.text or "、".join(sorted(LETTERS[order.index(i)] for i in response.given))


def key_text(item: Item, order: Sequence[int]) -> str:
    """Return the key as the user sees it: B. 成都, or all letters of a multiple item, or the words of a blank."""
    if item.kind == "fill":
        return item.accepted[0]
    places = sorted(order.index(i) for i in item.key)
    full = "；".join(f"{LETTERS[p]}. {item.options[order[p]]}" for p in places)
    return full if len(full.encode()) <= _KEY_BYTES else "、".join(LETTERS[p] for p in places)


def how(run: OpenAttempt, context: Context) -> str:
    """Return how to answer, and how what is not simply right or wrong will be marked: said before the first answer."""
    paper = run.paper
    one_by_one = paper.until_mistake or paper.item_time_s or len(run.attempt.item_ids) == 1
    kind = run.item.kind if run.item else "single"
    leave = reply_text(context, "quiz.how_one" if one_by_one else "quiz.how")
    lines = [reply_text(context, f"quiz.answer_{kind}"), leave, *_partial(run, context)]
    if paper.until_mistake:
        lines.append(reply_text(context, "quiz.until_mistake"))
    if paper.item_time_s:
        lines.append(reply_text(context, "quiz.item_time", time=span(context, paper.item_time_s)))
    return "\n".join(lines)


def _partial(run: OpenAttempt, context: Context) -> list[str]:
    items = run.bank.items
    has_multiple = any(items[i].kind == "multiple" for i in run.attempt.item_ids if i in items)
    return [reply_text(context, f"quiz.partial_{run.paper.partial}")] if has_multiple else []


def rules(run: OpenAttempt, n_left: int, context: Context) -> str:
    """Return the rules of an exam, in lines; `n_left` is how many tries of the day are left with this one."""
    paper = run.paper
    lines = [reply_text(context, "exam.head", title=paper.title, n=len(run.attempt.item_ids))]
    if paper.paper_time_s:
        lines.append(reply_text(context, "exam.time", time=span(context, paper.paper_time_s)))
    if paper.attempts_per_day:
        lines.append(reply_text(context, "exam.tries", n=paper.attempts_per_day, left=n_left))
    if paper.cool_down_s:
        lines.append(reply_text(context, "exam.cool_down", time=span(context, paper.cool_down_s)))
    lines.append(reply_text(context, "exam.pass", percent=f"{paper.pass_line:.0%}"))
    lines += _partial(run, context)
    lines.append(reply_text(context, "exam.quiet"))
    return "\n".join(lines)


def span(context: Context, seconds: int) -> str:
    """Return a length of time in minutes and seconds."""
    return reply_text(context, "quiz.minutes", m=seconds // 60, s=seconds % 60)


def progress(attempt: Attempt, context: Context) -> str:
    """Return how far the attempt is and how long it took so far."""
    done, n = len(attempt.responses), len(attempt.item_ids)
    time = span(context, max(0, context.now - attempt.started_at))
    return reply_text(context, "quiz.progress", done=done, n=n, time=time)


def verdict(
    run: OpenAttempt, item: Item, response: Response, extras: Sequence[str], tail: str, context: Context
) -> str:
    """Return right or wrong, the key, why, the proving words and their citation, then `tail`.

    A why that only says the proof again is left out. What does not fit beside `tail` is cut in this order: the
    extras, the proof to the words around the key (with …… where it was cut), and the why.
    """
    if response.fraction == 1:
        judged = reply_text(context, "quiz.right")
    elif response.fraction > 0:
        mark = _mark(response.fraction)
        judged = reply_text(context, "quiz.partly", points=mark, answer=key_text(item, run.order))
    else:
        judged = reply_text(context, "quiz.wrong", answer=key_text(item, run.order))
    proof = cite(run.bank, run.bank.passages[item.source.passage_id])
    kept = list(extras)
    why = "" if says_again(item.why, item.source.text) else item.why.strip()
    while True:
        for with_why, n_bytes in _EXCERPTS[: 1 if kept else None]:
            quote = excerpt(item.source.text, item.proven, n_bytes)
            parts = (judged, why if with_why else "", quote, proof, *kept)
            text = "\n".join(filter(None, parts)) + f"\n\n{tail}"
            if len(text.encode()) <= context.limits.reply_bytes:
                return text
        if not kept:
            return text
        kept.pop()


def says_again(why: str, proof: str) -> bool:
    """Return whether `why`, apart from who said it and where, is the words of `proof` once more.

    >>> says_again("陈梅谈下一步时说，巩固的是线上宣教成果。", "巩固线上宣教成果")
    True
    >>> says_again("代表企业发言的是另外两位。", "谢庆彪分享了各自在好网民推进工作中的经验做法")
    False
    """
    _, _, said = why.partition("，") if _SAID_BY.match(why) else ("", "", why)
    plain, shown = _LINKING.sub("", strip_punctuation(said)), _LINKING.sub("", strip_punctuation(proof))
    same = {i for at in range(len(plain) - 1) if plain[at : at + 2] in shown for i in (at, at + 1)}
    return len(plain) - len(same) <= _FEW


def excerpt(text: str, proven: Sequence[str], n_bytes: int) -> str:
    """Return at most about `n_bytes` of `text` around the words that prove the key, unchanged between the ……."""
    if len(text.encode()) <= n_bytes:
        return text
    room = n_bytes // 3
    found = [at for word in proven if (at := text.find(word)) >= 0] or [0]
    start = max(0, min(found) - room // 3)
    start = min(start, max(0, len(text) - room))
    cut = text[start : start + room]
    return (_ELLIPSIS if start else "") + cut + (_ELLIPSIS if start + room < len(text) else "")


def result_card(run: OpenAttempt, reason: str, context: Context) -> str:
    """Return the result in one screen: score, pass, time, by track, the wrong ones.

    `reason` is done, mistake (a 挑战 ended by one) or late.
    """
    attempt, paper = run.attempt, run.paper
    n = len(attempt.item_ids)
    earned, needed = points(attempt), paper.pass_line * n
    seconds = max(0, context.now - attempt.started_at)
    return reply_text(
        context,
        f"quiz.result_{reason}",
        points=_mark(earned),
        n=n,
        verdict=reply_text(context, "quiz.passed" if has_passed(attempt, paper) else "quiz.failed"),
        pass_line=_mark(needed),
        minutes=span(context, seconds),
        tracks=_by_track(attempt, run.bank),
        wrong=_wrong_list(attempt, run.bank, context),
    )


def has_passed(attempt: Attempt, paper: Paper) -> bool:
    """Return whether the pass line is reached; thirds of points add up without a rounding error against the taker."""
    return points(attempt) >= paper.pass_line * len(attempt.item_ids) - 1e-9


def _by_track(attempt: Attempt, bank: Content) -> str:
    earned: defaultdict[str, float] = defaultdict(float)
    asked: defaultdict[str, int] = defaultdict(int)
    for item_id in attempt.item_ids:
        track = bank.items[item_id].track if item_id in bank.items else ""
        response = response_to(attempt, item_id)
        asked[track] += 1
        earned[track] += response.fraction if response else 0
    return "　".join(f"{track} {_mark(earned[track])}/{asked[track]}" for track in sorted(asked))


def _wrong_list(attempt: Attempt, bank: Content, context: Context) -> str:
    lines = list(_wrong_lines(attempt, bank))
    if not lines:
        all_given = len(attempt.responses) == len(attempt.item_ids)
        return reply_text(context, "quiz.all_right" if all_given else "quiz.none_wrong")
    kept = [line for i, line in enumerate(lines) if len("\n".join(lines[: i + 1]).encode()) <= _WRONG_BYTES]
    more = (
        [reply_text(context, "quiz.wrong_more", n=len(lines) - len(kept))] if len(kept) < len(lines) else []
    )
    return "\n".join((reply_text(context, "quiz.wrong_list"), *kept, *more))


def _wrong_lines(attempt: Attempt, bank: Content) -> Iterator[str]:
    for item_id in attempt.item_ids:
        response = response_to(attempt, item_id)
        if response and response.fraction < 1 and item_id in bank.items:
            stem = re.sub(r"\s+", "", bank.items[item_id].stem)
            stem = stem if len(stem) <= _STEM_CHARS else stem[:_STEM_CHARS] + "…"
            yield f"{place_of(attempt, item_id)}. {stem}"


def _mark(value: float) -> str:
    return f"{round(value, 2):g}"
