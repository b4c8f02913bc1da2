"""Releases through the command and the door: publish, approve, roll back, and what nobody may lose."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.serving import Server, copy_small_content, until

QUESTIONS = ["第四条", "第五条", "开会地点", "李志刚是谁", "今天天气怎么样", "哪些企业签了诚信宣言"]


def change(folder: Path, before: str, after: str, file: str = "faq/faq.yaml") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, (before, text.count(before))
    path.write_text(text.replace(before, after), encoding="utf-8")


def published(run: Result) -> str:
    assert run.exit_code == 0, run.stdout + run.stderr
    return run.stdout.split()[-1]


def answers(server: Server, name: str) -> list[str]:
    wechat = server.wechat()
    return [wechat.say(f"o{name}{i}", question) or "" for i, question in enumerate(QUESTIONS)]


def is_live(server: Server, version: str) -> None:
    until(lambda: server.ready()["release"] == version)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return copy_small_content(tmp_path / "content", answers=False)


@pytest.fixture
def server(make_server: Callable[..., Server], content: Path) -> Server:
    return make_server(CONTENT_DIR=str(content))


def test_publish_and_rollback_leave_a_trail_and_the_same_bytes(server: Server, content: Path) -> None:
    first = server.ready()["release"]
    before = answers(server, "Before")
    change(content, "第四条管的是互联网接入服务提供者", "请看写给接入商的这一条")
    run = server.call("kb", "publish", "--by", "小张", "-m", "引导语更短")
    second = published(run)
    is_live(server, second)
    assert "请看写给接入商的这一条" in answers(server, "Second")[0]

    shown = server.call("kb", "diff", first, second).stdout
    assert "条目 +0 -0 ~1" in shown
    assert "    + 请看写给接入商的这一条：" in shown

    assert published(server.call("kb", "rollback", first, "--by", "老李", "-m", "领导要原来的")) == first
    is_live(server, first)
    assert answers(server, "After") == before

    log = server.call("kb", "log", "article-4").stdout.splitlines()
    assert [("退回" in line, "发布" in line) for line in log[:2]] == [(True, False), (False, True)]
    assert "老李" in log[0]
    assert "领导要原来的" in log[0]
    assert "小张" in log[1]
    assert "引导语更短" in log[1]
    assert "没有改过 place" in server.call("kb", "log", "place").stdout

    listed = server.call("kb", "releases").stdout.splitlines()
    assert {line.split()[0] for line in listed if first in line} == {"*"}
    assert any(second in line and "引导语更短" in line for line in listed)


def test_gate_refuses_by_name_and_live_stays(server: Server, content: Path) -> None:
    first = server.ready()["release"]
    change(content, "    - 开会图个啥\n", "    - 动员大家做什么\n")
    run = server.call("kb", "publish")
    assert run.exit_code == 1
    assert "phrasing-dropped: 条目 purpose 去掉了问法“开会图个啥”" in run.stdout
    assert "--accept '开会图个啥'" in run.stdout
    assert server.ready()["release"] == first
    assert server.call("kb", "test").exit_code == 1
    second = published(server.call("kb", "publish", "--accept", "开会图个啥", "-m", "没人这么说"))
    is_live(server, second)
    assert "开会图个啥" in server.call("kb", "show", second).stdout


def test_question_that_was_asked_may_not_change_its_answer_unseen(server: Server, content: Path) -> None:
    question = "未备案网站能否接入"
    assert "不为未备案网站提供接入" in (server.wechat().say("oAsked", question) or "")
    change(content, "    - 开会图个啥\n", f"    - 开会图个啥\n    - {question}\n")
    run = server.call("kb", "publish")
    assert run.exit_code == 1
    assert f"answer-flipped: 以前有人问“{question}”" in run.stdout
    assert f"“{question}”" in server.call("kb", "diff").stdout


def test_two_editors_do_not_undo_each_other(server: Server, content: Path, tmp_path: Path) -> None:
    """A second folder, made from the release before, is told; over what it has seen it may publish."""
    other = copy_small_content(tmp_path / "other", answers=False)
    mine, theirs = server, Server(server.folder, server.settings | {"QINGLANG_CONTENT_DIR": str(other)})
    assert "没有改动" in theirs.call("kb", "publish").stdout
    change(content, "会议在成都召开：", "会议在成都召开。")
    first = published(mine.call("kb", "publish"))
    change(other, "第四条管的是互联网接入服务提供者", "请看写给接入商的这一条")
    refused = theirs.call("kb", "publish")
    assert refused.exit_code == 1
    assert f"--over {first}" in refused.stderr
    is_live(server, first)
    change(other, "会议在成都召开：", "会议在成都召开。")
    second = published(theirs.call("kb", "publish", "--over", first))
    is_live(server, second)


def test_second_person_approves_where_review_is_required(
    make_server: Callable[..., Server], content: Path
) -> None:
    server = make_server(CONTENT_DIR=str(content), REVIEW__REQUIRED="true")
    first = server.ready()["release"]
    change(content, "会议在成都召开：", "会议在成都召开。")
    run = server.call("kb", "publish", "--by", "小张", "-m", "改标点")
    assert run.exit_code == 0, run.stdout + run.stderr
    waiting = run.stdout.split()[-1]
    assert server.ready()["release"] == first
    assert "等批准" in server.call("kb", "releases").stdout
    own = server.call("kb", "approve", waiting, "--by", " 小张")
    assert own.exit_code == 1
    assert "自己提交的" in own.stderr
    assert server.ready()["release"] == first
    assert server.call("kb", "approve", waiting, "--by", "老李", "-m", "看过").exit_code == 0
    is_live(server, waiting)
    assert server.call("kb", "approve", waiting, "--by", "老李").exit_code == 1
    assert "老李 批准" in server.call("kb", "releases").stdout
    # Whose proposal went live goes on from it: nobody else was there.
    change(content, "会议在成都召开。", "会议是在成都召开的：")
    again = server.call("kb", "publish", "--by", "小张", "-m", "再改")
    assert again.exit_code == 0, again.stderr
    assert "已提交" in again.stdout


def test_approval_is_refused_when_something_else_went_live(
    make_server: Callable[..., Server], content: Path
) -> None:
    server = make_server(CONTENT_DIR=str(content), REVIEW__REQUIRED="true")
    change(content, "会议在成都召开：", "会议在成都召开。")
    one = server.call("kb", "publish", "--by", "甲").stdout.split()[-1]
    change(content, "会议在成都召开。\n", "会议是在成都召开的：\n")
    two = server.call("kb", "publish", "--by", "乙").stdout.split()[-1]
    assert server.call("kb", "approve", two, "--by", "丙").exit_code == 0
    late = server.call("kb", "approve", one, "--by", "丙")
    assert late.exit_code == 1
    assert two in late.stderr


def test_entries_begin_and_end_by_their_dates(make_server: Callable[..., Server], content: Path) -> None:
    day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    yesterday, tomorrow = (str(day + datetime.timedelta(days=n)) for n in (-1, 1))
    dated = "  about: {document: meeting-2020}\n  status"
    change(content, dated, f"  valid_to: {yesterday}\n  status")
    change(content, "valid_from: 2020-10-12", f"valid_from: {tomorrow}")
    server = make_server(CONTENT_DIR=str(content))
    assert "没有收录" in (server.wechat().say("oOver", "会议在哪里召开") or "")
    assert "没有收录" in (server.wechat().say("oEarly", "这次会议的目的是什么") or "")
    assert "past-valid-to" in server.call("kb", "check").stdout
    change(content, f"valid_to: {yesterday}", f"valid_to: {day}")
    change(content, f"valid_from: {tomorrow}", f"valid_from: {day}")
    is_live(server, published(server.call("kb", "publish")))
    assert "在成都召开" in (server.wechat().say("oToday", "会议在哪里召开") or "")
    assert "动员组织" in (server.wechat().say("oBegun", "这次会议的目的是什么") or "")


def test_try_shows_the_draft_beside_live(server: Server, content: Path) -> None:
    change(content, "会议在成都召开：", "会议的地点：")
    out = server.call("kb", "try", "会议在哪里召开").stdout
    draft, live = out.split("【线上")
    assert "会议的地点：" in draft
    assert "会议在成都召开：" in live
    assert "会议在成都召开：" in server.call("kb", "show", "place").stdout
    assert "会议的地点：" in server.call("kb", "show", "place", "--draft").stdout


def test_tune_draws_a_curve_and_the_contract_lies_with_the_release(server: Server, content: Path) -> None:
    (content / "tests/labelled.yaml").write_text(
        "- {question: 未备案网站给不给接入, entry: article-4}\n- {question: 会务组电话, entry: decline}\n",
        encoding="utf-8",
    )
    run = server.call("kb", "tune")
    assert run.exit_code == 0, run.stdout
    assert "做得到的最低门槛" in run.stdout
    version = published(server.call("kb", "publish"))
    shown = server.call("kb", "show", version).stdout
    assert "标注问题 4 个" in shown
    assert "门槛：直接回答 0." in shown
    assert not re.search("[a-z]+_[a-z]+", shown)


def test_damaged_release_on_the_disk_is_fetched_again(server: Server) -> None:
    version = server.ready()["release"]
    stored = server.folder / f"data/releases/{version}.json.z"
    stored.write_bytes(stored.read_bytes()[:100])
    found = json.loads(server.call("ask", "--json", "第四条").stdout)
    assert found["entry"] == "article-4"
    assert len(stored.read_bytes()) > 100
