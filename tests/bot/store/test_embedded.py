"""The server's process: ours is known by its folder, and one that can't come up is tried with patience."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.server import pauses
from bot.store.server.embedded import Embedded
from bot.store.server.faults import DataDamaged, ServerFailed
from bot.store.server.pauses import Pauses
from bot.store.server.server_process import ServerProcess
from tests.bot.store.test_origin import client_of, read, write
from tests.serving import is_running


def test_any_process_with_redis_in_its_words_is_not_ours(tmp_path: Path) -> None:
    folder = write(tmp_path / "data")
    words = f"redis-server unixsocket:{folder}/redis.sock"
    stranger = subprocess.Popen([sys.executable, "-c", "input()", words], stdin=subprocess.PIPE)
    try:
        (folder / "redis.pid").write_text(f"{stranger.pid}\n")
        assert read(tmp_path / "data") == "第 4 题"
        assert stranger.poll() is None
    finally:
        stranger.communicate()


def test_copy_of_a_running_folder_starts_beside_the_original(embedded: Embedded, tmp_path: Path) -> None:
    with client_of(embedded) as client:
        client.set("session", "第 4 题")
        subprocess.run(["cp", "-a", tmp_path / "data", tmp_path / "copy"], check=True)
        assert read(tmp_path / "copy") == "第 4 题"
        client.set("session", "第 5 题")
        assert client.get("session") == "第 5 题"


def test_moved_folder_takes_its_server_along(tmp_path: Path) -> None:
    killed = "import os, sys; from pathlib import Path; from bot.store.server.embedded import Embedded; Embedded(Path(sys.argv[1])).start(); os._exit(1)"
    subprocess.run([sys.executable, "-c", killed, tmp_path / "data"], check=False)
    pid = int((tmp_path / "data/redis/redis.pid").read_text())
    (tmp_path / "data").rename(tmp_path / "moved")
    moved = Embedded(tmp_path / "moved")
    moved.start()
    with client_of(moved) as client:
        assert client.info("server")["process_id"] == pid
    moved.stop()
    assert not is_running(pid)


def test_server_of_an_earlier_version_gets_no_twin(embedded: Embedded) -> None:
    folder = embedded.socket.parent
    pid = int((folder / "redis.pid").read_text())
    # That version handed no lock on; the process is known by its working folder.
    (folder / "server.lock").unlink()
    os.kill(pid, signal.SIGSTOP)
    try:
        assert ServerProcess(folder).is_held()
    finally:
        os.kill(pid, signal.SIGCONT)


def test_at_most_five_starts_in_thirty_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr(pauses.time, "time", lambda: now)
    tried: list[float] = []
    # Two processes that look once in a while share the pauses.
    both = (Pauses(tmp_path), Pauses(tmp_path))
    for step in range(3000):
        if not both[step % 2].why_not_yet():
            tried.append(now)
            both[step % 2].failed("读不了")
        now += 0.1
    assert all(sum(start <= other < start + 30 for other in tried) <= 5 for start in tried)
    assert len(tried) >= 8, "it does not give up"


def test_reason_stays_while_no_start_is_tried(tmp_path: Path) -> None:
    folder = write(tmp_path / "data")
    base = folder / "appendonlydir/appendonly.aof.1.base.rdb"
    whole = base.read_bytes()
    base.write_bytes(b"VALKEY080 no base at all")
    server = Embedded(tmp_path / "data")
    with pytest.raises(DataDamaged):
        server.start()
    with pytest.raises(ServerFailed, match=base.name):
        server.ensure()
    base.write_bytes(whole)
    # A person who starts the service again need not wait for the pause to end.
    server.check()
    server.ensure()
    server.stop()


def test_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "valkey-server"
    program.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo 'Valkey server v=9.1.2 sha=0' && exit\nexit 1\n"
    )
    program.chmod(0o755)
    server = Embedded(tmp_path / "data", str(program))
    with pytest.raises(ServerFailed, match="一启动就退出"):
        server.start()
    server.stop()


def test_check_writes_nothing(tmp_path: Path) -> None:
    Embedded(tmp_path / "data").check()
    assert list(tmp_path.iterdir()) == []
    folder = write(tmp_path / "data")
    shutil.rmtree(folder / "appendonlydir")
    Embedded(tmp_path / "data").check()
    assert not (folder / "appendonlydir").exists()
