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
    "quiz.kind_single": frozenset(),
    "quiz.kind_multiple": frozenset(),
    "quiz.kind_truefalse": frozenset(),
    "quiz.kind_fill": frozenset(),
    "quiz.how": frozenset(),
    "quiz.partial_none": frozenset(),
    "quiz.partial_share": frozenset(),
    "quiz.until_mistake": frozenset(),
    "quiz.item_time": frozenset({"time"}),
    "quiz.progress": frozenset({"done", "n", "time"}),
    "quiz.resumed": frozenset(),
    "quiz.right": frozenset(),
    "quiz.partly": frozenset({"points", "answer"}),
    "quiz.wrong": frozenset({"answer"}),
    "quiz.read_more": frozenset({"question"}),
    "quiz.looking_back": frozenset({"given"}),
    "quiz.invalid_beyond": frozenset({"letters"}),
    "quiz.invalid_several": frozenset({"letters"}),
    "quiz.invalid_other": frozenset({"k"}),
    "quiz.invalid_many": frozenset(),
    "quiz.invalid_unsure": frozenset(),
    "quiz.invalid_empty": frozenset(),
    "quiz.invalid_letter": frozenset(),
    "quiz.already": frozenset(),
    "quiz.crossed": frozenset(),
    "quiz.only_one": frozenset(),
    "quiz.first_one": frozenset(),
    "quiz.no_skipping": frozenset(),
    "quiz.left": frozenset({"done", "n"}),
    "quiz.left_timed": frozenset({"done", "n"}),
    "quiz.nothing_open": frozenset(),
    "quiz.asleep": frozenset(),
    "quiz.shelved": frozenset(),
    "quiz.reminder": frozenset({"k", "n"}),
    "quiz.due": frozenset({"n"}),
    "quiz.away": frozenset(),
    "quiz.empty": frozenset(),
    "quiz.not_open": frozenset(),
    "quiz.gone": frozenset(),
    "quiz.topics": frozenset({"tracks"}),
    "quiz.topic_line": frozenset({"track"}),
    "quiz.late": frozenset({"k"}),
    "quiz.late_key": frozenset({"answer"}),
    "quiz.result_done": frozenset({"points", "n", "verdict", "pass_line", "minutes", "tracks", "wrong"}),
    "quiz.result_late": frozenset({"points", "n", "verdict", "pass_line", "minutes", "tracks", "wrong"}),
    "quiz.result_mistake": frozenset({"points", "n", "minutes", "wrong"}),
    "quiz.all_right": frozenset(),
    "quiz.none_wrong": frozenset(),
    "quiz.wrong_list": frozenset(),
    "quiz.wrong_more": frozenset({"n"}),
    "quiz.passed": frozenset(),
    "quiz.failed": frozenset(),
    "quiz.minutes": frozenset({"m", "s"}),
    "daily.again": frozenset({"streak"}),
    "daily.done": frozenset({"streak"}),
    "missed.none": frozenset(),
    "missed.once_more": frozenset(),
    "missed.gone": frozenset(),
    "missed.done": frozenset({"right", "n", "left"}),
    "probe.first": frozenset(),
    "probe.none": frozenset(),
    "probe.done": frozenset(),
    "exam.head": frozenset({"title", "n"}),
    "exam.time": frozenset({"time"}),
    "exam.tries": frozenset({"n", "left"}),
    "exam.cool_down": frozenset({"time"}),
    "exam.pass": frozenset({"percent"}),
    "exam.quiet": frozenset(),
    "exam.noted": frozenset(),
    "exam.busy": frozenset(),
    "exam.no_answers": frozenset(),
    "exam.not_begun": frozenset(),
    "exam.lapsed": frozenset(),
    "exam.certified": frozenset(),
    "exam.refused_not_yet": frozenset({"title", "opens"}),
    "exam.refused_closed": frozenset({"title"}),
    "exam.refused_hours": frozenset({"title", "opens"}),
    "exam.refused_per_day": frozenset({"n", "opens"}),
    "exam.refused_cool_down": frozenset({"opens"}),
    "certificate.card": frozenset({"code", "date", "title", "percent"}),
    "certificate.none": frozenset(),
    "certificate.valid": frozenset({"code", "date", "title", "percent"}),
    "scores.none": frozenset(),
    "scores.head": frozenset({"n"}),
    "scores.line": frozenset({"date", "title", "points", "n_items"}),
    "scores.passed": frozenset(),
    "scores.corrected": frozenset({"before"}),
    "scores.open": frozenset({"done", "n"}),
    "scores.streak": frozenset({"streak"}),
    "scores.wrong": frozenset({"n"}),
    "board.head": frozenset({"rows"}),
    "board.line": frozenset({"place", "code_name", "points", "n_items", "time"}),
    "board.empty": frozenset(),
    "board.you": frozenset({"code_name"}),
    "board.join": frozenset(),
    "board.joined": frozenset({"code_name"}),
    "board.left": frozenset(),
    "board.not_on": frozenset(),
    "restarted": frozenset(),
    "kinds.image": frozenset(),
    "kinds.voice": frozenset(),
    "kinds.video": frozenset(),
    "kinds.location": frozenset(),
    "kinds.link": frozenset(),
    "kinds.file": frozenset(),
    "kinds.other": frozenset(),
    "apology": frozenset({"code"}),
    "welcome_scene": frozenset(),
    "kinds.emoji": frozenset(),
    "crisis": frozenset(),
    "danger": frozenset(),
    "report": frozenset(),
    "sensitive.asked": frozenset(),
    "sensitive.held_back": frozenset(),
    "flood": frozenset(),
    "away": frozenset(),
    "human": frozenset(),
    "pledge.read": frozenset(),
    "pledge.how": frozenset({"n"}),
    "pledge.card": frozenset({"code", "date", "title", "clauses", "n", "days"}),
    "pledge.revoked": frozenset({"n"}),
    "pledge.none": frozenset(),
    "verify.how": frozenset(),
    "verify.unknown": frozenset(),
    "verify.pledge": frozenset({"code", "date", "title"}),
    "privacy.about": frozenset({"session_days", "stream_days", "reply_minutes"}),
    "privacy.ask": frozenset(),
    "privacy.erased": frozenset(),
    "data.head": frozenset(),
    "data.subject": frozenset({"subject"}),
    "data.updated_at": frozenset({"date", "days"}),
    "data.attempt": frozenset({"title", "date", "done", "n"}),
    "data.result": frozenset({"title", "points", "n", "date"}),
    "data.wrong": frozenset({"n"}),
    "data.exam_starts": frozenset({"dates"}),
    "data.streak": frozenset({"n", "date"}),
    "data.code_name": frozenset({"name"}),
    "data.last": frozenset({"question"}),
    "data.offered": frozenset({"choices"}),
    "data.pages": frozenset({"n"}),
    "data.pledge": frozenset({"code", "date", "title"}),
    "data.replies": frozenset({"n", "minutes"}),
    "data.events": frozenset({"n"}),
    "data.other": frozenset({"name", "value"}),
    "data.foot": frozenset(),
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
