"""Review at the console: propose, send back, approve, roll back, and everything that may come between."""

from __future__ import annotations

import os
import re
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import Server, until
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, join, open_console, run

_SLOW_MS = 60_000
_ASKED = "李书记是哪个单位的"


@contextmanager
def reviewed(folder: Path) -> Iterator[Server]:
    server = open_console(folder, QINGLANG_REVIEW__REQUIRED="true")
    server.wechat().say("oAsker", "食堂几点开饭")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with reviewed(tmp_path_factory.mktemp("review")) as server:
        yield server


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    with reviewed(tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def editor(server: Server) -> Person:
    return join(server, "小张", "editor")


@pytest.fixture(scope="module")
def approver(server: Server) -> Person:
    return join(server, "小王", "approver")


def draft_file(server: Server) -> Path:
    return next(Path(server.settings["QINGLANG_CONTENT_DIR"]).glob("faq/*.yaml"))


def edit(server: Server, old: str, new: str) -> None:
    """Edit the draft as a text editor does."""
    path = draft_file(server)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def live(server: Server) -> str:
    return server.ready()["release"]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def finished(person: Person, path: str) -> str:
    """Follow some work to its end and return the page that tells what came of it."""
    until(lambda: "回到审核与发布" in person.get(path).text)
    return str(person.get(path).text)


def propose(person: Person, reason: str = "改问法") -> str:
    """Send the draft for approval and return the page that tells what came of it."""
    page = person.draft()
    form = {name: hidden(page, name) for name in ("once", "draft")}
    answer = person.post("/review/draft/publish", **form, reason=reason)
    assert answer.status_code == 303, answer.text
    return finished(person, answer.headers["location"].removeprefix("/admin"))


def decide(person: Person, version: str, action: str, reason: str = "可以", **changed: str) -> str:
    page = person.get(f"/review/{version}").text
    form = {"once": hidden(page, "once"), "live": hidden(page, "live"), **changed}
    answer = person.post(f"/review/{version}/{action}", **form, reason=reason)
    if answer.status_code != 303:
        return answer.text
    path = answer.headers["location"].removeprefix("/admin")
    return finished(person, path) if "/jobs/" in path else person.get(path).text


def proposed(page: str) -> str:
    found = re.search(r"/admin/review/([0-9a-f]{16})", page)
    assert found, page
    return found[1]


@pytest.fixture
def draft(server: Server) -> Iterator[Callable[[str], None]]:
    """Give the draft one more phrasing; afterwards it is as it was."""
    path = draft_file(server)
    kept = path.read_text(encoding="utf-8")

    def add(phrasing: str) -> None:
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace(f"    - {_ASKED}\n", f"    - {_ASKED}\n    - {phrasing}\n"), encoding="utf-8"
        )

    yield add
    path.write_text(kept, encoding="utf-8")


