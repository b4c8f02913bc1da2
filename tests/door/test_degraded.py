"""What users and operators notice when the embedded server can't come up: questions are answered, nothing is lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import redis

from bot.store.server.program import find_binary
from tests.door.test_failures import POLITE, item_of, position, resumed
from tests.serving import Server, until

INCR = "data/redis/appendonlydir/appendonly.aof.1.incr.aof"


def quiz(server: Server) -> str:
    """Have somebody answer three items; return the fourth."""
    wechat = server.wechat()
    wechat.say("oQuiz", "答题")
    for answer in "ABC":
        shown = wechat.say("oQuiz", answer)
    return item_of(shown)


def n_starts(server: Server) -> int:
    return (server.folder / "data/redis/redis.log").read_text().count("is starting")


def test_torn_log_is_mended_at_the_start_and_told(make_server: Callable[..., Server]) -> None:
    server = make_server()
    item = quiz(server)
    assert server.stop() == 0
    with (server.folder / INCR).open("ab") as log:
        log.write(bytes(4096))
    server.start()
    assert item_of(server.wechat().say("oQuiz", "继续")) == item
    assert server.ready()["status"] == "ready"
    assert "4096 个空字节" in server.log


def test_unreadable_data_leave_questions_and_say_what_to_do(make_server: Callable[..., Server]) -> None:
    server = make_server(SERVER__WORKERS="2")
    item = quiz(server)
    assert server.stop() == 0
    whole = (server.folder / INCR).read_bytes()
    (server.folder / INCR).write_bytes(b"x" + whole)
    n_before = n_starts(server)
    server.start()
    wechat = server.wechat()
    # Far more pushes than the breaker lets through, on both workers; each would have been a start.
    for number in range(20):
        assert "出处：" in wechat.say(f"oAsk{number}", "第五条")
        assert POLITE in wechat.say("oQuiz", "A")
    told = server.ready()
    assert told["status"] == "degraded"
    assert INCR in told["why"]
    assert "从备份换回" in told["why"]
    assert "Traceback" not in server.log
    assert (server.folder / INCR).read_bytes() == b"x" + whole
    (server.folder / INCR).write_bytes(whole)
    until(lambda: server.ready()["status"] == "ready")
    assert n_starts(server) - n_before <= 6
    assert item_of(until(lambda: resumed(wechat.say("oQuiz", "继续")))) == item
    until(lambda: "remembering again" in server.log)


def test_server_that_dies_over_damaged_data_takes_no_question_along(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    quiz(server)
    (server.folder / INCR).write_bytes(b"x" + (server.folder / INCR).read_bytes())
    os.kill(server.redis_pid(), signal.SIGKILL)
    wechat = server.wechat()
    for _ in range(5):
        assert "出处：" in wechat.say("oAsk", "第五条")
    assert POLITE in wechat.say("oQuiz", "A")
    until(lambda: INCR in server.ready().get("why", ""))


def test_sigterm_ends_the_server_while_its_data_are_still_looked_through(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    slow = tmp_path / "valkey-server"
    # Looking through a big log takes minutes; here it takes for ever.
    slow.write_text(f'#!/bin/sh\ncase "$1" in *.aof) exec sleep 600;; esac\nexec {find_binary()} "$@"\n')
    slow.chmod(0o755)
    server = make_server(REDIS__SERVER_BINARY=str(slow))
    quiz(server)
    (server.folder / INCR).write_bytes(b"x" + (server.folder / INCR).read_bytes())
    n_before = n_starts(server)
    os.kill(server.redis_pid(), signal.SIGKILL)
    until(lambda: n_starts(server) > n_before)
    for number in range(20):
        assert "出处：" in server.wechat().say(f"oAsk{number}", "第五条")
    assert server.stop() == 0


def test_disk_that_takes_nothing_is_told_and_recovered_from(make_server: Callable[..., Server]) -> None:
    server = make_server()
    item = quiz(server)
    client = redis.Redis(unix_socket_path=str(server.folder / "data/redis/redis.sock"))
    # The server refuses writes when a save to the disk fails; here a folder has the file's name.
    dump = server.folder / "data/redis/dump.rdb"
    dump.mkdir()
    client.config_set("save", "3600 1")
    client.bgsave()
    wechat = server.wechat()
    until(lambda: server.ready()["status"] == "degraded")
    assert "写不进磁盘" in server.ready()["why"]
    assert "出处：" in wechat.say("oAsk", "第五条")
    assert POLITE in wechat.say("oQuiz", "A")
    until(lambda: "nothing is remembered" in server.log)
    dump.rmdir()
    client.bgsave()
    until(lambda: server.ready()["status"] == "ready")
    assert item_of(until(lambda: resumed(wechat.say("oQuiz", "继续")))) == item
    client.close()


def test_folder_that_is_not_for_this_server_ends_the_start_in_one_line(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = make_server()
    quiz(server)
    assert server.stop() == 0
    older = tmp_path / "redis-server"
    older.write_text("#!/bin/sh\necho 'Redis server v=6.2.14 sha=0'\n")
    older.chmod(0o755)
    before = (server.folder / INCR).read_bytes()
    server.settings["QINGLANG_REDIS__SERVER_BINARY"] = str(older)
    refused = server.run("serve")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert "Valkey 9.1" in line
    assert "Redis 6.2.14" in line
    assert (server.folder / INCR).read_bytes() == before


def test_half_copied_folder_without_a_release_ends_the_start_in_one_line(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = make_server()
    quiz(server)
    assert server.stop() == 0
    half = Server(tmp_path)
    logs = tmp_path / "data/redis/appendonlydir"
    logs.mkdir(parents=True)
    shutil.copy(server.folder / INCR, logs)
    refused = half.run("serve")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert "没有复制完" in line
    assert [path.name for path in logs.parent.iterdir()] == [logs.name]


def test_server_that_ends_at_once_ends_the_first_start_in_one_line(tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.2.4 sha=0"\nexit 1\n')
    program.chmod(0o755)
    refused = Server(tmp_path, {"QINGLANG_REDIS__SERVER_BINARY": str(program)}).run("serve")
    assert refused.returncode == 2
    (line,) = told_at_the_start(refused.stderr)
    assert line.startswith("没有启动：")
    assert "一启动就退出" in line


def test_unreadable_data_without_a_release_end_the_start_in_one_line(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    quiz(server)
    assert server.stop() == 0
    (server.folder / INCR).write_bytes(b"x" + (server.folder / INCR).read_bytes())
    damaged = (server.folder / INCR).read_bytes()
    shutil.rmtree(server.folder / "data/releases")
    refused = server.run("serve")
    assert refused.returncode == 2
    (line,) = told_at_the_start(refused.stderr)
    assert INCR in line
    assert "从备份换回" in line
    assert (server.folder / INCR).read_bytes() == damaged


def told_at_the_start(stderr: str) -> list[str]:
    """Return what was said beside the place, which every start names, and the log."""
    assert "Traceback" not in stderr
    return [line for line in stderr.splitlines() if not line.startswith(("用的是：", "{"))]


def test_copy_of_a_running_folder_has_every_answer_given_before(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = make_server(FLOOD__PUSHES="0")
    wechat = server.wechat()
    shown = {f"oCopy{number}": wechat.say(f"oCopy{number}", "答题") for number in range(10)}
    for answer in "ABC":
        shown |= {user: wechat.say(user, answer) for user in shown}
    subprocess.run(["cp", "-a", server.folder / "data", tmp_path / "data"], check=True)
    for user in shown:
        wechat.say(user, "A")
    copy = Server(tmp_path).start()
    try:
        assert copy.redis_pid() != server.redis_pid()
        again = {user: copy.wechat().say(user, "继续") for user in shown}
        assert {user: position(text) for user, text in again.items()} == dict.fromkeys(shown, 4)
        assert server.ready()["status"] == "ready"
    finally:
        copy.stop()
