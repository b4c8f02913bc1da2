"""The bank at the console: items with their figures, papers, results as a plot and a table, marking again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Server, until
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, followed, join, open_console, run

_SLOW_MS = 60_000
_GAP = """
- id: q-gap
  kind: fill
  track: 共同
  stem: 2020年争做四川好网民工程推进会在____召开。
  key: [成都]
  why: 报道的第一句。
  source: {passage: meeting-2020#time-place, text: "推进会在成都召开"}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A console whose takers all take 绵阳 for the place of the meeting, and write 蓉城 where 成都 is asked for."""
    server = open_console(tmp_path_factory.mktemp("quiz"), _with_a_gap)
    wechat = server.wechat()
    for taker in range(4):
        reply = wechat.say(f"oTaker{taker}", "答题")
        for _ in range(4):
            options = dict(re.findall(r"^([A-D])\. (.+)$", reply, re.MULTILINE))
            wanted = next((k for k, v in options.items() if v in ("绵阳", "90余人", "未备案网站")), "蓉城")
            reply = wechat.say(f"oTaker{taker}", wanted)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def examiner(server: Server) -> Person:
    return join(server, "小考", "examiner")


def _with_a_gap(content: Path) -> None:
    with (content / "quiz/bank.yaml").open("a", encoding="utf-8") as written:
        written.write(_GAP)
    papers = content / "quiz/papers.yaml"
    papers.write_text(
        papers.read_text(encoding="utf-8").replace("n_items: 2", "n_items: 4"), encoding="utf-8"
    )


def bank(server: Server) -> Path:
    return Path(server.settings["QINGLANG_CONTENT_DIR"]) / "quiz/bank.yaml"


def test_examiner_finds_a_hard_item_and_sees_who_fell_for_what(browser: Browser, examiner: Person) -> None:
    with at_browser(browser, examiner) as page:
        page.get_by_role("link", name="题库", exact=True).click()
        table = page.get_by_role("region", name="题目（4 道）").locator("table")
        expect(table.get_by_role("row", name="会议在哪里召开")).to_contain_text("0%", timeout=_SLOW_MS)
        page.get_by_label("排列").select_option("hard")
        page.get_by_role("button", name="找", exact=True).click()
        expect(table.locator("tbody tr").first).to_contain_text("0%", timeout=_SLOW_MS)
        table.get_by_role("link", name="会议在哪里召开").click()
        wrong = page.get_by_role("row", name="B. 绵阳")
        expect(wrong.locator("td").first).not_to_have_text("0")
        expect(page.get_by_role("row", name="A. 成都")).to_contain_text("答案")
        expect(page.locator("mark")).to_contain_text("在成都召开")
        page.get_by_role("button", name="看一看").click()
        expect(page.locator("#tried .said")).to_have_count(3, timeout=_SLOW_MS)
        expect(page.locator("#tried .said").first).to_contain_text("会议在哪里召开")
        page.get_by_role("link", name="题库", exact=True).click()
        page.get_by_role("link", name="试卷").click()
        expect(page.get_by_role("row", name="好网民答题")).to_contain_text("4 道（从 4 道里抽）")
        page.get_by_role("link", name="成绩").click()
        spread = page.get_by_role("region", name="得分分布")
        expect(spread).to_contain_text("开始 4 份，交卷 4 份", timeout=_SLOW_MS)
        counted = spread.locator("tbody td").all_inner_texts()
        assert (len(counted), sum(map(int, counted))) == (10, 4)
        expect(spread.get_by_role("img")).to_be_visible()


def test_examiner_sees_what_marking_again_would_change_and_does_just_that(
    server: Server, browser: Browser, examiner: Person
) -> None:
    with at_browser(browser, examiner) as page:
        page.goto(f"{server.url}/admin/quiz/regrade")
        expect(page.get_by_role("status")).to_have_text("没有要改的分数。", timeout=_SLOW_MS)
        text = bank(server).read_text(encoding="utf-8")
        bank(server).write_text(text.replace("key: [成都]", "key: [成都, 蓉城]"), encoding="utf-8")
        before = server.ready()["release"]
        published = run(server, "kb", "publish", "-m", "蓉城也算对", "--by", "小张")
        assert published.exit_code == 0, published.output
        until(lambda: server.ready()["release"] != before)
        page.reload()
        row = page.get_by_role("row", name="q-gap")
        expect(row.first.locator("td").first).to_have_text("4", timeout=_SLOW_MS)
        assert "已更正" not in wechat_result(server)
        assert faults_of(page) == []
        stale = str(page.locator("input[name=seen]").input_value())
        page.get_by_label("看过了").check()
        page.get_by_role("button", name="更正 4 位用户").click()
        expect(page.get_by_role("status")).to_contain_text("已更正 4 位用户", timeout=_SLOW_MS)
    assert "已更正" in wechat_result(server)
    # What was seen is done already: nothing is marked twice.
    answer = examiner.post("/quiz/regrade", once="a" * 32, seen=stale)
    assert "没有重判" in followed(examiner, answer).text


def wechat_result(server: Server) -> str:
    return server.wechat().say("oTaker0", "我的成绩")


@pytest.mark.parametrize(
    "path", ["/quiz/items/nothing", "/quiz/items/nothing/try", "/quiz/results/secrets.csv"]
)
def test_what_there_is_not_is_told(examiner: Person, path: str) -> None:
    assert examiner.get(path).status_code == 404


def test_files_of_results_are_for_spreadsheets(examiner: Person) -> None:
    answer = examiner.get("/quiz/results/items.csv?paper=default")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith("\ufeff题目,领域".encode())
    assert "q-place" in answer.text
    assert examiner.get("/quiz/results/person.csv?paper=default").text.startswith("\ufeff单位,编号")


def test_numbers_of_pages_and_orders_that_are_none_are_survived(examiner: Person) -> None:
    for query in ("page=0", "page=x", "page=²", "order=drop", "track=none", "q=%00", "q=q-place"):
        for path in ("/quiz", "/quiz/figures"):
            assert examiner.get(f"{path}?{query}").status_code == 200, query
