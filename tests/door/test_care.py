"""Words of danger leave no trace: not in Redis, not in a file, not in the log, however they were said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.serving import CONTENT, Server, until

DANGER = Path(__file__).parents[1] / "data/talk/danger.tsv"
TOLD = DANGER.with_name("told.tsv")
NUMBERS = ("110", "120", "12356", "12377")
_MIN_CHARS = 6
_EVERY = 12


def lines() -> list[str]:
    """Return lines of danger that stand nowhere in the content, so that a trace of one is a user's."""
    care = (CONTENT / "care.yaml").read_text(encoding="utf-8")
    said = [line.split("\t")[1] for line in DANGER.read_text(encoding="utf-8").splitlines()]
    # What no saying has is read by its likeness alone.
    said += [line.split("\t")[2] for line in TOLD.read_text(encoding="utf-8").splitlines()[::_EVERY]]
    return [text for text in said if len(text) >= _MIN_CHARS and text not in care]


def traces(server: Server, texts: list[str]) -> list[str]:
    """Return which of the texts stand in anything the server has written, plain or escaped."""
    written = [path.read_bytes() for path in server.folder.rglob("*") if path.is_file()]
    forms = {text: {text.encode(), json.dumps(text)[1:-1].encode()} for text in texts}
    return [t for t, ways in forms.items() if any(way in data for way in ways for data in written)]


def test_no_word_of_danger_is_written_anywhere(make_server: Callable[..., Server]) -> None:
    server, said = make_server(), lines()
    wechat = server.wechat()
    helped = 0
    for number, text in enumerate(said):
        openid = f"oCare{number}"
        helped += any(n in wechat.say(openid, text) for n in NUMBERS)
        wechat.say(openid, "我该怎么办")
    assert len(said) >= 200
    assert helped >= 0.97 * len(said)
    # Said in two messages, to somebody who has never been helped.
    for number, text in enumerate(said[::4]):
        half = len(text) // 2
        wechat.say(f"oHalf{number}", text[:half])
        wechat.say(f"oHalf{number}", text[half:])
    wechat.say("oOther", "食堂几点开饭呢")
    assert server.stop() == 0
    assert traces(server, ["食堂几点开饭呢"]), "the search finds what is noted"
    assert traces(server, said) == []


def test_misses_of_the_editors_show_none(make_server: Callable[..., Server]) -> None:
    server = make_server()
    wechat = server.wechat()
    for number, text in enumerate(lines()[:40]):
        wechat.say(f"oCare{number}", text)
    assert "食堂" not in server.call("kb", "misses").output
    wechat.say("oOther", "食堂几点开饭呢")
    shown = until(lambda: (told := server.call("kb", "misses").output) and "食堂" in told and told)
    assert [text for text in lines()[:40] if text in shown] == []
