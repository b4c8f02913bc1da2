"""Every mode of a paper: what it draws, when it ends, what it counts."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.model.attempts import Wrong
from knowledge.matching.snapshot import Snapshot
from tests.taker import DAY_MS, START_MS, Taker, finish


def test_default_paper_ends_after_its_items_with_a_card(taker: Taker) -> None:
    taker.say("答题")
    reply = finish(taker, n_wrong=3)
    assert "得分：7/10（及格，及格线 6）" in reply
    assert "各领域：" in reply
    assert "答错的题" in reply
    assert "7/10（及格）" in taker.say("我的成绩")


def test_topic_draws_only_its_track(taker: Taker, snapshot: Snapshot) -> None:
    listed = taker.say("专项")
    tracks = list(snapshot.content.tracks)
    assert [line for line in listed.split("\n") if line.startswith("专项 ")] == [f"专项 {t}" for t in tracks]
    for track in tracks:
        taker.say("重新开始")
        assert "第 1/" in taker.say(f"专项 {track}")
        assert {snapshot.content.items[i].track for i in taker.attempt.item_ids} == {track}
        assert f"专项答题{track}" in finish(taker) + taker.say("我的成绩")
    assert "专项 校园" in taker.say("专项 农民")


def test_daily_item_is_the_same_for_all_and_another_tomorrow(snapshot: Snapshot) -> None:
    takers = [Taker(snapshot, name) for name in ("one", "two")]
    seen = []
    for day in range(3):
        ids = []
        for taker in takers:
            taker.now_ms = START_MS + day * DAY_MS
            assert "第 1/1 题" in taker.say("每日一答")
            ids.append(taker.item.id)
            assert f"连续 {day + 1} 天" in taker.say(taker.right)
            assert "已经答过了" in taker.say("每日一答")
        assert ids[0] == ids[1]
        seen.append(ids[0])
    assert len(set(seen)) > 1
    takers[0].now_ms += 2 * DAY_MS
    takers[0].say("每日一答")
    assert "连续 1 天" in takers[0].say(takers[0].right)


def test_daily_item_changes_at_midnight_in_china(taker: Taker) -> None:
    # 15:59:59 UTC is 23:59:59 in China.
    taker.now_ms = START_MS - START_MS % DAY_MS + 16 * 3_600_000 - 3000
    taker.say("每日一答")
    first = taker.attempt
    taker.now_ms += 10_000
    assert "第 1/1 题" in taker.say("每日一答")
    assert taker.attempt.scope > first.scope
    assert "连续 1 天" in taker.say(taker.right)


def test_challenge_ends_at_the_first_mistake(taker: Taker) -> None:
    assert "答错一题就结束" in taker.say("挑战")
    for _ in range(4):
        assert taker.say(taker.right).startswith("答对了")
    assert "不能跳过" in taker.say("跳过")
    reply = taker.say(taker.wrong)
    assert "您连对了 4 题" in reply
    assert taker.session.attempt is None
    finished = next(e.fields for e in taker.effects if e.name == "finished")
    assert (finished["points"], finished["reason"]) == (4.0, "mistake")


def test_challenge_answered_too_late_ends_by_the_servers_clock(taker: Taker) -> None:
    taker.say("挑战")
    taker.say(taker.right)
    taker.now_ms += 59_000 - 1000
    assert taker.say(taker.right).startswith("答对了")
    taker.now_ms += 61_000
    item_key = taker.right
    reply = taker.say(item_key)
    assert "超时" in reply
    assert "正确答案是" in reply
    assert taker.session.attempt is None
    assert taker.names().count("answered") == 2
    assert "2/30" in taker.say("我的成绩")


def test_answer_that_arrived_in_time_counts_though_it_is_decided_late(taker: Taker) -> None:
    taker.say("挑战")
    arrived = taker.now_ms + 59_000
    taker.now_ms += 65_000
    assert taker.say(taker.right, received_ms=arrived).startswith("答对了")


def test_leaving_buys_no_time_in_a_challenge(taker: Taker) -> None:
    taker.say("挑战")
    assert "限时还在走" in taker.say("退出")
    taker.now_ms += 61_000
    assert "超时" in taker.say("继续")


def test_word_for_a_new_paper_after_the_time_is_up_starts_it(taker: Taker) -> None:
    taker.say("挑战")
    taker.now_ms += 61_000
    reply = taker.say("答题")
    assert "超时" in reply
    assert "第 1/10 题" in reply
    assert taker.names().count("finished") == 1


def test_missed_items_are_practised_until_twice_right(taker: Taker) -> None:
    assert "没有错题" in taker.say("错题")
    taker.say("答题")
    ids = taker.attempt.item_ids[:2]
    finish(taker, n_wrong=2)
    assert "错题本里有 2 题" in taker.say("我的成绩")
    assert "第 1/2 题" in taker.say("错题")
    assert set(taker.attempt.item_ids) == set(ids)
    assert "再对一次就移出" in taker.say(taker.right)
    taker.say(taker.wrong)
    taker.say("错题")
    assert set(taker.attempt.item_ids) == set(ids)
    replies = [taker.say(taker.right) for _ in range(2)]
    assert sum("移出错题本了" in reply for reply in replies) == 1
    taker.say("错题")
    assert len(taker.attempt.item_ids) == 1
    taker.say(taker.right)
    assert "没有错题" in taker.say("错题")


def test_missed_items_come_back_at_growing_intervals_on_the_next_visit(taker: Taker) -> None:
    taker.say("答题")
    finish(taker, n_wrong=1)
    taker.now_ms += DAY_MS // 2
    assert "该复习" not in taker.say("你好")
    taker.now_ms += DAY_MS // 2
    assert "有 1 道错题该复习了" in taker.say("你好")
    assert "该复习" not in taker.say("你好")
    taker.say("错题")
    taker.say(taker.right)
    taker.now_ms += DAY_MS * 2
    assert "该复习" not in taker.say("你好")
    taker.now_ms += DAY_MS
    assert "有 1 道错题该复习了" in taker.say("你好")


def test_wrong_item_that_left_the_bank_is_no_longer_asked(taker: Taker) -> None:
    taker.session = replace(taker.session, wrong=(Wrong("q-gone", 0, 5),))
    assert "没有错题" in taker.say("错题")


def test_probe_asks_about_the_passage_of_the_last_answer(taker: Taker, snapshot: Snapshot) -> None:
    assert "先问我一个问题" in taker.say("考考你")
    assert "出处：" in taker.say("自律倡议书第四条说了什么")
    assert "第 1/1 题" in taker.say("考考你")
    assert taker.item.source.passage_id == "self-discipline#article-4"
    reply = taker.say(taker.wrong)
    assert "可以直接问：" in reply
    question = re.search("可以直接问：(.*)", reply)
    assert question
    assert "出处：" in taker.say(question.group(1))
