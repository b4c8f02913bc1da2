"""Documents at the console: uploaded, looked at, taken in, switched, tried; and what can't be taken in is told."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.serving import ROOT, Server
from tests.web.console import Person, at_browser, join, open_console

_SLOW_MS = 60_000
_FORUM = ROOT / "tests/data/community-forum.txt"
_RULES = "某小区停车管理办法\n2024年5月6日\n第一条 小区车位先到先停。\n第二条 访客停车不超过两小时。\n第三条 充电车位只供电动车使用。\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = open_console(tmp_path_factory.mktemp("documents"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def editor(server: Server) -> Person:
    return join(server, "小张", "editor")


def content(server: Server) -> Path:
    return Path(server.settings["QINGLANG_CONTENT_DIR"])


def all_files(server: Server) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in content(server).rglob("*") if path.is_file()}


def sent(person: Person, name: str, data: bytes, path: str = "/documents") -> requests.Response:
    url = f"{person.server.url}/admin{path}"
    files, form = {"file": (name, data)}, {"csrf": person.csrf()}
    return person.http.post(url, data=form, files=files, allow_redirects=False, timeout=60)


def test_editor_uploads_a_document_puts_it_right_takes_it_in_and_tries_it(
    server: Server, browser: Browser, editor: Person, tmp_path: Path
) -> None:
    word = docx.Document()
    for line in _RULES.splitlines():
        word.add_paragraph(line)
    path = tmp_path / "parking rules.docx"
    word.save(str(path))
    with at_browser(browser, editor) as page:
        page.get_by_role("link", name="文件").click()
        page.get_by_label("选一个文件").set_input_files(path)
        page.get_by_role("button", name="看看里面有什么").click()
        expect(page.get_by_role("textbox", name="标题")).to_have_value("某小区停车管理办法")
        expect(page.get_by_role("textbox", name="编号")).to_have_value("parking-rules")
        assert not (content(server) / "sources/parking-rules.md").exists()
        page.get_by_role("textbox", name="施行日期").fill("下个月")
        page.get_by_role("textbox", name="发布者").fill("某小区业主委员会")
        page.get_by_role("button", name="收进草稿").click()
        expect(page.locator("#fault-effective")).to_contain_text("不是日期")
        expect(page.get_by_role("textbox", name="发布者")).to_have_value("某小区业主委员会")
        page.get_by_role("textbox", name="施行日期").fill("2024-06-01")
        page.get_by_role("checkbox", name="第三条").uncheck()
        page.get_by_role("button", name="收进草稿").click()
        expect(page.get_by_text("已写进草稿，线上还没有变")).to_be_visible(timeout=_SLOW_MS)
        page.get_by_label("像网民一样").fill("访客停车可以停多久")
        page.get_by_role("button", name="试", exact=True).click()
        expect(page.locator("#tried .said").first).to_contain_text("访客停车不超过两小时", timeout=_SLOW_MS)
        page.locator(".chip").first.click()
        expect(page.locator("#tried .hint")).to_contain_text("某小区停车管理办法", timeout=_SLOW_MS)
        assert page.get_by_role("checkbox", name="第二条").is_checked()
        assert not page.get_by_role("checkbox", name="第三条").is_checked()
        page.get_by_role("checkbox", name="第三条").check()
        page.get_by_role("button", name="保存开关").click()
        expect(page.get_by_role("checkbox", name="第三条")).to_be_checked()
    text = (content(server) / "sources/parking-rules.md").read_text(encoding="utf-8")
    assert "effective: '2024-06-01'" in text
    assert "publisher: 某小区业主委员会" in text
    assert "answers" not in text


def test_speakers_are_confirmed_and_one_who_is_none_is_left_out(server: Server, editor: Person) -> None:
    waiting = sent(editor, "议事会.txt", _FORUM.read_bytes()).headers["location"].removeprefix("/admin")
    page = editor.get(waiting).text
    assert "廖国强" in page
    people = re.findall(r'name="speaks" value="([^"]+)"', page)
    anchors = re.search(r'name="shown" value="([^"]*)"', page)
    assert anchors
    form = {
        "id": "forum",
        "title": "某社区议事会实录",
        "people": " ".join(people),
        "speaks": people[1:],
        **{f"post-{name}": "某派出所民警" for name in people},
        "shown": anchors[1],
        "answers": anchors[1].split(),
    }
    answer = editor.post(waiting, **form)
    assert answer.status_code == 303, answer.text
    text = (content(server) / "sources/forum.md").read_text(encoding="utf-8")
    assert f"speaker={people[0]}" not in text
    assert text.count("post: 某派出所民警") == len(people) - 1
    # Sent twice, it is taken in once, and both lead to the same page.
    assert editor.post(waiting, **form).headers["location"] == answer.headers["location"]
    assert len(list((content(server) / "sources").glob("forum*"))) == 1


def test_switched_off_source_answers_no_more_and_its_file_keeps_every_other_byte(
    server: Server, editor: Person
) -> None:
    path = content(server) / "sources/meeting-2020.md"
    before = path.read_text(encoding="utf-8")
    page = editor.get("/documents/meeting-2020").text
    base = re.search(r'name="base" value="(\w+)"', page)
    shown = re.search(r'name="shown" value="([^"]*)"', page)
    assert base
    assert shown
    anchors = shown[1].split()
    form = {"base": base[1], "shown": shown[1], "answers": anchors[1:]}
    try:
        assert editor.post("/documents/meeting-2020/answers", **form).status_code == 303
        after = path.read_text(encoding="utf-8")
        assert after.replace("answers: no\n", "").replace(" answers=no", "") == before
        assert (after.count("answers: no\n"), after.count(" answers=no")) == (1, 1)
        # What was shown is no longer what is there.
        stale = editor.post("/documents/meeting-2020/answers", **form)
        assert (stale.status_code, "被改过" in stale.text) == (409, True)
    finally:
        path.write_text(before, encoding="utf-8")


_PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("空的.txt", b"", "是空的"),
        ("picture.docx", _PNG, "picture.docx"),
        ("scan.pdf", b"%PDF-1.4\n", "只收 .txt、.md 和 .docx"),
        ("scan.docx", b"%PDF-1.4\n", "PDF"),
        ("locked.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("long.txt", ("长" * 660_000).encode(), "太长"),
        ("<img src=x onerror=alert(1)>.txt", b"\0\1\2", "&lt;img"),
    ],
)
def test_what_is_no_document_is_told_and_nothing_is_written(
    server: Server, editor: Person, name: str, data: bytes, says: str
) -> None:
    before = all_files(server)
    answer = sent(editor, name, data)
    assert answer.status_code == 409
    assert says in answer.text
    assert "什么都没有" in answer.text
    assert "<img" not in answer.text
    assert all_files(server) == before


def test_form_without_a_file_is_told(editor: Person) -> None:
    url, form = f"{editor.server.url}/admin/documents", {"csrf": editor.csrf()}
    answer = editor.http.post(url, data=form, files={"file": ("", b"")}, timeout=60)
    assert (answer.status_code, "还没有选文件" in answer.text) == (409, True)


def test_file_from_another_site_or_another_persons_page_is_not_taken(server: Server, editor: Person) -> None:
    url, files = f"{editor.server.url}/admin/documents", {"file": ("a.txt", _RULES.encode())}
    other = join(server, "小外", "editor")
    for csrf, headers in (
        ("", {}),
        (other.csrf(), {}),
        (editor.csrf(), {"origin": "https://evil.example"}),
    ):
        answer = editor.http.post(url, data={"csrf": csrf}, files=files, headers=headers, timeout=60)
        assert answer.status_code == 403


def test_gigabyte_is_refused_before_it_is_sent(editor: Person, browser: Browser, tmp_path: Path) -> None:
    cookie = editor.http.cookies["qinglang-console"]
    with socket.create_connection(("127.0.0.1", editor.server.port), timeout=10) as line:
        head = (
            f"POST /admin/documents HTTP/1.1\r\nhost: 127.0.0.1:{editor.server.port}\r\n"
            f"cookie: qinglang-console={cookie}\r\ncontent-type: multipart/form-data; boundary=x\r\n"
            "content-length: 1073741824\r\n\r\n--x\r\n"
        )
        line.sendall(head.encode())
        answer = line.recv(100_000).decode()
    assert " 413 " in answer.splitlines()[0]
    # Holes of a file cost no disk.
    large = tmp_path / "large.docx"
    with large.open("wb") as made:
        made.truncate(1 << 30)
    with at_browser(browser, editor) as page:
        page.goto(f"{editor.server.url}/admin/documents")
        page.get_by_label("选一个文件").set_input_files(large)
        expect(page.locator(".problem")).to_have_text("这个文件太大了：一次最多收 20 MB。没有上传。")
        page.get_by_role("button", name="看看里面有什么").click()
        assert page.url.endswith("/documents")
        expect(page.get_by_role("heading", name="文件", exact=True)).to_be_visible()
    # Without a script the server tells, while the browser is still sending.
    with at_browser(browser, editor, java_script_enabled=False) as page:
        page.goto(f"{editor.server.url}/admin/documents")
        page.get_by_label("选一个文件").set_input_files(large)
        page.get_by_role("button", name="看看里面有什么").click()
        expect(page.get_by_role("alert")).to_contain_text("一次最多收 20 MB")


def test_words_of_a_document_are_never_markup(server: Server, editor: Person) -> None:
    hostile = "<script>alert(1)</script>"
    text = f"某{hostile}规定\n第一条 看{hostile}这里。\n第二条 “><img src=x onerror=alert(2)>”。\n"
    answer = sent(editor, "x.txt", text.encode())
    waiting = answer.headers["location"].removeprefix("/admin")
    form = {"id": "hostile", "title": f"某{hostile}规定", "shown": "", "publisher": hostile}
    try:
        for path in (waiting, "/documents/hostile", "/documents"):
            page = editor.get(path).text
            assert hostile not in page, path
            assert "<img" not in page, path
            assert "&lt;script&gt;" in page, path
            if path == waiting:
                assert editor.post(waiting, **form).status_code == 303
    finally:
        for path in ("sources/hostile.md", "faq/hostile.yaml"):
            (content(server) / path).unlink(missing_ok=True)


def test_upload_of_another_person_is_not_to_be_seen(server: Server, editor: Person) -> None:
    waiting = sent(editor, "a.txt", _RULES.encode()).headers["location"].removeprefix("/admin")
    other = join(server, "小陈", "editor")
    assert other.get(waiting).status_code == 409
    assert "停车" not in other.get(waiting).text
    for nobody in ("x", "0" * 32, "..%2f..%2fsecrets"):
        assert editor.get(f"/documents/new/{nobody}").status_code in (404, 409)


def test_long_document_is_read_a_page_at_a_time(server: Server, editor: Person) -> None:
    n = 2100
    head = (
        "---\nid: long\ntitle: 很长的文件\nkind: 规定\ndate: 2026-01-01\npublisher: 测试\nrights: 测试\n---\n"
    )
    body = "".join(f"# 第{i}项 {{#c-{i}}}\n\n第{i}项按第{i}号办法执行。\n\n" for i in range(n))
    file = content(server) / "sources/long.md"
    file.write_text(head + body, encoding="utf-8")
    try:
        first, last = editor.get("/documents/long").text, editor.get("/documents/long?page=11").text
    finally:
        file.unlink()
    assert "第 1／11 页" in first
    assert "第0项按" in first
    assert "第200项按" not in first
    assert f"第{n - 1}项按" in last
    assert len(first.encode()) < 200_000
