"""Items and papers edited at the console: the Problem at its field, the file with its comments, the second editor told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import Server, until
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, followed, join, open_console

_SLOW_MS = 60_000
_PAPERS = """\
tracks: [共同, 校园, 职工, 青年, 巾帼, 金融]
papers:
  # 平时用的
  - id: default
    title: 好网民答题
    n_items: 2
    pass_line: 0.6   # 六成
"""
_MORE = """
# 判断题
- id: q-true
  kind: truefalse
  track: 共同
  stem: 会议在成都召开。
  key: true
  claim: 成都
  why: 会议报道写明会议在成都召开。
  source: {passage: meeting-2020#time-place, text: "推进会在成都召开"}
- id: q-city
  kind: single
  track: 共同   # 大家都答
  stem: 推进会开在哪座城市？
  options:
    - 成都
    # 不是省会
    - 绵阳
    - 内江
  key: A
  why: 会议报道写明会议在成都召开。
  source:
    passage: meeting-2020#time-place
    text: 推进会在成都召开
"""
_CITY = {
    "stem": "推进会开在哪座城市？",
    "option": ["成都", "绵阳", "内江", ""],
    "right": "0",
    "why": "会议报道写明会议在成都召开。",
    "text": "推进会在成都召开",
    "passage": "meeting-2020#time-place",
    "track": "共同",
    "difficulty": "1",
}
_PAPER = {"title": "好网民答题", "mode": "practice", "n_items": "2", "pass_line": "60", "partial": "none", "feedback": "each"}  # fmt: skip


def _prepare(content: Path) -> None:
    (content / "quiz/papers.yaml").write_text(_PAPERS, encoding="utf-8")
    with (content / "quiz/bank.yaml").open("a", encoding="utf-8") as written:
        written.write(_MORE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("bank-edits"), _prepare)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, Person]:
    roles = {"小考": "examiner", "小张": "editor", "小看": "viewer"}
    return {name: join(server, name, role) for name, role in roles.items()}


@pytest.fixture
def quiz(server: Server) -> Iterator[Path]:
    """The folder of the bank; afterwards its files are as they were."""
    folder = Path(server.settings["QINGLANG_CONTENT_DIR"]) / "quiz"
    kept = {path: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    yield folder
    for path, text in kept.items():
        path.write_text(text, encoding="utf-8")


def base_of(person: Person, path: str) -> str:
    found = re.search(r'name="base" value="([0-9a-f]+)"', person.get(path).text)
    assert found
    return found[1]


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def save(page: Page) -> None:
    page.get_by_role("button", name="保存到草稿").click()
    expect(page.get_by_text("已保存到草稿")).to_be_visible(timeout=_SLOW_MS)


def test_examiner_edits_an_item_sees_the_problem_at_its_field_and_cures_it(
    server: Server, browser: Browser, people: dict[str, Person], quiz: Path
) -> None:
    before = (quiz / "bank.yaml").read_text(encoding="utf-8")
    with at_browser(browser, people["小考"]) as page:
        page.goto(f"{server.url}/admin/quiz")
        page.get_by_role("link", name="推进会开在哪座城市？").click()
        page.get_by_label("选项 B").fill("成都")
        repeated = page.locator("#fault-options .problem", has_text="重复")
        expect(repeated).to_be_visible(timeout=_SLOW_MS)
        page.get_by_role("button", name="保存到草稿").click()
        expect(page.get_by_role("button", name="保存到草稿")).to_be_enabled(timeout=_SLOW_MS)
        expect(repeated).to_be_visible(timeout=_SLOW_MS)
        assert (quiz / "bank.yaml").read_text(encoding="utf-8") == before
        page.get_by_label("选项 B").fill("绵阳")
        page.get_by_label("选项 D", exact=True).fill("德阳")
        page.get_by_label("难度").select_option("中")
        expect(page.locator("#editor .problem")).to_have_count(0, timeout=_SLOW_MS)
        assert faults_of(page) == []
        save(page)
    lines = changed_lines(before, (quiz / "bank.yaml").read_text(encoding="utf-8"))
    assert lines == ["+  difficulty: 2", "+    - 德阳"]


def test_quoted_words_are_taken_from_the_source_beside_the_item(
    server: Server, browser: Browser, people: dict[str, Person], quiz: Path
) -> None:
    with at_browser(browser, people["小考"]) as page:
        page.goto(f"{server.url}/admin/quiz/items/q-city")
        page.locator("[name=text]").fill("")
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.source mark'))")
        page.get_by_role("button", name="引用选中的字").click()
        expect(page.locator("[name=text]")).to_have_value("推进会在成都召开")


def test_paper_is_edited_and_its_changed_lines_stand_in_the_review(
    server: Server, browser: Browser, people: dict[str, Person], quiz: Path
) -> None:
    before = (quiz / "papers.yaml").read_text(encoding="utf-8")
    with at_browser(browser, people["小考"]) as page:
        page.goto(f"{server.url}/admin/quiz/papers")
        page.get_by_role("link", name="好网民答题").click()
        page.get_by_label("抽几道").fill("90")
        expect(page.locator("#fault-n_items .problem")).to_contain_text("题库里只有", timeout=_SLOW_MS)
        expect(page.locator("#fault-n_items .problem")).to_contain_text("减少“抽几道”")
        page.get_by_label("抽几道").fill("3")
        page.get_by_label("每天开放").fill("二十点")
        expect(page.locator("#fault-hours .problem")).to_contain_text("08:00-22:00", timeout=_SLOW_MS)
        page.get_by_label("每天开放").fill("08:00-22:00")
        page.get_by_label("每天几次").fill("3")
        page.get_by_label("说什么开始").fill("再见")
        page.get_by_label("单选").check()
        page.get_by_label("及格线（%）").fill("75")
        expect(page.locator("#editor .problem")).to_have_count(0, timeout=_SLOW_MS)
        assert faults_of(page) == []
        save(page)
        expect(page.get_by_label("单选")).to_be_checked()
        page.goto(f"{server.url}/admin/review/draft")
        expect(page.locator(".diff li.new", has_text="pass_line: 0.75")).to_be_visible(timeout=_SLOW_MS)
    lines = changed_lines(before, (quiz / "papers.yaml").read_text(encoding="utf-8"))
    assert set(lines) == {
        "+    words: [再见]",
        "-    n_items: 2",
        "+    n_items: 3",
        "+    kinds: [single]",
        "-    pass_line: 0.6   # 六成",
        "+    pass_line: 0.75   # 六成",
        "+    attempts_per_day: 3",
        "+    hours: 08:00-22:00",
    }


def test_a_command_is_no_word_of_a_paper(people: dict[str, Person], quiz: Path) -> None:
    person, path = people["小考"], "/quiz/papers/default"
    told = person.post(path, base=base_of(person, path), **{**_PAPER, "words": "帮助"})
    at_field = told.text.partition('id="fault-words"')[2].partition("</div>")[0]
    assert "别的命令" in at_field
    assert "帮助" not in (quiz / "papers.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "whole", "hers", "his", "shown"),
    [
        ("/quiz/items/q-city", _CITY, {"why": "报道里写明。"}, {"stem": "推进会开在哪里的城市？"}, "报道里写明。"),
        ("/quiz/papers/default", _PAPER, {"n_items": "3"}, {"pass_line": "75"}, "3"),
    ],
)  # fmt: skip
def test_second_editor_is_told_and_keeps_what_they_typed(
    people: dict[str, Person], quiz: Path, path: str, whole: dict[str, Any], hers: dict[str, str], his: dict[str, str], shown: str
) -> None:  # fmt: skip
    first, second = people["小考"], people["小张"]
    opened = base_of(second, path)
    assert first.post(path, base=base_of(first, path), **{**whole, **hers}).status_code == 303
    told = second.post(path, base=opened, **{**whole, **his})
    assert told.status_code == 200
    warned = told.text.partition('class="warn"')[2].partition("</div>")[0]
    assert "小考改过这里" in warned
    assert f">{shown}</p>" in warned
    assert all(value in told.text.partition('name="base"')[2] for value in his.values())
    found = re.search(r'name="base" value="([0-9a-f]+)"', told.text)
    assert found
    assert second.post(path, base=found[1], **{**whole, **hers, **his}).status_code == 303


def test_every_kind_of_item_has_the_fields_that_it_needs(
    server: Server, browser: Browser, people: dict[str, Person], quiz: Path
) -> None:
    before = (quiz / "bank.yaml").read_text(encoding="utf-8")
    with at_browser(browser, people["小张"]) as page:
        page.goto(f"{server.url}/admin/quiz/items/q-true")
        page.locator("[name=stem]").fill("会议在绵阳召开。")
        page.get_by_label("这句话对不对").select_option("错误")
        page.get_by_label("题干里决定对错的字").fill("绵阳")
        page.get_by_label("原文在这个位置的字").fill("成都")
        save(page)
    assert changed_lines(before, (quiz / "bank.yaml").read_text(encoding="utf-8")) == [
        "-  stem: 会议在成都召开。",
        "-  key: true",
        "-  claim: 成都",
        "+  stem: 会议在绵阳召开。",
        "+  key: false",
        "+  claim: 绵阳",
        "+  truth: 成都",
    ]


def test_whole_change_of_an_item_stands_in_the_review(people: dict[str, Person], quiz: Path) -> None:
    person, path = people["小考"], "/quiz/items/q-city"
    sent = {**_CITY, "tags": "会议\n城市", "difficulty": "3"}
    assert person.post(path, base=base_of(person, path), **sent).status_code == 303
    page = person.get("/review/draft/changes").text
    assert "难度：3" in page
    assert "标签：会议、城市" in page


def test_who_may_only_look_sees_fields_and_no_form(people: dict[str, Person]) -> None:
    for path in ("/quiz/items/q-city", "/quiz/papers/default"):
        page = people["小看"].get(path).text
        assert "您的角色只能看" in page
        assert "<textarea" not in page
        assert people["小看"].post(path, base="x").status_code == 403


@pytest.mark.parametrize(
    ("path", "field", "value", "place"),
    [
        ("/quiz/items/q-city", "right", "2", "options"),
        ("/quiz/items/q-city", "right", [], "options"),
        ("/quiz/items/q-city", "stem", "", "stem"),
        ("/quiz/items/q-city", "text", "没有人说过", "text"),
        ("/quiz/items/q-city", "passage", "nowhere#x", "text"),
        ("/quiz/items/q-city", "track", "月球", "track"),
        ("/quiz/items/q-city", "difficulty", "9", "difficulty"),
        ("/quiz/items/q-city", "excludes", "q-nobody", "excludes"),
        ("/quiz/items/q-city", "hint", "就在成都", "hint"),
        ("/quiz/papers/default", "n_items", "很多", "n_items"),
        ("/quiz/papers/default", "mode", "x", "mode"),
        ("/quiz/papers/default", "opens_on", "明天", "opens_on"),
        ("/quiz/papers/default", "closes_on", "2026年2月30日", "closes_on"),
        ("/quiz/papers/default", "kinds", ["essay"], "kinds"),
        ("/quiz/papers/default", "paper_time_s", "-5", "paper_time_s"),
        ("/quiz/papers/default", "title", "", "title"),
    ],
)
def test_wrong_field_is_told_at_its_place_and_nothing_is_written(
    people: dict[str, Person], quiz: Path, path: str, field: str, value: Any, place: str
) -> None:
    person, before = people["小张"], {p: p.read_text(encoding="utf-8") for p in quiz.iterdir()}
    whole: dict[str, Any] = {**(_CITY if "items" in path else _PAPER), field: value}
    answer = person.post(path, base=base_of(person, path), **whole)
    assert answer.status_code == 200, answer.text
    at_field = answer.text.partition(f'id="fault-{place}"')[2].partition("</div>")[0]
    assert '<p class="problem' in at_field, answer.text.partition('id="editor"')[2]
    live = person.post(f"{path}/check", base=base_of(person, path), **whole)
    assert '<p class="problem' in live.text.partition(f'id="fault-{place}"')[2].partition("</div>")[0]
    assert {p: p.read_text(encoding="utf-8") for p in quiz.iterdir()} == before


def test_day_is_asked_for_and_taken_in_one_order_whatever_the_browser_speaks(
    people: dict[str, Person], quiz: Path
) -> None:
    person, path = people["小张"], "/quiz/papers/default"
    assert 'type="date"' not in person.get(path).text
    form = {**_PAPER, "opens_on": "2026/3/1", "closes_on": "2026年12月31日"}
    assert person.post(path, base=base_of(person, path), **form).status_code == 303
    written = (quiz / "papers.yaml").read_text(encoding="utf-8")
    assert re.findall(r"(?:opens|closes)_on: \W?(\d{4}-\d\d-\d\d)", written) == ["2026-03-01", "2026-12-31"]
    assert person.post(path, base=base_of(person, path), **_PAPER).status_code == 303


def test_words_of_an_item_are_never_markup(people: dict[str, Person], quiz: Path) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    bank = quiz / "bank.yaml"
    text = bank.read_text(encoding="utf-8").replace("推进会开在哪座城市？", f"推进会开在哪座城市{hostile}")
    bank.write_text(text, encoding="utf-8")
    page = people["小张"].get("/quiz/items/q-city").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    papers = quiz / "papers.yaml"
    text = papers.read_text(encoding="utf-8").replace("title: 好网民答题", f"title: 好网民{hostile}")
    papers.write_text(text, encoding="utf-8")
    assert "<script>alert" not in people["小张"].get("/quiz/papers/default").text


def test_item_and_paper_that_are_not_there(people: dict[str, Person]) -> None:
    for path in ("/quiz/items/nothing", "/quiz/papers/nothing"):
        assert people["小张"].get(path).status_code == 404
        assert people["小张"].post(path, base="x", **_CITY).status_code == 404


def test_edited_paper_is_drawn_as_it_says_once_it_is_published(
    server: Server, people: dict[str, Person], quiz: Path
) -> None:
    person, path = people["小张"], "/quiz/papers/default"
    assert person.post(path, base=base_of(person, path), **{**_PAPER, "n_items": "3"}).status_code == 303
    shown = person.draft()
    form = dict(re.findall(r'name="(once|draft)" value="([^"]+)"', shown))
    done = followed(person, person.post("/review/draft/publish", **form, reason="改卷"))
    assert "已发布" in done.text or "上线" in done.text, done.text
    takers = count()
    until(lambda: "第 1/3" in server.wechat().say(f"oTaker{next(takers)}", "答题"))
