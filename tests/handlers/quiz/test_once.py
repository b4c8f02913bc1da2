"""Every item is answered once: what comes again, too late, or out of order."""

from __future__ import annotations

import random

import pytest

from handlers.codec import load_session
from handlers.model.attempts import Response
from handlers.quiz.attempt import record
from knowledge.matching.snapshot import Snapshot
from tests.taker import Taker


def test_second_answer_to_an_item_is_told_and_not_counted(taker: Taker) -> None:
    taker.say("答题")
    sent = taker.now_ms + 500
    taker.say(taker.right)
    reply = taker.say("A", received_ms=sent)
    assert reply.startswith("本题已作答")
    assert "第 2/10 题" in reply
    assert taker.names().count("answered") == 1


def test_answer_that_crossed_a_skip_is_not_counted(taker: Taker) -> None:
    taker.say("答题")
    sent = taker.now_ms + 500
    taker.say("跳过")
    for word in ("A", "跳过", "上一题"):
        reply = taker.say(word, received_ms=sent)
        assert "没有计分" in reply
        assert "本题已作答" not in reply
        assert "第 2/10 题" in reply
    assert taker.attempt.responses == ()


def test_answer_that_a_later_message_overtook_is_not_counted(taker: Taker) -> None:
    """A delivery that waits for a store which is away may find it after its user asked which item is open."""
    taker.say("答题")
    taker.say(taker.right)
    sent = taker.now_ms + 500
    assert "第 2/10 题" in taker.say("继续")
    for word in ("A", "跳过", "上一题"):
        reply = taker.say(word, received_ms=sent)
        assert "没有计分" in reply
        assert "第 2/10 题" in reply
    assert len(taker.attempt.responses) == 1
    assert "第 3/10 题" in taker.say(taker.right)


def test_message_that_was_overtaken_takes_no_answer_with_it(taker: Taker) -> None:
    taker.say("答题")
    before = taker.now_ms + 500
    taker.say("继续")
    sent = taker.now_ms + 500
    taker.say("继续", received_ms=before)
    assert "第 2/10 题" in taker.say(taker.right, received_ms=sent)
    assert len(taker.attempt.responses) == 1


def test_skipped_item_is_asked_at_the_end(taker: Taker) -> None:
    taker.say("答题")
    taker.say(taker.right)
    skipped = taker.item.id
    assert "第 3/10 题" in taker.say("跳过")
    for _ in range(8):
        reply = taker.say(taker.right)
    assert "第 2/10 题" in reply
    assert taker.item.id == skipped
    assert "只剩这一题" in taker.say("跳过")
    assert "10/10" in taker.say(taker.right)


def test_looking_back_shows_the_answer_and_never_changes_it(taker: Taker) -> None:
    taker.say("答题")
    first = taker.wrong
    taker.say(first)
    taker.say(taker.right)
    responses = taker.attempt.responses
    assert "第 2/10 题" in taker.say("上一题")
    back = taker.say("上一题")
    assert "第 1/10 题" in back
    assert f"您答的是 {first}" in back
    assert "前面没有题" in taker.say("上一题")
    again = taker.say("B")
    assert again.startswith("本题已作答")
    assert "第 3/10 题" in again
    assert taker.attempt.responses == responses
    taker.say("上一题")
    assert "第 3/10 题" in taker.say("继续")


def test_going_back_to_a_skipped_item_lets_it_be_answered(taker: Taker) -> None:
    taker.say("答题")
    taker.say("跳过")
    assert "第 1/10 题" in taker.say("上一题")
    assert "第 2/10 题" in taker.say(taker.right)
    assert len(taker.attempt.responses) == 1


def test_no_order_of_words_records_an_item_twice(snapshot: Snapshot) -> None:
    rng = random.Random(5)
    for n in range(12):
        taker = Taker(snapshot, f"r{n}")
        taker.say("答题")
        for _ in range(60):
            if not taker.session.attempt:
                break
            late = taker.now_ms - rng.choice([0, 0, 900, 3000])
            taker.say(rng.choice(["A", "B", "跳过", "上一题", "继续", "退出", "C", "2", "第五条"]), late)
        answered = [(e.fields["attempt"], e.fields["item"]) for e in taker.effects if e.name == "answered"]
        assert len(set(answered)) == len(answered)


def test_recording_an_item_twice_is_an_error(taker: Taker) -> None:
    taker.say("答题")
    once = record(taker.attempt, Response(taker.item.id, (0,), 1.0, 0), 0)
    with pytest.raises(ValueError, match="answered before"):
        record(once, Response(taker.item.id, (1,), 1.0, 0), 0)


def test_attempt_of_an_older_release_of_the_program_goes_on(taker: Taker) -> None:
    ids = [item.id for item in taker.snapshot.content.items.values() if item.kind == "single"][:3]
    version = taker.snapshot.version
    taker.session = load_session(
        f'{{"subject": "s", "attempt": {{"id": "a", "paper_id": "default", "release": "{version}", "seed": "s", '
        f'"item_ids": ["{ids[0]}", "{ids[1]}", "{ids[2]}"], "started_at": 5, "shown_ms": 7, "paused": false, '
        f'"responses": [{{"item_id": "{ids[0]}", "given": [1], "fraction": 1.0, "at": 6}}]}}}}'
    )
    assert "第 2/3 题" in taker.say("继续")
    assert "第 3/3 题" in taker.say("跳过")
    assert "第 2/3 题" in taker.say(taker.right)
    assert "3/3" in taker.say(taker.right)
