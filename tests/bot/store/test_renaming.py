"""All users of a store under new names: everything of theirs is there, nothing stands under an old name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from bot.store.keys import keys_of
from bot.store.naming import name_under, namer
from bot.store.renaming import forget_renamed, rename_users
from bot.store.server.embedded import Embedded
from bot.store.store import Lifetimes, Loaded, Store
from bot.store.wire.client import connect

_DAY_MS = 86_400_000
_OPENIDS = [f"oRenamed{n}" for n in range(40)]
_rename = partial(name_under, key="new")


@pytest.fixture(params=["", "one:"])
async def store(request: pytest.FixtureRequest, embedded: Embedded) -> AsyncIterator[Store]:
    opened = Store(
        connect(embedded.url, prefix=request.param), Lifetimes(90 * _DAY_MS, 600_000, 90 * _DAY_MS)
    )
    for openid in _OPENIDS:
        await said(opened, namer("old")(openid), f"session of {openid}")
    yield opened
    await opened.runner.close()


async def said(store: Store, user: str, session: str) -> None:
    loaded = await store.load(user, f"push of {session}")
    assert isinstance(loaded, Loaded)
    await store.commit(loaded, session=session, reply="{}", effects=[{"name": "x"}], erase=False)


async def held(store: Store, key: str) -> dict[str, str]:
    """Return the session that each openid has under a key."""
    loaded = [(openid, await store.load(namer(key)(openid), "look", counts=False)) for openid in _OPENIDS]
    return {openid: one.session for openid, one in loaded if isinstance(one, Loaded)}


async def names(store: Store) -> str:
    return " ".join([key.decode() async for key in store.redis.scan_iter(match="*")])


async def test_everybody_is_there_under_the_new_key_and_nothing_under_the_old(store: Store) -> None:
    assert await rename_users(store, _rename, "sign") == len(_OPENIDS)
    await forget_renamed(store, "sign")
    assert await held(store, "old->new") == {openid: f"session of {openid}" for openid in _OPENIDS}
    all_names = await names(store)
    for openid in _OPENIDS:
        assert namer("old")(openid) not in all_names
    assert 0 < await store.redis.pttl(keys_of(namer("old->new")(_OPENIDS[0])).session) <= 90 * _DAY_MS
    assert "renamed" not in all_names


async def test_renaming_that_was_broken_off_goes_on_and_renames_nobody_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, left = store.runner.run, [10]

    async def breaks_off(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise ConnectionError
        return await run(*arguments)

    monkeypatch.setattr(store.runner, "run", breaks_off)
    with pytest.raises(ConnectionError):
        await rename_users(store, _rename, "sign")
    monkeypatch.undo()
    assert await rename_users(store, _rename, "sign") == len(_OPENIDS) - 10
    assert await held(store, "old->new") == {openid: f"session of {openid}" for openid in _OPENIDS}


def test_new_name_lies_in_the_shard_of_the_old_and_tells_nothing_of_it() -> None:
    for openid in _OPENIDS:
        old, new = namer("old")(openid), namer("old->new")(openid)
        assert old != new
        assert keys_of(old).tag == keys_of(new).tag
        assert namer("old->new->third")(openid) == name_under(new, "third")
