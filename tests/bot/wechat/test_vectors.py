"""Every platform test vector, by its kind; a kind that is not known here fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.wechat.crypto import Cipher, signature_of
from bot.wechat.door import Door, Mode, PushRefused
from bot.wechat.xml import parse_fields, parse_push

VECTORS = json.loads((Path(__file__).parents[2] / "data/wechat-vectors.json").read_text(encoding="utf-8"))[
    "vectors"
]
MODES: dict[str, Mode] = {"plain": "plain", "compatible": "compat", "safe": "safe", "any": "plain"}


def door_of(vector: dict[str, Any]) -> Door:
    config = vector["config"]
    keys = tuple(filter(None, (config.get("encoding_aes_key"), config.get("previous_encoding_aes_key"))))
    return Door(config["token"], config.get("app_id", ""), keys, MODES[vector["mode"]], 300)


def check_url_verification(vector: dict[str, Any]) -> None:
    query = vector["request"]["query"]
    if vector["expect"]["accept"]:
        echo = door_of(vector).verify_url(list(query.items()), float(query["timestamp"]))
        assert echo == vector["expect"]["response_body"]
    else:
        with pytest.raises(PushRefused):
            door_of(vector).verify_url(list(query.items()), float(query["timestamp"]))


def check_signature(vector: dict[str, Any]) -> None:
    query = vector["request"]["query"]
    assert (
        signature_of(vector["config"]["token"], query["timestamp"], query["nonce"])
        == vector["expect"]["signature"]
    )


def check_push(vector: dict[str, Any]) -> None:
    query, body = vector["request"]["query"], vector["request"]["body"].encode()
    doors = [door_of(vector)]
    for key in vector["config"].get("equivalent_keys", ()):
        doors.append(Door(doors[0].token, doors[0].app_id, (key,), doors[0].mode, 300))
    for door in doors:
        if not vector["expect"]["accept"]:
            with pytest.raises(PushRefused):
                door.open_push(list(query.items()), body, float(query["timestamp"]))
            continue
        push = door.open_push(list(query.items()), body, float(query["timestamp"]))
        assert dict(push.fields) == parse_push(vector["expect"]["message_xml"].encode())
        assert vector["expect"]["fields"].items() <= push.fields.items()


def check_decrypt(vector: dict[str, Any]) -> None:
    config, query, sealed = vector["config"], vector["request"]["query"], vector["crypto"]["encrypt_base64"]
    assert signature_of(config["token"], query["timestamp"], query["nonce"], sealed) == query["msg_signature"]
    opened = Cipher(config["token"], config["app_id"], config["encoding_aes_key"]).open(sealed)
    assert opened.decode() == vector["expect"]["message"]


def check_reply(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    config, inputs = vector["config"], vector["inputs"]
    monkeypatch.setattr("werobot.crypto.PrpCrypto.get_random_string", lambda _: inputs["random16"])
    cipher = Cipher(config["token"], config["app_id"], config["encoding_aes_key"])
    sealed = parse_fields(
        cipher.seal(inputs["message_xml"], inputs["timestamp"], inputs["nonce"]).encode(),
        {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"},
    )
    assert sealed["Encrypt"] == vector["crypto"]["encrypt_base64"]
    assert sealed["MsgSignature"] == vector["expect"]["msg_signature"]
    assert (sealed["TimeStamp"], sealed["Nonce"]) == (inputs["timestamp"], inputs["nonce"])


def check_jssdk_signature(vector: dict[str, Any]) -> None:
    # Sorting one part leaves it as it is, so the same SHA-1 serves.
    assert signature_of(vector["crypto"]["string1"], "", "") == vector["expect"]["signature"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_vector_holds(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    check = globals()[f"check_{vector['kind']}"]
    if vector["kind"] == "reply":
        check(vector, monkeypatch)
    else:
        check(vector)
