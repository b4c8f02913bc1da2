"""Counting, on a real Redis: every event once, whoever counts and whenever they die."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.china import CHINA
from bot.store.asked import Count
from bot.store.keys import event_streams
from bot.store.server.embedded import Embedded
from bot.store.tally import Tally
from bot.store.wire.client import connect

MONDAY_MS = int(datetime.datetime(2026, 11, 16, 8, tzinfo=CHINA).timestamp() * 1000)
DAY_MS = 86_400_000


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Any]:
    server = Embedded(tmp_path / "data")
    server.start()
    client = connect(server.url)
    yield client
    await client.aclose()
    server.stop()


async def ask(
    redis: Any, at_ms: int, outcome: str, question: str, entry: str = "", release: str = "r1"
) -> None:
    stream = event_streams()[len(question) % len(event_streams())]
    fields = {"name": outcome, "question": question, "entry": entry, "release": release, "group": question}
    await redis.xadd(stream, fields, id=f"{at_ms}-0")


async def a_week(redis: Any) -> None:
    """Seven days: on day d (from 0) d+1 answers, one question back, and twice d misses; two releases."""
    for day in range(7):
        at_ms, release = MONDAY_MS + day * DAY_MS, "r1" if day < 4 else "r2"
        for n in range(day + 1):
            await ask(redis, at_ms + n, "told", "第四条", "article-4", release)
        await ask(redis, at_ms + 100, "clarified", "倡议书", release=release)
        for n in range(2 * day):
            await ask(redis, at_ms + 200 + n, "missed", "公积金怎么取", release=release)
        await ask(redis, at_ms + 300, "finished", "")


async def test_a_week_is_counted_exactly_by_day_and_release(redis: Any) -> None:
    await a_week(redis)
    tally = Tally(redis, 90)
    assert await tally.fold() == 28 + 7 + 42 + 7
    days = [f"2026-11-{16 + day}" for day in range(7)]
    releases = ["r1"] * 4 + ["r2"] * 3
    expected = {
        *(
            Count(d, r, "told", "article-4", n + 1)
            for n, (d, r) in enumerate(zip(days, releases, strict=True))
        ),
        *(Count(d, r, "clarified", "", 1) for d, r in zip(days, releases, strict=True)),
        *(Count(d, r, "missed", "", 2 * n) for n, (d, r) in enumerate(zip(days, releases, strict=True)) if n),
    }
    assert set(await tally.counts()) == expected
    asked = {a.question: a for a in await tally.questions()}
    miss = asked["公积金怎么取"]
    assert (miss.n, miss.first_ms, miss.last_ms) == (
        42,
        MONDAY_MS + DAY_MS + 200,
        MONDAY_MS + 6 * DAY_MS + 211,
    )
    assert miss.n_by_day == {day: 2 * n for n, day in enumerate(days) if n}


async def test_nothing_is_counted_twice_by_two_at_once_or_again(redis: Any) -> None:
    await a_week(redis)
    tallies = [Tally(redis, 90) for _ in range(4)]
    await asyncio.gather(*(tally.fold() for tally in tallies))
    assert sum(count.n for count in await tallies[0].counts()) == 77
    assert await tallies[1].fold() == 0
    await ask(redis, MONDAY_MS + 8 * DAY_MS, "missed", "公积金怎么取")
    assert await tallies[2].fold() == 1
    assert sum(count.n for count in await tallies[0].counts()) == 78


async def test_death_before_the_sums_are_written_loses_nothing(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_week(redis)
    tally = Tally(redis, 90)

    async def die(*_: object) -> bool:
        raise asyncio.CancelledError

    monkeypatch.setattr(tally, "_write", die)
    with pytest.raises(asyncio.CancelledError):
        await tally.fold()
    monkeypatch.undo()
    await tally.fold()
    assert sum(count.n for count in await tally.counts()) == 77


async def test_more_events_than_a_page_are_all_counted(redis: Any) -> None:
    for n in range(650):
        await redis.xadd(
            event_streams()[3], {"name": "told", "question": f"q{n % 7}", "entry": "e", "release": "r"}
        )
    tally = Tally(redis, 90)
    assert await tally.fold() == 650
    assert [count.n for count in await tally.counts()] == [650]
    assert sum(asked.n for asked in await tally.questions()) == 650


async def test_questions_are_forgotten_when_their_events_would_be_and_counts_stay(redis: Any) -> None:
    stream = event_streams()[0]
    for at_ms, question in ((MONDAY_MS, "旧"), (MONDAY_MS + 20 * DAY_MS, "新")):
        await redis.xadd(stream, {"name": "missed", "question": question}, id=f"{at_ms}-0")
        await Tally(redis, 10).fold()
    assert [asked.question for asked in await Tally(redis, 10).questions()] == ["新"]
    assert sum(count.n for count in await Tally(redis, 10).counts()) == 2


async def test_questions_left_open_are_told_apart_by_how(redis: Any) -> None:
    question = {"question": "第四条", "entry": "", "release": "r"}
    for n, (name, rule, value) in enumerate(
        [
            ("missed", "below-clarify", ""),
            ("missed", "rejected", ""),
            ("voted", "answer-band", "useless"),
            ("voted", "answer-band", "useless"),
            ("voted", "answer-band", "useful"),
            ("rejected", "", ""),
        ]
    ):
        fields = {"name": name, "rule": rule, "value": value}
        extra = {} if name == "rejected" else question
        await redis.xadd(event_streams()[n], {**fields, **extra}, id=f"{MONDAY_MS}-0")
    tally = Tally(redis, 90)
    await tally.fold()
    assert {(count.outcome, count.n) for count in await tally.counts()} == {
        ("missed", 1),
        ("rejected", 1),
        ("useless", 2),
    }
    assert sum(asked.n for asked in await tally.questions()) == 4


class Measuring:
    """A client that notes how much each call brings at once."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis
        self.most = 0

    def __getattr__(self, name: str) -> Any:
        async def call(*arguments: Any, **options: Any) -> Any:
            result = await getattr(self._redis, name)(*arguments, **options)
            part = result[1] if name == "hscan" else result
            self.most = max(self.most, len(part) if isinstance(part, list | dict) else 1)
            return result

        return call


async def test_many_questions_are_read_and_forgotten_in_small_steps(redis: Any) -> None:
    stream = event_streams()[0]
    for n in range(5000):
        await redis.xadd(stream, {"name": "missed", "question": f"q{n}"}, id=f"{MONDAY_MS}-{n}")
    measuring = Measuring(redis)
    tally = Tally(measuring, 10)
    assert await tally.fold() == 5000
    assert len(await tally.questions()) == 5000
    await redis.xadd(stream, {"name": "missed", "question": "新"}, id=f"{MONDAY_MS + 20 * DAY_MS}-0")
    await tally.fold()
    assert [asked.question for asked in await tally.questions()] == ["新"]
    assert len(await tally.counts()) == 2
    assert 200 <= measuring.most <= 400


async def test_question_that_nobody_can_read_stops_no_counting(redis: Any) -> None:
    await ask(redis, MONDAY_MS, "missed", "公积金怎么取")
    await Tally(redis, 90).fold()
    (key,) = await redis.keys("*tally:questions")
    (field,) = await redis.hkeys(key)
    await redis.hset(key, field, "no JSON")
    await ask(redis, MONDAY_MS + DAY_MS, "missed", "公积金怎么取")
    tally = Tally(redis, 90)
    assert await tally.fold() == 1
    assert [asked.n for asked in await tally.questions()] == [1]
