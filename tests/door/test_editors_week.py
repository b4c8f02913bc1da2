"""An editor's week: people ask, one answer is wrong, three say so, it is cured and published; each count is exact."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.china import today
from tests.serving import Server, copy_small_content, until

WRONG = "散会以后做什么"
GAP = "哪些企业签了诚信宣言"
UNKNOWN = "图书馆几点开门"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The small content with a phrasing that stands under the wrong entry."""
    folder = copy_small_content(tmp_path / "content", answers=False)
    path = folder / "faq/faq.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    - 开会地点\n", f"    - 开会地点\n    - {WRONG}\n"), encoding="utf-8")
    return folder


def listed(server: Server, *options: str) -> dict[str, dict[str, Any]]:
    run = server.call("kb", "misses", "--json", *options)
    assert run.exit_code == 0, run.output
    topics = [json.loads(line) for line in run.stdout.splitlines()]
    return {next(iter(topic["questions"])): topic for topic in topics}


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_wrong_answer_is_voted_down_cured_and_published(
    make_server: Callable[..., Server], content: Path
) -> None:
    server = make_server(CONTENT_DIR=str(content))
    wechat, first = server.wechat(), server.ready()["release"]

    # Four are told the wrong thing; three say so, one of them thinks better of it, and one was content.
    for i in range(4):
        assert "在成都召开" in (wechat.say(f"oWrong{i}", WRONG) or "")
    for i in range(3):
        wechat.say(f"oWrong{i}", "没用")
    wechat.say("oWrong0", "有用")
    wechat.say("oWrong3", "有用")
    # Two are told honestly that there is no such thing; one does not like it: two askings, not three.
    for i in range(2):
        assert "没有收录" in (wechat.say(f"oGap{i}", GAP) or "")
    wechat.say("oGap0", "没用")
    wechat.say("oLost", UNKNOWN)

    topics = listed(server)
    assert {q: topic["n"] for q, topic in topics.items()} == {WRONG: 2, GAP: 2, UNKNOWN: 1}
    assert topics[WRONG]["why"] == {WRONG: {"useless": 2}}
    assert topics[GAP]["why"] == {GAP: {"missed": 2, "useless": 1}}
    assert topics[UNKNOWN]["why"] == {UNKNOWN: {"missed": 1}}
    assert topics[WRONG]["voted_down"] == {WRONG: ["place"]}
    assert "place" not in topics[WRONG]["entries"]
    assert {topic["state"] for topic in topics.values()} == {"new"}
    shown = server.call("kb", "misses").stdout
    assert f"{WRONG}  没用 2（答的是 place：会议在哪里召开？）" in shown
    assert shown.endswith("3 个话题，5 次没答上；另有已处理的 0 个\n")
    hits = json.loads(server.call("kb", "hits", "--json").stdout)
    assert hits["days"] == {today(): {"told": 4, "missed": 3, "useless": 3}}
    assert hits["questions"] == {WRONG: 4, GAP: 2, UNKNOWN: 1}

    # What was voted down can't be adopted; nothing is written.
    files = content / "faq/faq.yaml"
    before = files.read_text(encoding="utf-8")
    wrong_id = topics[WRONG]["id"]
    refused = server.call("kb", "adopt", wrong_id, "--phrasing-of", "place")
    assert (refused.exit_code, "有 2 次说不对" in refused.stderr) == (2, True)
    assert files.read_text(encoding="utf-8") == before

    # The cure: the phrasing goes from one entry to another, in the draft.
    edit(files, f"    - {WRONG}\n", "")
    adopted = server.call("kb", "adopt", wrong_id, "--phrasing-of", "purpose")
    assert adopted.exit_code == 0, adopted.output
    assert listed(server)[WRONG]["state"] == "drafted"
    assert "在成都召开" in (wechat.say("oStill", WRONG) or "")
    assert "place" in server.call("kb", "show", WRONG).stdout.splitlines()[0]
    assert "purpose" in server.call("kb", "show", WRONG, "--draft").stdout.splitlines()[0]

    run = server.call("kb", "publish", "--accept", WRONG, "-m", "问的是目的")
    assert run.exit_code == 0, run.output
    until(lambda: server.ready()["release"] != first)
    assert "动员组织" in (wechat.say("oCured", WRONG) or "")
    assert listed(server).keys() == {GAP, UNKNOWN}
    everything = listed(server, "--all")
    assert (everything[WRONG]["state"], everything[WRONG]["n"]) == ("done", 2)

    # Voted down again, in the new release: it comes back, and says of what.
    wechat.say("oCured", "没用")
    back = listed(server)[WRONG]
    assert (back["state"], back["n"], back["voted_down"]) == ("again", 3, {WRONG: ["place", "purpose"]})


