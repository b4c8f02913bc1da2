"""Feedback at the console: opinions as tickets that are dealt with, and answers that were voted down."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from bot.store.wire.client import SOCKET_TIMEOUT_S
from tests.serving import Server
from tests.web.console import Person, at_browser, join, open_console

_HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("feedback"))
    wechat = server.wechat()
    for words in ("会议在哪里召开", "没用", "意见 字太小了，看不清", f"意见 {_HOSTILE} 电话 13800138000"):
        wechat.say("oCritic", words)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def editor(server: Server) -> Person:
    return join(server, "小张", "editor")


def test_editor_deals_with_an_opinion_and_sees_what_was_voted_down(browser: Browser, editor: Person) -> None:
    with at_browser(browser, editor) as page:
        page.get_by_role("link", name="意见").click()
        expect(page.get_by_role("heading", name="意见（2 条）")).to_be_visible()
        down = page.get_by_role("region", name="被说“没用”的回答").first
        expect(down.get_by_role("link", name="会议在哪里召开？")).to_be_visible()
        ticket = page.get_by_role("listitem").filter(has_text="字太小了")
        ticket.get_by_label("状态").select_option("办完了")
        ticket.get_by_label("备注").fill("下个版本加大")
        ticket.get_by_role("button", name="记下").click()
        expect(page.get_by_role("status")).to_have_text("记下了。")
        expect(page.get_by_text("字太小了")).to_have_count(0)
        page.get_by_role("link", name="看全部 2 条").click()
        done = page.get_by_role("listitem").filter(has_text="字太小了")
        expect(done.get_by_label("备注")).to_have_value("下个版本加大")
        expect(done).to_contain_text("小张")


def test_words_of_an_opinion_are_never_markup_and_hide_a_telephone(editor: Person) -> None:
    page = editor.get("/feedback?all=1").text
    assert _HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "13800138000" not in page


def test_ticket_or_state_that_is_none_is_told(editor: Person) -> None:
    number = re.search(r"YJ\d{4}-[0-9A-F]{6}", editor.get("/feedback?all=1").text)
    assert number
    assert editor.post(f"/feedback/{number[0]}", state="secret", note="").status_code == 409
    assert editor.post("/feedback/YJ0000-000000", state="done", note="").status_code == 409


def test_page_waits_for_a_store_that_is_silent_for_a_moment(server: Server, editor: Person) -> None:
    pid = server.redis_pid()
    with ThreadPoolExecutor(1) as thread:
        os.kill(pid, signal.SIGSTOP)
        try:
            asked = thread.submit(editor.get, "/feedback")
            # Longer than the worker waits for any one answer.
            time.sleep(3 * SOCKET_TIMEOUT_S)
            assert not asked.done()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert asked.result().status_code == 200
