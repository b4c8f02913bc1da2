"""The quiz through signed pushes: release pinning, regrade, board and certificate, as users and editors meet them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.conformance.pretend_wechat import PretendWechat
from tests.serving import CONTENT, Server, until
from tests.taker import card_in

ITEM = """\
- id: q-only
  kind: single
  track: 共同
  stem: 推进会在哪里召开？
  options: [成都, 绵阳, 内江, 德阳]
  key: A
  why: 会议报道写明。
  source: {passage: meeting-2020#time-place, text: "10月12日下午,2020年争做四川好网民工程推进会在成都召开。"}
- id: q-other
  kind: truefalse
  track: 共同
  stem: 第四条要求不为未备案网站提供接入。
  claim: 未备案
  key: true
  why: 第四条写明。
  source: {passage: self-discipline#article-4, text: "不为未备案网站提供接入"}
"""
PAPERS = """\
- {id: default, title: 好网民答题, n_items: 2, pass_line: 0.6}
- {id: exam, title: 正式测评, n_items: 2, pass_line: 0.5, feedback: end}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content with a bank of two items."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    for path in (folder / "quiz").glob("*.yaml"):
        path.unlink()
    (folder / "quiz/bank.yaml").write_text(ITEM, encoding="utf-8")
    (folder / "quiz/papers.yaml").write_text(PAPERS, encoding="utf-8")
    return folder


@pytest.fixture
def server(make_server: Callable[..., Server], content: Path) -> Server:
    return make_server(CONTENT_DIR=str(content), SERVER__WORKERS="2")


def publish(server: Server) -> None:
    before = server.ready()["release"]
    published = server.call("kb", "publish")
    assert published.exit_code == 0, published.stdout + published.stderr
    # Both workers notice on their own; ask often enough to meet both.
    until(lambda: all(server.ready()["release"] != before for _ in range(10)))


def take(wechat: PretendWechat, user: str, word: str, city: str) -> str:
    """Take a paper of the two items, answering the first with a city; return the last reply."""
    reply = wechat.say(user, word)
    for _ in range(2):
        reply = wechat.say(user, city if "哪里召开" in card_in(reply) else "对")
    return reply


def test_edit_leaves_a_running_attempt_alone_and_regrade_puts_finished_ones_right(
    server: Server, content: Path
) -> None:
    wechat = server.wechat()
    assert "1/2" in take(wechat, "oDone", "答题", "绵阳")
    shown = card_in(wechat.say("oRunning", "答题"))
    bank = content / "quiz/bank.yaml"
    # The option that was chosen is gone from the new bank: nobody can tell what it would earn.
    edited = ITEM.replace("[成都, 绵阳, 内江, 德阳]", "[成都, 内江, 德阳, 广元]").replace(
        "哪里召开", "哪个市召开"
    )
    bank.write_text(edited, encoding="utf-8")
    publish(server)
    assert card_in(wechat.say("oRunning", "继续")) == shown

    dry = server.call("quiz", "regrade", "--dry-run")
    assert dry.exit_code == 0, dry.stderr
    assert "没法重判" in dry.stdout
    assert "没有改动任何分数" in dry.stdout

    # The stem was meant the other way round, so what was right is wrong.
    fixed = ITEM.replace("不为未备案网站提供接入。", "不为境外网站提供接入。")
    fixed = fixed.replace("claim: 未备案\n  key: true", "claim: 境外\n  truth: 未备案\n  key: false")
    bank.write_text(fixed, encoding="utf-8")
    publish(server)
    dry = server.call("quiz", "regrade", "--dry-run")
    assert "q-other：加分 0 份，减分 1 份" in dry.stdout
    assert "1/2" in wechat.say("oDone", "我的成绩")
    done = server.call("quiz", "regrade")
    assert "已更正 1 位用户的成绩" in done.stdout
    scores = wechat.say("oDone", "我的成绩")
    assert "0/2" in scores
    assert "已更正，原来是 1 分" in scores
    assert "没有要改的分数" in server.call("quiz", "regrade").stdout
    assert card_in(wechat.say("oRunning", "继续")) == shown


def test_exam_board_and_certificate_are_met_by_others(server: Server) -> None:
    wechat = server.wechat()
    assert "回复“证书”" in take(wechat, "oPassed", "正式测评", "成都")
    joined = re.search("代号是 (.+?)。", wechat.say("oPassed", "排行榜 加入"))
    assert joined
    board = until(lambda: joined.group(1) in (said := wechat.say("oOther", "排行榜")) and said)
    assert f"1. {joined.group(1)} 2/2" in board
    assert "oPassed" not in board
    code = re.search("编号：(Z[0-9A-Z-]+)", wechat.say("oPassed", "证书"))
    assert code
    assert "属实" in wechat.say("oOther", f"验证 {code.group(1)}")
    wechat.push("oPassed", {"MsgType": "event", "Event": "unsubscribe"})
    until(lambda: "还没有人" in wechat.say("oOther", "排行榜"))


def test_answers_at_once_on_two_workers_are_told_apart(shipped: Server) -> None:
    for n in range(3):
        user = f"oAtOnce{n}"
        clients = [shipped.wechat() for _ in range(6)]
        clients[0].say(user, "答题")
        with ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda client, user=user: client.say(user, "A"), clients))
        n_judged = sum(reply.startswith(("答对", "答错")) for reply in replies)
        n_refused = sum(reply.startswith("本题已作答") for reply in replies)
        assert n_judged >= 1
        assert n_judged + n_refused == 6
        assert card_in(clients[0].say(user, "继续")).startswith(f"第 {n_judged + 1}/10 题")


