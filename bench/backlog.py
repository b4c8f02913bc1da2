"""A store with many events: `python -m bench.backlog [--events 480000] [--questions 5000]`.

How long `kb misses` takes, the first time (all is counted, some is decided), again, and when the service has decided the rest,
and how long anybody waits for an answer meanwhile, beside a calm time; then how long an answer takes while the embedded
server loads what that came to, grown to `--megabytes`. Processor seconds are those of the command, on a busy machine the surer figure.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import tempfile
import threading
import time
from pathlib import Path

import redis

from bot.store.keys import event_streams
from bot.store.server.embedded import Embedded
from tests.serving import Server, until

_CALM_S = 15.0
_DECIDED_S = 3600.0
_SUBJECTS = [
    "公积金",
    "社保",
    "医保",
    "驾照",
    "户口",
    "居住证",
    "身份证",
    "护照",
    "公租房",
    "婚姻登记",
    "生育津贴",
    "失业金",
    "退休",
    "学籍",
    "车牌",
    "不动产",
    "营业执照",
    "年检",
]
_DEEDS = [
    "怎么办",
    "去哪里办",
    "要什么材料",
    "多久能办好",
    "网上能办吗",
    "收费吗",
    "谁来管",
    "过期了怎么办",
    "能不能代办",
    "在外地怎么办",
]


def fill(client: redis.Redis, n_events: int, n_questions: int) -> None:
    """Put so many misses of so many wordings into the streams."""
    rng, streams = random.Random(1), event_streams()
    words = [f"{s}{d}" for s in _SUBJECTS for d in _DEEDS]
    asked = [f"{words[n % len(words)]}第{n // len(words)}类" for n in range(n_questions)]
    pipe, begun_ms = client.pipeline(transaction=False), int(time.time() * 1000) - n_events * 10
    for n in range(n_events):
        question = rng.choice(asked)
        fields = {"name": "missed", "subject": f"{rng.getrandbits(64):016x}", "question": question}
        more = {"typed": "", "group": " ".join(question), "rule": "unknown", "entry": "", "release": "r1"}
        pipe.xadd(rng.choice(streams), fields | more, id=f"{begun_ms + n * 10}-0")
        if n % 2000 == 1999:
            pipe.execute()
    pipe.execute()


def longest_wait(server: Server, stop: threading.Event, found: list[float]) -> None:
    """Ask all the time until told to stop; note how long each answer took."""
    wechat, n = server.wechat(), 0
    while not stop.is_set():
        begun = time.monotonic()
        reply = wechat.say(f"oAsk{n % 50}", "第五条")
        found.append(time.monotonic() - begun)
        assert "出处：" in reply, reply
        n += 1
        time.sleep(0.01)


def told(what: str, seconds: float, cpu_s: float, waits: list[float]) -> None:
    ordered = sorted(waits) or [0.0]
    median, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
    print(
        f"{what:<44}{seconds:>8.1f} s{cpu_s:>8.1f} s CPU   answers {len(waits):>5}, median {median:>5.0f}, "
        f"p99 {p99:>5.0f}, longest {ordered[-1] * 1000:>5.0f} ms",
        flush=True,
    )


def n_verdicts(path: str) -> int:
    """Return on how many wordings a release was decided at most."""
    with redis.Redis(unix_socket_path=path) as client:
        return max((client.hlen(key) for key in client.scan_iter(match="{tally}:verdicts:*")), default=0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=480_000)
    parser.add_argument("--questions", type=int, default=5_000)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--meaning", choices=("auto", "off"), default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), {"QINGLANG_MATCHING__MEANING": options.meaning}).start()
        path = str(Embedded(server.folder / "data").socket)
        try:
            with redis.Redis(unix_socket_path=path) as client:
                fill(client, options.events, options.questions)
            measure(server, "nothing else", lambda: time.sleep(_CALM_S))
            for what in ("kb misses, all to be counted", "kb misses, all counted"):
                measure(server, what, lambda: server.run("kb", "misses").check_returncode())
            measure(
                server,
                "the service decides the rest",
                lambda: until(lambda: n_verdicts(path) >= options.questions, patience_s=_DECIDED_S),
            )
            measure(server, "kb misses, all decided", lambda: server.run("kb", "misses").check_returncode())
            with redis.Redis(unix_socket_path=path) as client:
                load = os.urandom(5000)
                while client.info("memory")["used_memory"] < options.megabytes << 20:
                    pipe = client.pipeline(transaction=False)
                    for _ in range(1000):
                        pipe.set(os.urandom(12), load)
                    pipe.execute()
            os.kill(server.redis_pid(), signal.SIGKILL)
            measure(
                server, "a killed server loads", lambda: until(lambda: server.ready()["status"] == "ready")
            )
        finally:
            server.stop()


def measure(server: Server, what: str, act: object) -> None:
    """Do something while somebody asks."""
    stop, waits = threading.Event(), list[float]()
    asking = threading.Thread(target=longest_wait, args=(server, stop, waits))
    asking.start()
    begun, cpu = time.monotonic(), _children_s()
    try:
        act()  # type: ignore[operator]
    finally:
        seconds = time.monotonic() - begun
        stop.set()
        asking.join()
    told(what, seconds, _children_s() - cpu, waits)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
