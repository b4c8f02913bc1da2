"""What a user may count on: erasure that a scan can't disprove, a counter that never counts twice, a fair share."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
import requests

from bot.config import load_settings
from bot.process import lifetimes, user_hash
from bot.store.keys import event_streams
from bot.store.retention import KEPT
from bot.store.server.embedded import Embedded
from bot.wechat.crypto import signature_of
from tests.serving import AES_KEY, APP_ID, TOKEN, Server, copy_small_content, until

SAFE = {"WECHAT__APP_ID": APP_ID, "WECHAT__ENCODING_AES_KEY": AES_KEY}
# Of the whole installation, about nobody: they have no end.
_ENDLESS = re.compile(
    r"\{s\d+\}:(clock|erased|tally:(at|counts|questions))|\{tally\}:decided|\{privacy\}:naming|\{release\}:.*"
)


def keeps(server: Server) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(Embedded(server.folder / "data").socket), decode_responses=True)


def hash_of(server: Server, openid: str) -> str:
    return user_hash(load_settings(server.environment))(openid)


def contents(server: Server) -> dict[str, str]:
    """Return every key of the server's Redis with all that it holds, as text."""
    with keeps(server) as client:
        found = {}
        for key in client.scan_iter("*"):
            match client.type(key):
                case "hash":
                    found[key] = str(client.hgetall(key))
                case "zset":
                    found[key] = str(client.zrange(key, 0, -1))
                case "stream":
                    found[key] = str(client.xrange(key))
                case "string" if key.startswith("{release}"):
                    found[key] = ""
                case "string":
                    found[key] = str(client.get(key))
                case _:
                    found[key] = ""
        return found


def subject_of(server: Server, openid: str) -> str:
    with keeps(server) as client:
        key = next(iter(client.scan_iter(f"*:session:{hash_of(server, openid)}")))
        return str(re.search(r'"subject":"(\w+)"', client.hget(key, "d") or "").group(1))  # type: ignore[union-attr]


def use_everything(server: Server, openid: str) -> str:
    """Let a user do all that leaves a trace; return the code of their card."""
    wechat = server.wechat()
    for said in (
        "答题",
        "A",
        "第五条",
        "火星上有没有好网民",
        "没用",
        "意见 请多写一点",
        "倡议书是谁签的",
        "承诺",
    ):
        assert wechat.say(openid, said)
    code = re.search(r"编号：(\S+)", wechat.say(openid, "我承诺"))
    assert code
    return code.group(1).replace("-", "")


def n_events(server: Server) -> int:
    with keeps(server) as client:
        return sum(client.xlen(stream) for stream in event_streams())


def nothing_leads_to(server: Server, openid: str, subject: str, code: str) -> None:
    """Fail when any key, value or log line leads to the user; only the last reply may, for a minute."""
    user = hash_of(server, openid)
    held = contents(server)
    leading = [key for key, value in held.items() if user in key or user in value]
    assert len(leading) <= 1
    assert all(":reply:" in key for key in leading)
    with keeps(server) as client:
        assert all(0 < client.pttl(key) <= 60_000 for key in leading)
    for key, value in held.items():
        assert openid not in key + value
        assert code not in key + value
        # The random subject is in the statistics alone: nothing ties it to anybody.
        assert subject not in value or key in event_streams(), key
    for secret in (openid, user, subject, code):
        assert secret not in server.log


def test_deleted_data_is_gone_and_statistics_stay(make_server: Callable[..., Server]) -> None:
    server = make_server()
    code = use_everything(server, "oGone")
    subject, before = subject_of(server, "oGone"), n_events(server)
    wechat = server.wechat()
    wechat.say("oGone", "删除我的数据")
    assert "已删除" in wechat.say("oGone", "确认删除")
    nothing_leads_to(server, "oGone", subject, code)
    assert n_events(server) > before
    assert "没有查到" in wechat.say("oOther", f"验证 {code}")
    assert "没答完" not in wechat.say("oGone", "我的数据")


