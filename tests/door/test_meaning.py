"""Answers from the source and by meaning, through the doors that people use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.releases.encoder import can_encode
from tests.serving import ROOT, Server, until

NOTICE = ROOT / "tests/data/documents/notice.txt"
needs_encoder = pytest.mark.skipif(not can_encode(), reason="no encoder on this machine")


def new_base(folder: Path, meaning: str) -> Server:
    """Publish one document that nobody wrote entries for, by the commands of a new office."""
    base = Server(
        folder, {"QINGLANG_CONTENT_DIR": str(folder / "content"), "QINGLANG_MATCHING__MEANING": meaning}
    )
    folder.mkdir(parents=True, exist_ok=True)
    assert base.run("kb", "new", str(folder / "content"), "--title", "通知").returncode == 0
    about = ("--id", "notice", "--publisher", "临江区教育局", "--rights", "公开", "--yes")
    ingested = base.run("kb", "ingest", str(NOTICE), *about)
    assert ingested.returncode == 0, ingested.stdout + ingested.stderr
    published = base.run("kb", "publish", "-m", "第一份", "--new")
    assert published.returncode == 0, published.stdout + published.stderr
    return base


def asked(base: Server, question: str) -> dict[str, object]:
    run = base.run("ask", "--json", question)
    assert run.returncode == 0, run.stderr
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
        told = json.loads(server.run("ask", "--json", question).stdout)
        assert server.wechat().say("oMeant", question) == told["text"]
        server.wechat().say("oMeant", "重新开始")