def test_pressed_twice_it_is_done_once(server: Server, editor: Person, draft: Any) -> None:
    draft("李志刚这个人的职务")
    page = editor.draft()
    form = {name: hidden(page, name) for name in ("once", "draft")}
    first, second = (editor.post("/review/draft/publish", **form, reason="两次") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    version = proposed(finished(editor, first.headers["location"].removeprefix("/admin")))
    lines = editor.get("/log").text
    assert lines.count(f"/review/{version}") == 1
    # Back, and pressed again: the same page, nothing done.
    third = editor.post("/review/draft/publish", **form, reason="两次")
    assert third.headers["location"] == first.headers["location"]
    assert editor.get("/log").text.count(f"/review/{version}") == 1
    assert "已经送审" in editor.draft()
    assert editor.post(f"/review/{version}/withdraw").status_code == 303


def test_draft_that_changed_since_it_was_looked_at_is_not_sent(
    server: Server, editor: Person, draft: Any
) -> None:
    draft("李志刚当什么官")
    page = editor.draft()
    form = {name: hidden(page, name) for name in ("once", "draft")}
    draft("李志刚管什么")
    answer = editor.post("/review/draft/publish", **form, reason="看过的那份")
    said = finished(editor, answer.headers["location"].removeprefix("/admin"))
    assert "草稿又被改了" in said


def test_nobody_approves_their_own_even_by_hand(server: Server, approver: Person, draft: Any) -> None:
    draft("李志刚的单位名称")
    version = proposed(propose(approver))
    before = live(server)
    form = {"once": secrets.token_hex(16), "live": before, "reason": "自己"}
    answer = approver.post(f"/review/{version}/approve", **form)
    said = finished(approver, answer.headers["location"].removeprefix("/admin"))
    assert "自己提交的" in said
    assert live(server) == before
    assert approver.post(f"/review/{version}/withdraw").status_code == 303


def test_nobody_withdraws_what_another_proposed(
    server: Server, editor: Person, approver: Person, draft: Any
) -> None:
    draft("李志刚的职位")
    version = proposed(propose(editor))
    refused = approver.post(f"/review/{version}/withdraw")
    assert (refused.status_code, editor.name in refused.text) == (403, True)
    assert editor.post(f"/review/{version}/withdraw").status_code == 303


def test_draft_with_errors_shows_them_in_place_of_a_button(
    server: Server, editor: Person, draft: Any
) -> None:
    draft("李志刚是谁？")
    page = editor.draft()
    assert "处错误" in page
    assert "送审" not in page
    assert draft_file(server).name in page


def test_decision_needs_a_reason_where_others_will_ask_for_it(
    server: Server, editor: Person, approver: Person, draft: Any
) -> None:
    draft("李志刚是啥领导")
    page = editor.draft()
    form = {name: hidden(page, name) for name in ("once", "draft")}
    assert "要写上为什么" in editor.post("/review/draft/publish", **form, reason=" ").text
    version = proposed(propose(editor))
    assert "要写上为什么" in approver.post(f"/review/{version}/return", reason="").text
    assert editor.post(f"/review/{version}/withdraw").status_code == 303


def test_words_of_users_and_editors_are_never_markup(server: Server, editor: Person, draft: Any) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'{{ 7*7 }}"
    server.wechat().say("oHostile", hostile)
    draft("'<b>李志刚</b>是谁啊'")
    version = proposed(propose(editor, hostile))
    for path in ("", "/figures", "/review", f"/review/{version}", f"/review/{version}/changes", "/log"):
        text = editor.get(path).text
        assert "<img" not in text, path
        assert "<b>李" not in text, path
    assert "&lt;img" in editor.get("/log").text
    editor.post(f"/review/{version}/withdraw")


def test_store_that_is_lost_at_the_decision_changes_nothing_and_says_so(
    server: Server, editor: Person, approver: Person, draft: Any
) -> None:
    draft("李志刚在哪任职")
    version = proposed(propose(editor))
    page = approver.get(f"/review/{version}").text
    form = {name: hidden(page, name) for name in ("once", "live")}
    csrf, pid = approver.csrf(), server.redis_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        answer = approver.post(f"/review/{version}/approve", csrf=csrf, **form, reason="同意")
        assert answer.status_code == 503
        assert "什么都没有改" in answer.text
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: approver.get().status_code == 200)
    assert "等批准" in approver.get(f"/review/{version}").text
    editor.post(f"/review/{version}/withdraw")


def test_release_published_from_the_command_line_is_told_before_anything_is_decided(
    server: Server, editor: Person, approver: Person, draft: Any
) -> None:
    draft("李志刚的工作单位")
    version = proposed(propose(editor))
    page = approver.get(f"/review/{version}").text
    seen = hidden(page, "live")
    # Meanwhile somebody else's edit goes live from a terminal.
    draft_file(server).write_text(
        draft_file(server).read_text(encoding="utf-8").replace("开会图个啥", "开这个会图个啥"),
        encoding="utf-8",
    )
    assert run(server, "kb", "publish", "--by", "老赵", "-m", "口语").exit_code == 0
    other = run(server, "kb", "waiting").output.splitlines()
    theirs = next(line.split()[0] for line in other if "老赵" in line)
    assert run(server, "kb", "approve", theirs, "--by", "老钱").exit_code == 0
    until(lambda: live(server) == theirs)
    form = {"once": hidden(page, "once"), "live": seen, "reason": "同意"}
    answer = approver.post(f"/review/{version}/approve", **form)
    said = finished(approver, answer.headers["location"].removeprefix("/admin"))
    assert f"线上从 {seen} 换成了 {theirs}" in said
    assert live(server) == theirs
    approver.post(f"/review/{version}/return", reason="重来")


