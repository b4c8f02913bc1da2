"""The picture of a certificate follows the words as a customer-service message, once, and nothing of it delays a reply."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from knowledge.matching.snapshot import Snapshot
from tests.door.test_metrics import counted
from tests.door.test_roster import exam
from tests.platform import APP_SECRET, FakePlatform, fake_platform
from tests.serving import APP_ID, Server, until

USER = "oHolderOfOne"
SEND, UPLOAD = "/cgi-bin/message/custom/send", "/cgi-bin/media/upload"


@pytest.fixture(scope="module")
def fake() -> Iterator[FakePlatform]:
    with fake_platform() as platform:
        yield platform


@pytest.fixture(scope="module")
def server(
    fake: FakePlatform, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    settings = {
        "QINGLANG_WECHAT__APP_ID": APP_ID,
        "QINGLANG_WECHAT__APP_SECRET": APP_SECRET,
        "QINGLANG_WECHAT__API_BASE": fake.url,
        "QINGLANG_WECHAT__CUSTOMER_SERVICE": "true",
    }
    server = Server(tmp_path_factory.mktemp("pictures"), settings)
    try:
        server.start()
        exam(server, USER, dict(snapshot.content.items), n_wrong=0)
        yield server
    finally:
        server.stop()


def came_to(server: Server, outcome: str) -> int:
    return int(counted(server).get(f"qinglang_pictures_total main {outcome}", 0))


def test_picture_follows_once_and_is_uploaded_once(server: Server, fake: FakePlatform) -> None:
    wechat = server.wechat()
    words = wechat.say(USER, "证书", "91")
    assert "100%" in words
    until(lambda: fake.sent, 30.0)
    assert fake.sent == [{"touser": USER, "msgtype": "image", "image": {"media_id": "media-1"}}]
    assert struct.unpack(">II", fake.media["media-1"][16:24]) == (900, 1200)
    # Delivered again: the same words, and no second picture.
    assert wechat.say(USER, "证书", "91") == words
    until(lambda: came_to(server, "again") == 1)
    # Asked again: another picture, of which the platform has the bytes already.
    wechat.say(USER, "证书", "92")
    until(lambda: came_to(server, "sent") == 2)
    assert (len(fake.sent), fake.calls[UPLOAD]) == (2, 1)


def test_picture_that_the_platform_dropped_is_uploaded_anew(server: Server, fake: FakePlatform) -> None:
    before, uploads = came_to(server, "sent"), fake.calls[UPLOAD]
    fake.media.clear()
    server.wechat().say(USER, "证书")
    until(lambda: came_to(server, "sent") == before + 1)
    assert fake.calls[UPLOAD] == uploads + 1


def test_words_of_others_bring_no_picture(server: Server, fake: FakePlatform) -> None:
    sends = fake.calls[SEND]
    for said in ("证书", "你好", "第五条"):
        server.wechat().say("oHasNone", said)
    assert (fake.calls[SEND], came_to(server, "failed")) == (sends, 0)


def test_user_who_has_had_five_keeps_nobody_elses_back(server: Server, fake: FakePlatform) -> None:
    before, refused = came_to(server, "sent"), came_to(server, "refused")
    fake.left[USER] = 0
    server.wechat().say(USER, "证书")
    until(lambda: came_to(server, "refused") == refused + 1)
    fake.left[USER] = 5
    server.wechat().say(USER, "证书")
    until(lambda: came_to(server, "sent") == before + 1)


def test_account_that_may_not_is_not_asked_again(server: Server, fake: FakePlatform) -> None:
    sends, refused = fake.calls[SEND], came_to(server, "refused")
    fake.refusals[SEND] = (48001, "api unauthorized")
    for _ in range(3):
        assert "100%" in server.wechat().say(USER, "证书")
    until(lambda: came_to(server, "resting") == 2)
    assert (fake.calls[SEND], came_to(server, "refused")) == (sends + 1, refused + 1)
    assert "48001" in server.log
    assert USER not in server.log
