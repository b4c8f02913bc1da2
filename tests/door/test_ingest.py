"""A new document through the command: every command line of docs/ingest.md, and what goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.reading.load import read_folder
from tests.serving import ROOT, Server, commands_of, copy_small_content

FORUM = ROOT / "tests/data/community-forum.txt"


@pytest.fixture
def editor(tmp_path: Path) -> Server:
    content = copy_small_content(tmp_path / "content")
    shutil.copy(FORUM, tmp_path / "议事会实录.txt")
    return Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})


def test_every_command_of_the_page_works_and_the_drafts_pass_the_check(editor: Server) -> None:
    ingest, check = commands_of("ingest.md")
    before, _ = read_folder(editor.folder / "content")
    run = editor.run(*ingest)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "廖国强：青松街道派出所民警" in run.stdout
    after, _ = read_folder(editor.folder / "content")
    assert after.keys() - before.keys() == {"sources/forum-2024.md", "faq/forum-2024.yaml"}
    assert {name: after[name] for name in before} == before
    checked = editor.run(*check)
    assert checked.returncode == 0, checked.stdout
    again = editor.run(*ingest)
    assert (again.returncode, "已经有了" in again.stderr) == (2, True)


def test_old_encoding_is_read_and_what_cannot_be_read_is_refused(editor: Server) -> None:
    (editor.folder / "gbk.txt").write_bytes(FORUM.read_text(encoding="utf-8").encode("gb18030"))
    run = editor.run("kb", "ingest", "gbk.txt", "--id", "gbk")
    assert (run.returncode, "GBK" in run.stdout, "待填写" in run.stdout) == (0, True, True)
    (editor.folder / "word.txt").write_bytes(b"PK\x03\x04\x00\xff\xfe")
    (editor.folder / "undated.txt").write_text("第一条 要文明。", encoding="utf-8")
    for name, source_id in (("word.txt", "w"), ("undated.txt", "u"), ("gbk.txt", "A B")):
        refused = editor.run("kb", "ingest", name, "--id", source_id)
        assert (refused.returncode, "Traceback" in refused.stderr, bool(refused.stderr)) == (2, False, True)
