"""Knowledge at the console: an entry is found, edited beside its source, tried and saved into the draft's file."""

from __future__ import annotations

import difflib
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.serving import Server, until
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, join, open_console

_SLOW_MS = 60_000
_PLACE = {
    "question": "会议在哪里召开？",
    "phrasings": "会议什么时候开的\n开会地点",
    "lead": "会议在成都召开：",
    "quotes": "meeting-2020#time-place",
    "status": "published",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("knowledge"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, Person]:
    roles = {"小张": "editor", "小陈": "editor", "小看": "viewer"}
    return {name: join(server, name, role) for name, role in roles.items()}


@pytest.fixture
def draft(server: Server) -> Iterator[Path]:
    """The file of entries, with a comment in it; afterwards it is as it was."""
    path = next(Path(server.settings["QINGLANG_CONTENT_DIR"]).glob("faq/*.yaml"))
    kept = path.read_text(encoding="utf-8")
    path.write_text(kept.replace("    - 开会地点\n", "    - 开会地点   # 大家都这么问\n"), encoding="utf-8")
    yield path
    path.write_text(kept, encoding="utf-8")


def base_of(person: Person, entry: str = "place") -> str:
    found = re.search(r'name="base" value="([0-9a-f]+)"', person.get(f"/knowledge/{entry}").text)
    assert found
    return found[1]


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def open_entry(page: Page, words: str, question: str) -> None:
    page.get_by_role("link", name="知识").click()
    page.get_by_label("找字句").fill(words)
    page.get_by_role("button", name="找", exact=True).click()
    page.get_by_role("link", name=question).first.click()


def held(page: Page, address: str) -> list[Route]:
    """Hold back whatever the page asks of an address; a request stands in the list once it was sent."""
    routes: list[Route] = []

    def hold(route: Route) -> None:
        routes.append(route)

    page.route(address, hold)
    return routes


def test_editor_finds_edits_sees_the_problem_cures_it_saves_and_tries(
    server: Server, browser: Browser, people: dict[str, Person], draft: Path
) -> None:
    before = draft.read_text(encoding="utf-8")
    with at_browser(browser, people["小张"]) as page:
        open_entry(page, "开会 地点", "会议在哪里召开？")
        expect(page.locator("mark")).to_have_text("10月12日下午,2020年争做四川好网民工程推进会在成都召开。")
        phrasings = page.get_by_label("问法")
        phrasings.fill("会议什么时候开的\n开会地点\n李书记是哪个单位的")
        at_field = page.locator("#fault-phrasings .problem")
        expect(page.locator(".problem").first).to_contain_text("已经有了", timeout=_SLOW_MS)
        page.get_by_role("button", name="保存到草稿").click()
        expect(page.get_by_role("button", name="保存到草稿")).to_be_enabled(timeout=_SLOW_MS)
        assert draft.read_text(encoding="utf-8") == before
        assert phrasings.input_value().endswith("李书记是哪个单位的")
        phrasings.fill("会议什么时候开的\n开会地点\n在哪个城市开的会")
        expect(page.locator(".problem")).to_have_count(0, timeout=_SLOW_MS)
        expect(at_field).to_have_count(0)
        page.get_by_role("button", name="保存到草稿").click()
        expect(page.get_by_text("已保存到草稿")).to_be_visible(timeout=_SLOW_MS)
        assert changed_lines(before, draft.read_text(encoding="utf-8")) == ["+    - 在哪个城市开的会"]
        page.get_by_label("像网民一样").fill("在哪个城市开的会")
        page.get_by_role("button", name="试", exact=True).click()
        expect(page.locator("#tried .said").first).to_contain_text("place", timeout=_SLOW_MS)
        assert faults_of(page) == []


def test_words_typed_during_a_save_are_neither_lost_nor_judged_by_an_older_check(
    server: Server, browser: Browser, people: dict[str, Person], draft: Path
) -> None:
    before = draft.read_text(encoding="utf-8")
    with at_browser(browser, people["小张"]) as page:
        open_entry(page, "开会 地点", "会议在哪里召开？")
        checks, saves = held(page, "**/knowledge/place/check"), held(page, "**/knowledge/place")
        phrasings = page.get_by_label("问法")
        with page.expect_request("**/knowledge/place/check"):
            phrasings.fill("会议什么时候开的\n开会地点\n李书记是哪个单位的")
        with page.expect_request("**/knowledge/place"):
            page.get_by_role("button", name="保存到草稿").click()
        expect(phrasings).to_be_disabled()
        page.unroute("**/knowledge/place/check")
        saves[0].continue_()
        expect(phrasings).to_be_enabled(timeout=_SLOW_MS)
        expect(page.locator(".problem").first).to_contain_text("已经有了", timeout=_SLOW_MS)
        phrasings.fill("会议什么时候开的\n开会地点\n在哪个城市开的会")
        checks[0].continue_()
        expect(page.locator(".problem")).to_have_count(0, timeout=_SLOW_MS)
        assert phrasings.input_value().endswith("在哪个城市开的会")
        assert draft.read_text(encoding="utf-8") == before
        assert faults_of(page) == []


def test_second_editor_of_an_entry_is_told_and_keeps_their_words(
    server: Server, people: dict[str, Person], draft: Path
) -> None:
    first, second = people["小张"], people["小陈"]
    opened = {name: base_of(people[name]) for name in ("小张", "小陈")}
    hers = {**_PLACE, "phrasings": "会议什么时候开的\n开会地点\n会在哪个城市开"}
    assert first.post("/knowledge/place", base=opened["小张"], **hers).status_code == 303
    his = {**_PLACE, "question": "推进会在哪里召开？"}
    told = second.post("/knowledge/place", base=opened["小陈"], **his)
    assert told.status_code == 200
    assert "小张改过这一条" in told.text
    assert "<li>会在哪个城市开</li>" in told.text
    assert 'value="推进会在哪里召开？"' in told.text
    assert "推进会在哪里" not in draft.read_text(encoding="utf-8")
    found = re.search(r'name="base" value="([0-9a-f]+)"', told.text)
    assert found
    both = {**hers, "question": his["question"]}
    assert second.post("/knowledge/place", base=found[1], **both).status_code == 303
    text = draft.read_text(encoding="utf-8")
    assert "推进会在哪里召开？" in text
    assert "会在哪个城市开" in text


def test_same_words_sent_twice_are_saved_once(server: Server, people: dict[str, Person], draft: Path) -> None:
    person, base = people["小张"], base_of(people["小张"])
    words = {**_PLACE, "lead": "会议是在成都召开的："}
    assert [person.post("/knowledge/place", base=base, **words).status_code for _ in range(2)] == [303, 303]
    assert draft.read_text(encoding="utf-8").count("会议是在成都召开的") == 1


def test_page_and_text_editor_can_be_used_in_turns(
    server: Server, people: dict[str, Person], draft: Path
) -> None:
    person, base = people["小张"], base_of(people["小张"])
    text = draft.read_text(encoding="utf-8")
    draft.write_text("# 手写的注释\n" + text.replace("开会图个啥", "开会到底图个啥"), encoding="utf-8")
    words = {**_PLACE, "lead": "会议开在成都："}
    assert person.post("/knowledge/place", base=base, **words).status_code == 303
    after = draft.read_text(encoding="utf-8")
    assert changed_lines(text, after) == [
        "+# 手写的注释",
        "-  answer: 会议在成都召开：",
        "+  answer: 会议开在成都：",
        "-    - 开会图个啥",
        "+    - 开会到底图个啥",
    ]
    assert "开会到底图个啥" in person.get("/knowledge/purpose").text


@pytest.mark.parametrize("what", ["signed out", "lost store"])
def test_what_was_written_stays_when_it_cannot_be_saved(
    server: Server, browser: Browser, people: dict[str, Person], draft: Path, what: str
) -> None:
    before, name = draft.read_text(encoding="utf-8"), f"小写-{what.split(maxsplit=1)[0]}"
    person = join(server, name, "editor")
    with at_browser(browser, person) as page:
        page.goto(f"{server.url}/admin/knowledge/place")
        page.get_by_label("引导语").fill("写了很久的话：")
        pid = server.redis_pid()
        if what == "signed out":
            person.post("/sign-out-everywhere")
        else:
            os.kill(pid, signal.SIGSTOP)
        try:
            expected = "登录已经结束" if what == "signed out" else "Redis"
            for _ in range(2):
                with page.expect_response("**/knowledge/place", timeout=_SLOW_MS):
                    page.get_by_role("button", name="保存到草稿").click()
                expect(page.locator("#said").get_by_role("alert")).to_contain_text(expected, timeout=_SLOW_MS)
            assert page.get_by_label("引导语").input_value() == "写了很久的话："
        finally:
            os.kill(pid, signal.SIGCONT)
    until(lambda: people["小张"].get().status_code == 200)
    assert draft.read_text(encoding="utf-8") == before


def test_who_may_only_look_has_no_form(server: Server, people: dict[str, Person]) -> None:
    page = people["小看"].get("/knowledge/place").text
    assert "开会地点" in page
    assert "<textarea" not in page


def test_words_of_an_entry_are_never_markup(server: Server, people: dict[str, Person], draft: Path) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text.replace("会议在成都召开：", f"会议在成都召开{hostile}："), encoding="utf-8")
    for path in ("/knowledge/place", "/knowledge?q=alert", f"/try?text={hostile}", "/review/draft/changes"):
        page = people["小张"].get(path).text
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;" in page, path
    assert "&lt;/textarea&gt;" in people["小张"].get("/knowledge/place").text


