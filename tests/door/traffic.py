"""A backup taken while people answer, and what a place that it is put back into holds."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.door.test_copied_folder import answered
from tests.serving import Server, until

_OPTION = re.compile(r"^([A-F])\.", re.MULTILINE)
_JUDGED = re.compile(r"^(答对了|答错了|答对一部分)")


def backed_up_in_traffic(
    server: Server, folder: Path, settings: Mapping[str, str], openids: Sequence[str], at_least: int
) -> tuple[int, int]:
    """Back up while all of them answer and more than so many answers were told; put it back, and compare person by person.

    Returns:
        How many answers had been told when the backup began, and how many are in it.

    Raises:
        AssertionError: one of those is missing, or what the backup holds of a person is not of one moment.
    """
    acknowledged: Counter[str] = Counter()
    begun, stop = threading.Event(), threading.Event()

    def take(openid: str) -> None:
        client = server.wechat()
        reply = client.say(openid, "答题")
        while not stop.is_set():
            letters = _OPTION.findall(reply)
            reply = client.say(openid, letters[0] if letters else "答题")
            if _JUDGED.match(reply) and not begun.is_set():
                acknowledged[openid] += 1

    with ThreadPoolExecutor(len(openids)) as pool:
        running = [pool.submit(take, openid) for openid in openids]
        try:
            until(lambda: sum(acknowledged.values()) > at_least)
            begun.set()
            before = dict(acknowledged)
            run = server.call("backup", str(folder / "b"))
        finally:
            stop.set()
        for one in running:
            one.result()
    assert run.exit_code == 0, run.output
    there = Server(folder / "there", dict(settings))
    restored = there.call("restore", str(folder / "b"))
    assert restored.exit_code == 0, restored.output
    there.start()
    try:
        held = answered(there, list(openids))
        assert {o: (n, held[o]) for o, n in before.items() if held[o] < n} == {}
        for openid in openids:
            _is_of_one_moment(there, openid)
    finally:
        there.stop()
    return sum(before.values()), sum(held[openid] for openid in openids)


def _is_of_one_moment(there: Server, openid: str) -> None:
    """Check that the open paper of a person and their events tell of the same answers."""
    mine = json.loads(there.call("users", "export", openid).stdout)
    events = [e for e in mine["events"] if e["name"] == "answered"]
    open_one = mine["session"]["attempt"]
    told = [r["item_id"] for r in open_one["responses"]] if open_one else []
    counted = [e["item"] for e in events if open_one and e["attempt"] == open_one["id"]]
    assert counted == told, openid
