"""The command: what an editor and a newcomer type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.serving import Server, copy_small_content, until


def test_command_and_push_give_the_same_reply(shipped: Server) -> None:
    questions = ["第五条", "李志钢讲了啥子", "倡议书是谁签的", "今天天气怎么样", "你好"]
    lines = shipped.run("ask", "--json", "-", stdin="\n".join(questions) + "\n").stdout.splitlines()
    for number, (question, line) in enumerate(zip(questions, lines, strict=True)):
        found = json.loads(line)
        assert list(found) == ["question", "outcome", "entry", "score", "choices", "text"]
        assert found["text"] == shipped.wechat().say(f"oSame{number}", question)
    assert [json.loads(line)["outcome"] for line in lines] == [
        "answer",
        "answer",
        "clarify",
        "decline",
        "command",
    ]


def test_explain_shows_features_and_rule(shipped: Server) -> None:
    found = json.loads(shipped.run("ask", "--json", "--explain", "李志钢讲了啥子").stdout)
    assert found["explain"]["rule"]
    assert {"likeness", "material", "entity"} <= set(found["explain"]["hits"][0]["reasons"])


def test_chat_talks_to_the_running_server(shipped: Server) -> None:
    run = shipped.run("chat", stdin="第四条\n\n")
    assert run.returncode == 0, run.stderr
    assert "不为未备案网站提供接入" in run.stdout


def test_chat_starts_a_server_when_there_is_none_and_stops_it(tmp_path: Path) -> None:
    server = Server(tmp_path)
    run = server.run("chat", stdin="第四条\n\n")
    assert run.returncode == 0, run.stderr
    assert "不为未备案网站提供接入" in run.stdout
    assert not (tmp_path / "data/redis/redis.sock").exists()


def test_check_of_a_broken_folder_lists_problems_and_exits_1(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    (content / "faq/faq.yaml").write_text("- id: a\n  qestion: x\n", encoding="utf-8")
    run = Server(tmp_path).run("kb", "check", str(content))
    assert run.returncode == 1
    assert "faq/faq.yaml:2:3: unknown-key: " in run.stdout
    assert " → 是不是 question？" in run.stdout


def test_refused_draft_changes_nothing_that_is_live(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    content = copy_small_content(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content))
    before = server.ready()["release"]
    (content / "faq/faq.yaml").write_text("- id: a\n", encoding="utf-8")
    run = server.run("kb", "publish")
    assert run.returncode == 1
    assert "missing-key" in run.stdout
    assert server.ready()["release"] == before
    assert "第四条" in server.wechat().say("oLive", "自律书第四条")


def test_metrics_count_pushes_of_all_workers(make_server: Callable[..., Server]) -> None:
    server = make_server(SERVER__WORKERS="2")
    for i in range(10):
        server.wechat().say(f"oMetric{i}", "第五条")
    until(
        lambda: 'qinglang_pushes_total{account="main",outcome="answered"} 10.0' in server.get("/metrics").text
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("kb imp", "没有 imp 这个命令，是不是 import？"),
        ("kb import --dryrun 问答.xlsx", "没有 --dryrun 这个选项，是不是 --dry-run？"),
        ("kb import 没有.xlsx", "没有“没有.xlsx”这个文件"),
        ("kb adopt", "缺少 编号"),
        ("kb approve", "缺少 版本"),
        ("kb ingest", "缺少 文件"),
        ("kb hits --days 七", "“七”不是数字"),
        ("kb publish -m 群众问 会议开了多久", "一句话里有空格要加引号"),
        ("--config x", "没有 --config 这个选项"),
    ],
)
def test_wrong_command_line_is_told_in_chinese_with_the_cure(line: str, told: str) -> None:
    result = CliRunner().invoke(main, line.split(), prog_name="qinglang")
    assert result.exit_code == 2
    assert told in result.output
    assert "怎么写：qinglang" in result.output
    assert not {"Error", "Usage", "Try"} & set(re.findall(r"\w+", result.output))
