"""Whether every conversation of tests/scenarios goes as written over two hosts: a real nginx before them, a cluster behind.

Each turn goes to whichever host nginx picks; their data folders and processes know nothing of each other. With
`--namespaces` each host has a network of its own too, joined to nginx and the cluster by one wire; needs root.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.deploy.machines import is_alone, machines_apart
from tests.deploy.site import Site, answered_by, two_hosts
from tests.scenarios.test_scenarios import SCENARIOS, fill, judge, keep
from tests.serving import CONTENT


def main() -> None:
    """Print the conversations that went otherwise, and how many went as written; end with 1 when one didn't."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", action="store_true", help="a network of its own for each host")
    options = parser.parse_args()
    if options.namespaces and not is_alone():
        again = ["unshare", "--net", sys.executable, "-m", "bench.two_hosts", "--namespaces"]
        sys.exit(subprocess.run(again, check=False).returncode)
    started, wrong = time.monotonic(), 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        machines = stack.enter_context(machines_apart(2)) if options.namespaces else []
        site = stack.enter_context(two_hosts(folder, CONTENT, machines))
        for parameter in SCENARIOS:
            (scenario,) = parameter.values
            try:
                _take(site, scenario)
            except AssertionError as error:
                wrong += 1
                print(f"{parameter.id}: {error}")
        shares = [answered_by(host) for host in site.hosts]
    n = len(SCENARIOS)
    print(f"{n - wrong} of {n} conversations as written, {time.monotonic() - started:.0f} s")
    print(f"pushes answered by each host: {shares}")
    sys.exit(1 if wrong else 0)


def _take(site: Site, scenario: dict[str, Any]) -> None:
    openid = f"o{secrets.token_hex(8)}"
    kept: dict[str, str] = {}
    wechat = site.front.wechat()
    for number, turn in enumerate(scenario["turns"], start=1):
        if "pause_s" in turn:
            _age(site, turn["pause_s"])
            continue
        filled = fill(turn, kept)
        if "event" in filled:
            event = {"MsgType": "event", "Event": filled["event"], "EventKey": filled.get("key", "")}
            reply = wechat.push(openid, event)
        else:
            reply = (
                wechat.push(openid, filled["push"]) if "push" in filled else wechat.say(openid, filled["say"])
            )
        judge(filled, number, reply)
        kept |= keep(turn, number, reply)


def _age(site: Site, by_s: int) -> None:
    client = site.cluster.client()
    for key in client.scan_iter("*:session:*"):
        session = json.loads(client.hget(key, "d") or "{}")
        client.hset(key, "d", json.dumps(session | {"updated_at": session["updated_at"] - by_s}))
    client.close()


if __name__ == "__main__":
    main()