@pytest.mark.parametrize(
    "elements",
    [
        {"Event": "unsubscribe", "EventKey": ""},
        {"Event": "user_authorization_revoke", "OpenID": "oGone", "AppID": APP_ID, "RevokeInfo": "205"},
        {"Event": "user_authorization_cancellation", "OpenID": "oGone", "AppID": APP_ID, "RevokeInfo": "1"},
    ],
    ids=lambda e: e["Event"],
)
def test_leaving_deletes_all_of_that_user_and_nobody_else(
    make_server: Callable[..., Server], elements: dict[str, str]
) -> None:
    server = make_server()
    code = use_everything(server, "oGone")
    subject = subject_of(server, "oGone")
    sender = "oGone" if elements["Event"] == "unsubscribe" else "oSender"
    server.wechat().say("oSender", "答题")
    assert server.wechat().push(sender, {"MsgType": "event", **elements}) == ""
    nothing_leads_to(server, "oGone", subject, code)
    assert "第 1/10 题" in server.wechat().say("oSender", "继续")
    # A late report about somebody who has left brings nothing back.
    for late in ("TEMPLATESENDJOBFINISH", "VIEW", "kf_close_session"):
        assert server.wechat().push("oGone", {"MsgType": "event", "Event": late, "EventKey": "x"}) == ""
    nothing_leads_to(server, "oGone", subject, code)


def test_every_key_about_a_user_has_an_end(shipped: Server) -> None:
    use_everything(shipped, "oEnding")
    with keeps(shipped) as client:
        endless = [key for key in client.scan_iter("*") if client.ttl(key) < 0]
    assert [key for key in endless if not _ENDLESS.fullmatch(key)] == []


def test_everything_about_a_user_is_kept_as_long_as_the_table_says_and_no_longer(shipped: Server) -> None:
    use_everything(shipped, "oListed")
    longest = lifetimes(load_settings(shipped.environment))
    ends = {"session": longest.session_ms, "reply": longest.reply_ms, "events": longest.events_ms}
    ends["flood"] = 10_000
    kept = {row.name: ends[row.lifetime] for row in KEPT}
    with keeps(shipped) as client:
        found = {key: client.pttl(key) for key in client.scan_iter("{s*") if not _ENDLESS.fullmatch(key)}
    for key, left_ms in found.items():
        assert left_ms <= kept[key.split(":")[1]], key
    assert {"session", "reply", "pushes", "events", "flood"} <= {key.split(":")[1] for key in found}


def count_in(text: str) -> int:
    return int(re.search(r"目前有 (\d+) 份", text).group(1))  # type: ignore[union-attr]


def test_pledges_are_counted_once_through_copies_kills_and_leavers(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(SERVER__WORKERS="2")
    users = [f"oSigner{i}" for i in range(12)]

    def sign(number: int) -> str:
        server.wechat().say(users[number], "承诺")
        with ThreadPoolExecutor(3) as copies:
            cards = set(
                copies.map(
                    lambda _: server.wechat().say(users[number], "我承诺", msg_id=f"99{number}"), range(3)
                )
            )
        assert len({re.search(r"编号：(\S+)", card).group(1) for card in cards}) == 1  # type: ignore[union-attr]
        return cards.pop()

    with ThreadPoolExecutor(4) as pool:
        cards = list(pool.map(sign, range(len(users))))
    assert len({re.search(r"编号：(\S+)", card).group(1) for card in cards}) == len(users)  # type: ignore[union-attr]
    assert count_in(server.wechat().say("oReader", "承诺")) == 12
    server.kill()
    server.start()
    assert count_in(server.wechat().say("oReader", "承诺")) == 12
    for _ in range(3):
        assert count_in(server.wechat().say(users[0], "撤回承诺", msg_id="1234")) == 11
    server.wechat().push(users[1], {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})
    server.wechat().say(users[2], "删除我的数据")
    server.wechat().say(users[2], "确认删除")
    assert count_in(server.wechat().say("oReader", "承诺")) == 9
    server.wechat().say(users[0], "承诺")
    assert count_in(server.wechat().say(users[0], "我承诺")) == 10


def test_flood_is_told_once_then_acknowledged_and_harms_nobody_else(
    make_server: Callable[..., Server],
) -> None:
    server = make_server(FLOOD__PUSHES="30", FLOOD__WINDOW_S="60", SERVER__WORKERS="2")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: server.wechat().say("oFlood", "第五条"), range(100)))
        assert "出处：" in server.wechat().say("oCalm", "第五条")
    assert sum("出处：" in reply for reply in replies) == 30
    assert sum("太快" in reply for reply in replies) == 1
    assert replies.count("") == 69
    assert server.wechat().push("oFlood", {"MsgType": "event", "Event": "VIEW", "EventKey": "x"}) == ""
    assert server.wechat().say("oFlood", "第五条") == ""
    assert server.wechat().push("oFlood", {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}) == ""
    assert [
        key for key in contents(server) if hash_of(server, "oFlood") in key and ":reply:" not in key
    ] == []
    assert "出处：" in server.wechat().say("oFlood", "第五条")


