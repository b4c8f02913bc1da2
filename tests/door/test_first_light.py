"""Through the front door: signed and encrypted pushes in, reply text out."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
import requests

from bot.store.keys import event_streams
from bot.store.server.embedded import Embedded
from bot.wechat.crypto import signature_of
from tests.serving import AES_KEY, APP_ID, OLD_AES_KEY, TOKEN, Server, copy_small_content, until

SAFE = {"WECHAT__APP_ID": APP_ID, "WECHAT__ENCODING_AES_KEY": AES_KEY}
QUESTION = "李志钢讲了啥子"
ANSWER = "立德树人"


def test_plain_push_gets_the_cited_answer(shipped: Server) -> None:
    text = shipped.wechat().say("oPlain", QUESTION)
    assert ANSWER in text
    assert "\n出处：李志刚（省教育厅党组成员、机关党委书记）" in text


def test_safe_and_compat_pushes_get_the_same_answer_encrypted(
    make_server: Callable[..., Server], shipped: Server
) -> None:
    safe = make_server(**SAFE)
    compat = make_server(**SAFE, WECHAT__MODE="compat")
    answers = {
        shipped.wechat().say("o1", QUESTION),
        safe.wechat("safe").say("o1", QUESTION),
        compat.wechat("compat").say("o1", QUESTION),
        compat.wechat("plain").say("o2", QUESTION),
    }
    assert len(answers) == 1
    with pytest.raises(Exception, match="403"):
        safe.wechat("plain").say("o1", QUESTION)


def test_push_under_the_previous_key_is_answered_under_it(make_server: Callable[..., Server]) -> None:
    server = make_server(**SAFE, WECHAT__PREVIOUS_ENCODING_AES_KEY=OLD_AES_KEY)
    assert ANSWER in server.wechat("safe", encoding_aes_key=OLD_AES_KEY).say("o1", QUESTION)


def test_address_check_echoes_as_plain_text(shipped: Server) -> None:
    now = str(int(time.time()))
    query = {
        "signature": signature_of(TOKEN, now, "n1"),
        "timestamp": now,
        "nonce": "n1",
        "echostr": "5838479218127813673",
    }
    good = requests.get(f"{shipped.url}/wechat", params=query, timeout=60)
    assert (good.status_code, good.text) == (200, "5838479218127813673")
    assert good.headers["content-type"].startswith("text/plain")
    bad = requests.get(f"{shipped.url}/wechat", params=query | {"signature": "0" * 40}, timeout=60)
    assert (bad.status_code, bad.text) == (403, "")


def test_every_refusal_looks_the_same(shipped: Server) -> None:
    now = str(int(time.time()))
    stale = str(int(time.time()) - 1000)
    queries = [
        {},
        {"signature": "0" * 40, "timestamp": now, "nonce": "n"},
        {"signature": signature_of(TOKEN, stale, "n"), "timestamp": stale, "nonce": "n"},
        {"signature": signature_of(TOKEN, "x", "n"), "timestamp": "x", "nonce": "n"},
    ]
    answers = [requests.post(f"{shipped.url}/wechat", params=q, data=b"<xml/>", timeout=60) for q in queries]
    assert {(a.status_code, a.text) for a in answers} == {(403, "")}


def test_oversized_body_is_refused_before_parsing(shipped: Server) -> None:
    def stream() -> object:
        for _ in range(40):
            yield b"x" * 10_000

    now = str(int(time.time()))
    query = {"signature": signature_of(TOKEN, now, "n"), "timestamp": now, "nonce": "n"}
    for body in (b"x" * 300_000, stream()):
        assert requests.post(f"{shipped.url}/wechat", params=query, data=body, timeout=60).status_code == 413


def test_verified_but_unreadable_is_acknowledged_and_logged(shipped: Server) -> None:
    now = str(int(time.time()))
    query = {"signature": signature_of(TOKEN, now, "n"), "timestamp": now, "nonce": "n"}
    for body in (b"", b"{}", b"<xml></xml>", b"<xml><MsgType>text</MsgType></xml>", b"\xff\xfe"):
        answer = requests.post(f"{shipped.url}/wechat", params=query, data=body, timeout=60)
        assert (answer.status_code, answer.text) == (200, "success")
    assert "push unreadable" in shipped.log


def test_three_parallel_copies_get_one_reply_and_one_effect(shipped: Server) -> None:
    wechat = shipped.wechat()
    wechat.say("oTriple", "答题")
    with ThreadPoolExecutor(3) as pool:
        bodies = list(pool.map(lambda _: shipped.wechat().say("oTriple", "A", msg_id="777000777"), range(3)))
    assert len(set(bodies)) == 1
    assert "第 2/10 题" in bodies[0]
    assert "第 2/10 题" in wechat.say("oTriple", "继续")


def test_retry_with_a_new_signature_gets_the_same_bytes(shipped: Server) -> None:
    created = int(time.time())
    body = (
        f"<xml><ToUserName>gh</ToUserName><FromUserName>oRetry</FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType>text</MsgType><Content>第五条</Content><MsgId>42424242</MsgId></xml>"
    )
    answers = set()
    for nonce in ("n1", "n2", "n3"):
        now = str(int(time.time()))
        query = {"signature": signature_of(TOKEN, now, nonce), "timestamp": now, "nonce": nonce}
        answers.add(
            requests.post(f"{shipped.url}/wechat", params=query, data=body.encode(), timeout=60).content
        )
        time.sleep(1.1)
    assert len(answers) == 1


def test_two_hundred_parallel_questions_leave_two_hundred_effects(make_server: Callable[..., Server]) -> None:
    server = make_server(SERVER__WORKERS="2")
    with ThreadPoolExecutor(20) as pool:
        replies = list(
            pool.map(lambda i: server.wechat().say("oMany", f"第{'一二三四五六七八'[i % 8]}条"), range(200))
        )
    assert all("出处：" in reply for reply in replies)
    assert len([e for e in effects(server) if e["name"] == "told"]) == 200


def effects(server: Server) -> list[dict[str, str]]:
    """Read all event streams of a server's embedded Redis."""

    client = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket), decode_responses=True)
    try:
        return [fields for stream in event_streams() for _, fields in client.xrange(stream)]
    finally:
        client.close()


