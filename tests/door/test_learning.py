"""From what people ask in vain to an answer: signed pushes in, the editor's commands, and the push again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.china import today
from knowledge.reading.load import read_folder
from tests.serving import Server, commands_of, copy_small_content, until

# question in these wordings, how often in all
MISSED = {
    ("计算机病毒谁来防范", "怎么防范计算机病毒", "防范计算机病毒有什么要求"): 12,
    ("身份证丢了怎么补", "补办身份证在哪里"): 10,
    ("献血有什么条件", "献血要带证件吗"): 8,
    ("垃圾分类怎么分", "垃圾分类标准是什么"): 6,
    ("图书馆几点开门", "图书馆周末开门不"): 4,
}
TOLD = {"自律书第四条": 130, "第五条": 90, "会议在哪里召开": 40}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a day on which seven people got an answer and one did not."""
    folder = tmp_path_factory.mktemp("quiet")
    content = copy_small_content(folder / "content", answers=False)
    server = Server(folder / "server", {"QINGLANG_CONTENT_DIR": str(content)}).start()
    try:
        for i in range(7):
            server.wechat().say(f"oHits{i}", "自律书第四条")
        server.wechat().say("oOne", "图书馆几点开门")
        yield server
        assert server.stop() == 0
    finally:
        server.end()


@pytest.fixture
def server(make_server: Callable[..., Server], tmp_path: Path) -> Server:
    return make_server(CONTENT_DIR=str(copy_small_content(tmp_path / "content", answers=False)))


def ask_for_a_week(server: Server) -> None:
    """Send 300 pushes of 50 people: 260 that are answered, 40 that are not, mixed."""
    questions = [question for question, n in TOLD.items() for _ in range(n)]
    for wordings, n in MISSED.items():
        questions += [wordings[i % len(wordings)] for i in range(n)]
    wechat = server.wechat()
    for i in range(len(questions)):
        wechat.say(f"oWeek{i % 50}", questions[i * 77 % len(questions)])


def topics(server: Server, *options: str) -> dict[str, dict[str, Any]]:
    """Return the topics that `kb misses` lists, by their commonest wording's topic in MISSED."""
    run = server.call("kb", "misses", "--json", *options)
    assert run.exit_code == 0, run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines()]
    return {next(w[0] for w in MISSED if set(topic["questions"]) & set(w)): topic for topic in found}


def test_a_week_of_questions_becomes_topics_and_one_becomes_an_answer(server: Server) -> None:
    ask_for_a_week(server)
    found = topics(server)
    assert {name: topic["n"] for name, topic in found.items()} == {w[0]: n for w, n in MISSED.items()}
    assert {frozenset(topic["questions"]) for topic in found.values()} == {frozenset(w) for w in MISSED}
    assert {topic["state"] for topic in found.values()} == {"new"}
    listed = server.call("kb", "misses").stdout
    assert all(f"kb misses --ignore {topic['id']}" in listed for topic in found.values())

    assert server.call("kb", "misses", "--ignore", found["献血有什么条件"]["id"]).exit_code == 0
    server.wechat().say("oAgain", "献血有什么条件")
    server.wechat().say("oAgain", "献血有哪些条件")

    virus = found["计算机病毒谁来防范"]
    assert "self-discipline#article-6" in virus["passages"]
    adopted = server.call("kb", "adopt", virus["id"], "--quote", "self-discipline#article-6", "--ready")
    assert adopted.exit_code == 0, adopted.stdout + adopted.stderr
    files, _ = read_folder(server.folder.parent / "content")
    note = f"# {today()} 采自没答上的问题 {virus['id']}：12 次，{today()} 至 {today()}\n"
    assert note in files["faq/adopted.yaml"]
    assert note in files["tests/adopted.yaml"]
    assert files["tests/adopted.yaml"].count("entry: adopted-") == 3
    assert "出处：" not in server.wechat().say("oBefore", "怎么防范计算机病毒")

    published = server.call("kb", "publish")
    assert published.exit_code == 0, published.stdout + published.stderr
    # Asked only when the release is live: an unanswered try would be counted too.
    until(lambda: server.ready()["release"] in published.stdout)
    assert "共同防范计算机病毒" in server.wechat().say("oAfter", "防范计算机病毒有什么要求")

    assert topics(server).keys() == MISSED_FIRST - {"计算机病毒谁来防范", "献血有什么条件"}
    states = {name: (topic["state"], topic["n"]) for name, topic in topics(server, "--all").items()}
    assert states["献血有什么条件"] == ("ignored", 10)
    assert states["计算机病毒谁来防范"] == ("done", 13)


MISSED_FIRST = {wordings[0] for wordings in MISSED}


def test_hits_and_said_tell_what_was_answered_by_which_release(quiet: Server) -> None:
    hits = json.loads(quiet.call("kb", "hits", "--json").stdout)
    assert hits["days"] == {today(): {"told": 7, "missed": 1}}
    assert hits["hits"] == {"article-4": 7}
    assert hits["questions"] == {"自律书第四条": 7, "图书馆几点开门": 1}
    assert "article-4" not in hits["never"]
    assert "article-5" in hits["never"]
    said = quiet.call("kb", "said", "--date", today(), "--entry", "article-4").stdout
    assert quiet.ready()["release"] in said
    assert "互联网接入服务提供者应对接入的境内外网站信息进行检查监督" in said
    assert "没有回答过" in quiet.call("kb", "said", "--date", "2020-01-01").stdout


