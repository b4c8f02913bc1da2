"""The back button after something was done: what is so now, in plain words, and nothing done twice or lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Server, until
from tests.web.console import Person, at_browser, join, open_console
from tests.web.test_console_review import edit, live

_SLOW_MS = 60_000
_WORDS, _MORE = "李书记是哪个单位的", "李志刚的职务"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("back"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def editor(server: Server) -> Person:
    return join(server, "小张", "editor")


def test_back_after_publish_shows_what_is_live_now_and_publishes_nothing_again(
    server: Server, editor: Person, browser: Browser
) -> None:
    before = live(server)
    edit(server, f"    - {_WORDS}\n", f"    - {_WORDS}\n    - {_MORE}\n")
    with at_browser(browser, editor) as page:
        page.goto(f"{server.url}/admin/review/draft")
        page.get_by_label("为什么").fill("补一个问法")
        page.get_by_role("button", name="发布").click()
        expect(page.get_by_text("已发布")).to_be_visible(timeout=_SLOW_MS)
        until(lambda: live(server) != before)
        published = live(server)
        page.go_back()
        expect(page.get_by_text("草稿和线上一样")).to_be_visible()
        expect(page.get_by_role("button", name="发布")).to_have_count(0)
    assert live(server) == published
    assert editor.get("/log").text.count(f"/review/{published}") == 1


def test_back_before_anything_was_sent_keeps_what_was_typed(
    server: Server, editor: Person, browser: Browser
) -> None:
    edit(server, f"    - {_WORDS}\n", f"    - {_WORDS}\n    - 李志刚管啥子\n")
    with at_browser(browser, editor) as page:
        page.goto(f"{server.url}/admin/review/draft")
        page.get_by_label("为什么").fill("再补一个")
        page.get_by_role("link", name="记录").click()
        expect(page.get_by_role("heading", name="记录")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("为什么")).to_have_value("再补一个")
