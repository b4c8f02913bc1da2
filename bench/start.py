"""How long a start takes with ten thousand entries published: `python -m bench.start [N]`.

The content is that of `bench.editing`. "first" is the start that publishes it, "again" the one that takes up what the
first has prepared: a real `qinglang serve` with one worker, timed from the start of its process until it is
healthy and until a signed push is answered. "loading" is the part of the second that reads the release, alone, in
a process whose imports are done.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.editing import N_ENTRIES, make_folder
from bot.commands.running import is_up
from bot.config import Settings, load_settings
from bot.conformance.own_server import pretend_wechat
from bot.process import open_parts

QUESTION = "第五条"
PATIENCE_S = 180.0
LIMIT_S = 2.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start(settings: Settings, folder: Path) -> tuple[float, float]:
    """Start a server, stop it again, and return the seconds to its health and to its first answer."""
    with (folder / "server.log").open("w") as log:
        started = time.monotonic()
        server = subprocess.Popen([sys.executable, "-m", "bot.cli", "serve"], stdout=log, stderr=log)
    try:
        while not is_up(settings):
            if server.poll() is not None or time.monotonic() - started > PATIENCE_S:
                raise SystemExit((folder / "server.log").read_text()[-2000:])
            time.sleep(0.01)
        healthy = time.monotonic() - started
        assert pretend_wechat(settings).say("oStart", QUESTION)
        return healthy, time.monotonic() - started
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


async def load(settings: Settings) -> tuple[float, float]:
    """Return the seconds, and those of the CPU, that a worker takes to have the live release."""
    async with open_parts(settings) as parts:
        started, cpu = time.monotonic(), time.process_time()
        await parts.releases.start()
        return time.monotonic() - started, time.process_time() - cpu


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("n", nargs="?", type=int, default=N_ENTRIES)
    n = parser.parse_args().n
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_folder(folder / "content", n, random.Random(2026))
        os.environ |= {
            "QINGLANG_DATA_DIR": str(folder / "data"),
            "QINGLANG_CONTENT_DIR": str(folder / "content"),
            "QINGLANG_SERVER__PORT": str(free_port()),
            "QINGLANG_SERVER__WORKERS": "1",
        }
        settings = load_settings()
        print(f"start with {n} entries    healthy   first answer   (s)")
        for name in ("first", "again"):
            healthy, answered = start(settings, folder)
            print(f"{name:24} {healthy:8.2f}   {answered:12.2f}", flush=True)
        took, cpu = asyncio.run(load(settings))
        print(f"loading                  {took:8.2f}   (CPU {cpu:.2f})   limit {LIMIT_S:.0f} s")


if __name__ == "__main__":
    main()
