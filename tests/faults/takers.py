"""Quiz takers behind the platform: each message signed, cut off and delivered again now and then, and a book of what was told."""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import requests

from bot.conformance.faults import BadReply
from bot.conformance.pretend_wechat import PretendWechat
from tests.faults.quick_wechat import quick
from tests.serving import Server

_UNKNOWN = "不知道"
# Who is told to look which item is open was told nothing of the answer.
_LOOK = "看到哪一题"
_PUT_OFF = ("请稍后再来", "请稍后再发", "请稍后再试")
_P_CUT, _P_AGAIN = 0.1, 0.05
_PAUSE_S = 0.2
_DONE = "答题完成"


@dataclass
class Book:
    """What happened, under one lock; `told` is how many answers each taker knows to count, `said` what they heard, and when."""

    counts: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    faults: list[str] = field(default_factory=list)
    said: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float = 0.0) -> None:
        with self.lock:
            self.counts[what] += 1
            self.longest_s = max(self.longest_s, seconds)

    def tell(self, openid: str) -> None:
        """Note an answer that its taker was told, or saw, to count."""
        with self.lock:
            self.told[openid] += 1

    def fault(self, what: str, told: str) -> None:
        with self.lock:
            self.counts[what] += 1
            self.faults.append(told)


class Phone:
    """A taker's phone behind the platform, which hangs up after 5 s or before, and delivers again."""

    def __init__(self, wechat: PretendWechat, openid: str, rng: random.Random, book: Book) -> None:
        self._wechat, self._openid, self._rng, self._book = wechat, openid, rng, book

    def say(self, text: str) -> str:
        """Return the reply to a message, however often it had to be delivered."""
        msg_id, begun = str(self._rng.getrandbits(62)), time.time()
        if self._rng.random() < _P_CUT:
            self._wechat.timeout_s = 0.002
            with contextlib.suppress(requests.RequestException, BadReply):
                self._wechat.say(self._openid, text, msg_id)
        reply = self._delivered(text, msg_id)
        if not is_put_off(reply) and self._rng.random() < _P_AGAIN:
            again = self._delivered(text, msg_id)
            if again != reply and not is_put_off(again):
                self._book.fault("unequal", f"{self._openid}: {text} got {reply[:40]!r}, then {again[:40]!r}")
        self._book.said[self._openid].append(f"{begun:.3f} {time.time():.3f} {text}: {reply[:60]!r}")
        return reply

    def _delivered(self, text: str, msg_id: str) -> str:
        self._wechat.timeout_s = 5.0
        why = ""
        for _ in range(2000):
            begun = time.monotonic()
            try:
                reply = self._wechat.say(self._openid, text, msg_id)
            except (requests.RequestException, BadReply) as error:
                why = repr(error)
                self._book.note("undelivered")
                time.sleep(0.1)
                continue
            self._book.note("pushes", time.monotonic() - begun)
            return reply
        raise AssertionError(f"no answer to any delivery, lastly {why}")

    def insist(self, text: str) -> str:
        """Say it until it is not put off."""
        while is_put_off(reply := self.say(text)):
            time.sleep(_PAUSE_S)
        return reply


def is_put_off(reply: str) -> bool:
    """Return whether a reply says that nothing was done now, or that nobody knows."""
    return any(words in reply for words in (*_PUT_OFF, _UNKNOWN))


def _item(reply: str) -> str:
    start = reply.find("第 ")
    return reply[start:].split("\n请回复", maxsplit=1)[0].strip() if start >= 0 else ""


def _place(item: str) -> int:
    found = re.match(r"第 (\d+)/", item)
    return int(found[1]) if found else 0


def take(server: Server, openid: str, seed: str, book: Book) -> None:
    """Take a paper; note what one is told to count, what is told not to and did, and what was unknown and seen later."""
    wechat, rng = quick(server.wechat()), random.Random(seed)
    try:
        _take(Phone(wechat, openid, rng, book), openid, rng, book)
    finally:
        wechat.hang_up()


def _take(phone: Phone, openid: str, rng: random.Random, book: Book) -> None:
    shown = _item(phone.insist("答题"))
    for _ in range(100):
        told = phone.say(rng.choice("ABC"))
        if is_put_off(told):
            book.note("unknown" if _UNKNOWN in told else "put off")
            seen = _item(phone.insist("继续"))
            # A replica that took over may know less than we were told: that shows in the comparison of all.
            if seen != shown and not 0 < _place(seen) <= _place(shown):
                book.tell(openid)
                if _LOOK not in told:
                    book.fault("falsely told", f"{openid}: told not to count, and it did: {told[:60]!r}")
            shown = seen
            if not shown:
                return
        elif _DONE in told or told.startswith(("答对", "答错")):
            book.tell(openid)
            if _DONE in told:
                return
            shown = _item(told)
        else:
            book.fault("falsely told", f"{openid}: unexpected: {told[:60]!r}")
            shown = _item(told) or shown
