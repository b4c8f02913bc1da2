"""The chat page in a real browser: a newcomer's first minutes, and what must not get in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.serving import AES_KEY, APP_ID, Server
from tests.web.browser import faults_of

_BUDGET_BYTES = 200_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {
        "QINGLANG_SIMULATOR__ENABLED": "true",
        "QINGLANG_WECHAT__APP_ID": APP_ID,
        "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        "QINGLANG_WECHAT__MODE": "compat",
    }
    server = Server(tmp_path_factory.mktemp("page"), settings).start()
    yield server
    server.stop()


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(server.url + "/")
    expect(replies(page)).to_have_count(1)
    yield page
    context.close()
    assert wrong == []


def replies(page: Page) -> Any:
    return page.locator("#talk .other:not(.waiting) .bubble")


def say(page: Page, words: str) -> str:
    n = replies(page).count()
    page.get_by_label("发给公众号的话").fill(words)
    page.get_by_role("button", name="发送").click()
    expect(replies(page)).to_have_count(n + 1)
    return str(replies(page).last.inner_text())


def test_newcomer_asks_is_asked_back_goes_on_and_begins_a_quiz(page: Page) -> None:
    assert "出处：" in say(page, "推进会是啥时候开的")
    assert "第四条" in say(page, "自律倡议书第四条")
    assert "出处：" in say(page, "下一条")
    assert say(page, "答题").startswith("第 1/10 题")
    assert "第 2/10 题" in say(page, "A")


def test_line_of_a_reply_can_be_tapped(page: Page) -> None:
    say(page, "网站")
    tappable = replies(page).last.locator("button.tap")
    words = tappable.first.inner_text()
    tappable.first.click()
    expect(replies(page)).to_have_count(3)
    assert page.locator("#talk .mine .bubble").last.inner_text() == words


def test_button_of_the_menu_says_its_words(page: Page) -> None:
    page.get_by_role("button", name="换成菜单").click()
    page.locator("#menu").get_by_role("button", name="答题").click()
    page.get_by_role("button", name="开始答题").click()
    expect(replies(page)).to_have_count(2)
    assert "第 1/10 题" in replies(page).last.inner_text()


@pytest.mark.parametrize("mode", ["明文", "兼容", "安全"])
def test_same_push_again_and_three_at_once_counts_once_in_every_mode(page: Page, mode: str) -> None:
    page.get_by_label("加密").select_option(label=mode)
    page.get_by_role("button", name="新用户").click()
    expect(replies(page)).to_have_count(1)
    say(page, "答题")
    answered = say(page, "A")
    page.get_by_role("button", name="上一条再推一次").click()
    expect(replies(page)).to_have_count(4)
    assert replies(page).last.inner_text() == answered
    page.get_by_role("button", name="上一条同时推三次").click()
    expect(page.get_by_text("三次的回复一样")).to_be_visible()


def test_answer_whose_reply_was_lost_is_said_again_and_counts_once(page: Page) -> None:
    say(page, "答题")
    assert "第 2/10 题" in say(page, "A")
    page.get_by_role("button", name="第一次的回复没送到").click()
    expect(page.get_by_text("同一条又推了一次")).to_be_visible()
    expect(replies(page)).to_have_count(4)
    # One answer more, not two.
    assert "第 3/10 题" in replies(page).last.inner_text()


def test_scanned_code_offers_what_it_is_about(page: Page) -> None:
    page.get_by_label("二维码场景").select_option(index=0)
    page.get_by_role("button", name="扫码", exact=True).click()
    expect(replies(page)).to_have_count(2)
    for name in ("发图片", "发位置"):
        page.get_by_role("button", name=name).click()
    expect(replies(page)).to_have_count(4)


def test_large_type_grows_what_is_read_and_is_remembered(page: Page) -> None:
    say(page, "第五条")
    before = replies(page).last.bounding_box()
    page.get_by_role("button", name="大字").click()
    after = replies(page).last.bounding_box()
    assert before
    assert after
    assert after["height"] > 1.3 * before["height"]
    assert faults_of(page) == []
    page.reload()
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")


def test_nothing_moves_for_whoever_wants_it_still(server: Server, browser: Browser) -> None:
    moving = []
    for wish in ("no-preference", "reduce"):
        page = browser.new_page(reduced_motion=wish)
        # While a reply is awaited, dots blink: here for ever.
        page.route("**/chat/push", lambda route: None)
        page.goto(server.url + "/")
        expect(page.locator("#talk .waiting")).to_be_visible()
        moving.append(page.evaluate("document.getAnimations().length"))
        page.close()
    assert moving == [1, 0]


def test_why_and_the_push_itself_are_shown_beside_the_talk(page: Page) -> None:
    say(page, "推进会是啥时候开的")
    expect(page.locator("#why")).to_contain_text("把握")
    page.get_by_text("推送", exact=True).click()
    expect(page.locator("#sent")).to_contain_text("<![CDATA[推进会是啥时候开的]]>")
    expect(page.locator("#timing")).to_contain_text("毫秒")


def test_words_are_never_markup(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)>]]></Content><b>"
    say(page, hostile)
    assert page.locator("#talk .mine .bubble").last.inner_text() == hostile
    assert page.locator("#talk img, #talk b").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 640, 1440])  # 640: a screen of 1280 at 200 %
def test_page_has_no_serious_barrier(server: Server, browser: Browser, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(server.url + "/")
    expect(replies(page)).to_have_count(1)
    say(page, "第五条")
    assert faults_of(page) == []
    if width < 600:
        page.get_by_role("button", name="测试工具").click()
        assert faults_of(page) == []
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not too_wide
    context.close()


def test_page_is_small_and_needs_nothing_from_elsewhere(server: Server, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[Any] = []
    page.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108 - no built-in may listen
    page.goto(server.url + "/", wait_until="networkidle")
    assert all(request.url.startswith((server.url, "data:")) for request in asked)
    assert sum(request.sizes()["responseBodySize"] for request in asked) < _BUDGET_BYTES
    page.close()


def test_page_forbids_framing_and_foreign_scripts(server: Server) -> None:
    headers = server.get("/").headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert re.search(r"script-src 'self'(;|$)", policy)
    assert headers["x-content-type-options"] == "nosniff"


def post(server: Server, body: Any, **headers: str) -> requests.Response:
    sent = {"content-type": "application/json", **headers}
    return requests.post(f"{server.url}/chat/push", json=body, headers=sent, timeout=60)


def test_only_the_page_itself_can_push(server: Server) -> None:
    push = {"kind": "text", "text": "第五条", "user": "oForeign"}
    assert post(server, push).status_code == 200
    assert post(server, push, origin=server.url).status_code == 200
    assert post(server, push, origin="https://evil.example").status_code == 403
    assert post(server, push, **{"content-type": "text/plain"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"kind": "text"},
        {"kind": "text", "text": 1, "user": "o"},
        {"kind": "text", "text": "x", "user": "o/../"},
        {"kind": "text", "text": "x", "user": "o", "mode": "none"},
        {"kind": "shell", "user": "o"},
        {"kind": "text", "text": "字" * 200_000, "user": "o"},
    ],
)
def test_what_the_page_would_not_send_is_refused_in_a_line(server: Server, body: Any) -> None:
    answer = post(server, body)
    assert answer.status_code == 400
    assert answer.json()["fault"]


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/chat/about", "/chat/push"])
def test_there_is_no_page_unless_it_is_switched_on(shipped: Server, path: str) -> None:
    assert shipped.get(path).status_code == 404


def test_every_step_of_a_push_is_told_with_what_it_asked_redis(server: Server, page: Page) -> None:
    say(page, "推进会是啥时候开的")
    rows = [row.inner_text().split("\t") for row in page.locator("#steps tbody tr").all()]
    assert [name for name, _, _ in rows] == ["验签、解密", "读会话", "想怎么答", "记下", "写回复"]
    assert all(float(took) >= 0 for _, took, _ in rows)
    assert [calls.partition(" ")[0] for _, _, calls in rows] == ["", "EVALSHA", "", "EVALSHA", ""]


def test_replayed_push_is_loaded_and_neither_decided_nor_recorded(server: Server) -> None:
    sent = {"kind": "text", "user": "oTimed", "text": "你好", "msg_id": "4711", "mode": "safe"}
    first, again = (
        requests.post(f"{server.url}/chat/push", json=sent, timeout=30).json()["steps"] for _ in range(2)
    )
    assert [step["name"] for step in first] == ["door", "load", "decide", "commit", "render"]
    assert [step["name"] for step in again] == ["door", "load", "render"]


def test_times_are_told_to_nobody_where_the_chat_page_is_off(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    try:
        wechat = server.wechat()
        response = wechat.request(wechat.compose("oTimed", wechat.text("你好")), "oTimed")
        assert response.status_code == 200
        assert "server-timing" not in response.headers
    finally:
        server.stop()
