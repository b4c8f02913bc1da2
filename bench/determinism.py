"""One reply a question, whoever answers it: `python -m bench.determinism [--questions 200] [--workers 4]`.

A real server with several workers and its own Redis. Every question is asked by new users, a few at a time and then under
load (a crowd asks other questions meanwhile); all replies to a question must be equal to the byte. Without meaning a
question that has to wait too long is no other question; with it, such a one is decided by characters, so the metric of
those is printed too.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from bench.sets import read_rows
from tests.serving import ROOT, Server, until

_QUESTIONS = ROOT / "tests/data/questions"
_CROWD = 12


def questions(n: int) -> list[str]:
    """Return `n` sample questions of all kinds, always the same ones."""
    files = sorted(_QUESTIONS.rglob("*answerable*.jsonl"))
    rows = dict.fromkeys(row["q"] for path in files for row in read_rows(path))
    return random.Random(1).sample(sorted(rows), n)


def ask_all(server: Server, asked: list[str], name: str, at_once: int) -> dict[str, set[str]]:
    """Return the distinct replies to each question, asked twice over by users who never asked before."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    lock = threading.Lock()

    def ask(number: int) -> None:
        question = asked[number % len(asked)]
        # A connection of its own: which worker answers is the kernel's choice.
        reply = server.wechat().say(f"o{name}{number}", question)
        with lock:
            found[question].add(reply)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(ask, range(2 * len(asked))))
    return found


def crowd(server: Server, words: list[str], stop: threading.Event, name: int) -> None:
    """Ask one question after the other until told to stop."""
    rng = random.Random(name)
    wechat = server.wechat()
    n = 0
    while not stop.is_set():
        n += 1
        try:
            wechat.say(f"oCrowd{name}x{n // 5}", rng.choice(words))
        except requests.RequestException:
            continue


def busy(server: Server) -> float:
    """Return how many questions were decided without the meaning that was not ready in time."""
    lines = re.findall(
        r'^qinglang_meaning\w*\{[^}]*"busy"[^}]*\} ([\d.e+]+)$', server.get("/metrics").text, re.M
    )
    return sum(map(float, lines))


def main() -> None:
    """Print how many questions got more than one reply, calm and under load."""
    parser = argparse.ArgumentParser(prog="python -m bench.determinism")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    asked = questions(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "QINGLANG_SERVER__WORKERS": str(options.workers),
            "QINGLANG_MATCHING__MEANING": os.environ.get("QINGLANG_MATCHING__MEANING", "auto"),
        }
        server = Server(Path(folder), settings).start()
        try:
            until(lambda: server.ready()["meaning"] != "encoding")
            print(f"meaning {server.ready()['meaning']}", flush=True)
            calm = ask_all(server, asked, "Calm", 4)
            print(
                f"calm: {sum(len(r) > 1 for r in calm.values())} of {len(calm)} with more than one reply",
                flush=True,
            )
            stop = threading.Event()
            others = [threading.Thread(target=crowd, args=(server, asked, stop, i)) for i in range(_CROWD)]
            for thread in others:
                thread.start()
            loaded = ask_all(server, asked, "Load", 8)
            stop.set()
            for thread in others:
                thread.join()
            both = {q: calm[q] | loaded[q] for q in calm}
            torn = [q for q, replies in both.items() if len(replies) > 1]
            print(
                f"calm and under load: {len(torn)} of {len(both)}; decided without meaning in time: {busy(server):g}"
            )
            for question in torn[:10]:
                print(f"  {question}: {[reply[:60] for reply in sorted(both[question])]}")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
