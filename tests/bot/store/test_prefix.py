"""Two deployments on one Redis, each under its prefix: neither sees, writes or clears what is the other's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.backup.records import clear, is_empty, read_rows
from bot.releases.ledger import Ledger
from bot.releases.records import Note
from bot.store.erasure import erase
from bot.store.keys import keys_of
from bot.store.lookups import card, events_of, held_data, n_cards, replies
from bot.store.roster import read_list, replace_list
from bot.store.server.embedded import Embedded
from bot.store.store import Lifetimes, Loaded, Replayed, Store, Unconfirmed
from bot.store.tally import Tally
from bot.store.wire.client import connect

DAY_MS = 86_400_000
USER = "the same user"
CODE = f"{keys_of(USER).home}CODE"


@pytest.fixture
async def both(embedded: Embedded) -> AsyncIterator[tuple[Store, Store]]:
    lifetimes = Lifetimes(90 * DAY_MS, 600_000, 90 * DAY_MS)
    stores = tuple(Store(connect(embedded.url, prefix=prefix), lifetimes) for prefix in ("one:", ""))
    yield stores[0], stores[1]
    for store in stores:
        await store.runner.close()


async def answered(store: Store, push: str, session: str = '{"subject": "s"}') -> None:
    loaded = await store.load(USER, push)
    assert isinstance(loaded, Loaded)
    effects = [{"name": "told", "subject": "s", "question": "问", "entry": "e", "group": "g"}]
    await store.commit(
        loaded, session=session, reply=push, effects=effects, erase=False, cards=[("pledge", CODE, "card")]
    )


async def everything(store: Store) -> list[Any]:
    rows = [(row.key, tuple(map(str, row.values))) async for row in read_rows(store.redis)]
    return sorted(row for row in rows if b":clock" not in row[0])


async def test_a_user_of_one_is_nobody_to_the_other(both: tuple[Store, Store]) -> None:
    one, other = both
    await answered(one, "push")
    assert isinstance(await other.load(USER, "push"), Loaded)
    assert await everything(other) == []
    assert (await replies(one, USER), await replies(other, USER)) == (["push"], [])
    assert (await card(one, CODE), await card(other, CODE)) == ("card", None)
    assert (await n_cards(one, "pledge"), await n_cards(other, "pledge")) == (1, 0)
    assert len(await events_of(one, USER, "s")) == 1
    assert await held_data(other, USER, "s") == (0, {})
    await replace_list(one, {"7": "一部"})
    assert (await read_list(one), await read_list(other)) == ({"7": "一部"}, {})


async def test_counting_the_replicas_of_one_leaves_the_other_alone(
    both: tuple[Store, Store], embedded: Embedded
) -> None:
    wanting = Store(connect(embedded.url, prefix="one:"), Lifetimes(DAY_MS, DAY_MS, DAY_MS), min_replicas=1)
    try:
        with pytest.raises(Unconfirmed):
            await wanting.confirm(USER)
    finally:
        await wanting.runner.close()
    assert await both[0].redis.get(keys_of(USER).clock)
    assert await both[1].redis.get(keys_of(USER).clock) is None


async def test_erasing_in_one_leaves_the_other_whole(both: tuple[Store, Store]) -> None:
    one, other = both
    for store in both:
        await answered(store, "push")
    before = await everything(other)
    assert await erase(one, USER)
    assert await everything(other) == before
    assert isinstance(await other.load(USER, "push"), Replayed)
    await clear(one.redis)
    assert await is_empty(one.redis)
    assert await everything(other) == before


async def test_releases_and_sums_are_each_ones_own(both: tuple[Store, Store]) -> None:
    one, other = both
    await answered(one, "push")
    note = Note("编辑", "第一次", 1)
    ledger, others = Ledger(one.redis, 60), Ledger(other.redis, 60)
    for version, parent in (("v1", ""), ("v2", "v1")):
        await ledger.write(
            note.record(version, parent, "published"),
            note.line("published", version, parent),
            packed=b"files",
            live=True,
        )
    assert (await ledger.live(), await others.live()) == ("v2", "")
    assert (len(await ledger.log()), await others.records()) == (2, [])
    # What was replaced ends some day; the script found it under the prefix.
    assert 0 < await one.redis.pttl("{release}:v1") <= 60_000
    tallies = [Tally(store.redis, 90) for store in both]
    for tally in tallies:
        await tally.fold()
    assert [len(await tally.questions()) for tally in tallies] == [1, 0]


async def test_command_whose_keys_nobody_named_is_refused(both: tuple[Store, Store]) -> None:
    one, other = both
    with pytest.raises(ValueError, match="BITCOUNT"):
        await one.redis.bitcount("key")
    assert await other.redis.bitcount("key") == 0
