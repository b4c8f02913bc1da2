"""Excel through the command: every command line of docs/excel.md, and what an editor does between them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from knowledge.reading.load import read_folder
from knowledge.reading.parse import version_of
from tests.serving import Server, commands_of, copy_small_content


@pytest.fixture
def editor(tmp_path: Path) -> Server:
    """A place to run commands in, with small content; nothing is started."""
    content = copy_small_content(tmp_path / "content")
    return Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})


def test_every_command_of_the_page_works_in_its_order(editor: Server) -> None:
    export, dry_run, import_ = commands_of("excel.md")
    content = editor.folder / "content"
    before, _ = read_folder(content)
    assert editor.run(*export).returncode == 0
    unchanged = editor.run(*import_)
    assert (unchanged.returncode, "0 处改动" in unchanged.stdout) == (0, True)
    assert version_of(read_folder(content)[0]) == version_of(before)
    book = load_workbook(editor.folder / export[-1])
    book["faq"]["C2"] = f"{book['faq']['C2'].value}\n没有备案能不能给他开通"
    book.save(editor.folder / export[-1])
    tried = editor.run(*dry_run)
    assert "~ article-4（faq/faq.yaml）：相似问" in tried.stdout, tried
    assert read_folder(content)[0] == before
    assert editor.run(*import_).returncode == 0
    after, _ = read_folder(content)
    assert after["faq/faq.yaml"] == before["faq/faq.yaml"].replace(
        "    - 互联网接入服务提供者要做什么\n",
        "    - 互联网接入服务提供者要做什么\n    - 没有备案能不能给他开通\n",
    )
    assert editor.run("kb", "check").returncode == 0


def test_fault_names_the_cell_and_writes_nothing(editor: Server) -> None:
    editor.run("kb", "export", "a.xlsx")
    book = load_workbook(editor.folder / "a.xlsx")
    book["faq"]["E2"] = "倡议书第四条"
    book.save(editor.folder / "a.xlsx")
    before, _ = read_folder(editor.folder / "content")
    run = editor.run("kb", "import", "a.xlsx")
    assert run.returncode == 1
    assert "表“faq” E2: bad-quote: " in run.stdout
    assert read_folder(editor.folder / "content")[0] == before


def test_export_does_not_overwrite_a_workbook_unasked(editor: Server) -> None:
    assert editor.run("kb", "export", "a.xlsx").returncode == 0
    assert editor.run("kb", "export", "a.xlsx").returncode == 2
    assert editor.run("kb", "export", "a.xlsx", "--force").returncode == 0


def test_file_that_is_no_workbook_ends_with_2_and_a_cure(editor: Server) -> None:
    (editor.folder / "a.xlsx").write_text("编号,问题", encoding="utf-8")
    run = editor.run("kb", "import", "a.xlsx")
    assert (run.returncode, "not-a-workbook" in run.stdout) == (2, True)
    assert "Traceback" not in run.stderr
