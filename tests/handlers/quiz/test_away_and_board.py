"""The store away, the board, and random talk that keeps the books right."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from knowledge.matching.snapshot import Snapshot
from tests.taker import DAY_MS, Taker, card_in, finish


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
