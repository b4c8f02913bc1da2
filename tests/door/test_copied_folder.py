"""A data folder copied while people answer, opened beside the original: what was acknowledged before is there."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.door.traffic import answered, answering, missing
from tests.serving import Server, until

N_TAKERS = 50


def test_copy_taken_while_fifty_people_answer_holds_what_was_acknowledged_before(tmp_path: Path) -> None:
    server = Server(tmp_path / "original").start()
    openids = [f"oCopied{n}" for n in range(N_TAKERS)]
    with answering(server, openids) as traffic:
        before = traffic.begin(at_least=3 * N_TAKERS)
        (tmp_path / "copy").mkdir()
        # What a socket is can't be copied: cp says so and goes on.
        subprocess.run(["cp", "-a", tmp_path / "original/data", tmp_path / "copy"], check=False)
        until(lambda: traffic.after.total() > N_TAKERS)
    copy = Server(tmp_path / "copy").start()
    try:
        held = answered(copy, openids)
        assert missing(before, held) == {}
        assert copy.wechat().say(openids[0], "我的成绩")
        assert answered(server, openids)[openids[0]] >= held[openids[0]]
    finally:
        copy.stop()
        server.stop()