def test_first_push_after_the_first_start_is_answered_in_the_platforms_time(tmp_path: Path) -> None:
    server = Server(tmp_path / "server", is_published=False).start()
    try:
        assert "出处：" in server.wechat().say("oFirst", "第五条")
    finally:
        server.stop()


def test_no_openid_and_no_words_reach_redis_keys_or_the_log(make_server: Callable[..., Server]) -> None:

    server = make_server()
    server.wechat().say("oSecretOpenid", "今天天气怎么样")
    server.wechat().say("oSecretOpenid", "答题")
    client = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket))
    keys = list(client.scan_iter("*"))
    dumped = b"".join(client.dump(key) or b"" for key in keys)
    client.close()
    for text in (dumped, b"".join(keys), server.log.encode()):
        assert b"oSecretOpenid" not in text
    assert "天气" not in server.log


def test_unsubscribe_leaves_nothing_but_the_reply(make_server: Callable[..., Server]) -> None:

    server = make_server()
    wechat = server.wechat()
    wechat.say("oLeaver", "答题")
    wechat.say("oLeaver", "A")
    assert wechat.push("oLeaver", {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}) == ""
    client = redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket), decode_responses=True)
    kept = [
        key for key in client.scan_iter("*") if ":session:" in key or ":pushes:" in key or ":reply:" in key
    ]
    assert len(kept) == 1
    assert ":reply:" in kept[0]
    assert 0 < client.pttl(kept[0]) <= 60_000
    client.close()


def test_attempt_keeps_its_release_when_the_bank_changes(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:

    content = copy_small_content(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content))
    wechat = server.wechat()
    first = wechat.say("oPinned", "答题")
    bank = content / "quiz/bank.yaml"
    bank.write_text(bank.read_text().replace("？", "呢？"))
    assert server.call("kb", "publish").exit_code == 0
    version = server.call("kb", "check").stdout.split()[-1]
    until(lambda: server.ready()["release"] == version)
    again = wechat.say("oPinned", "继续")
    assert again.strip() in first
    assert "呢？" not in again
    assert "呢？" in wechat.say("oNew", "答题")