def test_copies_of_one_push_are_no_flood_and_it_passes(make_server: Callable[..., Server]) -> None:
    server = make_server(FLOOD__PUSHES="3", FLOOD__WINDOW_S="4")
    for _ in range(10):
        assert "出处：" in server.wechat().say("oCopies", "第五条", msg_id="77")
    assert "出处：" in server.wechat().say("oCopies", "第五条")
    assert "出处：" in server.wechat().say("oCopies", "第五条")
    assert "太快" in server.wechat().say("oCopies", "第五条")
    time.sleep(4.1)
    assert "出处：" in server.wechat().say("oCopies", "第五条")


def test_human_service_is_handed_over_in_the_mode_of_the_push(make_server: Callable[..., Server]) -> None:
    server = make_server(**SAFE, WECHAT__MODE="compat", WECHAT__HUMAN_SERVICE="true")
    for mode in ("plain", "compat"):
        wechat = server.wechat(mode)
        answer = wechat.post("oHuman", wechat.text("人工"))
        assert answer.kind == "transfer_customer_service"
        assert answer.to == "oHuman"


def test_published_list_of_words_is_in_force_in_seconds(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    content = copy_small_content(tmp_path / "content")
    server = make_server(CONTENT_DIR=str(content))
    assert "这样的话" not in server.wechat().say("oWords", "新来的怪话")
    (content / "lexicon/sensitive.yaml").write_text("words: [怪话]\n", encoding="utf-8")
    published = server.call("kb", "publish")
    assert published.exit_code == 0, published.stdout + published.stderr
    until(lambda: "这样的话" in server.wechat().say("oWords", "新来的怪话"))
    (content / "lexicon/sensitive.yaml").write_text("words: [未备案]\n", encoding="utf-8")
    refused = server.call("kb", "publish")
    assert refused.exit_code == 1
    assert "word-hits-content" in refused.stdout


@pytest.mark.parametrize(
    "text",
    [
        "好" * 21_000,
        "a" * 65_000,
        "😀" * 10_000,
        "👨‍👩‍👧‍👦" * 2_000,
        "\u202e\u2067第四条\u2069\u202c",
        "\u200b\u200b\u200b",
        "第四条\u0000\u0001\u000b\ufffe",
        "]]>" * 100,
        "&amp;&lt;&#0;" * 50,
        '<a href="http://evil.example">x</a>' * 50,
    ],
    ids=[
        "64KiB",
        "letters",
        "emoji",
        "families",
        "bidi",
        "zero-width",
        "controls",
        "cdata",
        "entities",
        "links",
    ],
)
@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_monstrous_words_are_answered_or_declined_politely(
    shipped: Server, shipped_safe: Server, text: str, mode: str
) -> None:
    server = shipped if mode == "plain" else shipped_safe
    reply = server.wechat(mode).say("oMonster", text)
    assert reply
    assert len(reply.encode()) <= 2000
    for word in ("evil.example", '<a href="http', "\u202e", "\u0000", "Traceback"):
        assert word not in reply


@pytest.mark.parametrize(("is_signed", "status"), [(False, 403), (True, 200)])
def test_log_of_a_refused_or_unreadable_push_has_no_words_of_it(
    shipped: Server, *, is_signed: bool, status: int
) -> None:
    now = str(int(time.time()))
    query = {
        "signature": signature_of(TOKEN, now, "n") if is_signed else "0" * 40,
        "timestamp": now,
        "nonce": "n",
        "openid": "oRefusedOpenid",
    }
    # A log may show bytes as they are or spelt out.
    body = "<xml><MsgType>text</MsgType><Content>独一无二的话 unheardOf</Content>"
    before = len(shipped.log)
    answer = requests.post(f"{shipped.url}/wechat", params=query, data=body.encode(), timeout=60)
    assert answer.status_code == status
    told = until(lambda: shipped.log[before:])
    assert ("push unreadable" if is_signed else "push refused") in told
    for words in ("独一无二", "unheardOf", "oRefusedOpenid"):
        assert words not in told
