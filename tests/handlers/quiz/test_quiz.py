"""Taking papers: every mode's stop rule, attempt rules, fairness, and what bad input never does."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from handlers.codec import load_session
from handlers.model import Response, Wrong
from handlers.quiz.attempt import draw, option_order, record
from knowledge.matching.snapshot import Snapshot
from knowledge.quiz.hints import hint_of, key_words, said_in
from tests.taker import DAY_MS, START_MS, Taker, card_in, with_item, with_paper


@pytest.fixture
def taker(snapshot: Snapshot) -> Taker:
    return Taker(snapshot)


def finish(taker: Taker, n_wrong: int = 0) -> str:
    """Answer what is left, the first `n_wrong` wrongly; return the last reply."""
    reply = ""
    while taker.session.attempt:
        reply = taker.say(taker.wrong if n_wrong > 0 else taker.right)
        n_wrong -= 1
    return reply


# Drawing


def test_papers_have_no_repeats_no_giveaways_and_differ(snapshot: Snapshot) -> None:
    content = snapshot.content
    for paper in content.papers.values():
        papers = {draw(content, paper, str(seed)) for seed in range(100)}
        assert len(papers) > 40
        for ids in papers:
            items = [content.items[i] for i in ids]
            assert len(set(ids)) == len(ids)
            assert all(paper.admits(item) for item in items)
            assert not any(other in item.excludes for item in items for other in ids)


def test_draw_is_filtered_by_track_tag_kind_and_difficulty(snapshot: Snapshot) -> None:
    content = snapshot.content
    tag = next(tag for item in content.items.values() for tag in item.tags)
    paper = replace(content.papers["default"], n_items=3, tags=(tag,), kinds=("single",), difficulties=(1, 2))
    drawn = [content.items[i] for seed in range(20) for i in draw(content, paper, str(seed))]
    assert drawn
    assert all(tag in item.tags and item.kind == "single" and item.difficulty < 3 for item in drawn)


def test_two_takers_see_other_items_and_other_orders(snapshot: Snapshot) -> None:
    takers = [Taker(snapshot, name) for name in ("one", "two")]
    for taker in takers:
        taker.say("答题")
    assert takers[0].attempt.item_ids != takers[1].attempt.item_ids
    singles = [item for item in snapshot.content.items.values() if item.kind == "single"]
    orders = [[option_order(taker.attempt, item) for item in singles] for taker in takers]
    assert sum(a != b for a, b in zip(*orders, strict=True)) > len(singles) / 2


def test_key_is_shown_at_no_letter_more_than_three_times_in_ten(snapshot: Snapshot) -> None:
    singles = [item for item in snapshot.content.items.values() if item.kind == "single"]
    shown: Counter[int] = Counter()
    for n in range(20):
        taker = Taker(snapshot, f"t{n}")
        taker.say("答题")
        shown.update(option_order(taker.attempt, item).index(item.key[0]) for item in singles)
    assert max(shown.values()) <= 0.3 * shown.total()


# Answering


def test_item_shown_again_looks_the_same(taker: Taker) -> None:
    shown = taker.say("答题")
    for _ in range(3):
        assert card_in(taker.say("继续")) == card_in(shown)
        shown = taker.say(taker.wrong)
    taker.say("退出")
    taker.now_ms += 80 * DAY_MS
    assert card_in(taker.say("继续")) == card_in(shown)


def test_verdict_has_key_proof_citation_progress_and_entry(taker: Taker) -> None:
    taker.say("答题")
    item = taker.item
    reply = taker.say(taker.wrong)
    assert reply.startswith("答错了，正确答案是 ")
    assert item.source.text in reply
    assert "\n出处：" in reply
    assert "（已答 1/10，用时 " in reply
    assert "可以直接问：" in reply


def test_every_verdict_with_every_next_item_fits_a_reply(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    items = list(content.items.values())
    longest = max(items, key=lambda item: len("".join((item.stem, *item.options)).encode()))
    taker.say("答题")
    for item in items:
        ids = (item.id, longest.id if item is not longest else items[0].id)
        attempt = replace(taker.attempt, item_ids=ids, open_id=item.id, responses=(), before_id="")
        before = taker.session
        taker.session = replace(before, attempt=attempt)
        reply = taker.say(taker.wrong)
        assert "\n出处：" in reply, item.id
        assert "第 2/2 题" in reply, item.id
        taker.session = before


def test_long_proof_is_cut_around_the_key_and_marked(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    base = next(item for item in content.items.values() if item.kind == "single")
    passage = max(content.passages.values(), key=lambda p: len(p.text))
    word = passage.text[len(passage.text) // 2 :][:6]
    # As large as `kb check` lets an item be.
    options = (word, "乙" * 40, "丙" * 40, "丁" * 40)
    face = {"stem": "问" * 130 + "？", "options": options, "key": (0,), "why": "因" * 80}
    proof = replace(base.source, passage_id=passage.id, text=passage.text)
    large = [replace(base, id=f"q-large-{n}", source=proof, **face) for n in range(2)]
    for item in large:
        taker.publish(with_item(taker.snapshot.content, item))
    taker.say("答题")
    ids = ("q-large-0", "q-large-1")
    taker.session = replace(taker.session, attempt=replace(taker.attempt, item_ids=ids, open_id=ids[0]))
    reply = taker.say(taker.wrong)
    assert "……" in reply
    assert word in reply.split("第 2/2 题", maxsplit=1)[0].replace("正确答案是", "", 1)
    quoted = next(line for line in reply.split("\n") if "……" in line).strip("…")
    assert quoted in passage.text
    assert "\n出处：" in reply
    assert "第 2/2 题" in reply


def test_each_kind_earns_full_partial_and_no_credit(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    for kind in ("single", "multiple", "truefalse", "fill"):
        item = next(item for item in content.items.values() if item.kind == kind)
        taker.say("重新开始")
        taker.say("答题")
        attempt = replace(taker.attempt, item_ids=(item.id, "q-none"), open_id=item.id)
        for answer, fraction in ((taker_answer(taker, attempt, "right"), 1.0), ("", 0.0)):
            taker.session = replace(taker.session, attempt=attempt)
            reply = taker.say(answer or taker.wrong)
            assert taker.attempt.responses[0].fraction == fraction
            assert reply.startswith("答对了" if fraction else "答错了")
        if kind == "multiple":
            taker.session = replace(taker.session, attempt=attempt)
            reply = taker.say(taker.letters_of(item.key[:1]))
            assert taker.attempt.responses[0].fraction == pytest.approx(1 / len(item.key))
            assert reply.startswith("答对一部分")


def taker_answer(taker: Taker, attempt: object, which: str) -> str:
    before = taker.session
    taker.session = replace(before, attempt=attempt)  # type: ignore[arg-type]
    text = str(getattr(taker, which))
    taker.session = before
    return text


def test_partial_rule_is_told_before_the_first_answer(taker: Taker, snapshot: Snapshot) -> None:
    for rule, said in (("share", "只选对一部分得相应的分"), ("none", "要全部选对才得分")):
        exam = with_paper(snapshot.content, "exam", kinds=("multiple",), partial=rule)
        taker.publish(with_paper(snapshot.content, "default", kinds=("multiple",), partial=rule))
        taker.say("重新开始")
        assert said in taker.say("答题")
        taker.publish(exam)
        assert said in taker.say("重新开始") + taker.say("正式测评")


@pytest.mark.parametrize(
    "text", ["E", "AC", "5", "不知道啊", "😀", "。。。", "1A2B3C", "第9题选A", "会议在哪里召开"]
)
def test_what_is_no_answer_is_never_wrong(snapshot: Snapshot, text: str) -> None:
    taker = Taker(snapshot)
    taker.publish(with_paper(snapshot.content, "default", kinds=("single",)))
    shown = taker.say("答题")
    before = taker.attempt
    reply = taker.say(text)
    assert taker.attempt == before
    assert "answered" not in taker.names()
    assert card_in(shown) in reply or "继续" in reply


def test_answer_without_an_attempt_is_told_what_to_do(taker: Taker) -> None:
    assert "没有正在答的题" in taker.say("A")
    taker.say("答题")
    finish(taker)
    assert "没有正在答的题" in taker.say("B")
    assert taker.names().count("answered") == 10


def test_answer_to_a_sleeping_attempt_is_not_counted(taker: Taker) -> None:
    taker.say("答题")
    taker.say("退出")
    assert "继续" in taker.say("A")
    assert "answered" not in taker.names()


def test_blank_is_not_asked_for_by_letters_alone(taker: Taker, snapshot: Snapshot) -> None:
    for n_items in (1, 2):
        taker.publish(with_paper(snapshot.content, "default", n_items=n_items, kinds=("fill",)))
        taker.say("重新开始")
        asked = taker.say("答题")
        assert "【填空】" in asked
        assert "\nA. " not in asked
        assert "请直接回复要填的字" in asked


def test_phone_number_in_a_blank_is_not_kept(taker: Taker, snapshot: Snapshot) -> None:
    taker.publish(with_paper(snapshot.content, "default", kinds=("fill",)))
    taker.say("答题")
    taker.session = replace(
        taker.session,
        attempt=replace(
            taker.attempt,
            open_id=max(taker.attempt.item_ids, key=lambda i: len(snapshot.content.items[i].accepted[0])),
        ),
    )
    taker.say("13812345678")
    assert taker.attempt.responses[0].text == "▢"
    assert "13812345678" not in str(taker.effects)


# Once, and in order


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


# Modes


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


# 正式测评


def test_exam_tells_its_rules_and_keeps_its_keys_until_the_end(taker: Taker) -> None:
    first = taker.say("正式测评")
    assert "限时 20分0秒" in first
    assert "每天 3 次，这次以后今天还剩 2 次" in first
    assert "及格线 60%" in first
    assert "第 1/10 题" in first
    for _ in range(9):
        item = taker.item
        reply = taker.say(taker.wrong)
        assert reply.startswith("已记录。（已答 ")
        assert item.why not in reply
        assert "正确答案" not in reply
        assert "出处" not in reply
    assert "得分：1/10（未及格" in taker.say(taker.right)
    assert "错题本里有 9 题" in taker.say("我的成绩")


def test_exam_answers_no_question_until_it_is_over(taker: Taker) -> None:
    assert "出处：" in taker.say("第五条")
    taker.say("正式测评")
    taker.say(taker.right)
    for question in (taker.item.stem, "第五条", "更多", "会议在哪里召开", "那第六条呢"):
        reply = taker.say(question)
        assert "先不回答提问" in reply, question
        assert "出处" not in reply
    assert "我能做这些事" in taker.say("帮助")
    for word in ("答题", "错题", "考考你", "挑战"):
        assert "请先答完这一份" in taker.say(word)
    taker.say("退出")
    assert "先不回答提问" in taker.say("第五条")
    assert "第 2/10 题" in taker.say("继续")
    finish(taker)
    assert "出处：" in taker.say("第五条")


def test_exam_that_was_not_begun_is_no_try(taker: Taker) -> None:
    for _ in range(5):
        taker.say("正式测评")
        assert "不算次数" in taker.say("退出")
    assert "第 1/10 题" in taker.say("正式测评")


def test_exam_is_refused_after_its_tries_and_during_its_cool_down(taker: Taker) -> None:
    for n in range(3):
        assert f"还剩 {2 - n} 次" in taker.say("正式测评")
        finish(taker, n_wrong=10)
        if n < 2:
            assert "隔一段时间" in taker.say("正式测评")
            taker.now_ms += 600_000
    assert "今天的 3 次已经用完，9月22日 00:00 以后" in taker.say("正式测评")
    taker.now_ms += DAY_MS
    assert "第 1/10 题" in taker.say("正式测评")


def test_dropping_an_exam_uses_up_the_try(taker: Taker) -> None:
    for _ in range(3):
        taker.say("正式测评")
        taker.say(taker.wrong)
        taker.say("重新开始")
        taker.now_ms += 600_000
    assert "已经用完" in taker.say("正式测评")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"opens_at": 16 * 60}, "9月21日 16:00 再来"),
        ({"closes_at": 15 * 60, "opens_at": 8 * 60}, "9月22日 08:00 再来"),
        ({"opens_on": "2026-10-01", "opens_at": 540}, "10月1日 09:00 开放"),
        ({"closes_on": "2026-09-20"}, "已经截止"),
        ({"closes_on": "2026-09-21", "closes_at": 900}, "已经截止"),
        ({"opens_at": 15 * 60, "closes_at": 16 * 60}, "第 1/10 题"),
        ({"opens_on": "2026-09-21", "closes_on": "2026-09-21"}, "第 1/10 题"),
    ],
)
def test_exam_opens_and_closes_by_chinas_clock(
    taker: Taker, snapshot: Snapshot, rules: dict[str, object], said: str
) -> None:
    taker.publish(with_paper(snapshot.content, "exam", **rules))
    assert said in taker.say("正式测评")


def test_exam_past_its_time_is_closed_with_what_was_answered(taker: Taker) -> None:
    taker.say("正式测评")
    for _ in range(4):
        taker.say(taker.right)
    taker.now_ms += 1_201_000
    reply = taker.say(taker.right)
    assert "超时了" in reply
    assert "得分：4/10" in reply
    assert "正确答案" not in reply
    assert taker.names().count("answered") == 4
    assert "出处：" in taker.say("第五条")


def test_exam_whose_time_is_up_no_longer_holds_questions_back(taker: Taker) -> None:
    taker.say("正式测评")
    taker.say(taker.right)
    taker.now_ms += 1_300_000
    assert "出处：" in taker.say("第五条")
    assert "时间到" in taker.say("继续")


# 证书


def test_passed_exam_gives_a_certificate_that_anyone_can_check(taker: Taker, snapshot: Snapshot) -> None:
    assert "还没有证书" in taker.say("证书")
    taker.say("正式测评")
    assert "回复“证书”" in finish(taker, n_wrong=2)
    card = taker.say("证书")
    assert "得分率：80%" in card
    code = re.search("编号：(Z[0-9A-Z-]+)", card)
    assert code
    other = Taker(snapshot, "other")
    for form in (code.group(1), code.group(1).replace("-", ""), code.group(1).lower()):
        assert "属实" in other.say(f"验证 {form}")
        assert "80%" in other.say(f"验证{form}")
    other.can_save = False
    assert "属实" in other.say(f"验证 {code.group(1)}")


def test_changed_code_is_not_verified(taker: Taker) -> None:
    taker.say("正式测评")
    finish(taker)
    code = taker.session.results[-1].code
    for i, sign in enumerate(code[1:], start=1):
        if sign != "-":
            changed = code[:i] + ("7" if sign != "7" else "8") + code[i + 1 :]
            assert "没有查到这个编号" in taker.say(f"验证 {changed}")
    assert "没有查到这个编号" in taker.say("验证 Z123")


def test_failed_exam_gives_no_certificate(taker: Taker) -> None:
    taker.say("正式测评")
    finish(taker, n_wrong=5)
    assert "还没有证书" in taker.say("证书")


# Fairness


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


# The store away, and the board


def test_store_away_is_polite_counts_nothing_and_resumes(taker: Taker) -> None:
    shown = taker.say("答题")
    taker.can_save = False
    for word in (
        "A",
        "答题",
        "继续",
        "跳过",
        "上一题",
        "退出",
        "挑战",
        "正式测评",
        "错题",
        "每日一答",
        "证书",
        "我的成绩",
        "考考你",
    ):
        assert "请稍后再来" in taker.say(word), word
    assert "出处：" in taker.say("第五条")
    taker.can_save = True
    assert card_in(taker.say("继续")) == card_in(shown)
    assert "answered" not in taker.names()


def test_board_is_joined_by_choice_and_by_code_name(taker: Taker) -> None:
    assert "还没有人" in taker.say("排行榜")
    taker.say("正式测评")
    finish(taker)
    assert "ranked" not in taker.names()
    joined = taker.say("排行榜 加入")
    assert taker.session.code_name in joined
    assert taker.names().count("ranked") == 1
    assert taker.session.code_name in taker.say("排行榜")
    assert all("taker" not in str(e.fields.get("code_name", "")) for e in taker.effects)
    assert "已退出" in taker.say("排行榜 退出")
    assert taker.effects[-1].name == "unranked"
    assert "回复“排行榜 加入”" in taker.say("排行榜")


def test_paper_that_the_content_has_not_is_told_to_be_closed(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    taker.publish(replace(content, version="only-default", papers={"default": content.papers["default"]}))
    for word in ("专项 校园", "每日一答", "挑战", "错题", "正式测评", "考考你"):
        assert "还没有开放" in taker.say(word), word
    assert "第 1/10 题" in taker.say("答题")


@pytest.mark.parametrize("seed", range(3))
def test_random_talk_in_every_mode_keeps_the_books_right(snapshot: Snapshot, seed: int) -> None:
    rng = random.Random(seed)
    taker = Taker(snapshot, f"talk{seed}")
    starts = ["答题", "专项 校园", "专项 金融", "每日一答", "挑战", "错题", "正式测评", "考考你"]
    others = [
        "跳过",
        "上一题",
        "继续",
        "退出",
        "我的成绩",
        "证书",
        "排行榜 加入",
        "第五条",
        "不知道",
        "😀",
        "1A2B",
        "E",
        "3",
    ]
    for _ in range(250):
        taker.now_ms += rng.choice([0, 0, 0, 5_000, 70_000, 700_000, DAY_MS])
        roll = rng.random()
        if roll < 0.55 and taker.session.attempt:
            taker.say(rng.choice([taker.right, taker.right, taker.wrong]))
        else:
            taker.say(rng.choice(starts if roll < 0.75 else others))
    earned: Counter[str] = Counter()
    for effect in taker.effects:
        if effect.name == "answered":
            earned[str(effect.fields["attempt"])] += float(effect.fields["fraction"])  # type: ignore[assignment]
    finished = [e.fields for e in taker.effects if e.name == "finished"]
    assert finished
    assert len({f["attempt"] for f in finished}) == len(finished)
    for fields in finished:
        assert earned[str(fields["attempt"])] == pytest.approx(fields["points"])


# What is said about an item


def answered_single(taker: Taker, paper: str = "答题") -> Taker:
    """Begin a paper and go on to an item with one right option."""
    taker.say(paper)
    while taker.item.kind != "single":
        taker.say(taker.right)
    return taker


@pytest.mark.parametrize("paper", ["答题", "正式测评"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("答案呢？", "先作答才告诉答案"),
        ("告诉我正确答案", "先作答才告诉答案"),
        ("这题有问题", "谢谢您指出来"),
        ("题目是不是错了", "谢谢您指出来"),
        ("都不对", "有正确的答案"),
        ("以上都不对[微笑]", "有正确的答案"),
    ],
)
def test_remark_on_an_item_is_understood_and_never_marked(
    taker: Taker, paper: str, text: str, told: str
) -> None:
    card = card_in(answered_single(taker, paper).say("继续"))
    before = taker.attempt
    reply = taker.say(text)
    assert told in reply
    assert "这条不计分" in reply
    assert card_in(reply) == card
    assert taker.attempt == before


@pytest.mark.parametrize("text", ["提示一下", "给点提示吧"])
def test_hint_is_the_examiners_own_and_never_marked(taker: Taker, text: str) -> None:
    item = replace(answered_single(taker).item, hint="想想报道的第一句。")
    taker.publish(replace(taker.snapshot.content, version="hint", items={item.id: item}))
    shown = card_in(taker.say(f"专项 {item.track}"))
    reply = taker.say(text)
    assert "提示：想想报道的第一句。这条不计分。" in reply
    assert card_in(reply) == shown
    assert taker.attempt.responses == ()


def test_without_one_the_place_is_told_and_the_key_never(snapshot: Snapshot) -> None:
    content = snapshot.content
    hints = {item.id: hint_of(content, item) for item in content.items.values()}
    for item in content.items.values():
        assert not said_in(hints[item.id], (*key_words(item), *item.options)), item.id
    told = [hint for hint in hints.values() if hint]
    assert len(told) > len(hints) * 0.9


def test_who_is_examined_gets_no_hint(taker: Taker) -> None:
    card = card_in(answered_single(taker, "正式测评").say("继续"))
    before = taker.attempt
    reply = taker.say("提示一下")
    assert "没有提示" in reply
    assert "这条不计分" in reply
    assert card_in(reply) == card
    assert taker.attempt == before


def test_remark_is_no_answer_to_a_blank(snapshot: Snapshot) -> None:
    blanks = {i: item for i, item in snapshot.content.items.items() if item.kind == "fill"}
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="blanks", items=blanks))
    taker.say("专项 共同")
    for text in ("提示一下", "答案呢", "这题有问题", "都不对", "[微笑]", "这题先不答", "等会儿再答"):
        taker.say(text)
        taker.say("继续")
        assert taker.attempt.responses == (), text


def test_talk_is_no_answer_to_a_blank_but_where_it_is_the_right_one(snapshot: Snapshot) -> None:
    blank = next(item for item in snapshot.content.items.values() if item.kind == "fill")
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="blank", items={blank.id: blank}))
    taker.say(f"专项 {blank.track}")
    for text in ("谢谢", "哈哈", "你真棒", "你几岁了", "你好"):
        assert "还没结束" in taker.say(text), text
        assert taker.attempt.responses == (), text
    other = replace(blank, accepted=("哈哈",))
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="laughter", items={blank.id: other}))
    taker.say(f"专项 {blank.track}")
    taker.say("哈哈")
    assert "answered" in taker.names()


def test_words_of_the_options_are_an_answer_whatever_else_they_say(snapshot: Snapshot) -> None:
    item = next(item for item in snapshot.content.items.values() if item.kind == "single")
    asked = replace(item, options=("休息一下", "提示一下", "答案", "题目有误"), key=(0,))
    blank = next(item for item in snapshot.content.items.values() if item.kind == "fill")
    for one, text in ((asked, "休息一下"), (asked, "答案"), (replace(blank, accepted=("暂停",)), "暂停")):
        taker = Taker(snapshot)
        taker.publish(replace(snapshot.content, version=text, items={one.id: one}))
        taker.say(f"专项 {one.track}")
        taker.say(text)
        assert "answered" in taker.names(), text


@pytest.mark.parametrize("text", ["先不答了", "等会儿再答", "不想答了", "暂停一下", "下次再答吧", "先到这吧"])
def test_leaving_in_other_words_keeps_the_progress(taker: Taker, text: str) -> None:
    answered_single(taker)
    assert "进度已保存" in taker.say(text)
    assert taker.attempt.paused
    assert "第 " in taker.say("继续")


@pytest.mark.parametrize("text", ["这题先不答", "先跳过这题", "这题等会儿再答", "这道题先放一放"])
def test_skipping_in_other_words_goes_on_to_the_next(taker: Taker, text: str) -> None:
    item = answered_single(taker).item
    taker.say(text)
    assert taker.item != item
    assert not taker.attempt.paused


@pytest.mark.parametrize("text", ["先不答了", "暂停", "提示一下", "答案呢"])
def test_same_words_outside_a_quiz_are_not_about_one(taker: Taker, text: str) -> None:
    assert "不计分" not in taker.say(text)
    assert "进度已保存" not in taker.say(text)


@pytest.mark.parametrize("paper", ["答题", "正式测评"])
@pytest.mark.parametrize("dress", ["{}[微笑]", "{}？", "{}/:rose", "😊{}", "{}吧我猜", "[强]{}[强]"])
def test_sticker_or_question_mark_costs_no_point(taker: Taker, paper: str, dress: str) -> None:
    answered_single(taker, paper).say(dress.format(taker.right))
    assert taker.attempt.responses[-1].fraction == 1


@pytest.mark.parametrize(
    "aside",
    [
        "会议几时开",
        "自律倡议书第五条",
        "没备案的网站给接入吗",
        "李志刚是谁",
        "还有呢",
        "谁说的",
        "谢谢",
        "提示一下",
    ],
)
def test_digit_after_an_aside_belongs_to_the_item(taker: Taker, aside: str) -> None:
    item = answered_single(taker).item
    taker.say(aside)
    taker.say("1")
    assert taker.attempt.responses[-1].item_id == item.id


def test_digit_picks_from_a_list_and_then_belongs_to_the_item_again(taker: Taker) -> None:
    item = answered_single(taker).item
    n = len(taker.attempt.responses)
    assert "您是不是想问" in taker.say("讲了什么")
    assert "出处：" in taker.say("1")
    assert len(taker.attempt.responses) == n
    taker.say("1")
    assert taker.attempt.responses[-1].item_id == item.id


def test_digit_belongs_to_the_item_when_a_list_was_left(taker: Taker) -> None:
    item = answered_single(taker).item
    assert "您是不是想问" in taker.say("讲了什么")
    taker.say("继续")
    taker.say("1")
    assert taker.attempt.responses[-1].item_id == item.id


def test_verdict_says_one_sentence_once(snapshot: Snapshot) -> None:
    item = snapshot.content.items["q-finance-15"]
    assert item.why == "陈梅谈下一步时说，巩固的是线上宣教成果。"
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="one", items={item.id: item}))
    taker.say("专项 金融")
    reply = taker.say(taker.wrong)
    assert item.source.text in reply
    assert item.why not in reply


def test_why_that_tells_more_than_the_proof_is_told(snapshot: Snapshot) -> None:
    item = snapshot.content.items["q-campus-18"]
    more = replace(item, why="两样都要紧，但说法不同。")
    taker = Taker(snapshot)
    taker.publish(replace(snapshot.content, version="one", items={item.id: more}))
    taker.say("专项 校园")
    assert more.why in taker.say(taker.wrong)
