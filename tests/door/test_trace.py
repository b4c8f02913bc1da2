"""`qinglang trace`: a code that a user shows leads to what was said, by which release, and what became of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.serving import Server, copy_small_content

FAULT = """Nov 28 host qinglang[7]: {"at": "2026-11-28T08:00:00.000+00:00", "level": "error", "event": "turn failed", \
"pid": 7, "code": "ab12cd34", "push": "x", "trace": "Traceback\\n  File \\"x.py\\"\\nValueError: bad item"}
not json ab12cd34
{"at": "2026-11-28T08:00:01.000+00:00", "event": "other", "code": "ffffffff"}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("small")
    server = Server(folder, {"QINGLANG_CONTENT_DIR": str(copy_small_content(folder / "content"))})
    published = server.call("kb", "publish", "-m", "第一版", "--new")
    assert published.exit_code == 0, published.output
    return server


def code_under(server: Server, question: str) -> str:
    found = re.search(r"核对码：(\S+)", server.call("ask", question).output)
    assert found
    return found[1]


def test_code_leads_to_the_words_their_release_and_what_became_of_them(small: Server) -> None:
    question = "会议在哪里召开"
    answer = small.call("ask", question).output
    code = code_under(small, question)
    traced = small.call("trace", code.lower().replace("-", ""))
    assert traced.exit_code == 0, traced.output
    assert "第一版" in traced.output
    assert re.search(r"条目 \S+（faq/\S+:\d+）", traced.output)
    quoted = re.search(r"发的官方原文：\n    (.*)", traced.output)
    assert quoted
    assert quoted[1] in answer
    assert "出处：" in traced.output
    assert "线上还是同样的话" in traced.output
    entry = re.search(r"条目 (\S+)（(\S+):", traced.output)
    assert entry
    path = small.folder / "content" / entry[2]
    text = path.read_text(encoding="utf-8")
    head, _, tail = text.partition(f"id: {entry[1]}")
    path.write_text(head + f"id: {entry[1]}" + re.sub("status: published", "status: archived", tail, count=1))
    again = small.call("kb", "publish", "-m", "撤下")
    accepted = [part for key in re.findall(r"--accept (\S+)", again.output) for part in ("--accept", key)]
    done = again if not again.exit_code else small.call("kb", "publish", "-m", "撤下", *accepted)
    assert done.exit_code == 0, again.output + done.output
    after = small.call("trace", code).output
    assert "第一版" in after.splitlines()[0]
    assert quoted[1] in after
    assert "线上已经没有这条了" in after
    assert re.search(r"这个条目的改动：\n.*发布 .*撤下", after)


def test_code_that_nobody_sent_is_none(small: Server) -> None:
    for code in ("0OOOO-0000", "没有", "123"):
        traced = small.call("trace", code)
        assert traced.exit_code == 1
        assert "不是这里发出的核对码" in traced.output


def test_number_of_an_apology_is_found_in_the_log(small: Server, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(FAULT, encoding="utf-8")
    found = small.call("trace", "AB12CD34", "--log", str(log))
    assert found.exit_code == 0
    assert "2026-11-28T08:00:00.000+00:00  进程 7" in found.output
    assert "原因：ValueError: bad item" in found.output
    assert small.call("trace", "00000000", "--log", str(log)).exit_code == 1
    untold = small.call("trace", "ab12cd34")
    assert untold.exit_code == 2
    assert "journalctl -u qinglang -o cat | .venv/bin/qinglang trace ab12cd34 --log -" in untold.output
