"""Publishing while people ask, while the machine fails, and while an editor saves."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serving import ROOT, Server, copy_small_content, until

OLD, NEW = "会议在成都召开：", "会议就在成都召开："
PUSHES_PER_S = 50


def publish(server: Server, content: Path, before: str, after: str) -> str:
    path = content / "faq/faq.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    run = server.call("kb", "publish")
    assert run.exit_code == 0, run.output
    return run.output.split()[-1]


@contextlib.contextmanager
def load(server: Server) -> Iterator[list[str]]:
    """Push questions at a steady rate from many users; yield the replies as they come, faults as their names."""
    replies: list[str] = []
    over = threading.Event()

    def push(number: int) -> None:
        try:
            replies.append(server.wechat().say(f"oLoad{number}", "会议在哪里召开") or "no reply")
        except Exception as error:
            replies.append(repr(error))

    def keep_pushing() -> None:
        with ThreadPoolExecutor(16) as pool:
            started, number = time.monotonic(), 0
            while not over.is_set():
                pool.submit(push, number)
                number += 1
                time.sleep(max(0.0, started + number / PUSHES_PER_S - time.monotonic()))

    thread = threading.Thread(target=keep_pushing)
    thread.start()
    try:
        yield replies
    finally:
        over.set()
        thread.join()


def test_publish_under_load_loses_no_push_and_mixes_no_answer(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    content = copy_small_content(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content), SERVER__WORKERS="2")
    with load(server) as replies:
        until(lambda: len(replies) >= PUSHES_PER_S)
        version = publish(server, content, OLD, NEW)
        # Both workers say so, time and again.
        until(lambda: {server.ready()["release"] for _ in range(20)} == {version})
        n_before = len(replies)
        until(lambda: len(replies) >= n_before + 2 * PUSHES_PER_S)
    first_words = {reply.splitlines()[0] for reply in replies}
    assert first_words == {OLD, NEW}
    # Those that were under way at the swap may still come in the old words; all later ones are new.
    late = replies[n_before + 16 :]
    assert late
    assert {reply.splitlines()[0] for reply in late} == {NEW}


KILLED_AT = {
    "the files half written to the disk": "bot.releases.disk.write_whole = half",
    "the files on the disk, nothing in Redis": "bot.releases.ledger.Ledger.write = die",
    "live in Redis, the marker on the disk old": "bot.releases.ledger.Ledger.write = write_and_die",
}
_DRIVER = """
import os, signal, sys
import bot.releases.ledger, bot.releases.releases
from bot.cli import main

def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

def half(path, data):
    path.with_name("." + path.name + ".half").write_bytes(data[: len(data) // 2])
    die()

write = bot.releases.ledger.Ledger.write

async def write_and_die(*arguments, **options):
    await write(*arguments, **options)
    die()

{change}
main(["kb", "publish"])
"""


@pytest.mark.parametrize("stage", KILLED_AT)
def test_killed_publisher_leaves_the_old_release_or_the_new_one(
    make_server: Callable[..., Server], tmp_path: Path, stage: str
) -> None:
    content = copy_small_content(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content))
    old = server.ready()["release"]
    path = content / "faq/faq.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    driver = _DRIVER.format(change=KILLED_AT[stage])
    killed = subprocess.run(
        [sys.executable, "-c", driver],
        env=server.environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    live = "new" if "live in Redis" in stage else "old"
    if live == "new":
        until(lambda: server.ready()["release"] != old)
    assert (server.wechat().say("oKill", "会议在哪里召开") or "").splitlines()[0] == {"old": OLD, "new": NEW}[
        live
    ]
    server.kill()
    server.start()
    assert (server.ready()["release"] == old) is (live == "old")
    assert server.call("kb", "publish", "--over", server.ready()["release"]).exit_code == 0
    until(lambda: server.ready()["release"] != old)
    assert (server.wechat().say("oAgain", "会议在哪里召开") or "").splitlines()[0] == NEW


def test_watching_server_tells_faults_at_every_save_and_stays_as_it_is(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    server = Server(tmp_path / "server", {"QINGLANG_CONTENT_DIR": str(content)})
    server.start("--watch")
    try:
        live = server.ready()["release"]
        until(lambda: "草稿（启动）：没有错误" in server.log)
        (content / "faq/half.yaml").write_text("- id: half\n  question: '没有写完", encoding="utf-8")
        until(lambda: "草稿（half.yaml）：1 处错误" in server.log)
        assert "faq/half.yaml:2:" in server.log
        (content / "faq/half.yaml").unlink()
        until(lambda: "草稿（half.yaml）：没有错误" in server.log)
        assert server.ready()["release"] == live
    finally:
        server.stop()
