"""The outgoing side against a fake platform: one token for all, healed once, and refusals in words."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.wire.client import connect
from bot.wechat.api import Credentials, platform
from bot.wechat.api_errors import CallFailed
from tests.outside import OutsideRedis
from tests.platform import APP_SECRET, FakePlatform, fake_platform, self_signed
from tests.serving import APP_ID, ROOT, free_port

TOKENS = "/cgi-bin/stable_token"
MENU = "/cgi-bin/get_current_selfmenu_info"
ONE_CALL = """
import asyncio, sys
from bot.store.wire.client import connect
from bot.wechat.api import Credentials, platform

async def call(url, base):
    redis = connect(url)
    async with platform(Credentials(sys.argv[3], sys.argv[4], base), redis) as calls:
        print(len(await calls.menu()))
    await redis.aclose()

asyncio.run(call(sys.argv[1], sys.argv[2]))
"""


@pytest.fixture
def fake() -> Iterator[FakePlatform]:
    with fake_platform() as fake:
        yield fake


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideRedis]:
    server = OutsideRedis(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.kill()


@pytest.fixture
def redis_url(redis_server: OutsideRedis) -> str:
    with redis_server.client() as client:
        client.flushall()
    return redis_server.url


def account(fake: FakePlatform, **changes: str) -> Credentials:
    return Credentials(**{"app_id": APP_ID, "app_secret": APP_SECRET, "base": fake.url, **changes})


async def failure_of(fake: FakePlatform, **changes: str) -> str:
    with pytest.raises(CallFailed) as failed:
        async with platform(account(fake, **changes)) as calls:
            await calls.menu()
    return str(failed.value)


def test_four_processes_fetch_one_token(fake: FakePlatform, redis_url: str) -> None:
    fake.delay_s = 0.5
    command = [sys.executable, "-c", ONE_CALL, redis_url, fake.url, APP_ID, APP_SECRET]
    processes = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)
    ]
    for process in processes:
        out, err = process.communicate(timeout=30)
        assert out == b"0\n", err.decode()
    assert fake.calls == {TOKENS: 1, MENU: 4}


async def test_expired_token_is_healed_once_for_all(fake: FakePlatform, redis_url: str) -> None:
    redis = connect(redis_url)
    async with platform(account(fake), redis) as one, platform(account(fake), redis) as other:
        await one.menu()
        await other.menu()
        fake.expire()
        await asyncio.gather(one.menu(), other.menu())
    await redis.aclose()
    assert fake.calls[TOKENS] == 2
    assert fake.calls[MENU] == 6
    assert fake.forced == 0


async def test_token_that_is_given_out_dead_is_forced_once(fake: FakePlatform, redis_url: str) -> None:
    redis = connect(redis_url)
    async with platform(account(fake), redis) as calls:
        await calls.menu()
        fake.expire(is_stuck=True)
        await calls.menu()
        await calls.menu()
    await redis.aclose()
    assert fake.forced == 1
    assert fake.calls == {TOKENS: 3, MENU: 4}


async def test_token_lives_in_redis_no_longer_than_on_the_platform(
    fake: FakePlatform, redis_url: str
) -> None:
    redis = connect(redis_url)
    async with platform(account(fake), redis) as calls:
        await calls.menu()
    left_s = await redis.ttl(f"{{access_token}}:{APP_ID}")
    await redis.aclose()
    assert 6800 < left_s <= 6900


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
async def test_call_needs_no_redis(fake: FakePlatform, url: str) -> None:
    redis = connect(url) if url else None
    async with platform(account(fake), redis) as calls:
        await calls.menu()
        await calls.menu()
    assert fake.calls == {TOKENS: 1, MENU: 2}


@pytest.mark.parametrize(
    ("path", "code", "words", "told"),
    [
        (
            TOKENS,
            40164,
            "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1",
            "203.0.113.7）",
        ),
        (MENU, 45009, "reach max api daily quota limit", "次数用完了"),
        (MENU, 48001, "api unauthorized", "没有这个接口"),
        (MENU, 99999, "something new", "全局返回码"),
    ],
)
async def test_refusal_is_told_in_both_words_and_not_repeated(
    fake: FakePlatform, path: str, code: int, words: str, told: str
) -> None:
    fake.refusals[path] = code, words
    failure = await failure_of(fake)
    assert f"微信说：{code} {words}" in failure
    assert told in failure
    assert fake.calls[path] == 1


async def test_token_that_never_heals_is_tried_twice_and_told(fake: FakePlatform) -> None:
    fake.refusals[MENU] = 40001, "invalid credential"
    assert "微信说：40001" in await failure_of(fake)
    assert fake.calls[MENU] == 2
    assert fake.calls[TOKENS] == 3


async def test_busy_platform_is_asked_three_times(fake: FakePlatform) -> None:
    fake.refusals[MENU] = -1, "system error"
    assert "繁忙" in await failure_of(fake)
    assert fake.calls[MENU] == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [({"app_id": "gh_wrong"}, "40013"), ({"app_secret": "wrong"}, "40125"), ({"base": ""}, "地址写得不对")],
)
async def test_wrong_account_is_named_and_no_secret_is(
    fake: FakePlatform, change: dict[str, str], told: str
) -> None:
    failure = await failure_of(fake, **change)
    assert told in failure
    assert APP_SECRET not in failure
    assert "token-" not in failure


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ((200, b"<html>login</html>"), "一张网页"),
        ((200, b"[1"), "看不懂的东西"),
        ((200, b"[]"), "看不懂的东西"),
        ((502, b""), "HTTP 502"),
        ((200, b"{}"), "没有看得懂的 access_token"),
        ((200, b'{"access_token": "t", "expires_in": "soon"}'), "没有看得懂的 expires_in"),
        ((200, b'{"errcode": "no", "errmsg": "no"}'), "没有看得懂的 errcode"),
        ((200, b'{"access_token": "t", "expires_in": 7200, "selfmenu_info": []}'), "没有看得懂的菜单"),
    ],
)
async def test_rubbish_for_an_answer_is_one_line(
    fake: FakePlatform, raw: tuple[int, bytes], told: str
) -> None:
    fake.raw = raw
    failure = await failure_of(fake)
    assert told in failure
    assert "\n" not in failure


async def test_platform_that_drips_is_given_up(fake: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.wechat.api._PATIENCE_S", 0.5)
    fake.drip_s = 0.1
    assert "没有按时回答" in await failure_of(fake)
    fake.drip_s = 0.0
    fake.is_mute = True
    assert "连不上" in await failure_of(fake)


async def test_platform_that_is_away_is_one_line(fake: FakePlatform) -> None:
    assert "连不上" in await failure_of(fake, base=f"http://127.0.0.1:{free_port()}")


async def test_wrong_certificate_is_named(fake: FakePlatform, tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    failure = await failure_of(fake, base=f"https://localhost:{port}")
    server.close()
    assert "证书不对" in failure


async def test_words_go_out_as_they_are(fake: FakePlatform) -> None:
    buttons = [{"type": "click", "name": "问一问", "key": "M"}]
    async with platform(account(fake)) as calls:
        await calls.set_menu(buttons)
        assert await calls.menu() == buttons
    assert "问一问" in json.dumps(fake.menu, ensure_ascii=False)
