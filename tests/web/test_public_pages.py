"""The public pages: the words behind a code, a card, what is kept; from outside, as whoever holds the code sees them."""

from __future__ import annotations

import html
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
import requests
from playwright.sync_api import expect

from bot.config import load_settings
from bot.process import lifetimes
from bot.store.retention import KEPT
from knowledge.matching.snapshot import Snapshot
from tests.door.test_roster import exam
from tests.serving import Server, copy_small_content, until
from tests.web.browser import chromium, faults_of

QUESTION = "第五条"
URL = "https://wx.example.gov.cn"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {
        "QINGLANG_SERVER__PUBLIC_URL": URL,
        "QINGLANG_SERVER__ICP": "蜀ICP备00000000号",
        "QINGLANG_SIMULATOR__ENABLED": "true",
    }
    running = Server(tmp_path_factory.mktemp("public"), settings).start()
    yield running
    running.stop()


def linked_code(reply: str, page: str) -> str:
    found = re.search(rf'<a href="{URL}/{page}/([0-9A-Z-]+)">\1</a>', reply)
    assert found, reply
    return found[1]


def code_in(reply: str) -> str:
    found = re.search(r"核对码：(\S+)", reply)
    assert found, reply
    return found[1]


def test_code_of_an_answer_is_a_link_to_its_words(server: Server) -> None:
    reply = server.wechat().say("oReader", QUESTION)
    code = linked_code(reply, "k")
    page = server.get(f"/k/{code}")
    assert page.status_code == 200
    for words in (
        "第五条 提供互动信息服务的企业",
        "文责自负",
        "现在用的还是这一版",
        code,
        "蜀ICP备00000000号",
    ):
        assert words in page.text
    # As people copy it: small letters, without the hyphen, O for 0.
    assert server.get(f"/k/{code.lower().replace('-', '').replace('0', 'o')}").status_code == 200


def test_code_is_bare_where_nobody_can_reach_the_pages(shipped: Server) -> None:
    reply = shipped.wechat().say("oBare", QUESTION)
    assert "<a" not in reply.split("核对码：")[1].split("\n")[0]


@pytest.mark.parametrize(
    "path", ["/k/AAAAA-0000", "/k/x", "/k/%3Cscript%3E", "/v/7K3M-9QPX", "/v/Z", f"/v/{'Z' * 400}"]
)
def test_code_of_nothing_is_a_page_that_says_what_to_do(server: Server, path: str) -> None:
    page = server.get(path)
    assert page.status_code == 404
    assert "没有这个" in page.text
    assert "<script>" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_page_of_a_card_says_what_is_true_and_not_whose(server: Server) -> None:
    client = server.wechat()
    client.say("oSigner", "承诺")
    code = linked_code(client.say("oSigner", "我承诺"), "v")
    page = server.get(f"/v/{code}")
    assert (page.status_code, "这张承诺卡有效" in page.text, "oSigner" in page.text) == (200, True, False)
    client.say("oSigner", "撤回承诺")
    client.say("oSigner", "确认")
    until(lambda: server.get(f"/v/{code}").status_code == 404)


def test_certificate_is_shown_as_it_was_earned_and_kept_as_a_picture(
    server: Server, snapshot: Snapshot
) -> None:
    assert "回复“证书”" in exam(server, "oHolder", dict(snapshot.content.items), n_wrong=2)
    code = linked_code(server.wechat().say("oHolder", "证书"), "v")
    # However it is copied, it is shown as we write codes.
    copied = server.get(f"/v/{code.lower().replace('-', '')}")
    assert copied.status_code == 200
    for words in ("80%", "编号属实", code):
        assert words in copied.text
    assert "oHolder" not in copied.text
    with chromium() as browser:
        page = browser.new_page(accept_downloads=True)
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(f"{server.url}/v/{code}")
        expect(page.locator("#picture")).to_have_attribute("src", re.compile("^data:image/png"))
        with page.expect_download() as download:
            page.get_by_role("link", name="下载图片").click()
        assert download.value.suggested_filename == f"{code}.png"
        picture = Path(download.value.path()).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert int.from_bytes(picture[16:20], "big") == 900
        assert faults_of(page) == []
        assert wrong == []


def test_picture_of_a_card_is_a_drawing_whatever_its_title_says(server: Server) -> None:
    client = server.wechat()
    client.say("oDrawn", "承诺")
    code = linked_code(client.say("oDrawn", "我承诺"), "v")
    drawn = server.get(f"/v/{code}.svg")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in drawn.headers["content-security-policy"]
    assert f"核对：{URL}/v/{code}</text>" in drawn.text
    assert "oDrawn" not in drawn.text
    for forged in ("AAAA-AAAA", "x", "%3Cscript%3E"):
        assert server.get(f"/v/{forged}.svg").status_code == 404


def test_link_of_an_answer_can_be_opened_from_the_chat(server: Server) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto(server.url + "/")
        page.get_by_label("发给公众号的话").fill(QUESTION)
        page.get_by_role("button", name="发送").click()
        link = page.locator("#talk .bubble a", has_text=re.compile("^[0-9A-Z]{5}-[0-9A-Z]{4}$"))
        expect(link).to_have_attribute("href", re.compile(f"^{URL}/k/"))
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="隐私").click()
        expect(opened.value.get_by_role("heading", name="记什么、不记什么", level=1)).to_be_visible()


