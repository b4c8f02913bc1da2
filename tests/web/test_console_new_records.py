"""New items and papers written at the console, and an item made another kind: nothing else in the files moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Server
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, join, open_console
from tests.web.test_console_bank_edits import _PAPER, _SLOW_MS, _prepare, base_of, changed_lines, save

_ITEM = {
    "kind": "single",
    "stem": "推进会在哪座城市召开？",
    "option": ["成都", "绵阳", "内江", "德阳"],
    "right": "0",
    "why": "会议报道写明会议在成都召开。",
    "text": "推进会在成都召开",
    "passage": "",
    "track": "共同",
    "difficulty": "1",
    "id": "q-where",
    "file": "quiz/new.yaml",
}
_NEW_PAPER = {**_PAPER, "title": "工会专场", "words": "工会专场", "n_items": "2", "id": "union"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("new-records"), _prepare)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def examiner(server: Server) -> Person:
    return join(server, "小考", "examiner")


@pytest.fixture
def quiz(server: Server) -> Iterator[Path]:
    """The folder of the bank; afterwards its files are as they were."""
    folder = Path(server.settings["QINGLANG_CONTENT_DIR"]) / "quiz"
    kept = {path: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    yield folder
    for path in folder.iterdir():
        path.unlink()
    for path, text in kept.items():
        path.write_text(text, encoding="utf-8")


def test_examiner_writes_an_item_beside_its_source_and_sees_it_in_the_chat(
    server: Server, browser: Browser, examiner: Person, quiz: Path
) -> None:
    with at_browser(browser, examiner) as page:
        page.goto(f"{server.url}/admin/quiz")
        page.get_by_role("link", name="新建题目").click()
        page.get_by_label("从哪份原文引用").select_option(value="meeting-2020")
        page.get_by_role("button", name="看原文").click()
        page.locator("[name=stem]").fill("推进会在哪座城市召开？")
        for letter, city in zip("ABCDE", ("成都", "绵阳", "内江", "成都", "德阳"), strict=True):
            page.get_by_label(f"选项 {letter}", exact=True).fill(city)
        page.get_by_label("A 答案").check()
        page.locator("[name=why]").fill("会议报道写明会议在成都召开。")
        page.locator("[name=text]").fill("推进会在成都召开")
        page.locator("[name=id]").fill("q-where")
        repeated = page.locator("#fault-options .problem", has_text="重复")
        expect(repeated).to_be_visible(timeout=_SLOW_MS)
        page.get_by_label("选项 D", exact=True).fill("自贡")
        expect(page.locator("#fault-text .problem")).to_contain_text("q-city", timeout=_SLOW_MS)
        page.locator("[name=excludes]").fill("q-place\nq-true\nq-city")
        expect(page.locator("#editor .problem")).to_have_count(0, timeout=_SLOW_MS)
        assert faults_of(page) == []
        page.get_by_role("button", name="写进草稿").click()
        expect(page.get_by_text("已保存到草稿")).to_be_visible(timeout=_SLOW_MS)
        page.get_by_role("button", name="看一看").click()
        expect(page.locator("#tried")).to_contain_text("推进会在哪座城市召开？", timeout=_SLOW_MS)
    assert (quiz / "new.yaml").read_text(encoding="utf-8") == (
        "- id: q-where\n  kind: single\n  track: 共同\n  difficulty: 1\n  stem: 推进会在哪座城市召开？\n  options:\n    - 成都\n"
        "    - 绵阳\n    - 内江\n    - 自贡\n    - 德阳\n  key: A\n  why: 会议报道写明会议在成都召开。\n"
        "  source: {passage: meeting-2020#time-place, text: 推进会在成都召开}\n"
        "  excludes: [q-place, q-true, q-city]\n"
    )


@pytest.mark.parametrize(
    ("kind", "more", "written"),
    [
        ("multiple", {"right": ["0", "2"], "option": ["成都", "绵阳", "2020年", "内江"], "text": "2020年争做四川好网民工程推进会在成都召开"}, "key: [A, C]"),
        ("truefalse", {"stem": "推进会在绵阳召开。", "verdict": "false", "claim": "绵阳", "truth": "成都"}, "key: false"),
        ("fill", {"stem": "推进会在____召开。", "accepted": "成都\n成都市"}, "key: [成都, 成都市]"),
    ],
)  # fmt: skip
def test_item_of_every_kind_is_written_with_the_keys_of_its_kind_alone(
    examiner: Person, quiz: Path, kind: str, more: dict[str, Any], written: str
) -> None:
    answer = examiner.post("/quiz/new-item", **{**_ITEM, "kind": kind, **more})
    assert answer.status_code == 303, re.findall('class="problem.*', answer.text)
    text = (quiz / "new.yaml").read_text(encoding="utf-8")
    assert written in text
    assert ("options:" in text) == (kind == "multiple")
    assert ("claim:" in text) == (kind == "truefalse")


def test_item_becomes_another_kind_and_only_its_own_lines_change(
    server: Server, browser: Browser, examiner: Person, quiz: Path
) -> None:
    before = (quiz / "bank.yaml").read_text(encoding="utf-8")
    with at_browser(browser, examiner) as page:
        page.goto(f"{server.url}/admin/quiz/items/q-city")
        expect(page.get_by_label("这句话对不对")).to_be_hidden()
        page.get_by_label("判断").check()
        expect(page.get_by_label("选项 A")).to_be_hidden()
        page.locator("[name=stem]").fill("推进会在成都召开。")
        page.get_by_label("题干里决定对错的字").fill("成都")
        save(page)
        expect(page.get_by_label("判断")).to_be_checked()
    assert changed_lines(before, (quiz / "bank.yaml").read_text(encoding="utf-8")) == [
        "-  kind: single",
        "+  kind: truefalse",
        "-  stem: 推进会开在哪座城市？",
        "-  options:",
        "-    - 成都",
        "-    # 不是省会",
        "-    - 绵阳",
        "-    - 内江",
        "-  key: A",
        "+  stem: 推进会在成都召开。",
        "+  key: true",
        "+  claim: 成都",
    ]


def test_several_options_can_be_right_once_the_kind_says_so(
    server: Server, browser: Browser, examiner: Person, quiz: Path
) -> None:
    with at_browser(browser, examiner) as page:
        page.goto(f"{server.url}/admin/quiz/items/q-city")
        page.get_by_label("多选").check()
        page.get_by_label("B 答案").check()
        expect(page.get_by_label("A 答案")).to_be_checked()
        page.get_by_label("单选").check()
        expect(page.locator("[name=right]:checked")).to_have_count(1)


def test_examiner_writes_a_paper_below_the_others(
    server: Server, browser: Browser, examiner: Person, quiz: Path
) -> None:
    before = (quiz / "papers.yaml").read_text(encoding="utf-8")
    with at_browser(browser, examiner) as page:
        page.goto(f"{server.url}/admin/quiz/papers")
        page.get_by_role("link", name="新建试卷").click()
        page.get_by_label("标题").fill("工会专场")
        page.get_by_label("抽几道").fill("90")
        page.get_by_label("编号").fill("union")
        expect(page.locator("#fault-n_items .problem")).to_contain_text("题库里只有", timeout=_SLOW_MS)
        page.get_by_label("抽几道").fill("2")
        page.get_by_label("每天几次").fill("3")
        expect(page.locator("#editor .problem")).to_have_count(0, timeout=_SLOW_MS)
        assert faults_of(page) == []
        page.get_by_role("button", name="写进草稿").click()
        expect(page.get_by_text("已保存到草稿")).to_be_visible(timeout=_SLOW_MS)
        page.goto(f"{server.url}/admin/review/draft")
        expect(page.locator(".diff li.new", has_text="title: 工会专场")).to_be_visible(timeout=_SLOW_MS)
    assert changed_lines(before, (quiz / "papers.yaml").read_text(encoding="utf-8")) == [
        "+  - id: union",
        "+    mode: practice",
        "+    title: 工会专场",
        "+    n_items: 2",
        "+    pass_line: 0.6",
        "+    attempts_per_day: 3",
    ]


@pytest.mark.parametrize(
    ("sort", "field", "value", "place"),
    [
        ("item", "id", "q-city", "id"),
        ("item", "id", "第一题", "id"),
        ("item", "file", "../outside.yaml", "file"),
        ("item", "file", "quiz/papers.yaml", "file"),
        ("item", "kind", "essay", "kind"),
        ("item", "stem", "", "stem"),
        ("item", "right", [], "options"),
        ("item", "text", "没有人说过", "passage"),
        ("item", "track", "月球", "track"),
        ("paper", "id", "default", "id"),
        ("paper", "title", "", "title"),
        ("paper", "words", "帮助", "words"),
        ("paper", "n_items", "许多", "n_items"),
        ("paper", "file", "quiz/bank.yaml", "file"),
    ],
)
def test_wrong_field_is_told_at_its_place_and_nothing_is_written(
    examiner: Person, quiz: Path, sort: str, field: str, value: Any, place: str
) -> None:
    before = {path: path.read_text(encoding="utf-8") for path in quiz.iterdir()}
    answer = examiner.post(f"/quiz/new-{sort}", **{**(_ITEM if sort == "item" else _NEW_PAPER), field: value})
    assert answer.status_code == 422, answer.text
    at_field = answer.text.partition(f'id="fault-{place}"')[2].partition("</div>")[0]
    assert '<p class="problem' in at_field, re.findall('class="problem.*', answer.text)
    assert {path: path.read_text(encoding="utf-8") for path in quiz.iterdir()} == before


def test_new_record_sent_twice_is_written_once(examiner: Person, quiz: Path) -> None:
    for path, form, file in (("item", _ITEM, "new.yaml"), ("paper", _NEW_PAPER, "papers.yaml")):
        assert [examiner.post(f"/quiz/new-{path}", **form).status_code for _ in range(2)] == [303, 303]
        assert (quiz / file).read_text(encoding="utf-8").count(f"id: {form['id']}") == 1


def test_field_that_nobody_has_come_to_yet_is_no_problem_while_typing(examiner: Person) -> None:
    told = examiner.post("/quiz/new-item/check", kind="single", id="q-where", stem="推进会在哪")
    assert told.status_code == 200
    assert '<p class="problem' not in told.text


def test_kind_that_has_no_word_of_the_form_stays_as_it_is(examiner: Person, quiz: Path) -> None:
    form = {key: value for key, value in _ITEM.items() if key not in ("kind", "id", "file")}
    path = "/quiz/items/q-city"
    assert examiner.post(path, base=base_of(examiner, path), **form).status_code == 303
    assert "kind: single" in (quiz / "bank.yaml").read_text(encoding="utf-8")
