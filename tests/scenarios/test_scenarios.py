"""Every conversation of the YAML files here, through signed pushes, in plain and in safe mode.

The format is in README.md beside this file; an editor can write one.
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml

from bot.store.server.embedded import Embedded
from tests.serving import Server

FOLDER = Path(__file__).parent
BANK = FOLDER.parents[1] / "knowledge" / "content" / "quiz"
SCENARIOS = [
    pytest.param(scenario, id=f"{path.stem}-{scenario['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for scenario in yaml.safe_load(path.read_text(encoding="utf-8"))
]
KEYS = {"say", "push", "event", "key", "pause_s", "see", "never", "silent", "keep"}
LIMIT_BYTES = 2000


@pytest.mark.parametrize("mode", ["plain", "safe"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_conversation_goes_as_written(
    scenario: dict[str, Any], mode: str, shipped: Server, shipped_safe: Server
) -> None:
    server = shipped if mode == "plain" else shipped_safe
    openid, kept = f"o{secrets.token_hex(8)}", {}
    for number, turn in enumerate(scenario["turns"], start=1):
        assert turn.keys() <= KEYS, f"turn {number}: unknown keys {turn.keys() - KEYS}"
        if "pause_s" in turn:
            age_sessions(server, turn["pause_s"])
            continue
        reply = take(server, mode, openid, fill(turn, kept))
        judge(fill(turn, kept), number, reply)
        kept |= keep(turn, number, reply)


def test_no_word_is_forbidden_where_an_item_that_holds_it_may_be_drawn() -> None:
    bank = "".join(path.read_text(encoding="utf-8") for path in sorted(BANK.glob("*.yaml")))
    turns = [turn for param in SCENARIOS for turn in param.values[0]["turns"]]  # type: ignore[index, call-overload]
    drawing = [
        turn for turn in turns if any(re.search(r"第 \d+/\d+ 题", words) for words in turn.get("see", ()))
    ]
    assert drawing
    assert bank
    assert [
        (turn["say"], words) for turn in drawing for words in turn.get("never", ()) if words in bank
    ] == []


def keep(turn: dict[str, Any], number: int, reply: str) -> dict[str, str]:
    """Return what the turn keeps of its reply for later turns."""
    kept = {}
    for name, pattern in turn.get("keep", {}).items():
        found = re.search(pattern, reply)
        assert found, f"turn {number}: no {pattern} in:\n{reply}"
        kept[name] = found.group(1)
    return kept


def fill(turn: dict[str, Any], kept: dict[str, str]) -> dict[str, Any]:
    """Return the turn with what earlier turns kept put in where it names it in braces."""

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", lambda m: kept.get(m.group(1), m.group()), value)
        if isinstance(value, dict):
            return {name: put(v) for name, v in value.items()}
        return [put(v) for v in value] if isinstance(value, list) else value

    return {name: put(value) for name, value in turn.items()}


def take(server: Server, mode: str, openid: str, turn: dict[str, Any]) -> str:
    """Send one turn and return the reply."""
    wechat = server.wechat(mode)
    if "event" in turn:
        elements = {"MsgType": "event", "Event": turn["event"], "EventKey": turn.get("key", "")}
        return wechat.push(openid, elements)
    return wechat.push(openid, turn["push"]) if "push" in turn else wechat.say(openid, turn["say"])


def judge(turn: dict[str, Any], number: int, reply: str) -> None:
    """Fail when a reply is not what the turn says, or breaks what holds for every reply."""
    said = f"turn {number}, {turn.get('say') or turn.get('event') or turn['push']}:\n{reply}"
    assert (reply == "") == turn.get("silent", False), said
    assert len(reply.encode()) <= LIMIT_BYTES, said
    for words in turn.get("see", ()):
        assert words in reply, f"no “{words}” in {said}"
    for words in turn.get("never", ()):
        assert words not in reply, f"“{words}” in {said}"


def age_sessions(server: Server, by_s: int) -> None:
    """Make every session as old as if nobody had said a word for `by_s` seconds."""
    client = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket), decode_responses=True)
    for key in client.scan_iter("*:session:*"):
        session = json.loads(client.hget(key, "d") or "{}")
        client.hset(key, "d", json.dumps(session | {"updated_at": session["updated_at"] - by_s}))
    client.close()