def test_pages_are_kept_by_browsers_and_told_what_they_may_do(server: Server) -> None:
    path = f"/k/{linked_code(server.wechat().say('oCache', QUESTION), 'k')}"
    first = server.get(path)
    again = requests.get(server.url + path, headers={"if-none-match": first.headers["etag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    assert "default-src 'none'" in first.headers["content-security-policy"]
    assert "unsafe" not in first.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in first.headers
    assert requests.head(server.url + path, timeout=60).status_code == 200


def replace_in(folder: Path, old: str, new: str) -> None:
    for path in (*folder.glob("*/*.yaml"), *folder.glob("sources/*.md")):
        path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")


def test_what_was_said_is_shown_when_it_has_changed_or_gone_since(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    server = Server(tmp_path / "server", {"QINGLANG_CONTENT_DIR": str(content)}).start()
    try:
        code = code_in(server.wechat().say("oThen", QUESTION))
        replace_in(content, "应尽的社会责任", "应有的社会责任")
        changed = server.run("kb", "publish", "-m", "改了一个字")
        assert changed.returncode == 0, changed.stdout + changed.stderr
        until(lambda: "后来有了新的版本" in server.get(f"/k/{code}").text)
        assert "应尽的社会责任" in server.get(f"/k/{code}").text
        replace_in(content, "article-5\n  question", "article-five\n  question")
        replace_in(content, "related: [article-5]", "related: [article-five]")
        replace_in(content, "answer: article-5", "answer: article-five")
        gone = server.run("kb", "publish", "-m", "撤下", "--accept", "article-5")
        assert gone.returncode == 0, gone.stdout + gone.stderr
        until(lambda: "后来已经撤下" in server.get(f"/k/{code}").text)
        assert "应尽的社会责任" in server.get(f"/k/{code}").text
    finally:
        server.stop()


def test_words_that_look_like_a_tag_stay_words(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    source = sorted((content / "sources").glob("*.md"))[0]
    text = source.read_text("utf-8")
    title = re.search(r"^title: (.+)$", text, re.M)
    assert title
    source.write_text(text.replace(title[0], 'title: "<img src=x onerror=alert(1)>规定"'), encoding="utf-8")
    server = Server(tmp_path / "server", {"QINGLANG_CONTENT_DIR": str(content)}).start()
    try:
        pages = [
            server.get(f"/k/{code_in(server.wechat().say('oTag', q))}").text
            for q in ("第四条", "会议在哪里召开？")
        ]
        shown = [page for page in pages if "&lt;img src=x onerror" in page]
        assert shown
        assert not any("<img" in page for page in pages)
    finally:
        server.stop()


def test_passages_are_shown_while_redis_is_away_and_cards_ask_for_patience(tmp_path: Path) -> None:
    server = Server(tmp_path / "server").start()
    try:
        client = server.wechat()
        code = code_in(client.say("oAway", QUESTION))
        client.say("oAway", "承诺")
        card = re.search(r"编号：(\S+)", client.say("oAway", "我承诺"))
        assert card
        os.kill(server.redis_pid(), signal.SIGSTOP)
        try:
            assert server.get(f"/k/{code}").status_code == 200
            away = requests.get(f"{server.url}/v/{card[1]}", timeout=60)
            assert (away.status_code, "不是编号错了" in away.text) == (503, True)
        finally:
            os.kill(server.redis_pid(), signal.SIGCONT)
    finally:
        server.stop()


def test_what_is_kept_is_said_as_in_the_chat(server: Server) -> None:
    page = server.get("/privacy").text
    assert "90 天不来说话，就自动删除" in page
    assert "{" not in re.sub(r"<style.*?</style>", "", page, flags=re.S)


def test_table_of_what_is_kept_is_the_one_that_sets_the_terms(make_server: Callable[..., Server]) -> None:
    server = make_server(PRIVACY__SESSION_DAYS="31", PRIVACY__STREAM_DAYS="7")
    page = html.unescape(server.get("/privacy").text)
    terms = lifetimes(load_settings(server.environment))
    for kept in KEPT:
        assert re.search(f"{re.escape(kept.what)}</td><td>{re.escape(kept.days(terms))}", page), kept.name
    assert "31 天没有再用" in page
    # And these are the terms: the store is asked.
    server.wechat().say("oKept", "答题")
    client = redis.Redis(unix_socket_path=str(server.folder / "data/redis/redis.sock"))
    try:
        (session,) = client.scan_iter(match="*:session:*")
        assert 30 * 86_400 < client.ttl(session) <= 31 * 86_400
    finally:
        client.close()


def test_large_type_is_remembered_by_the_browser_and_works_without_a_script(server: Server) -> None:
    code = linked_code(server.wechat().say("oLarge", QUESTION), "k")
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{server.url}/k/{code}")
        usual = page.locator("blockquote").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        page.get_by_role("link", name="大字").click()
        page.goto(f"{server.url}/privacy")
        expect(page.get_by_role("link", name="正常字号")).to_be_visible()
        page.goto(f"{server.url}/k/{code}?large")
        large = page.locator("blockquote").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert large > 1.3 * usual
        page.get_by_role("link", name="正常字号").click()
        page.reload()
        expect(page.get_by_role("link", name="大字")).to_be_visible()
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(f"{server.url}/k/{code}")
        plain.get_by_role("link", name="大字").click()
        expect(plain.locator("html")).to_have_class("large")


def test_pages_are_read_by_everybody(server: Server) -> None:
    client = server.wechat()
    client.say("oAll", "承诺")
    card, words = (
        linked_code(client.say("oAll", "我承诺"), "v"),
        linked_code(client.say("oAll", QUESTION), "k"),
    )
    with chromium() as browser:
        for width, scheme in ((360, "light"), (1440, "light"), (360, "dark"), (1440, "dark")):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
            for path in (f"/k/{words}", f"/v/{card}", "/privacy", "/k/x", f"/k/{words}?large"):
                page.goto(server.url + path)
                assert faults_of(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= width