def test_wordings_become_phrasings_of_an_entry_with_a_comment(quiet: Server) -> None:
    (topic,) = topics(quiet, "--all").values()
    before, _ = read_folder(quiet.folder.parent / "content")
    run = quiet.call("kb", "adopt", topic["id"], "--phrasing-of", "article-5")
    assert run.exit_code == 0, run.stdout + run.stderr
    after, _ = read_folder(quiet.folder.parent / "content")
    line = "    - 提供互动信息服务的企业要遵守什么\n"
    note = f"    # {today()} 采自没答上的问题 {topic['id']}：1 次，{today()} 至 {today()}\n"
    assert after["faq/faq.yaml"] == before["faq/faq.yaml"].replace(
        line, f"{line}{note}    - 图书馆几点开门\n"
    )
    # Nobody is answered before the release is live, so the topic is still open.
    (topic,) = topics(quiet).values()
    assert topic["state"] == "drafted"


@pytest.fixture
def parking(server: Server) -> dict[str, Any]:
    """A topic of two wordings, the first asked twice."""
    for user, question in (("oA", "会场可以停车吗"), ("oB", "会场可以停车吗"), ("oC", "会场停车要不要钱")):
        server.wechat().say(user, question)
    listed = [json.loads(line) for line in server.call("kb", "misses", "--json").stdout.splitlines()]
    (topic,) = [one for one in listed if "会场可以停车吗" in one["questions"]]
    assert topic["questions"] == {"会场可以停车吗": 2, "会场停车要不要钱": 1}
    return topic


def listed_of(server: Server, *options: str) -> dict[frozenset[str], str]:
    """Return the wordings of each topic, with what became of it."""
    lines = server.call("kb", "misses", "--json", *options).stdout.splitlines()
    return {frozenset(one["questions"]): one["state"] for one in map(json.loads, lines)}


def test_single_wordings_are_named_by_their_words_as_well_as_by_their_ids(
    server: Server, parking: dict[str, Any]
) -> None:
    free, paid = frozenset({"会场可以停车吗"}), frozenset({"会场停车要不要钱"})
    moved = server.call("kb", "misses", "--move", "会场停车要不要钱")
    assert moved.exit_code == 0, moved.stderr
    assert listed_of(server) == {free: "new", paid: "new"}
    back = server.call("kb", "misses", "--move", "会场停车要不要钱", "--to", parking["id"])
    assert back.exit_code == 0, back.stderr
    assert listed_of(server) == {free | paid: "new"}
    ignored = server.call("kb", "misses", "--ignore", parking["id"], "--only", "会场停车要不要钱")
    assert ignored.exit_code == 0, ignored.stderr
    assert listed_of(server) == {free: "new"}
    unknown = server.call("kb", "misses", "--ignore", parking["id"], "--only", "没人问过")
    assert (unknown.exit_code, "没人问过" in unknown.stderr) == (2, True)


def test_comment_beside_one_adopted_wording_counts_that_one_and_its_entry_is_named_by_it(
    server: Server, parking: dict[str, Any]
) -> None:
    for wording, n in (("会场停车要不要钱", 1), ("会场可以停车吗", 2)):
        (topic,) = [one for one in listed_of(server) if wording in one]
        assert wording in topic
        run = server.call(
            "kb", "adopt", parking["id"], "--only", wording, "--quote", "self-discipline#article-6"
        )
        assert run.exit_code == 0, run.stdout + run.stderr
        written = read_folder(server.folder.parent / "content")[0]["faq/adopted.yaml"]
        comment = written.splitlines()[written.splitlines().index(f"  question: {wording}") - 2]
        assert f"：{n} 次，" in comment


def test_wording_adopted_where_nothing_is_said_is_not_told_to_be_asked_again(
    server: Server, parking: dict[str, Any]
) -> None:
    faq = server.folder.parent / "content" / "faq" / "faq.yaml"
    entry = (
        "- id: parking\n  question: 会场有没有停车场？\n  answer: 原文没有收录停车的事，只有这一条：\n  gap: true\n"
        "  quote: [self-discipline#article-6]\n  status: published\n  owner: 内容组\n  review_by: 2099-01-01\n"
    )
    faq.write_text(f"{faq.read_text(encoding='utf-8')}\n{entry}", encoding="utf-8")
    run = server.call("kb", "adopt", parking["id"], "--phrasing-of", "parking")
    assert run.exit_code == 0, run.stdout + run.stderr
    published = server.call("kb", "publish")
    assert published.exit_code == 0, published.stdout + published.stderr
    until(lambda: server.ready()["release"] in published.stdout)
    assert set(listed_of(server).values()) == {"gap"}
    listed = server.call("kb", "misses").stdout
    assert "已写进这样的条目：只说没有收录" in listed
    assert "又没答上" not in listed
    assert "--phrasing-of parking" not in listed
    assert f"kb misses --ignore {parking['id']}" in listed


def test_mistakes_are_told_and_write_nothing(quiet: Server) -> None:
    (topic,) = topics(quiet, "--all").values()
    before, _ = read_folder(quiet.folder.parent / "content")
    for arguments in (
        ("nobody", "--phrasing-of", "article-5"),
        (topic["id"],),
        (topic["id"], "--phrasing-of", "article-55"),
        (topic["id"], "--quote", "self-discipline#article-66"),
        (topic["id"], "--quote", "self-discipline#article-6", "--id", "article-5"),
        (topic["id"], "--quote", "self-discipline#article-6", "--id", "第六条"),
    ):
        run = quiet.call("kb", "adopt", *arguments)
        assert (run.exit_code, "Traceback" in run.stderr, bool(run.stderr)) == (2, False, True), arguments
    assert read_folder(quiet.folder.parent / "content")[0] == before


def test_every_command_of_the_page_works(tmp_path: Path) -> None:
    editor = Server(
        tmp_path, {"QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content", answers=False))}
    )
    commands = commands_of("learning.md")
    assert len(commands) == 5
    for command in commands:
        run = editor.call(*command)
        assert run.exit_code == 0, (command, run.stderr)
