"""The recipes of docs/operations.md: an upgrade, and a move to another machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.serving import ROOT, Server, copy_small_content


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The code of an installation, apart from content, data and settings."""
    folder = tmp_path / "opt"
    for package in ("bot", "handlers", "knowledge"):
        without = shutil.ignore_patterns("__pycache__", "content-vectors.npz")
        shutil.copytree(ROOT / package, folder / package, ignore=without)
    return folder


def prepared(server: Server) -> dict[str, int]:
    return {
        file.name: file.stat().st_mtime_ns for file in (server.folder / "data/releases").glob("*.prepared")
    }


def test_upgrade_meets_no_edit_and_is_prepared_before_the_restart(tmp_path: Path, code: Path) -> None:
    copy_small_content(tmp_path / "place/content")
    own = {
        "PYTHONPATH": str(code),
        "QINGLANG_CONTENT_DIR": str(tmp_path / "place/content"),
    }
    server = Server(tmp_path / "place", own).start()
    try:
        first = server.wechat().say("oTaker", "答题")
        before = prepared(server)
        draft = server.folder / "content/faq/edited.yaml"
        draft.write_text("# 编辑正在改\n[]\n", encoding="utf-8")
        # The next version of the code, in the place of this one.
        changed = code / "knowledge/matching/decide.py"
        changed.write_text(changed.read_text(encoding="utf-8") + "\n# newer\n", encoding="utf-8")
        asked = server.run("ask", "第五条")
        assert asked.returncode == 0, asked.stderr
        ready = prepared(server)
        assert not ready.keys() <= before.keys()
        assert server.stop() == 0
        server.start()
        assert prepared(server) == ready
        item = first[first.index("第 1/2") :].splitlines()[:6]
        assert "\n".join(item) in server.wechat().say("oTaker", "继续")
        assert draft.read_text(encoding="utf-8") == "# 编辑正在改\n[]\n"
    finally:
        server.end()


def test_moved_place_goes_on_with_everybody_in_it(tmp_path: Path) -> None:
    copy_small_content(tmp_path / "old/content")
    old = Server(tmp_path / "old", {"QINGLANG_CONTENT_DIR": str(tmp_path / "old/content")}).start()
    old.wechat().say("oTaker", "答题")
    shown = old.ready()["release"]
    assert old.stop() == 0
    shutil.copytree(old.folder, tmp_path / "new")
    shutil.rmtree(old.folder)
    new = Server(tmp_path / "new", {"QINGLANG_CONTENT_DIR": str(tmp_path / "new/content")}).start()
    try:
        assert new.ready()["release"] == shown
        assert "已答 1/2" in new.wechat().say("oTaker", "A")
        assert "第 2/2" in new.wechat().say("oTaker", "继续")
    finally:
        new.end()
