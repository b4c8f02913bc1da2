"""An exam: its rules, its tries and hours, and the certificate that it gives."""

from __future__ import annotations

import re

import pytest

from knowledge.matching.snapshot import Snapshot
from tests.taker import DAY_MS, Taker, finish, with_paper


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