def test_editor_proposes_is_sent_back_and_the_approver_lets_it_go_live_and_back(
    fresh: Server, browser: Browser
) -> None:
    server, before = fresh, live(fresh)
    editor, approver = join(server, "小张", "editor"), join(server, "小王", "approver")
    edit(server, f"    - {_ASKED}\n", f"    - {_ASKED}\n    - 食堂几点开饭\n")
    with at_browser(browser, editor) as page:
        page.get_by_role("link", name="审核与发布").click()
        page.get_by_role("link", name="看改了什么").click()
        expect(page.locator(".diff .new")).to_have_text("食堂几点开饭", timeout=_SLOW_MS)
        expect(page.get_by_role("heading", name="有 1 个回答会变")).to_be_visible()
        assert faults_of(page) == []
        page.get_by_label("为什么").fill("大家都问食堂")
        page.get_by_role("button", name="送审").click()
        expect(page.get_by_text("已提交，等另一个人批准")).to_be_visible(timeout=_SLOW_MS)
    assert live(server) == before
    with at_browser(browser, approver) as page:
        page.get_by_role("link", name="小张 提交了").click()
        expect(page.get_by_text("改后 · 回答 li-zhigang")).to_be_visible(timeout=_SLOW_MS)
        assert faults_of(page) == []
        page.get_by_label("打回的原因").fill("这不是李志刚的事")
        page.get_by_role("button", name="打回").click()
        expect(page.get_by_text("小王：这不是李志刚的事")).to_be_visible()
    with at_browser(browser, editor) as page:
        expect(page.get_by_role("region", name="等您处理的")).to_contain_text("这不是李志刚的事")
        edit(server, "    - 食堂几点开饭\n", "    - 李志刚任什么职务\n")
        page.goto(f"{server.url}/admin/review/draft")
        page.get_by_label("为什么").fill("换成职务")
        page.get_by_role("button", name="送审").click()
        expect(page.get_by_text("已提交，等另一个人批准")).to_be_visible(timeout=_SLOW_MS)
    with at_browser(browser, approver) as page:
        page.get_by_role("link", name="小张 提交了").click()
        page.get_by_role("button", name="批准上线").click()
        expect(page.get_by_text("上线了")).to_be_visible(timeout=_SLOW_MS)
        until(lambda: live(server) != before)
        _go_back(page, server, before)
        page.get_by_role("link", name="记录").click()
        said = page.get_by_role("listitem")
        told = (
            "小李 退回到",
            "小王 申请退回到",
            "小王 批准",
            "小张 提交",
            "小王 打回",
            "小张 提交",
            "清朗 发布",
        )
        for number, words in enumerate(told):
            expect(said.nth(number)).to_contain_text(words)


def _go_back(page: Page, server: Server, before: str) -> None:
    """Roll back; with a second person required that is asked for, and the asker can't approve it."""
    page.goto(f"{server.url}/admin/review/{before}")
    page.get_by_label("为什么").fill("答得不对")
    page.get_by_role("button", name="退回到这个版本").click()
    expect(page.get_by_text("已提交，等另一个人批准")).to_be_visible(timeout=_SLOW_MS)
    page.goto(f"{server.url}/admin/review/{before}")
    expect(page.get_by_text("要另一个人来批准")).to_be_visible()
    expect(page.get_by_role("button", name="批准上线")).to_have_count(0)
    assert decide(join(server, "小李", "approver"), before, "approve").count("上线了") == 1
    until(lambda: live(server) == before)
