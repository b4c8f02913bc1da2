"""From what a source answers by itself to an entry: signed pushes in, `kb hits`, `kb adopt` of a passage, the push again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.china import today
from knowledge.reading.load import read_folder
from tests.serving import Server, copy_small_content, until

ADDRESS = "self-discipline#article-6"
QUESTION, OTHER = "计算机病毒谁来防范", "怎么防范计算机病毒"


@pytest.fixture
def server(make_server: Callable[..., Server], tmp_path: Path) -> Server:
    return make_server(CONTENT_DIR=str(copy_small_content(tmp_path / "content")))


def test_passage_that_is_asked_for_becomes_an_entry(server: Server) -> None:
    wechat = server.wechat()
    for user, question in enumerate([QUESTION] * 3 + [OTHER] * 2):
        assert "计算机病毒" in wechat.say(f"oAsk{user}", question)
    wechat.say("oEntry", "自律书第四条")

    hits = json.loads(server.call("kb", "hits", "--json").stdout)
    assert hits["passages"] == {ADDRESS: {"n": 5, "questions": {QUESTION: 3, OTHER: 2}}}
    assert hits["hits"] == {"article-4": 1}
    assert f"5  {ADDRESS}  写成条目：kb adopt {ADDRESS}" in server.call("kb", "hits").stdout

    adopted = server.call("kb", "adopt", ADDRESS, "--id", "virus", "--ready")
    assert adopted.exit_code == 0, adopted.stdout + adopted.stderr
    files, _ = read_folder(server.folder.parent / "content")
    entry = files["faq/adopted.yaml"]
    assert f"{today()} 采自由原文直接回答的问题（{ADDRESS}）：5 次" in entry
    assert f"question: {QUESTION}\n" in entry
    assert f"- {OTHER}\n" in entry
    assert ADDRESS in entry

    published = server.call("kb", "publish")
    assert published.exit_code == 0, published.stdout + published.stderr
    until(lambda: server.ready()["release"] in published.stdout)
    assert "计算机病毒" in wechat.say("oAfter", OTHER)
    hits = json.loads(server.call("kb", "hits", "--json").stdout)
    assert hits["hits"] == {"article-4": 1, "virus": 1}
    assert f"5  {ADDRESS}  已有条目 virus" in server.call("kb", "hits").stdout


def test_what_was_found_useless_and_what_nobody_asked_is_not_adopted(server: Server) -> None:
    wechat = server.wechat()
    wechat.say("oUser", QUESTION)
    wechat.say("oUser", "没用")
    before, _ = read_folder(server.folder.parent / "content")
    for address in (ADDRESS, "self-discipline#article-1", "self-discipline#article-99"):
        run = server.call("kb", "adopt", address)
        assert run.exit_code == 1, run.stdout + run.stderr
        assert f"没有人直接问到 {address}" in run.stderr
    assert read_folder(server.folder.parent / "content")[0] == before
    wechat.say("oUser", "有用")
    assert server.call("kb", "adopt", ADDRESS).exit_code == 0
    files, _ = read_folder(server.folder.parent / "content")
    assert "status: draft" in files["faq/adopted.yaml"]
    assert "tests/adopted.yaml" not in files
