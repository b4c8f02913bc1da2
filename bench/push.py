"""What a push costs: `python -m bench.push [--rounds N] [--pushes N] [--workers N] [--content FOLDER]`.

Peers answer in the same run, on the same machine, one after the other within each round: WeRoBot's echo with its session in
Redis and wechatpy's on Flask, both under gunicorn as their documentation runs them, and a bare ASGI app with one round trip to
Redis, the least that a push can cost. One push at a time over one connection; each question from a user of its own.
CPU is that of the server and its Redis, from /proc. Printed are medians over the rounds and ratios to WeRoBot's echo, each taken
within its round, because machines are noisy.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from bench.start import free_port
from bot.conformance.pretend_wechat import PretendWechat
from bot.store.server.program import find_binary

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "tests/data/questions"
TOKEN, APP_ID, AES_KEY = (
    "benchTokenOfPushes",
    "wx0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
PATIENCE_S = 180.0
BASE = "werobot"
KINDS = ("question", "popular", "follow-up", "answer", "command")
N_POPULAR = 40
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Direct(PretendWechat):
    """The pretend WeChat over one bare connection, that notes how long each answer took."""

    port: int = 0
    seconds: list[float] = field(default_factory=list)
    _connection: http.client.HTTPConnection | None = None

    def send(self, method: str, query: Mapping[str, str], body: bytes = b"", *, fresh: bool = False) -> Any:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        path, headers = f"/wechat?{urlencode(query)}", {"Content-Type": "text/xml"}
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self.seconds.append(time.perf_counter() - started)
        if response.will_close:
            self._connection.close()
        return SimpleNamespace(status_code=response.status, content=content, headers=response.headers)


@dataclass(frozen=True)
class Subject:
    """A running bot: where it listens, and its process, whose children count as well."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """Return the CPU seconds of the process and all that descend from it."""
        parents, spent = {}, {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(stat.parent.name)
            parents[pid], spent[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return sum(spent[pid] for pid in family)

    def client(self, mode: str) -> Direct:
        """Return a pretend WeChat that talks to this bot in a mode."""
        return Direct(
            f"http://127.0.0.1:{self.port}/wechat", TOKEN, mode, APP_ID, AES_KEY, port=self.port  # type: ignore[arg-type]
        )  # fmt: skip


@contextmanager
def _running(
    name: str, command: list[str], environment: Mapping[str, str], port: int, log: Path
) -> Iterator[Subject]:
    with log.open("w") as output:
        process = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output, cwd=ROOT)
    subject = Subject(name, port, process)
    try:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = subject.client("plain").request(_text("oUp", "你好"), "oUp")
                if answer.status_code == 200:
                    break
            except OSError:
                pass
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{name} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield subject
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _text(user: str, words: str) -> str:
    wechat = PretendWechat("", TOKEN)
    return wechat.compose(user, wechat.text(words))


def ours(folder: Path, workers: int, content: str) -> Any:
    """Return a context with our own server, its Redis its child."""
    port = free_port()
    environment = os.environ | {
        "QINGLANG_DATA_DIR": str(folder / "data"),
        "QINGLANG_SERVER__PORT": str(port),
        "QINGLANG_SERVER__WORKERS": str(workers),
        "QINGLANG_WECHAT__TOKEN": TOKEN,
        "QINGLANG_WECHAT__APP_ID": APP_ID,
        "QINGLANG_WECHAT__ENCODING_AES_KEY": AES_KEY,
        "QINGLANG_WECHAT__MODE": "compat",
        "QINGLANG_FLOOD__PUSHES": "0",
    }
    if content:
        environment["QINGLANG_CONTENT_DIR"] = content
    return _running(
        "ours", [sys.executable, "-m", "bot.cli", "serve"], environment, port, folder / "ours.log"
    )


def peer(name: str, folder: Path, workers: int) -> Any:
    """Return a context with an echo under its usual server, Redis beside it in one shell."""
    port, socket = free_port(), folder / f"{name}.sock"
    environment = os.environ | {
        "ECHO_REDIS": str(socket), "ECHO_TOKEN": TOKEN, "ECHO_APP_ID": APP_ID, "ECHO_AES_KEY": AES_KEY,
    }  # fmt: skip
    redis = f"{find_binary()} --port 0 --unixsocket {socket} --appendonly yes --dir {folder} --appenddirname {name}"
    python = sys.executable
    server = (
        f"{python} -m uvicorn --factory bench.echoes:limit --port {port} --workers {workers} --log-level warning"
        if name == "limit"
        else f"{python} -m gunicorn -w {workers} -b 127.0.0.1:{port} --log-level warning 'bench.echoes:{name}()'"
    )
    # The shell waits for both, and takes both along when it is told to end.
    script = f"trap 'kill 0' TERM; {redis} & {server} & wait"
    return _running(name, ["setsid", "-w", "bash", "-c", script], environment, port, folder / f"{name}.log")


_USERS = itertools.count()


def _talk(kind: str, n: int, questions: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield users, the words that lead up to what is measured, and the measured words of each."""
    if kind in ("question", "popular", "command"):
        for i in range(n):
            words = {"question": questions[i % len(questions)], "popular": questions[i % N_POPULAR]}.get(
                kind, "帮助"
            )
            yield f"oBench{next(_USERS):06}", [], [words]
    else:
        lead, measured = (["第一条"], ["下一条"] * 5) if kind == "follow-up" else (["答题"], ["A"] * 5)
        for _ in range(n // 5):
            yield f"oBench{next(_USERS):06}", lead, measured


def measure(
    subject: Subject, kind: str, mode: str, n: int, questions: list[str]
) -> tuple[float, list[float]]:
    """Return CPU seconds a push and the seconds each took, of n pushes of a kind."""
    client = subject.client(mode)
    talks = list(_talk(kind, n, questions))
    for user, lead, _ in talks:
        for words in lead:
            client.request(_text(user, words), user)
    client.seconds.clear()
    cpu = subject.cpu_s()
    for user, _, measured in talks:
        for words in measured:
            answer = client.request(_text(user, words), user)
            assert answer.status_code == 200 and answer.content, (subject.name, words)  # noqa: PT018
    return (subject.cpu_s() - cpu) / len(client.seconds), client.seconds


def main() -> None:
    """Print the table of costs and of ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pushes", type=int, default=400)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--content", default="", help="a content folder other than the shipped one")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--modes", default="plain,safe")
    options = parser.parse_args()
    # More than a worker remembers the decisions of, so that each question of a round is new to it.
    questions = [
        json.loads(line)["q"]
        for path in sorted(QUESTIONS.rglob("answerable*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        contexts = [ours(folder, options.workers, options.content)]
        contexts += [peer(name, folder, options.workers) for name in (BASE, "wechatpy", "limit")]
        subjects = [stack.enter_context(context) for context in contexts]  # type: ignore[arg-type]
        print(f"{'':24}{'CPU ms':>8}{'p50 ms':>8}{'p99 ms':>8}{'× WeRoBot':>11}")
        for mode in options.modes.split(","):
            for kind in options.kinds.split(","):
                _compare(subjects, kind, mode, options, questions)


def _compare(
    subjects: list[Subject], kind: str, mode: str, options: argparse.Namespace, questions: list[str]
) -> None:
    cpu: dict[str, list[float]] = {s.name: [] for s in subjects}
    took: dict[str, list[float]] = {s.name: [] for s in subjects}
    for _ in range(options.rounds):
        for subject in subjects:
            # The least that a push can cost reads nothing, so it does not know of modes or kinds.
            cost, seconds = measure(subject, kind, mode, options.pushes, questions)
            cpu[subject.name].append(cost)
            took[subject.name] += seconds
    print(f"{mode}, {kind}")
    for name, spent in cpu.items():
        ratio = statistics.median(a / b for a, b in zip(spent, cpu[BASE], strict=True))
        cuts = statistics.quantiles(took[name], n=100)
        print(
            f"  {name:22}{statistics.median(spent) * 1e3:8.2f}{cuts[49] * 1e3:8.2f}{cuts[98] * 1e3:8.2f}{ratio:11.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
