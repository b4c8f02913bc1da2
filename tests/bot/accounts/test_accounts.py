"""People, their passwords, links and sessions, on a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.accounts.accounts import Accounts
from bot.accounts.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, check_password
from bot.accounts.sign_ins import IDLE_S, MAX_TRIES, SignIns
from bot.editing.refused import Refused
from bot.store.server.embedded import Embedded
from bot.store.wire.client import connect

PASSWORD = "sesame opens 2026"
# Nothing is wrong with any piece of it but that it is too short or too long.
_OWN = "".join(chr(0x4E00 + 17 * n) for n in range(2 * MAX_PASSWORD_CHARS))


@pytest.fixture
async def redis(embedded: Embedded) -> AsyncIterator[Any]:
    client = connect(embedded.url)
    yield client
    await client.aclose()


@pytest.mark.parametrize(
    "password",
    [
        _OWN[: MIN_PASSWORD_CHARS - 1],
        _OWN[: MAX_PASSWORD_CHARS + 1],
        "1" * 12,
        "abababababab",
        "1234567890",
        "QwertyUiop",
        "password123",
        "xiaozhang1",
        "小张" * 5,
        "Xiao Zhang xiaozhang 1",
    ],
)
def test_password_that_is_tried_first_is_refused(password: str) -> None:
    name = "小张" if "小" in password else "xiaozhang"
    with pytest.raises(Refused):
        check_password(name, password)


@pytest.mark.parametrize(
    "password",
    [
        _OWN[:MIN_PASSWORD_CHARS],
        _OWN[:MAX_PASSWORD_CHARS],
        PASSWORD,
        "山高水长，一路顺风。",
        "x1y2z3-ab9",
        "小张的自行车在三号楼下",
    ],
)
def test_password_of_ones_own_is_taken(password: str) -> None:
    check_password("小张", password)


async def test_link_is_used_once_and_ends_with_the_next(redis: Any) -> None:
    people = Accounts(redis)
    await people.add("小张", "editor")
    link = await people.make_link("小张")
    assert await people.use_link(link)
    assert await people.use_link(link) is None
    before, after = await people.make_link("小张"), await people.make_link("小张")
    assert await people.of_link(before) is None
    assert await people.of_link(after)


async def test_change_brings_nobody_back_and_nobody_is_added_twice(redis: Any) -> None:
    people = Accounts(redis)
    for change in (
        people.set_role("小张", "approver"),
        people.end_sessions("小张"),
        people.set_password("小张", PASSWORD),
    ):
        with pytest.raises(Refused):
            await change
    assert await people.find("小张") is None
    await people.add("小张", "viewer")
    with pytest.raises(Refused):
        await people.add(" 小\u200b张", "approver")
    await people.add("Anna", "viewer")
    for again in ("小张", "anna", " ANNA"):
        with pytest.raises(Refused, match="已经有"):
            await people.add(again, "approver")
    assert {one.role for one in await people.everybody()} == {"viewer"}


async def test_session_ends_when_its_time_is_over_however_often_it_is_used(redis: Any) -> None:
    people, sessions = Accounts(redis), SignIns(redis)
    await people.add("小张", "editor")
    account = await people.find("小张")
    assert account
    secret = await sessions.begin(account)
    (key,) = [key async for key in redis.scan_iter(match="{accounts}:session:*")]
    assert await sessions.whose(secret)
    assert 0 < await redis.pttl(key) <= IDLE_S * 1000
    ends, _, held = (await redis.get(key)).decode().partition(" ")
    # As it is seven days later: the store's time is not ours to set.
    await redis.set(key, f"{int(ends) - 7 * 24 * 3600 - 1} {held}")
    assert await sessions.whose(secret) is None
    assert await redis.get(key) is None


async def test_tries_of_a_name_are_counted_however_it_is_written(redis: Any) -> None:
    sessions = SignIns(redis)
    tries = [
        await sessions.may_try(name)
        for name in ("Zhang", "zhang", " ZHANG ", "zh\u200bang", "\uff3ahang", "zhang")
    ]
    assert tries == [True] * MAX_TRIES + [False]
