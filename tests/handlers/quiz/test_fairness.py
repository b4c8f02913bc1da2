"""What a taker began is theirs: through new releases, other papers, and in the effects."""

from __future__ import annotations

from dataclasses import replace

from tests.taker import DAY_MS, Taker, card_in, finish, with_item, with_paper


def test_publishing_an_edited_bank_changes_nothing_in_a_running_attempt(taker: Taker) -> None:
    taker.say("答题")
    taker.say(taker.right)
    shown, item, right = card_in(taker.say("继续")), taker.item, taker.right
    edited = replace(item, stem="全新的题干？", options=item.options[::-1], key=(0,), why="别的理由")
    taker.publish(with_item(taker.snapshot.content, edited))
    taker.publish(with_paper(taker.snapshot.content, "default", n_items=3, pass_line=1.0, partial="none"))
    assert card_in(taker.say("继续")) == shown
    reply = taker.say(right)
    assert reply.startswith("答对了")
    assert item.source.text in reply
    assert "别的理由" not in reply
    assert "10/10（及格，及格线 6）" in finish(taker)
    taker.say("答题")
    assert len(taker.attempt.item_ids) == 3


def test_attempt_on_the_shelf_keeps_its_release_too(taker: Taker) -> None:
    taker.say("答题")
    taker.say(taker.right)
    shown, item = card_in(taker.say("继续")), taker.item
    taker.publish(with_item(taker.snapshot.content, replace(item, stem="全新的题干？")))
    taker.say("挑战")
    assert "还有一份没答完" in taker.say(taker.wrong)
    assert card_in(taker.say("继续")) == shown


def test_papers_left_for_another_are_kept(taker: Taker) -> None:
    taker.say("答题")
    shown = card_in(taker.say(taker.right))
    taker.say("专项 校园")
    taker.say(taker.right)
    again = taker.say("答题")
    assert card_in(again) == shown
    assert "已答 1/10 题" in again
    assert "第 2/" in taker.say("专项 校园")
    taker.say("专项 职工")
    assert "第 2/" in taker.say("专项 校园")
    assert "第 1/" in taker.say("专项 职工")
    taker.say("重新开始")
    assert "没有下一页" in taker.say("继续")


def test_challenge_left_on_the_shelf_past_its_time_makes_room_for_a_new_one(taker: Taker) -> None:
    taker.say("挑战")
    taker.say("答题")
    taker.now_ms += 61_000
    reply = taker.say("挑战")
    assert "超时" in reply
    assert "第 1/30 题" in reply


def test_streak_that_broke_is_no_longer_shown(taker: Taker) -> None:
    taker.say("每日一答")
    taker.say(taker.right)
    assert "已连续 1 天" in taker.say("我的成绩")
    taker.now_ms += DAY_MS
    assert "已连续 1 天" in taker.say("我的成绩")
    taker.now_ms += DAY_MS
    assert "已连续" not in taker.say("我的成绩")


def test_every_answer_is_an_effect_from_which_the_score_follows(taker: Taker) -> None:
    taker.say("答题")
    finish(taker, n_wrong=4)
    answered = [e.fields for e in taker.effects if e.name == "answered"]
    finished = next(e.fields for e in taker.effects if e.name == "finished")
    assert len({(f["attempt"], f["item"]) for f in answered}) == finished["n"] == 10
    assert sum(float(f["fraction"]) for f in answered) == finished["points"] == 6
    assert [f["k"] for f in answered] == list(range(1, 11))


def test_paper_that_ran_out_of_time_names_what_was_not_reached(taker: Taker) -> None:
    taker.say("正式测评")
    ids = taker.attempt.item_ids
    taker.say(taker.right)
    taker.now_ms += DAY_MS
    taker.say(taker.right)
    finished = next(e.fields for e in taker.effects if e.name == "finished")
    assert finished["reason"] == "late"
    assert str(finished["unreached"]).split(",") == list(ids[1:])


def test_challenge_takes_nothing_off_for_the_items_behind_the_mistake(taker: Taker) -> None:
    taker.say("挑战")
    taker.say(taker.wrong)
    finished = next(e.fields for e in taker.effects if e.name == "finished")
    assert "unreached" not in finished
