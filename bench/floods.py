"""What a flood does to everybody else: `python -m bench.floods [--kinds one,many,outage,campaign] [--users 10000]`.

One user at 200 pushes a second; ten thousand users once each; all that was put off while the store was frozen, at once; a campaign that
begins, where everybody says the same word. Meanwhile a few others ask at an even pace: how long they wait is printed beside
the same in a calm time. The flood and the others are processes of their own; on a machine of two cores they share them
with the service, which a platform does not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path

import requests

from bot.conformance.faults import BadReply
from bot.conformance.pretend_wechat import PretendWechat
from tests.serving import TOKEN, Server, until

_QUESTION, _WORD = "第五条", "答题"
_PAUSE_S, _CALM_S, _FROZEN_S = 0.05, 10.0, 3.0
_RATE, _RATE_S = 200, 15
_AT_ONCE = 32
"""So many pushes are under way at a time, as behind nginx."""


@dataclass(frozen=True)
class Waits:
    """How long answers took, and how many pushes got none within the platform's 5 s or none that answers."""

    seconds: tuple[float, ...]
    n_put_off: int = 0
    n_silent: int = 0

    def at(self, share: float) -> float:
        ordered = sorted(self.seconds) or [0.0]
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def push(wechat: PretendWechat, openid: str, text: str, wanted: str = "") -> tuple[float, str]:
    """Return how long a push took, and "" or what was wrong: "silent", "put off"."""
    begun = time.monotonic()
    try:
        reply = wechat.say(openid, text)
    except (requests.RequestException, BadReply):
        return time.monotonic() - begun, "silent"
    return time.monotonic() - begun, "" if wanted in reply else "put off"


def waits_of(results: Iterable[tuple[float, str]]) -> Waits:
    found = list(results)
    what = [fault for _, fault in found]
    return Waits(tuple(s for s, _ in found), what.count("put off"), what.count("silent"))


def others(url: str, stop: Event, told: multiprocessing.SimpleQueue[Waits]) -> None:
    """Ask at an even pace until told to stop."""
    wechat, found = PretendWechat(f"{url}/wechat", TOKEN), []
    for n in count():
        if stop.is_set():
            break
        found.append(push(wechat, f"oOther{n % 5}", _QUESTION, "出处："))
        time.sleep(_PAUSE_S)
    told.put(waits_of(found))


def crowd(url: str, pushes: list[tuple[str, str]], told: multiprocessing.SimpleQueue[Waits]) -> None:
    """Send pushes of many, as many at once as may be."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        phones = [PretendWechat(f"{url}/wechat", TOKEN) for _ in range(_AT_ONCE)]

        def some(number: int) -> list[tuple[float, str]]:
            return [push(phones[number], *one) for one in pushes[number::_AT_ONCE]]

        told.put(waits_of(one for part in pool.map(some, range(_AT_ONCE)) for one in part))


def steady(url: str, told: multiprocessing.SimpleQueue[Waits]) -> None:
    """One user, so many pushes a second, whether they are answered or not."""
    phones = [PretendWechat(f"{url}/wechat", TOKEN) for _ in range(_AT_ONCE)]
    begun = time.monotonic()

    def one(number: int) -> tuple[float, str]:
        time.sleep(max(0.0, begun + number / _RATE - time.monotonic()))
        return push(phones[number % _AT_ONCE], "oFlood", _QUESTION)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told.put(waits_of(pool.map(one, range(_RATE * _RATE_S))))


def in_process(work: Callable[..., None], *arguments: object) -> Waits:
    """Return what work in a process of its own tells."""
    told: multiprocessing.SimpleQueue[Waits] = multiprocessing.SimpleQueue()
    process = multiprocessing.Process(target=work, args=(*arguments, told))
    process.start()
    try:
        return told.get()
    finally:
        process.join()


def outage(server: Server, users: int) -> Waits:
    """Freeze the store, let users be put off, thaw it, and have all of them push again at once."""
    pid = server.redis_pid()
    pushes = [(f"oOutage{n}", _WORD) for n in range(users)]
    os.kill(pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(1) as pool:
            frozen = pool.submit(in_process, crowd, server.url, pushes[: _AT_ONCE * 2])
            time.sleep(_FROZEN_S)
            os.kill(pid, signal.SIGCONT)
            frozen.result()
    finally:
        os.kill(pid, signal.SIGCONT)
    return in_process(crowd, server.url, pushes)


def beside(server: Server, flood: Callable[[], Waits]) -> tuple[float, Waits, Waits]:
    """Return how long a flood took, what became of it, and how long the others waited meanwhile."""
    stop, told = multiprocessing.Event(), multiprocessing.SimpleQueue()
    asking = multiprocessing.Process(target=others, args=(server.url, stop, told))
    asking.start()
    begun = time.monotonic()
    try:
        flooded = flood()
    finally:
        seconds = time.monotonic() - begun
        stop.set()
        waited = told.get()
        asking.join()
    return seconds, flooded, waited


def calm() -> Waits:
    time.sleep(_CALM_S)
    return Waits(())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", default="calm,one,many,outage,campaign")
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--meaning", choices=("auto", "off"), default="auto")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"QINGLANG_MATCHING__MEANING": options.meaning, "QINGLANG_SERVER__WORKERS": "2"}
        server = Server(Path(folder), settings).start()
        until(lambda: server.ready()["meaning"] != "encoding", patience_s=600)
        many = [(f"oMany{n}", _QUESTION) for n in range(options.users)]
        campaign = [(f"oCampaign{n}", _WORD) for n in range(options.users // 5)]
        floods: dict[str, Callable[[], Waits]] = {
            "calm": calm,
            "one": partial(in_process, steady, server.url),
            "many": partial(in_process, crowd, server.url, many),
            "outage": partial(outage, server, options.users // 10),
            "campaign": partial(in_process, crowd, server.url, campaign),
        }
        try:
            for kind in options.kinds.split(","):
                seconds, flood, waited = beside(server, floods[kind])
                print(
                    f"{kind:<10}{seconds:>6.1f} s   flood: {len(flood.seconds):>6} pushes, p99 {flood.at(0.99):>5.0f} ms, "
                    f"{flood.n_put_off:>4} put off, {flood.n_silent:>4} silent   others: {len(waited.seconds):>5}, "
                    f"median {waited.at(0.5):>4.0f}, p99 {waited.at(0.99):>5.0f}, longest {waited.at(1.0):>5.0f} ms, "
                    f"{waited.n_put_off} put off, {waited.n_silent} silent",
                    flush=True,
                )
        finally:
            server.stop()


if __name__ == "__main__":
    main()
