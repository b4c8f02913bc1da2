"""The console in a real browser: what editors and approvers do from signing in to a release."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import ROOT, Server
from tests.web.browser import faults_of
from tests.web.console import PASSWORD, Person, at_browser, join, link_for, open_console


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("console"))
    wechat = server.wechat()
    for words in ("李志刚是谁", "会议在哪里召开", "网站", "食堂几点开饭", "答题", "A", "A", "A"):
        wechat.say("oTaker", words)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def editor(server: Server) -> Person:
    return join(server, "小张", "editor")


def test_newcomer_sets_a_password_signs_out_and_in_again(server: Server, browser: Browser) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(link_for(server, "add", "小新", "--role", "viewer"))
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输入一遍").fill(PASSWORD)
    page.get_by_role("button", name="设好并登录").click()
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    page.get_by_text("小新").click()
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_label("名字").fill("小新")
    page.get_by_label("密码").fill("not this one")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("名字或密码不对。")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    page.close()


def test_overview_tells_what_is_live_and_what_was_asked(browser: Browser, editor: Person) -> None:
    with at_browser(browser, editor) as page:
        expect(page.get_by_role("region", name="等您处理的")).to_contain_text("没有等您处理的")
        expect(page.get_by_role("region", name="线上")).to_contain_text("条目 6 条")
        row = page.get_by_role("region", name="最近 14 天的提问").first.locator("tbody tr").first
        expect(row.locator("td").nth(0)).to_have_text("2")
        expect(row.locator("td").nth(2)).to_have_text("2")
        expect(page.get_by_role("region", name="没答上的问题")).to_contain_text("食堂几点开饭")
        expect(page.get_by_role("region", name="答得最多的").locator("tbody tr")).to_have_count(2)
        expect(page.get_by_role("region", name="答题")).to_contain_text("有 1 个人")
        service = page.get_by_role("region", name="服务")
        expect(service.locator("tbody tr")).to_have_count(3)
        expect(service).to_contain_text("存着 1 个人的进度")


def test_large_letters_are_remembered_by_the_browser_and_fit_a_phone(
    browser: Browser, editor: Person
) -> None:
    with at_browser(browser, editor, 360) as page:
        usual = size_of(page)
        page.goto(f"{editor.server.url}/admin/knowledge?q=会议")
        page.locator("details.me summary").click()
        page.get_by_role("button", name="大字").click()
        expect(page).to_have_url(re.compile("/knowledge\\?q="))
        assert size_of(page) >= 1.3 * usual
        for path in (*PAGES, "/quiz/items/q-place", "/quiz/papers", "/documents", "/exchange", "/misses"):
            page.goto(f"{editor.server.url}/admin{path}", wait_until="networkidle")
            assert size_of(page) >= 1.3 * usual, path
            assert faults_of(page) == [], path
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), path
        page.goto(f"{editor.server.url}/admin/knowledge")
        page.locator("details.me summary").click()
        with page.expect_navigation():
            page.get_by_role("button", name="正常字号").click()
        assert size_of(page) == usual


def size_of(page: Page) -> float:
    # By a locator, which waits for the body of a page that is still on its way.
    return float(page.locator("body").evaluate("body => parseFloat(getComputedStyle(body).fontSize)"))


def test_size_is_no_way_to_another_site(editor: Person) -> None:
    sent = {"csrf": editor.csrf()}
    for came_from in ("https://evil.example/admin/x", "https://evil.example//other"):
        answer = editor.http.post(
            f"{editor.server.url}/admin/size",
            data=sent,
            headers={"referer": came_from},
            allow_redirects=False,
        )
        assert answer.headers["location"].startswith("/admin")
        editor.http.cookies.pop("qinglang-large", None)


PAGES = (
    "",
    "/sign-in",
    "/knowledge",
    "/knowledge?q=会议",
    "/knowledge/place",
    "/review",
    "/review/draft",
    "/log",
    "/quiz/new-item?source=meeting-2020",
    "/quiz/new-paper",
    "/nowhere",
)
# All that a page is made of, whether or not the browser had it already.
_BYTES = "performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)"
_BUDGET_BYTES = 200_000


def test_every_word_of_the_console_stands_in_its_language_file() -> None:
    folder = ROOT / "bot/web"
    files = [
        *folder.glob("admin/**/*.py"),
        *folder.glob("admin/pages/*"),
        *folder.glob("static/admin/admin.*"),
    ]
    chinese = re.compile(r"[\u4e00-\u9fff]+")
    found = {f.name: chinese.findall(f.read_text(encoding="utf-8")) for f in files}
    assert {name: words for name, words in found.items() if words} == {}
