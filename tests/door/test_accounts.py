"""Two accounts on one deployment, in one process and one Redis: the same user in both, and nothing crosses."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bot.conformance.pretend_wechat import PretendWechat
from bot.store.server.embedded import Embedded
from tests.serving import AES_KEY, APP_ID, CONTENT, ROOT, Server, copy_small_content, until

USER = "oSameUserInBoth"
OTHERS_TOKEN = "anotherTokenOfTheSchool26"
OPENING, PLACE = "幼儿园几点开门", "会议在哪里召开"


def school_content(folder: Path) -> Path:
    shutil.copytree(ROOT / "tests/data/own-content", folder)
    for name in ("replies.yaml", "menu.yaml"):
        shutil.copy(CONTENT / name, folder / name)
    return folder


def two_accounts(folder: Path) -> dict[str, str]:
    return {
        "QINGLANG_CONTENT_DIR": str(copy_small_content(folder / "main-content")),
        "QINGLANG_SERVER__PUBLIC_URL": "https://wx.example.cn",
        "QINGLANG_ACCOUNTS__SCHOOL__TOKEN": OTHERS_TOKEN,
        "QINGLANG_ACCOUNTS__SCHOOL__APP_ID": APP_ID,
        "QINGLANG_ACCOUNTS__SCHOOL__ENCODING_AES_KEY": AES_KEY,
        "QINGLANG_ACCOUNTS__SCHOOL__CONTENT_DIR": str(school_content(folder / "school-content")),
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("accounts")
    server = Server(folder / "server", two_accounts(folder)).start()
    try:
        yield server
        assert server.stop() == 0
    finally:
        server.end()


def school(server: Server, token: str = OTHERS_TOKEN) -> PretendWechat:
    return PretendWechat(f"{server.url}/wechat/school", token, "safe", APP_ID, AES_KEY)


def told(server: Server, *command: str) -> str:
    run = server.call(*command)
    assert run.exit_code == 0, run.output
    return run.output


def logged(server: Server) -> list[str]:
    return [line for line in server.log.splitlines() if line.startswith("{")]


def keys(server: Server) -> set[bytes]:
    with redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket)) as client:
        return set(client.scan_iter(count=1000))


def test_each_account_answers_from_its_own_documents(server: Server) -> None:
    main, theirs = server.wechat(), school(server)
    assert "早上七点半开门" in theirs.say(USER, OPENING)
    assert "早上七点半开门" not in main.say(USER, OPENING)
    assert "在成都召开" in main.say(USER, PLACE)
    assert "在成都召开" not in theirs.say(USER, PLACE)
    assert server.ready()["accounts"].keys() == {"school"}  # type: ignore[attr-defined]


def test_the_token_of_one_is_nothing_at_the_other(server: Server) -> None:
    wrong = school(server, "testTokenForPushes2026")
    assert wrong.request(wrong.compose(USER, wrong.text("你好")), USER).status_code == 403
    refused = [line for line in map(json.loads, logged(server)) if line["event"] == "push refused"]
    assert [line["account"] for line in refused] == ["school"]


def test_push_of_the_same_number_is_answered_by_each(server: Server) -> None:
    main, theirs = server.wechat(), school(server)
    assert "在成都召开" in main.say(USER, PLACE, "4711")
    assert "早上七点半开门" in theirs.say(USER, OPENING, "4711")
    # Delivered again: each gives what it said, and not what the other said.
    assert "在成都召开" in main.say(USER, PLACE, "4711")
    assert "早上七点半开门" in theirs.say(USER, OPENING, "4711")


def test_quiz_and_erasure_of_one_leave_the_other_alone(server: Server) -> None:
    user = "oTakerInBoth"
    main, theirs = server.wechat(), school(server)
    open_item = main.say(user, "答题")
    assert "第 1/" in open_item
    assert theirs.say(user, "继续") != main.say(user, "继续")
    theirs_item = theirs.say(user, "答题")
    assert theirs_item.partition("\n")[2] != open_item.partition("\n")[2]
    main.say(user, "A")
    assert "第 1/" in theirs.say(user, "继续")
    told(server, "users", "erase", user, "--account", "school")
    assert "第 2/" in main.say(user, "继续")
    assert "第 " not in theirs.say(user, "继续")


def test_questions_in_vain_stay_with_their_account(server: Server) -> None:
    server.wechat().say(USER, "会议的停车场收不收费")
    school(server).say(USER, "校车要不要收费")
    ours, theirs = (told(server, "kb", "misses", "--account", name) for name in ("main", "school"))
    assert ("停车场" in ours, "校车" in ours) == (True, False)
    assert ("停车场" in theirs, "校车" in theirs) == (False, True)


def test_codes_lead_to_pages_of_their_account_alone(server: Server) -> None:
    answer = school(server).say(USER, "小学几点上课")
    link = re.search(r"https://wx\.example\.cn(/a/school/k/[\w-]+)", answer)
    assert link, answer
    page = server.get(link[1])
    assert page.ok
    assert 'href="/a/school/privacy' in page.text
    assert server.get("/a/school/privacy").ok
    assert server.get(link[1].removeprefix("/a/school")).status_code == 404


def test_publication_of_one_leaves_the_others_release(server: Server) -> None:
    folder = Path(server.settings["QINGLANG_ACCOUNTS__SCHOOL__CONTENT_DIR"])
    before = server.ready()
    entry = folder / "faq/faq.yaml"
    entry.write_text(
        entry.read_text(encoding="utf-8").replace("几岁可以报名入园？", "多大可以报名入园？"),
        encoding="utf-8",
    )
    told(server, "kb", "publish", "-m", "改一个问法", "--account", "school")
    release = str(before["accounts"]["school"]["release"])  # type: ignore[index]
    until(lambda: server.ready()["accounts"]["school"]["release"] != release)  # type: ignore[index]
    assert server.ready()["release"] == before["release"]
    assert "改一个问法" in told(server, "kb", "log", "--account", "school")
    assert "改一个问法" not in told(server, "kb", "log", "--account", "main")


def test_command_that_does_not_say_which_account_is_refused(server: Server) -> None:
    run = server.call("ask", PLACE)
    assert run.exit_code == 2
    assert "这里有 2 个公众号：main、school" in run.output
    assert "--account" in run.output
    run = server.call("ask", PLACE, "--account", "scool")
    assert (run.exit_code, "没有公众号 scool" in run.output) == (2, True)
    assert "早上七点半开门" in told(server, "ask", OPENING, "--account", "school")
    assert "在成都召开" in told(server, "ask", PLACE, "--account", "main")


def test_lone_account_needs_no_name(tmp_path: Path) -> None:
    lone = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content"))})
    assert told(lone, "menu", "show") == told(lone, "menu", "show", "--account", "main")


def test_backup_of_one_holds_and_restores_it_alone(tmp_path: Path) -> None:
    server = Server(tmp_path / "server", two_accounts(tmp_path)).start()
    main, theirs = server.wechat(), school(server)
    for wechat in (main, theirs):
        wechat.say(USER, "答题")
    told(server, "backup", str(tmp_path / "school.backup"), "--account", "school")
    main.say(USER, "A")
    theirs.say(USER, "A")
    server.stop()
    told(server, "restore", str(tmp_path / "school.backup"), "--replace", "--account", "school")
    server.start()
    try:
        assert "第 1/" in theirs.say(USER, "继续")
        assert "第 2/" in main.say(USER, "继续")
        assert {key.partition(b"{")[0] for key in keys(server)} == {b"", b"@school:"}
    finally:
        server.stop()


def test_wrong_account_is_told_in_one_line(tmp_path: Path) -> None:
    folder = {"QINGLANG_ACCOUNTS__SCHOOL__CONTENT_DIR": str(tmp_path)}
    for more, words in (
        ({"QINGLANG_ACCOUNTS__SCHOOL__TOKN": "x"}, "是不是 accounts.school.token"),
        ({"QINGLANG_ACCOUNTS__SCHOOL__ENCODING_AES_KEY": "short"}, "正好 43 个"),
        ({"QINGLANG_ACCOUNTS__SCHOOL__ENCODING_AES_KEY": AES_KEY}, "也要填 accounts.school.app_id"),
        ({"QINGLANG_ACCOUNTS__MAIN__CONTENT_DIR": str(tmp_path)}, "换一个名字"),
        ({"QINGLANG_ACCOUNTS__9__CONTENT_DIR": str(tmp_path)}, "字母开头"),
        (
            {"QINGLANG_ACCOUNTS__SCHOOL__APP_ID": APP_ID, "QINGLANG_WECHAT__APP_ID": APP_ID},
            "一个公众号只写一次",
        ),
        ({"QINGLANG_ACCOUNTS__OTHER__TOKEN": "x"}, "accounts.other.content_dir 的值不对：少了这一项"),
    ):
        run = Server(tmp_path, {**folder, **more}).call("menu", "show", "--account", "school")
        assert (run.exit_code, run.output.count("\n")) == (2, 1), run.output
        assert words in run.output


def test_doctor_looks_at_every_account(tmp_path: Path) -> None:
    settings = two_accounts(tmp_path) | {"QINGLANG_ACCOUNTS__SCHOOL__APP_ID": "gh_0123456789ab"}
    (tmp_path / "school-content/menu.yaml").write_text("buttons:\n  - {name: 问, key: A}\n")
    run = Server(tmp_path / "server", settings).call("doctor", "--json")
    found = [each for each in json.loads(run.output) if each["what"].startswith("公众号 school：")]
    assert run.exit_code == 1
    assert {"app-id", "content"} <= {each["name"] for each in found if each["state"] == "fault"}
    assert "redis" not in {each["name"] for each in found}
