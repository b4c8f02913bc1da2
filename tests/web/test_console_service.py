"""The service and its users at the console: what runs, what is kept, the last faults, and erasing by a code of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser, expect

from bot.store.server.embedded import Embedded
from tests.serving import Server, until
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, join, open_console

_SLOW_MS = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("service"), QINGLANG_SERVER__WORKERS="2")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def operator(server: Server) -> Person:
    return join(server, "小运", "operator")


def store_of(server: Server) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))


def subject_of(server: Server, user: str) -> str:
    """Return the 随机编号 that a user sees."""
    found = re.search(r"随机编号：([0-9a-f]{16})", server.wechat().say(user, "我的数据"))
    assert found
    return found[1]


def test_operator_erases_a_user_by_the_code_that_the_user_sees(
    server: Server, browser: Browser, operator: Person
) -> None:
    for words in ("答题", "A", "会议在哪里召开"):
        server.wechat().say("oLeaver", words)
        server.wechat().say("oStayer", words)
    leaver, stayer = subject_of(server, "oLeaver"), subject_of(server, "oStayer")
    with at_browser(browser, operator) as page:
        page.get_by_role("link", name="用户", exact=True).click()
        expect(page.get_by_role("region", name="存着多少").first).to_contain_text(
            "用户状态", timeout=_SLOW_MS
        )
        page.get_by_label("随机编号").fill("f" * 16)
        page.get_by_role("button", name="看存了什么").click()
        expect(page.get_by_role("alert")).to_contain_text("没有随机编号", timeout=_SLOW_MS)
        page.go_back()
        page.get_by_label("随机编号").fill(leaver)
        page.get_by_role("button", name="看存了什么").click()
        expect(page.locator(".said")).to_contain_text("没交的答卷", timeout=_SLOW_MS)
        assert "会议在哪里召开" not in page.content()
        assert faults_of(page) == []
        page.get_by_label("核对过本人的要求").check()
        page.get_by_role("button", name="删除这个人的全部数据").click()
        expect(page.get_by_role("status")).to_have_text("已删除。")
    assert subject_of(server, "oLeaver") != leaver
    assert subject_of(server, "oStayer") == stayer
    assert leaver not in server.log


def test_nothing_is_erased_without_a_word_or_of_nobody(server: Server, operator: Person) -> None:
    subject = subject_of(server, "oKept")
    page = operator.get(f"/users?code={subject}").text
    user = re.search(r'name="user" value="([0-9a-f]{32})"', page)
    assert user
    assert operator.post("/users/erase", user=user[1]).status_code == 409
    assert operator.post("/users/erase", user="*", sure="yes").status_code == 409
    assert subject_of(server, "oKept") == subject
    twice = [operator.post("/users/erase", user=user[1], sure="yes").headers["location"] for _ in range(2)]
    assert twice == ["/admin/users?erased=yes", "/admin/users?erased=none"]
    for code in ("x", "<script>", "0" * 32):
        answer = operator.get(f"/users?code={code}")
        assert answer.status_code == 409
        assert "<script>" not in answer.text.partition("<main")[2]


def test_operator_sees_workers_store_disk_and_what_the_doctor_says(
    server: Server, browser: Browser, operator: Person
) -> None:
    until(lambda: "2 个在线" in operator.get("/service").text)
    with at_browser(browser, operator) as page:
        page.get_by_role("link", name="服务").click()
        expect(page.get_by_role("region", name="进程（2 个在线").first).to_contain_text(
            server.ready()["release"][:12]
        )
        expect(page.get_by_role("region", name="Redis")).to_contain_text("AOF")
        expect(page.get_by_role("region", name="磁盘")).to_contain_text("GB")
        expect(page.get_by_role("region", name="体检")).to_contain_text("服务在运行", timeout=_SLOW_MS)


def test_fault_that_a_user_was_told_of_is_found_by_its_code(server: Server, operator: Person) -> None:
    # A decision that nobody can read makes a page fail.
    store_of(server).hset("{tally}:decided", "x", "no JSON")
    assert operator.get("/misses").status_code == 500
    store_of(server).hdel("{tally}:decided", "x")
    assert "a page of the console failed" in operator.get("/service").text
    hostile = "<img src=x onerror=alert(1)>"
    kept = server.folder / "data/faults"
    kept.mkdir(exist_ok=True)
    line = {
        "at": "2026-01-02T03:04:05.678+00:00",
        "event": hostile,
        "code": "0badc0de",
        "trace": f"ValueError: {hostile}",
    }
    with (kept / "last.jsonl").open("a", encoding="utf-8") as written:
        written.write(json.dumps(line) + "\nno line of ours\n[1]\n")
    page = operator.get("/service").text
    assert "0badc0de" in page
    assert hostile not in page
    assert "&lt;img" in page