def test_entry_that_went_meanwhile_and_numbers_that_are_none(
    server: Server, people: dict[str, Person]
) -> None:
    person = people["小张"]
    assert person.get("/knowledge/nothing-here").status_code == 404
    assert person.post("/knowledge/nothing-here", base="x", **_PLACE).status_code == 404
    for page in ("0", "-1", "x", "99999999999999999999", "²"):
        assert person.get(f"/knowledge?page={page}").status_code == 200


def test_editor_writes_a_new_entry_by_selecting_words_of_the_source(
    server: Server, browser: Browser, people: dict[str, Person], draft: Path
) -> None:
    written = draft.parent / "new.yaml"
    try:
        with at_browser(browser, people["小张"]) as page:
            page.goto(f"{server.url}/admin/documents/meeting-2020")
            page.get_by_role("link", name="写成条目 时间地点").click()
            expect(page.get_by_label("引用的原话")).to_have_value("meeting-2020#time-place")
            page.get_by_label("引用的原话").fill("")
            page.get_by_role("button", name="引用选中的字").click()
            expect(page.get_by_text("先在下面的原文里选中")).to_be_visible()
            page.evaluate(_SELECT, _HELD)
            page.get_by_role("button", name="引用选中的字").click()
            expect(page.get_by_label("引用的原话")).to_have_value(_HELD)
            page.get_by_label("标准问").fill("会议在哪里召开？")
            page.get_by_label("编号").fill("which-city")
            page.get_by_role("button", name="写进草稿").click()
            expect(page.locator(".problem").first).to_contain_text("已经有了", timeout=_SLOW_MS)
            assert not written.exists()
            expect(page.get_by_label("引用的原话")).to_have_value(_HELD)
            page.get_by_label("标准问").fill("推进会开在哪座城市？")
            assert faults_of(page) == []
            page.get_by_role("button", name="写进草稿").click()
            expect(page.get_by_text("已保存到草稿")).to_be_visible(timeout=_SLOW_MS)
            expect(page.locator("mark")).to_have_text(_HELD)
            page.get_by_label("状态").select_option("已发布")
            page.get_by_role("button", name="保存到草稿").click()
            expect(page.get_by_text("已发布 ·")).to_be_visible(timeout=_SLOW_MS)
        text = written.read_text(encoding="utf-8")
        assert "status: published" in text
        assert "- meeting-2020#time-place" in text
    finally:
        written.unlink(missing_ok=True)