BLANKS = """\
- id: q-home
  kind: fill
  track: 共同
  stem: 建设美好____。（四个字）
  key: [精神家园]
  why: 黎召阳说的第三方面工作。
  source: {passage: meeting-2020#priority-3, text: 建设美好精神家园}
- id: q-many
  kind: fill
  track: 共同
  stem: 共____余人参加大会。（填数字）
  key: [90, 九十, 90余, 90余人]
  why: 会议报道的出席部分写明。
  source: {passage: meeting-2020#attendance, text: 共90余人参加大会}
- id: q-vulgar
  kind: multiple
  track: 共同
  stem: 抵制哪些？
  options: [低俗, 世俗, 庸俗, 媚俗]
  key: [A, C, D]
  why: 第二条写明。
  source: {passage: self-discipline#article-2, text: 坚决抵制低俗庸俗媚俗}
"""
BLANK_PAPERS = """\
- {id: default, title: 好网民答题, n_items: 3, pass_line: 0.6}
- {id: exam, title: 正式测评, n_items: 3, pass_line: 0.6, feedback: end}
"""
HOME = ["精神家园[微笑]", "精神家园/:rose", "[强]精神家园", "精神家园😊", "精神家园？", "是精神家园[呲牙]"]
MANY = ["90名", "90位", "九十余人", "约90", "90人左右", "九十多位[强]"]


@pytest.mark.parametrize("paper", ["答题", "正式测评"])
def test_dress_of_an_answer_costs_no_point(
    make_server: Callable[..., Server], content: Path, paper: str
) -> None:
    (content / "quiz/bank.yaml").write_text(BLANKS, encoding="utf-8")
    (content / "quiz/papers.yaml").write_text(BLANK_PAPERS, encoding="utf-8")
    wechat = make_server(CONTENT_DIR=str(content)).wechat()
    for n, (home, many) in enumerate(zip(HOME, MANY, strict=True)):
        reply = wechat.say(f"oDress{n}", paper)
        for _ in range(3):
            card = card_in(reply)
            but = re.search(r"([A-D])\. 世俗", card)
            words = f"除了{but[1]}都选[微笑]" if but else home if "美好" in card else many
            reply = wechat.say(f"oDress{n}", words)
        assert "得分：3/3" in reply, (home, many, reply)
