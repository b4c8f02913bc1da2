"""The fixed sentences the bot needs: their keys, the places they fill, and the check that they are all there."""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterator

from knowledge.checked import Checked
from knowledge.model import Mark, Problem

REPLIES: dict[str, frozenset[str]] = {
    "welcome": frozenset(),
    "help": frozenset(),
    "greeting": frozenset(),
    "thanks": frozenset(),
    "decline.empty": frozenset(),
    "decline.short": frozenset(),
    "decline.unknown": frozenset(),
    "decline.nearest": frozenset({"topics"}),
    "decline.clause": frozenset(),
    "decline.final": frozenset(),
    "clarify.ask": frozenset({"choices"}),
    "clarify.again": frozenset(),
    "clarify.range": frozenset({"n"}),
    "answer.code": frozenset({"code"}),
    "related.head": frozenset(),
    "followup.none": frozenset(),
    "followup.who": frozenset({"name", "post"}),
    "followup.unit": frozenset({"name", "organisation", "post"}),
    "followup.more": frozenset({"name"}),
    "followup.no_more": frozenset(),
    "followup.whole": frozenset(),
    "followup.passage": frozenset({"title", "heading"}),
    "followup.no_clause": frozenset({"title", "number", "total"}),
    "followup.end": frozenset({"title", "total"}),
    "page.more": frozenset({"page", "total"}),
    "page.none": frozenset(),
    "quiz.item": frozenset({"k", "n", "stem", "options"}),
    "quiz.how": frozenset(),
    "quiz.resumed": frozenset(),
    "quiz.right": frozenset(),
    "quiz.wrong": frozenset({"letter", "option"}),
    "quiz.invalid": frozenset({"letters"}),
    "quiz.already": frozenset(),
    "quiz.left": frozenset({"done", "n"}),
    "quiz.nothing_open": frozenset(),
    "quiz.reminder": frozenset({"k", "n"}),
    "quiz.away": frozenset(),
    "quiz.empty": frozenset(),
    "quiz.gone": frozenset(),
    "quiz.result": frozenset({"points", "n", "verdict", "pass_line", "minutes", "wrong"}),
    "quiz.all_right": frozenset(),
    "quiz.wrong_list": frozenset(),
    "quiz.passed": frozenset(),
    "quiz.failed": frozenset(),
    "quiz.minutes": frozenset({"m", "s"}),
    "scores.none": frozenset(),
    "scores.head": frozenset({"n"}),
    "scores.line": frozenset({"date", "title", "points", "n_items"}),
    "scores.open": frozenset({"done", "n"}),
    "restarted": frozenset(),
    "kinds.image": frozenset(),
    "kinds.voice": frozenset(),
    "kinds.video": frozenset(),
    "kinds.location": frozenset(),
    "kinds.link": frozenset(),
    "kinds.file": frozenset(),
    "kinds.other": frozenset(),
    "apology": frozenset({"code"}),
    "busy": frozenset(),
}
"""Every fixed sentence the bot needs, with the places it fills."""


def replies_are_complete(c: Checked) -> Iterator[Problem]:
    """Every fixed sentence exists and has just the places that the bot fills."""
    for key, places in REPLIES.items():
        text = c.content.replies.get(key)
        if text is None:
            yield Problem("replies.yaml", 0, 0, "missing-reply", f"缺少 {key} 这句回复", "补上")
            continue
        found = _places(text)
        if found is None or found != places:
            wanted = "、".join(f"{{{place}}}" for place in sorted(places)) or "不带花括号"
            message = f"{key} 里花括号的名字不对"
            yield c.problem(
                ("reply", key), Mark("replies.yaml", 0, 0), "wrong-places", message, f"应该是：{wanted}"
            )
    for key in c.content.replies.keys() - REPLIES.keys():
        near = difflib.get_close_matches(key, REPLIES, n=1, cutoff=0.5)
        hint = f"是不是 {near[0]}？" if near else "删掉"
        yield c.problem(
            ("reply", key), Mark("replies.yaml", 0, 0), "unknown-reply", f"没有 {key} 这句回复", hint
        )


def _places(text: str) -> frozenset[str] | None:
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return None
