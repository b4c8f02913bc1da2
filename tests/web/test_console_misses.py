"""Questions nobody got an answer to, at the console: adopted into the draft, ignored, listed again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Server
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, join, open_console

_VAIN = ("食堂几点开饭", "李书记管不管食堂")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("misses"))
    wechat = server.wechat()
    for words in (*_VAIN, _VAIN[0]):
        wechat.say("oAsker", words)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def editor(server: Server) -> Person:
    return join(server, "小张", "editor")


def content(server: Server) -> Path:
    return Path(server.settings["QINGLANG_CONTENT_DIR"])


def test_editor_ignores_a_topic_lists_it_again_and_adopts_it(
    server: Server, browser: Browser, editor: Person
) -> None:
    with at_browser(browser, editor) as page:
        page.get_by_role("link", name="没答上的").click()
        topic = page.get_by_role("region", name=_VAIN[0])
        expect(topic).to_contain_text("2 次")
        assert faults_of(page) == []
        topic.get_by_role("button", name="忽略").click()
        expect(page.get_by_role("region", name=_VAIN[0])).to_have_count(0)
        page.get_by_role("link", name="也看处理过的").click()
        page.get_by_role("region", name=_VAIN[0]).get_by_role("button", name="重新列出").click()
        page.get_by_role("link", name="没答上的").click()
        topic = page.get_by_role("region", name=_VAIN[0])
        topic.get_by_label("别的条目").check()
        topic.get_by_label("条目的 id").fill("nothing-like-it")
        topic.get_by_role("button", name="写进草稿").click()
        expect(page.get_by_role("alert")).to_contain_text("没有条目 nothing-like-it")
        page.go_back()
        topic.get_by_label("别的条目").check()
        topic.get_by_label("条目的 id").fill("place")
        topic.get_by_role("button", name="写进草稿").click()
        expect(page.get_by_label("问法")).to_have_value(f"会议什么时候开的\n开会地点\n{_VAIN[0]}")
    text = (content(server) / "faq/faq.yaml").read_text(encoding="utf-8")
    assert "采自没答上的问题" in text
    assert f"question: {_VAIN[0]}" in (content(server) / "tests/adopted.yaml").read_text(encoding="utf-8")
    assert "写进草稿了" in editor.get("/misses?all=1").text


@pytest.mark.parametrize(
    "form", [{}, {"into": "entry"}, {"into": "shell x", "only": "x"}, {"into": "entry place"}]
)
def test_choice_that_is_none_writes_nothing(server: Server, editor: Person, form: dict[str, str]) -> None:
    before = {p: p.read_bytes() for p in content(server).rglob("*.yaml")}
    page = editor.get("/misses?all=1").text
    topic = page.partition('id="t-')[2].partition('"')[0]
    answer = editor.post(f"/misses/{topic}/adopt", **form)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert {p: p.read_bytes() for p in content(server).rglob("*.yaml")} == before
    assert editor.post("/misses/none/ignore").status_code == 409