_HELD = "10月12日下午,2020年争做四川好网民工程推进会在成都召开。"
# As a mouse would; the words of a source are several text nodes around the quoted ones.
_SELECT = """(words) => {
  const walk = document.createTreeWalker(document.querySelector(".source"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const at = node.data.indexOf(words);
    if (at >= 0) { getSelection().setBaseAndExtent(node, at, node, at + words.length); return; }
  }
  throw new Error("no such words");
}"""


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("quotes", "没有人说过这句话", "不是原文地址"),
        ("quotes", "meeting-2020#time-place｜没有人说过这句话", "原文"),
        ("quotes", "meeting-2020#nowhere", "nowhere"),
        ("status", "secret", "不认识"),
        ("question", "", "空"),
    ],
)
def test_field_that_is_wrong_is_told_and_nothing_is_written(
    server: Server, people: dict[str, Person], draft: Path, field: str, value: str, says: str
) -> None:
    person, before = people["小张"], draft.read_text(encoding="utf-8")
    wrong = {**_PLACE, field: value}
    answer = person.post("/knowledge/place", base=base_of(person), **wrong)
    assert answer.status_code == 200
    assert says in answer.text.partition('id="editor"')[2]
    new = person.post(
        "/new-entry", id="brand-new", **{**_PLACE, "question": "新的问题是什么？", field: value}
    )
    assert new.status_code == 422
    assert says in new.text.partition('id="editor"')[2]
    assert draft.read_text(encoding="utf-8") == before
    assert not (draft.parent / "new.yaml").exists()


def test_new_entry_sent_twice_is_written_once_and_takes_no_id_of_another(
    server: Server, people: dict[str, Person], draft: Path
) -> None:
    person, written = people["小张"], draft.parent / "new.yaml"
    form = {**_PLACE, "question": "开会那天是几号？", "phrasings": "", "status": "draft"}
    try:
        assert [person.post("/new-entry", id="which-day", **form).status_code for _ in range(2)] == [303, 303]
        assert written.read_text(encoding="utf-8").count("which-day") == 1
        taken = person.post("/new-entry", id="place", **form)
        assert (taken.status_code, "已经有了" in taken.text) == (422, True)
        outside = person.post("/new-entry", id="elsewhere", file="../evil.yaml", **form)
        assert outside.status_code == 422
    finally:
        written.unlink(missing_ok=True)