def test_an_entry_that_was_reworded_is_not_what_was_voted_on(
    make_server: Callable[..., Server], content: Path
) -> None:
    server = make_server(CONTENT_DIR=str(content))
    first = server.ready()["release"]
    server.wechat().say("oA", "开会地点")
    server.wechat().say("oA", "没用")
    assert listed(server)["开会地点"]["state"] == "new"
    edit(content / "faq/faq.yaml", "会议在成都召开：", "开会的地点是成都，报道写的是：")
    assert server.call("kb", "publish").exit_code == 0
    until(lambda: server.ready()["release"] != first)
    assert listed(server) == {}
    assert listed(server, "--all")["开会地点"]["state"] == "done"


def test_single_wordings_are_ignored_moved_and_taken_apart(
    make_server: Callable[..., Server], content: Path
) -> None:
    server = make_server(CONTENT_DIR=str(content))
    wordings = ("身份证丢了怎么补", "补办身份证在哪里", "身份证补办要多久")
    for wording in (*wordings, UNKNOWN):
        server.wechat().say("oAsks", wording)
    topics = listed(server)
    assert set(topics[wordings[0]]["questions"]) == set(wordings)
    ids = {
        line.split()[1]: line.split()[0]
        for line in server.call("kb", "misses").stdout.splitlines()
        if line.startswith("    ")
    }
    topic, library = topics[wordings[0]]["id"], topics[UNKNOWN]["id"]
    assert server.call("kb", "misses", "--ignore", topic, "--only", ids[wordings[1]]).exit_code == 0
    assert server.call("kb", "misses", "--move", ids[wordings[2]], "--to", library).exit_code == 0
    left = {frozenset(one["questions"]): one["state"] for one in listed(server, "--all").values()}
    assert left == {
        frozenset({wordings[0]}): "new",
        frozenset({wordings[1]}): "ignored",
        frozenset({UNKNOWN, wordings[2]}): "new",
    }
    assert server.call("kb", "misses", "--move", ids[wordings[2]]).exit_code == 0
    assert set(listed(server)) == {wordings[0], wordings[2], UNKNOWN}
    wrong = server.call("kb", "misses", "--ignore", topic, "--only", "nobody")
    assert (wrong.exit_code, "没有问法 nobody" in wrong.stderr) == (2, True)


def test_hits_show_what_was_typed(make_server: Callable[..., Server], content: Path) -> None:
    server = make_server(CONTENT_DIR=str(content))
    server.wechat().say("oTyped", "自律倡议书第四条说了什么")
    assert "提供互动信息服务" in (server.wechat().say("oTyped", "那第五条呢") or "")
    questions = json.loads(server.call("kb", "hits", "--json").stdout)["questions"]
    assert questions == {"自律倡议书第四条说了什么": 1, "那第五条呢": 1}


def test_find_leads_to_file_and_line(tmp_path: Path, content: Path) -> None:
    server = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    lines = (content / "faq/faq.yaml").read_text(encoding="utf-8").splitlines()
    for words, kind, text in (
        (("会议在成都召开",), "引导语", "answer: 会议在成都召开："),
        (("开会", "图个啥"), "问法", "- 开会图个啥"),
        (("article-5",), "标准问", "question: 自律倡议书第五条说了什么？"),
    ):
        run = server.call("kb", "find", *words)
        assert run.exit_code == 0, run.output
        (line,) = [line for line in run.stdout.splitlines() if f" {kind}：" in line and "faq.yaml" in line]
        path, number, _ = line.split(":", 2)
        assert path == str(content / "faq/faq.yaml")
        assert lines[int(number) - 1].strip() == text
    nothing = server.call("kb", "find", "没有这样的字句")
    assert (nothing.exit_code, "没有找到" in nothing.stderr) == (1, True)


def test_ask_names_the_entry_and_explains_in_words(make_server: Callable[..., Server], content: Path) -> None:
    server = make_server(CONTENT_DIR=str(content))
    run = server.call("ask", "--explain", "未备案网站能否接入")
    assert "条目：article-4" in run.stderr
    assert "article-4  把握 " in run.stdout
    assert "像在哪里：问法“未备案的网站能不能接入”" in run.stdout
    assert "缺什么：" in run.stdout
    assert "条目" not in server.call("ask", "未备案网站能否接入").stdout.replace("列出的条目", "")
