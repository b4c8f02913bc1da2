"""What a push costs: `python -m bench.push [--rounds N] [--pushes N] [--workers N] [--meaning off] [--content FOLDER] [--json]`.

Peers answer in the same run, on the same machine, one after the other within each round: WeRoBot's echo with its session in
Redis and wechatpy's on Flask, both under gunicorn as their documentation runs them, and a bare ASGI app with one round trip to
Redis, the least that a push can cost. One push at a time over one connection; each question from a user of its own.
CPU is that of the server and its Redis, from /proc. Printed are medians over the rounds and ratios to WeRoBot's echo, each taken
within its round, because machines are noisy. A bare question is never one that a worker may remember: all sample questions are asked
in a circle that is longer than what it keeps. "popular" are forty questions that come again and again.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from bench.said import KINDS, LONG, N_REMEMBERED, Talk, min_apart, read_questions, talks_of, texts_of
from bench.start import free_port
from bot.conformance.pretend_wechat import PretendWechat
from bot.store.server.program import find_binary

ROOT = Path(__file__).parent.parent
TOKEN, APP_ID, AES_KEY = (
    "benchTokenOfPushes",
    "wx0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
PATIENCE_S = 180.0
BASE = "werobot"
N_WARM = 120


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

    def family(self) -> set[int]:
        """Return the process and all that descend from it."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family

    def cpu_s(self) -> float:
        """Return the CPU seconds of the process and all that descend from it."""
        return sum(_cpu_s_of(Path(f"/proc/{pid}")) for pid in self.family())

    def client(self, mode: str) -> Direct:
        """Return a pretend WeChat that talks to this bot in a mode."""
        return Direct(
            f"http://127.0.0.1:{self.port}/wechat", TOKEN, mode, APP_ID, AES_KEY, port=self.port  # type: ignore[arg-type]
        )  # fmt: skip


def _cpu_s_of(process: Path) -> float:
    """Return the CPU seconds of the threads of a process that live, to the nanosecond."""
    spent = 0
    for thread in (process / "task").glob("*/schedstat"):
        with suppress(OSError):
            spent += int(thread.read_text().split()[0])
    return spent / 1e9


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


def ours(folder: Path, workers: int, content: str = "", meaning: str = "auto") -> Any:
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
        "QINGLANG_MATCHING__MEANING": meaning,
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


def measure(subject: Subject, mode: str, talks: list[Talk]) -> tuple[float, list[float]]:
    """Return CPU seconds a push and the seconds each took, of what users say after what leads up to it."""
    client = subject.client(mode)
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
    parser.add_argument(
        "--meaning", choices=("auto", "off"), default="auto", help="whether the encoder may be asked"
    )
    parser.add_argument("--kinds", default=",".join(KINDS), help=f"of these and of {', '.join(LONG)}")
    parser.add_argument("--modes", default="plain,safe")
    parser.add_argument("--json", action="store_true", help="print one object: mode, kind, peer")
    options = parser.parse_args()
    kinds = options.kinds.split(",")
    questions = read_questions()
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        contexts = [ours(folder, options.workers, options.content, options.meaning)]
        contexts += [peer(name, folder, options.workers) for name in (BASE, "wechatpy", "limit")]
        subjects = [stack.enter_context(context) for context in contexts]
        for subject in subjects:
            # What is loaded or worked out at the first push of its kind is no part of the others.
            measure(subject, "plain", list(talks_of("popular", N_WARM, texts_of("popular", questions))))
        if not options.json:
            print(f"{'':24}{'CPU ms':>8}{'p50 ms':>8}{'p99 ms':>8}{'× WeRoBot':>11}")
        for mode in options.modes.split(","):
            texts = {kind: texts_of(kind, questions) for kind in kinds}
            found[mode] = {}
            for kind in kinds:
                n = options.pushes // (10 if kind in LONG else 1)
                rounds = [list(talks_of(kind, n, texts[kind])) for _ in range(options.rounds)]
                found[mode][kind] = _compare(subjects, mode, rounds)
                if not options.json:
                    _print(f"{mode}, {kind}", found[mode][kind], rounds)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))


def _compare(subjects: list[Subject], mode: str, rounds: list[list[Talk]]) -> dict[str, dict[str, float]]:
    """Return the figures of each subject, all of them told the same within a round."""
    cpu: dict[str, list[float]] = {s.name: [] for s in subjects}
    took: dict[str, list[float]] = {s.name: [] for s in subjects}
    for talks in rounds:
        for subject in subjects:
            # The least that a push can cost reads nothing, so it does not know of modes or kinds.
            cost, seconds = measure(subject, mode, talks)
            cpu[subject.name].append(cost)
            took[subject.name] += seconds
    found = {}
    for name, spent in cpu.items():
        cuts = statistics.quantiles(took[name], n=100)
        found[name] = {
            "cpu_us": statistics.median(spent) * 1e6,
            "p50_ms": cuts[49] * 1e3,
            "p99_ms": cuts[98] * 1e3,
            "ratio": statistics.median(a / b for a, b in zip(spent, cpu[BASE], strict=True)),
        }
    return found


def _print(
    title: str,
    found: dict[str, dict[str, float]],
    rounds: list[list[Talk]],
) -> None:
    said = [text for talks in rounds for _, _, words in talks for text in words]
    apart = min_apart(said)
    again = f"the same text after {apart} others at the soonest" if apart < len(said) else "no text twice"
    remembered = "nothing remembered" if apart > N_REMEMBERED or apart == len(said) else "some are remembered"
    print(f"{title}  ({again}: {remembered})")
    for name, one in found.items():
        bar = "▪" * min(40, round(one["ratio"] * 4))
        print(
            f"  {name:22}{one['cpu_us'] / 1e3:8.2f}{one['p50_ms']:8.2f}{one['p99_ms']:8.2f}{one['ratio']:11.2f}  {bar}",
            flush=True,
        )


if __name__ == "__main__":
    main()
