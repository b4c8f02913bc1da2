"""Papers with names of one's own are entries of papers.yaml; their words, tries and certificates are theirs alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.quiz.modes import MODES
from handlers.router import route
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Paper
from knowledge.model.content import Content
from knowledge.model.problems import Mark
from knowledge.reading.load import read_folder
from knowledge.reading.papers import COMMANDS, MODE_WORDS
from knowledge.release.build import parse_files
from tests.serving import CONTENT, ROOT
from tests.taker import DAY_MS, START_MS, Taker

OWN = """\
  - id: youth-day
    mode: exam
    title: 五四专场
    words: [五四青年节测评]
    n_items: 3
    tracks: [青年]
    pass_line: 0.6
    feedback: end
    attempts_per_day: 1
    hours: "08:00-22:00"
  - id: warm-up
    mode: practice
    title: 热身
    n_items: 2
    tags: [会议]
    pass_line: 0.5
    attempts_per_day: 1
"""


@pytest.fixture(scope="module")
def content() -> Content:
    files = dict(read_folder(CONTENT)[0])
    files["quiz/papers.yaml"] += OWN
    content, problems = parse_files(files)
    assert not problems
    return content


@pytest.fixture
def taker(snapshot: Snapshot, content: Content) -> Taker:
    taker = Taker(snapshot)
    taker.publish(content)
    return taker


def finish(taker: Taker) -> str:
    reply = ""
    while taker.session.attempt:
        reply = taker.say(taker.right)
    return reply


def test_own_paper_is_started_by_its_title_and_its_words(taker: Taker, content: Content) -> None:
    for word in ("五四专场", "五四青年节测评！"):
        taker.session = Session(subject="taker")
        assert "【五四专场】共 3 题" in taker.say(word)
        assert {content.items[i].track for i in taker.attempt.item_ids} == {"青年"}
    taker.session = Session(subject="taker")
    assert "【正式测评】共 10 题" in taker.say("正式测评")


def test_own_exam_keeps_questions_and_other_papers_back_under_its_own_name(taker: Taker) -> None:
    taker.say("五四专场")
    taker.say(taker.right)
    assert taker.say("第五条").startswith("五四专场还没结束")
    assert taker.say("答题").startswith("五四专场还没答完")
    assert taker.say("正式测评").startswith("五四专场还没答完")


def test_tries_of_each_paper_are_counted_apart(taker: Taker) -> None:
    for word in ("五四专场", "热身"):
        taker.say(word)
        finish(taker)
        assert "今天的 1 次已经用完" in taker.say(word)
    assert "今天还剩 2 次" in taker.say("正式测评")
    finish(taker)
    taker.now_ms += DAY_MS
    assert "第 1/3 题" in taker.say("五四专场")


def test_hours_of_an_own_paper_are_its_own(taker: Taker) -> None:
    taker.now_ms += 8 * 3_600_000
    assert "现在不是五四专场的开放时间" in taker.say("五四专场")
    assert "第 1/10 题" in taker.say("正式测评")


def test_certificate_says_which_paper_it_was_earned_with(taker: Taker) -> None:
    codes = {}
    for word in ("五四专场", "正式测评"):
        taker.say(word)
        assert "回复“证书”" in finish(taker)
        card = taker.say("证书")
        assert f"{word} 合格" in card
        codes[word] = re.search("编号：(Z[0-9A-Z-]+)", card)
    other = Taker(taker.snapshot, "other")
    for word, code in codes.items():
        assert code
        assert f"在{word}中合格" in other.say(f"验证 {code.group(1)}")


def test_board_compares_the_first_exam_alone(taker: Taker) -> None:
    taker.say("排行榜 加入")
    taker.say("五四专场")
    finish(taker)
    assert "ranked" not in taker.names()
    taker.say("正式测评")
    finish(taker)
    assert taker.names().count("ranked") == 1


def test_release_from_before_papers_had_modes_starts_the_same_papers(
    taker: Taker, snapshot: Snapshot
) -> None:
    files = dict(read_folder(CONTENT)[0])
    _, _, papers = files["quiz/papers.yaml"].partition("papers:\n")
    files["quiz/papers.yaml"] = re.sub(r"^    mode: .*\n", "", papers, flags=re.MULTILINE)
    before = parse_files(files)[0]

    def rules(content: Content) -> list[Paper]:
        return [replace(paper, mark=Mark("", 0, 0)) for paper in content.papers.values()]

    assert rules(before) == rules(snapshot.content)
    assert set(before.tracks) == set(snapshot.content.tracks)
    taker.publish(before)
    for word, n in {"好网民答题": 10, "闯关": 30, "每日一题": 1, "测评": 10, "专项练习 校园": 10}.items():
        taker.session = Session(subject="taker")
        assert f"第 1/{n} 题" in taker.say(word)


def test_every_mode_that_content_may_name_is_a_row() -> None:
    page = (ROOT / "docs/content-format.md").read_text(encoding="utf-8")
    assert set(MODES) == set(MODE_WORDS) == set(re.findall(r"^\| `([a-z]+)` \| .* \|$", page, re.MULTILINE))


@pytest.mark.parametrize("word", sorted(COMMANDS))
def test_command_that_no_paper_may_have_does_something_itself(snapshot: Snapshot, word: str) -> None:
    # These three pick from what was shown, or want more words behind them.
    if word not in {"都不是", "原文", "继续"}:
        context = Context(snapshot, START_MS, "seed")
        assert route(Message("p", "u", "text", word), Session(subject="s"), context).skill != "ask"


def test_own_paper_waits_on_the_shelf_beside_the_one_of_its_mode(taker: Taker) -> None:
    taker.say("答题")
    taker.say(taker.right)
    taker.say("热身")
    taker.say(taker.right)
    assert "已答 1/10" in taker.say("答题")
    assert "已答 1/2" in taker.say("热身")
    assert "热身" in taker.say("我的成绩")


@pytest.mark.parametrize(
    ("text", "track"),
    [
        ("专项 校园", "校园"),
        ("专项答题：金融", "金融"),
        ("校园好网民专项", "校园"),
        ("专项训练 青年好网民", "青年"),
        ("专项 农民", ""),
        ("专项整治是什么", None),
        ("校园专项整治", None),
    ],
)
def test_track_is_read_before_and_behind_the_words(taker: Taker, text: str, track: str | None) -> None:
    reply = taker.say(text)
    if track:
        items = taker.snapshot.content.items
        assert {items[i].track for i in taker.attempt.item_ids} == {track}
    else:
        assert ("专项 校园\n" in reply) == (track == "")
        assert taker.session.attempt is None
