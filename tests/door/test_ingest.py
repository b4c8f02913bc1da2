"""A new office, and a new document, through the command: every command line of the pages, and what goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest

from knowledge.reading.load import read_folder
from knowledge.release.build import assemble, content_of, load_folder
from tests.handlers.conversation import Conversation
from tests.serving import ROOT, Server, commands_of, copy_small_content

FORUM = ROOT / "tests/data/community-forum.txt"
NOTICE = ROOT / "tests/data/documents/notice.txt"
TOLD = ("--publisher", "某局", "--rights", "某局版权所有", "--yes")


@pytest.fixture
def editor(tmp_path: Path) -> Server:
    content = copy_small_content(tmp_path / "content")
    shutil.copy(FORUM, tmp_path / "议事会实录.txt")
    return Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})


@pytest.fixture
def office(tmp_path: Path) -> Server:
    """An office that has just made its content folder."""
    server = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(tmp_path / "base")})
    made = server.call("kb", "new", str(tmp_path / "base"), "--title", "临江区教育局")
    assert made.exit_code == 0, made.output
    return server


def test_every_command_of_the_page_works_and_the_drafts_pass_the_check(editor: Server) -> None:
    ingest, check = commands_of("ingest.md")
    before, _ = read_folder(editor.folder / "content")
    run = editor.run(*ingest)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "廖国强：青松街道派出所民警" in run.stdout
    after, _ = read_folder(editor.folder / "content")
    assert after.keys() - before.keys() == {"sources/forum-2024.md", "faq/forum-2024.yaml"}
    assert {name: after[name] for name in before} == before
    assert "待填写" not in after["sources/forum-2024.md"]
    checked = editor.run(*check)
    assert checked.returncode == 0, checked.stdout
    again = editor.run(*ingest)
    assert (again.returncode, "已经有了" in again.stderr) == (2, True)


def test_what_is_not_sure_is_asked_and_without_an_answer_nothing_is_written(editor: Server) -> None:
    before, _ = read_folder(editor.folder / "content")
    run = editor.run("kb", "ingest", "议事会实录.txt", "--id", "forum")
    assert run.returncode == 2
    assert "日期（没有把握" in run.stdout
    assert "--yes" in run.stderr
    assert read_folder(editor.folder / "content")[0] == before
    answered = editor.run("kb", "ingest", "议事会实录.txt", "--id", "forum", stdin="2024-06-19\n某街道\n\n")
    assert answered.returncode == 0, answered.stdout + answered.stderr
    source = (editor.folder / "content/sources/forum.md").read_text(encoding="utf-8")
    assert "date: '2024-06-19'" in source
    assert "publisher: 某街道" in source


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.txt", b"", "没有文字"),
        ("untitled.txt", "各位好，今天说三件事。大家要记牢，回去要讲给家里人听。\n第二件事以后再说，第三件也是。".encode(), "--title"),
        ("long.txt", ("长" * 660_000).encode(), "太长"),
        ("scan.docx", b"%PDF-1.4\n%...", "PDF"),
        ("locked.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("twice.txt", "某规定\n第一条 好。\n第二条 好。\n第二条 好。".encode(), "第二条写了两次"),
        ("missing.txt", "某规定\n第九条 好。\n第十一条 好。".encode(), "缺少第十条"),
        ("old.doc", b"x", ".docx"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_told_and_nothing_is_written(
    office: Server, name: str, data: bytes, says: str
) -> None:
    before, _ = read_folder(office.folder / "base")
    (office.folder / name).write_bytes(data)
    run = office.call("kb", "ingest", str(office.folder / name), "--id", "new", *TOLD)
    assert run.exit_code == 2, run.output
    assert says in run.output
    assert "Traceback" not in run.output
    assert read_folder(office.folder / "base")[0] == before


def test_numbers_that_are_as_the_text_has_them_are_taken_when_told_so(office: Server) -> None:
    path = office.folder / "extract.txt"
    path.write_text("某规定\n第九条 要开会。\n第十一条 要记录。", encoding="utf-8")
    run = office.call("kb", "ingest", str(path), "--id", "extract", *TOLD, "--keep-numbers")
    assert run.exit_code == 0, run.output


def test_headings_of_any_kind_make_a_valid_draft(office: Server) -> None:
    headings = ("吃什么、多少钱", "谁来办？怎么办？", "关于 #文明餐桌# 的要求：", "“两个确保”是什么", "---", "* 注意", "是", "问题", "12345",
                "办理条件（必看！）", "A类 / B类 [2025] {试行}", "死亡待遇怎么领", "到" * 60, "联系我们 & 投诉 <一>", "附：说明")  # fmt: skip
    lines = [
        line for n, heading in enumerate(headings) for line in (f"{heading}", f"这里写第{n}件事的内容。")
    ]
    numbered = [
        f"{'一二三四五六七八九十'[n]}、{heading}\n这里再写第{n}件事。"
        for n, heading in enumerate(headings[:10])
    ]
    text = "\n".join(
        [
            "临江区老年助餐办事指南",
            *numbered,
            *(f"# {line}" if n % 2 == 0 else line for n, line in enumerate(lines)),
        ]
    )
    (office.folder / "guide.txt").write_text(text, encoding="utf-8")
    (office.folder / "guide.md").write_text(text.replace("办事指南", "服务办法"), encoding="utf-8")
    for name in ("guide.txt", "guide.md"):
        run = office.call("kb", "ingest", str(office.folder / name), "--id", name.replace(".", "-"), *TOLD)
        assert run.exit_code == 0, run.output
    assert office.call("kb", "check").exit_code == 0


def test_a_second_document_of_the_same_title_is_refused(office: Server) -> None:
    first = office.call("kb", "ingest", str(NOTICE), "--id", "one", *TOLD)
    assert first.exit_code == 0, first.output
    second = office.call("kb", "ingest", str(NOTICE), "--id", "two", *TOLD)
    assert (second.exit_code, "已经有了（one）" in second.output) == (2, True)


def test_old_encoding_is_read_and_said(office: Server) -> None:
    path = office.folder / "gbk.txt"
    path.write_bytes(FORUM.read_text(encoding="utf-8").encode("gb18030"))
    run = office.call("kb", "ingest", str(path), "--id", "gbk", *TOLD)
    assert (run.exit_code, "GBK" in run.output) == (0, True)


def test_a_word_file_is_taken_in(office: Server) -> None:
    word = docx.Document()
    for text in (
        "关于放假的通知",
        "各科室：",
        "一、时间",
        "10月1日至7日。",
        "二、要求",
        "关好门窗。",
        "办公室",
    ):
        word.add_paragraph(text)
    word.save(str(office.folder / "假期.docx"))
    run = office.call("kb", "ingest", str(office.folder / "假期.docx"), "--id", "holiday", *TOLD)
    assert run.exit_code == 0, run.output
    source = content_of(load_folder(office.folder / "base")).sources["holiday"]
    assert source.text == "关于放假的通知\n各科室：\n一、时间\n10月1日至7日。\n二、要求\n关好门窗。\n办公室"


def test_drafts_that_were_made_alike_are_no_fault_of_whoever_ingested_them(office: Server) -> None:
    text = "临江区教育局关于开展2026年冬季校园安全检查的通知\n一、检查时间\n12月1日至12月20日。\n二、检查内容\n食堂、校舍和校车。\n"
    (office.folder / "检查.txt").write_text(text, encoding="utf-8")
    run = office.call("kb", "ingest", str(office.folder / "检查.txt"), "--id", "winter", *TOLD)
    assert run.exit_code == 0, run.output
    assert "很像" not in office.call("kb", "check").output


def test_every_command_of_a_new_office_s_first_hour_works(tmp_path: Path) -> None:
    server = Server(tmp_path, {"QINGLANG_CONTENT_DIR": "我们的内容", "QINGLANG_MATCHING__MEANING": "auto"})
    shutil.copy(NOTICE, tmp_path / "通知.txt")
    for arguments in commands_of("new-office.md"):
        run = server.run(*arguments)
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_new_base_is_whole_and_names_no_shipped_document(office: Server) -> None:
    files, problems = read_folder(office.folder / "base")
    assert problems == ()
    said = "".join(text for name, text in files.items() if name != "care.yaml")
    for word in ("四川", "好网民", "黎召阳", "自律"):
        assert word not in said
    again = office.call("kb", "new", str(office.folder / "base"), "--title", "别的")
    assert (again.exit_code, "不是空的" in again.output) == (2, True)
    for title in ("", "一{二}", "长" * 60):
        refused = office.call("kb", "new", str(office.folder / "other"), "--title", title)
        assert (refused.exit_code, (office.folder / "other").exists()) == (2, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("kb", "check"),
        ("kb", "check", "--coverage"),
        ("kb", "test", "--full"),
        ("kb", "tune"),
        ("kb", "publish", "-m", "第一次", "--new"),
        ("kb", "export", "out.xlsx"),
        ("quiz", "check"),
        ("menu", "show"),
        ("ask", "什么时候放假"),
    ],
    ids=" ".join,
)
def test_every_command_works_on_a_new_base(office: Server, arguments: tuple[str, ...]) -> None:
    run = office.run(*arguments)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_an_empty_base_says_that_there_are_no_questions_and_no_pledge(office: Server) -> None:
    talk = Conversation(assemble(content_of(load_folder(office.folder / "base"))))
    for said in ("答题", "每日一答", "挑战", "正式测评", "错题", "考考你", "专项 校园"):
        assert "还没有题目" in talk.say(said), said
    for said in ("承诺", "我承诺"):
        assert "还没有可以签的承诺" in talk.say(said), said
    for said in (
        "帮助",
        "目录",
        "举报",
        "隐私",
        "我的成绩",
        "排行榜",
        "撤回承诺",
        "你好",
        "第三条",
        "什么时候开会",
    ):
        assert talk.say(said), said
