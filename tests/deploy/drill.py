"""What happens to takers when the cable of a host is pulled: to be run in a network namespace of its own, see test_machines.py.

A killed host refuses at once; one whose cable is pulled says nothing, neither to nginx nor to its Redis.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.deploy.machines import machines_apart
from tests.deploy.site import answered_by, two_hosts
from tests.serving import copy_small_content, until

TAKERS = [f"oTaker{number}" for number in range(6)]
LIMIT_S = 5.0


def main(folder: Path) -> None:
    """Let takers take a paper of two items while the cable of one host is pulled and plugged in; fail where one notices."""
    content = copy_small_content(folder / "content")
    with machines_apart(2) as machines, two_hosts(folder, content, machines) as site:
        wechat, first = site.front.wechat(), site.hosts[0]
        for taker in TAKERS:
            assert "第 1/2" in wechat.say(taker, "答题")
        assert min(answered_by(host) for host in site.hosts) >= 1

        machines[0].cut()
        longest_s = 0.0
        for taker in TAKERS:
            started = time.monotonic()
            said = wechat.say(taker, "A")
            longest_s = max(longest_s, time.monotonic() - started)
            assert "已答 1/2" in said, said
        assert longest_s < LIMIT_S, longest_s

        machines[0].mend()
        until(lambda: first.ready()["status"] == "ready", 60)
        before = answered_by(first)
        for taker in TAKERS:
            assert "各领域" in wechat.say(taker, "A")
        until(lambda: wechat.say("oReader", "第五条") and answered_by(first) > before, 60)
        print(f"the longest answer while the cable was out: {longest_s:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
