"""A backup taken while people answer, put back elsewhere; files that are none; and a move to another Redis and back."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from bot.backup.sealed_file import Writer
from bot.config import load_settings
from bot.process import user_hash
from bot.store.keys import keys_of
from tests.door.traffic import answered, answering, backed_up_in_traffic
from tests.outside import OutsideRedis
from tests.serving import Server, copy_small_content

_OPTION = re.compile(r"^([A-F])\.", re.MULTILINE)
_PLACE = re.compile(r"^第 (\d+)/\d+ 题$", re.MULTILINE)
_JUDGED = re.compile(r"^(答对了|答错了|答对一部分)")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of servers that start fast."""
    content = copy_small_content(tmp_path_factory.mktemp("small") / "content")
    return {"QINGLANG_CONTENT_DIR": str(content)}


@pytest.fixture(scope="module")
def original(small: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server that was stopped after somebody had answered an item, beside two backups of it."""
    folder = tmp_path_factory.mktemp("original")
    server = Server(folder / "server", small).start()
    (folder / "passphrase").write_text("一二三 four\n", encoding="utf-8")
    taken(server, folder / "plain")
    run = server.call("backup", str(folder / "sealed"), *sealing(server))
    assert run.exit_code == 0, run.output
    return server


def position(text: str) -> int:
    """Return k of the item that a reply shows."""
    found = _PLACE.search(text)
    assert found, text
    return int(found[1])


def sealing(server: Server) -> tuple[str, str]:
    return "--passphrase-file", str(server.folder.parent / "passphrase")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[OutsideRedis]:
    server = OutsideRedis(tmp_path / "outside").start()
    yield server
    server.kill()


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def taken(server: Server, file: Path, *options: str) -> Path:
    """Have somebody answer an item, stop, and back up."""
    wechat = server.wechat()
    wechat.say("oKept", "答题")
    wechat.say("oKept", "A")
    wechat.say("oKept", "承诺")
    assert server.stop() == 0
    run = server.call("backup", str(file), *options)
    assert run.exit_code == 0, run.output
    return file


def test_backup_taken_while_people_answer_is_of_one_moment(
    make_server: Callable[..., Server], tmp_path: Path, small: dict[str, str]
) -> None:
    server = make_server(SERVER__WORKERS="2", CONTENT_DIR=small["QINGLANG_CONTENT_DIR"])
    openids = [f"oBusy{n}" for n in range(12)]
    before, held = backed_up_in_traffic(server, tmp_path, small, openids, 2 * len(openids))
    assert held >= before > len(openids)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


def test_restored_place_goes_on_where_the_backup_was(
    original: Server, tmp_path: Path, small: dict[str, str]
) -> None:
    file = original.folder.parent / "sealed"
    there = Server(tmp_path / "there", small)
    run = there.call("restore", str(file), *sealing(original))
    assert run.exit_code == 0, run.output
    assert "用户 1、" in run.output
    for command in (("users", "export", "oKept"), ("kb", "log"), ("kb", "releases")):
        assert there.call(*command).stdout == original.call(*command).stdout
    there.start()
    try:
        wechat = there.wechat()
        assert position(wechat.say("oKept", "继续")) == 2
        assert "答题完成" in wechat.say("oKept", "A")
    finally:
        there.stop()


def spoilt(data: bytes, how: str) -> bytes:
    match how:
        case "cut":
            return data[: len(data) - 40]
        case "altered":
            return data[:-300] + bytes([data[-300] ^ 1]) + data[-299:]
        case "piece too many":
            return data + b"\0"
        case "head alone":
            return data[:25]
        case "no backup":
            return "今天天气很好".encode() * 100
        case "empty":
            return b""
        case "later version":
            return data.replace(b"qinglang-backup 1", b"qinglang-backup 9", 1)
    raise AssertionError(how)


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_file_that_is_no_whole_backup_is_told_and_nothing_is_written(
    original: Server, tmp_path: Path, small: dict[str, str], is_encrypted: bool
) -> None:
    options = sealing(original) if is_encrypted else ()
    data = (original.folder.parent / ("sealed" if is_encrypted else "plain")).read_bytes()
    bad, there = tmp_path / "bad", Server(tmp_path / "there", small)
    told = {
        "cut": "不完整",
        "altered": "坏了",
        "piece too many": "坏了",
        "head alone": "开头坏了",
        "no backup": "不是清朗的备份",
        "empty": "不是清朗的备份",
        "later version": "另一个版本",
    }
    for how, words in told.items():
        bad.write_bytes(spoilt(data, how))
        run = there.call("restore", str(bad), *options)
        assert run.exit_code == 1, how
        assert len(run.output.strip().splitlines()) == 1, run.output
        assert words in run.output, (how, run.output)
        assert not (tmp_path / "there").exists(), how


def test_names_in_a_backup_lead_nowhere_else(tmp_path: Path, small: dict[str, str]) -> None:
    there = Server(tmp_path / "there", small)
    for name in (
        *("../out", "/tmp/out", "secrets/../../out", "releases/../out.json.z", "redis/appendonly.aof"),
        # These end as ours do.
        *("../secrets/out", "secrets/../../secrets/out", "../releases/out.json.z", "/tmp/secrets/out"),
    ):
        with (tmp_path / "bad").open("wb") as file:
            writer = Writer(file, {"made_at": 1})
            writer.write(["file", name, b"x"])
            writer.end()
        run = there.call("restore", str(tmp_path / "bad"))
        assert run.exit_code == 1
        assert "不认识" in run.output, run.output
        assert files_of(tmp_path) == ["bad"]


def test_wrong_passphrase_and_none_are_told(original: Server, tmp_path: Path, small: dict[str, str]) -> None:
    file = original.folder.parent / "sealed"
    there = Server(tmp_path / "there", small)
    (tmp_path / "other").write_text("five\n", encoding="utf-8")
    for options, words in ((("--passphrase-file", str(tmp_path / "other")), "口令不对"), ((), "加密的")):
        run = there.call("restore", str(file), *options)
        assert run.exit_code == 1
        assert words in run.output
        assert not (tmp_path / "there").exists()


def test_place_that_is_not_empty_is_left_alone_unless_told(
    make_server: Callable[..., Server], tmp_path: Path, small: dict[str, str]
) -> None:
    server = make_server(CONTENT_DIR=small["QINGLANG_CONTENT_DIR"])
    file = taken(server, tmp_path / "b")
    server.start()
    running = server.call("restore", str(file), "--replace")
    assert "正在运行" in running.output
    server.wechat().say("oKept", "A")
    assert server.stop() == 0
    there = files_of(server.folder / "data")
    run = server.call("restore", str(file))
    assert run.exit_code == 1
    assert "不是空的" in run.output
    assert files_of(server.folder / "data") == there
    replaced = server.call("restore", str(file), "--replace")
    assert replaced.exit_code == 0, replaced.output
    (aside,) = (server.folder / "data").glob("replaced-*")
    assert (aside / "redis").is_dir()
    server.start()
    assert position(server.wechat().say("oKept", "继续")) == 2


def test_place_where_a_backup_can_not_be_written_is_the_one_that_is_named(
    original: Server, tmp_path: Path
) -> None:
    run = original.call("backup", str(tmp_path / "没有" / "b"))
    assert run.exit_code == 1
    assert f"备份写不到 {tmp_path / '没有'}" in run.output
    assert "没有备份" in run.output
    assert "数据目录" not in run.output


def test_full_disk_leaves_no_half_backup(original: Server, tmp_path: Path) -> None:
    # A file can't grow beyond this: what a full disk says in the middle of writing.
    run = subprocess.run(
        ["prlimit", "--fsize=4096", sys.executable, "-m", "bot.cli", "backup", str(tmp_path / "b")],
        env=original.environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert "没有备份" in run.stderr
    assert files_of(tmp_path) == []


def test_everything_moves_to_an_outside_redis_and_back(
    make_server: Callable[..., Server], tmp_path: Path, small: dict[str, str], outside: OutsideRedis
) -> None:
    server = make_server(CONTENT_DIR=small["QINGLANG_CONTENT_DIR"])
    taken(server, tmp_path / "b")
    run = server.call("move", "--to", outside.url)
    assert run.exit_code == 0, run.output
    twice = server.call("move", "--to", outside.url)
    assert twice.exit_code == 1
    assert "已经有数据" in twice.output
    server.settings["QINGLANG_REDIS__URL"] = outside.url
    server.start()
    assert position(server.wechat().say("oKept", "继续")) == 2
    assert server.stop() == 0
    assert "先把它移走" in server.call("move", "--to", "embedded").output
    (server.folder / "data/redis").rename(tmp_path / "old")
    back = server.call("move", "--to", "embedded")
    assert back.exit_code == 0, back.output
    del server.settings["QINGLANG_REDIS__URL"]
    server.start()
    assert position(server.wechat().say("oKept", "继续")) == 2
    hashed = user_hash(load_settings(server.environment))
    with outside.client() as client:
        assert client.ttl(keys_of(hashed("oKept")).session) > 89 * 86_400


def test_no_answer_is_lost_by_a_move_while_people_answer_there_and_back(
    make_server: Callable[..., Server], small: dict[str, str], outside: OutsideRedis, tmp_path: Path
) -> None:
    with outside.client() as client:
        client.flushall()
    server = make_server(CONTENT_DIR=small["QINGLANG_CONTENT_DIR"])
    openids = [f"oMoved{n}" for n in range(4)]
    told: Counter[str] = Counter()
    for to in (outside.url, "embedded"):
        with answering(server, openids) as traffic:
            traffic.begin(40)
            moved = server.call("move", "--to", to)
            assert moved.exit_code == 0, moved.output
            assert "服务还在运行" in moved.output
            assert "核对码" in server.wechat().say("oAsks", "会议什么时候开的")
            assert requests.get(f"{server.url}/readyz", timeout=5).json()["why"].count("它现在不收写入")
        told += traffic.before + traffic.after
        assert server.stop() == 0
        if to == "embedded":
            del server.settings["QINGLANG_REDIS__URL"]
            with outside.client() as client:
                assert client.config_set("min-replicas-to-write", 0)
        else:
            server.settings["QINGLANG_REDIS__URL"] = to
            (server.folder / "data/redis").rename(tmp_path / "old")
        server.start()
    assert answered(server, openids) == told


def test_move_that_fails_lets_the_service_write_again(
    make_server: Callable[..., Server], small: dict[str, str], outside: OutsideRedis
) -> None:
    with outside.client() as client:
        client.flushall()
        client.config_set("maxmemory", "1")
    server = make_server(CONTENT_DIR=small["QINGLANG_CONTENT_DIR"])
    item = server.wechat().say("oStays", "答题")
    try:
        failed = server.call("move", "--to", outside.url)
    finally:
        with outside.client() as client:
            client.config_set("maxmemory", "0")
    assert failed.exit_code == 1
    assert _JUDGED.match(server.wechat().say("oStays", _OPTION.findall(item)[0]))


def test_redis_that_can_not_be_kept_from_writes_is_not_moved_in_service(
    make_server: Callable[..., Server], small: dict[str, str], outside: OutsideRedis
) -> None:
    with outside.client() as client:
        client.flushall()
        client.config_set("min-replicas-max-lag", 0)
    server = make_server(CONTENT_DIR=small["QINGLANG_CONTENT_DIR"], REDIS__URL=outside.url)
    item = server.wechat().say("oStays", "答题")
    try:
        refused = server.call("move", "--to", "embedded")
    finally:
        with outside.client() as client:
            client.config_set("min-replicas-max-lag", 10)
    assert refused.exit_code == 1
    assert "请先停掉服务再搬" in refused.output
    assert _JUDGED.match(server.wechat().say("oStays", _OPTION.findall(item)[0]))
