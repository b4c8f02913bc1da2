"""Whatever becomes of the platform's own interface, users get the words they always get; the log and the metrics tell it once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.matching.snapshot import Snapshot
from tests.door.test_metrics import counted
from tests.door.test_roster import exam
from tests.platform import APP_SECRET, FakePlatform, fake_platform, self_signed
from tests.serving import APP_ID, Server, copy_small_content, until

USER = "oHolderOfOne"
TOKENS, SEND = "/cgi-bin/stable_token", "/cgi-bin/message/custom/send"


def account(fake: FakePlatform) -> dict[str, str]:
    own = {"APP_ID": APP_ID, "APP_SECRET": APP_SECRET, "API_BASE": fake.url}
    return {f"QINGLANG_WECHAT__{name}": value for name, value in own.items()}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakePlatform]:
    with fake_platform() as platform:
        yield platform


@pytest.fixture(scope="module")
def server(
    fake: FakePlatform, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A service of two workers, begun with the AppID of another account; a holder of a certificate asks for its picture."""
    own = {"QINGLANG_WECHAT__CUSTOMER_SERVICE": "true", "QINGLANG_SERVER__WORKERS": "2"}
    server = Server(tmp_path_factory.mktemp("faults"), account(fake) | own)
    fake.refusals[TOKENS] = (40125, "invalid appsecret rid: 1")
    try:
        server.start()
        until(lambda: told(server))
        fake.refusals.clear()
        exam(server, USER, dict(snapshot.content.items), n_wrong=0)
        yield server
    finally:
        server.end()


def told(server: Server) -> list[dict[str, Any]]:
    """Return the lines of the log about the platform."""
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"].startswith(("account", "platform", "picture"))]


def test_account_that_the_platform_does_not_know_is_one_line_at_the_start(server: Server) -> None:
    (line,) = (line for line in told(server) if line["event"].startswith("account"))
    assert line["app_id"] == APP_ID
    assert "微信说：40125" in line["why"]
    assert "wechat.app_secret" in line["why"]
    assert APP_SECRET not in server.log


@pytest.mark.parametrize(
    ("attribute", "value", "why"),
    [
        ("is_mute", True, "连不上"),
        ("raw", (200, b"<html>login</html>"), "一张网页"),
        ("raw", (200, b"[1"), "看不懂的东西"),
        ("raw", (200, b"{}"), "没有看得懂的 access_token"),
        ("raw", (502, b"<html>bad gateway</html>"), "HTTP 502"),
    ],
)
def test_fault_of_the_platform_is_one_line_and_one_count_and_no_word_less(
    server: Server, fake: FakePlatform, attribute: str, value: object, why: str
) -> None:
    before, lines = counted(server), len(told(server))
    good = getattr(fake, attribute)
    setattr(fake, attribute, value)
    try:
        assert "100%" in server.wechat().say(USER, "证书")
        until(lambda: len(told(server)) > lines)
    finally:
        setattr(fake, attribute, good)
    assert "第五条" in server.wechat().say("oAsks", "第五条")
    (line,) = told(server)[lines:]
    assert why in line["why"]
    grown = {name: n - before.get(name, 0) for name, n in counted(server).items()}
    assert grown["qinglang_pictures_total main failed"] == 1
    assert grown["qinglang_platform_calls_total main failed"] == 1


def test_reply_waits_for_nothing_that_the_platform_is_slow_with(server: Server, fake: FakePlatform) -> None:
    sent = len(fake.sent)
    fake.goes_on.clear()
    try:
        # It answers nobody until we go on, and these have been answered by then.
        assert "100%" in server.wechat().say(USER, "证书")
        assert "第五条" in server.wechat().say("oAsks", "第五条")
        assert len(fake.sent) == sent
    finally:
        fake.goes_on.set()
    until(lambda: len(fake.sent) == sent + 1)


def test_six_deliveries_of_one_push_bring_one_picture(server: Server, fake: FakePlatform) -> None:
    sent, before = len(fake.sent), counted(server)
    fake.left[USER] = 5
    words = {server.wechat().say(USER, "证书", "4711") for _ in range(6)}
    assert len(words) == 1
    until(lambda: counted(server).get("qinglang_pictures_total main again", 0) == 5)
    assert (len(fake.sent), fake.left[USER]) == (sent + 1, 4)
    assert counted(server).get("qinglang_pictures_total main refused", 0) == before.get(
        "qinglang_pictures_total main refused", 0
    )


def test_certificate_of_somebody_else_is_one_line(tmp_path: Path) -> None:
    with fake_platform(self_signed(tmp_path)) as fake:
        content = {"QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content"))}
        server = Server(tmp_path / "place", account(fake) | content).start()
        try:
            until(lambda: told(server))
            assert "出处：" in server.wechat().say("oAsks", "第五条")
            (line,) = told(server)
            assert line["event"] == "platform not reached"
            assert "证书不对" in line["why"]
            assert counted(server)["qinglang_platform_calls_total main failed"] == 1
        finally:
            server.stop()


def test_app_id_that_cannot_be_one_is_one_line_at_the_start(tmp_path: Path) -> None:
    settings = {
        "QINGLANG_WECHAT__APP_ID": "gh_0123456789ab",
        # It ends for want of this one; what is told comes first.
        "QINGLANG_REDIS__URL": "redis://127.0.0.1:1/0",
    }
    run = Server(tmp_path, settings).run("serve")
    assert run.returncode == 2
    (line,) = (line for line in (run.stdout + run.stderr).splitlines() if "gh_0123456789ab" in line)
    assert "不像 AppID" in line
    assert "wx 加 16 个" in line
