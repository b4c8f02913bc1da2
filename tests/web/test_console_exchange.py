"""Import and export at the console: a workbook goes out, comes back, is told cell by cell, and is written once."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.serving import Server
from tests.web.browser import faults_of
from tests.web.console import Person, at_browser, followed, join, open_console
from tests.web.test_console_documents import all_files, content, sent

_SLOW_MS = 60_000
_GIFT = (
    "// @source meeting-2020#time-place\n推进会是哪一天下午召开的？{=10月12日 ~10月21日####报道开头写明。}\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("exchange"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, Person]:
    roles = {"小张": "editor", "小考": "examiner", "小看": "viewer"}
    return {name: join(server, name, role) for name, role in roles.items()}


def workbook_of(person: Person) -> openpyxl.Workbook:
    answer = person.get("/exchange/entries.xlsx", timeout=90)
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def cell(book: openpyxl.Workbook, entry: str, heading: str) -> Any:
    for sheet in book.worksheets:
        headings = {str(c.value): c.column for c in sheet[1]}
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == entry:
                return sheet.cell(
                    row[0].row, next(n for name, n in headings.items() if name.startswith(heading))
                )
    raise AssertionError(entry)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(person: Person, path: str, name: str, data: bytes, **form: str) -> requests.Response:
    """Send a file and wait for what came of it."""
    once = "".join(f"{byte:02x}" for byte in time.time_ns().to_bytes(16, "big"))
    url = f"{person.server.url}/admin{path}"
    sending = {"csrf": person.csrf(), "once": once, **form}
    answer = person.http.post(
        url, data=sending, files={"file": (name, data)}, allow_redirects=False, timeout=60
    )
    if answer.status_code != 303:
        return answer
    return followed(person, answer)


def write(person: Person, page: str, what: str) -> requests.Response:
    """Press 写进草稿 on the page of a report."""
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    form.pop("csrf")
    return person.post(f"/exchange/{what}/write", **form)


def test_editor_downloads_a_workbook_mends_its_faults_by_cell_and_writes_it(
    server: Server, browser: Browser, people: dict[str, Person], tmp_path: Path
) -> None:
    with at_browser(browser, people["小张"]) as page:
        page.get_by_role("link", name="导入导出").click()
        with page.expect_download(timeout=_SLOW_MS) as download:
            page.get_by_role("region", name="问答").get_by_role("link", name="下载 Excel").click()
        assert download.value.suggested_filename == "问答.xlsx"
        download.value.save_as(tmp_path / "问答.xlsx")
        book = openpyxl.load_workbook(tmp_path / "问答.xlsx")
        review_by = cell(book, "place", "复核日期")
        good = review_by.value
        review_by.value = "明年"
        phrasings = cell(book, "place", "相似问")
        phrasings.value = f"{phrasings.value}\n在哪座城市开的会"
        (tmp_path / "改过.xlsx").write_bytes(saved(book))
        entries = page.get_by_role("region", name="问答")
        entries.get_by_label("上传改过的工作簿").set_input_files(tmp_path / "改过.xlsx")
        entries.get_by_role("button", name="看看会改什么").click()
        faults = page.get_by_role("region", name="错误和提醒").first
        expect(faults).to_contain_text(review_by.coordinate, timeout=_SLOW_MS)
        expect(page.get_by_role("button", name="写进草稿")).to_have_count(0)
        assert faults_of(page) == []
        review_by.value = good
        (tmp_path / "改好.xlsx").write_bytes(saved(book))
        page.get_by_role("link", name="回到导入导出").click()
        page.get_by_label("上传改过的工作簿").set_input_files(tmp_path / "改好.xlsx")
        page.get_by_role("region", name="问答").get_by_role("button", name="看看会改什么").click()
        expect(page.get_by_text("没有错误，还没有写")).to_be_visible(timeout=_SLOW_MS)
        before = all_files(server)
        assert faults_of(page) == []
        page.get_by_role("button", name="写进草稿").click()
        expect(page.get_by_text("已写进草稿：faq/faq.yaml")).to_be_visible(timeout=_SLOW_MS)
    after = all_files(server)
    changed = [path.name for path in before if before[path] != after[path]]
    assert changed == ["faq.yaml"]
    assert "在哪座城市开的会" in (content(server) / "faq/faq.yaml").read_text(encoding="utf-8")


def test_workbook_is_written_once_and_never_over_a_draft_that_nobody_saw(
    server: Server, people: dict[str, Person]
) -> None:
    person, file = people["小张"], content(server) / "faq/faq.yaml"
    book = workbook_of(person)
    cell(book, "purpose", "引导语").value = "会议的目的是："
    report = upload(person, "/exchange/entries", "a.xlsx", saved(book))
    assert "没有错误" in report.text
    file.write_text("# 别人刚写的\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    told = followed(person, write(person, report.text, "entries"))
    assert "草稿又被改了，没有写" in told.text
    assert "会议的目的是：" not in file.read_text(encoding="utf-8")
    first = write(person, told.text, "entries")
    assert "已写进草稿" in followed(person, first).text
    text = file.read_text(encoding="utf-8")
    assert text.count("会议的目的是：") == 1
    assert text.startswith("# 别人刚写的\n")
    # The same form once more: the same job, and nothing written twice.
    assert write(person, told.text, "entries").headers["location"] == first.headers["location"]
    assert file.read_text(encoding="utf-8") == text


def test_examiner_imports_a_bank_with_faults_told_by_line(server: Server, people: dict[str, Person]) -> None:
    person = people["小考"]
    wrong = upload(person, "/exchange/bank", "more.gift", (_GIFT + "\n没有闭合{=甲\n").encode(), track="共同")
    assert "more.gift:4" in wrong.text
    assert "写进草稿</button>" not in wrong.text
    report = upload(person, "/exchange/bank", "more.gift", _GIFT.encode(), track="共同")
    assert "推进会是哪一天下午召开的？" in report.text
    assert "已写进草稿" in followed(person, write(person, report.text, "bank")).text
    assert "推进会是哪一天" in (content(server) / "quiz/imported.yaml").read_text(encoding="utf-8")
    for form in ("xlsx", "gift", "aiken"):
        answer = person.get(f"/exchange/bank.{form}", timeout=90)
        assert answer.status_code == 200
        again = upload(person, "/exchange/bank", f"bank.{form}", answer.content)
        assert "和草稿一样" in again.text, form


_PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.mark.parametrize(
    ("path", "name", "data", "says"),
    [
        ("/exchange/entries", "picture.xlsx", _PNG, "picture.xlsx"),
        (
            "/exchange/entries",
            "locked.xlsx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
        ("/exchange/bank", "gbk.gift", "// 甲\n题{=甲 ~乙}\n".encode("gb18030"), "不是 UTF-8"),
        ("/exchange/bank", "<b>x.gift", b"\xff\xfe", "&lt;b&gt;x.gift"),
        ("/exchange/bank", "what.txt", b"hello", "看不出格式"),
        ("/exchange/entries", "empty.xlsx", b"", "是空的"),
    ],
)
def test_file_that_is_none_of_ours_is_told_and_nothing_is_written(
    server: Server, people: dict[str, Person], path: str, name: str, data: bytes, says: str
) -> None:
    before = all_files(server)
    answer = upload(people["小张"], path, name, data)
    assert says in answer.text
    assert "什么都没有" in answer.text
    assert "<b>" not in answer.text
    assert all_files(server) == before


def test_who_may_only_look_downloads_and_uploads_nothing(people: dict[str, Person]) -> None:
    viewer = people["小看"]
    assert 'type="file"' not in viewer.get("/exchange").text
    assert viewer.get("/exchange/bank.gift", timeout=90).status_code == 200
    assert sent(viewer, "a.xlsx", b"x", "/exchange/entries").status_code == 403
    assert viewer.get("/exchange/secrets.xlsx").status_code == 404
