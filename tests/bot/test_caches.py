"""What a process remembers is bounded, whatever it is asked and however many ask: docs/security.md lists the bounds."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import importlib
import pkgutil
import random
import time
from typing import Any

import numpy as np
import pytest

import handlers
import knowledge
from bot import pipeline
from bot.releases.encoder import Encoder
from bot.store.server.embedded import Embedded
from bot.store.store import Store
from bot.store.wire.client import connect
from handlers.model.messages import Message
from knowledge.language.speech import likeness
from knowledge.language.speech.danger import Alarms
from knowledge.matching.decide import decide
from knowledge.matching.index.meaning import DIMENSIONS
from knowledge.matching.intents import intent_of
from knowledge.matching.snapshot import Snapshot
from tests.bot.test_pipeline import LIFETIMES, pipeline_of

# By types of ours, and by the titles that somebody gives new bases: neither is of users.
UNBOUNDED = {"knowledge.codec._decoder", "knowledge.release.new_base.fixed_sentences"}
# Of the shipped content alone there are fewer rows, sentences and words than this.
_OF_THE_RELEASE = 5000


def strange_words(n: int) -> list[str]:
    """Return sentences of common characters that nobody ever wrote."""
    rng = random.Random(3)
    characters = (
        "网民好友青年职工校园金融巾帼倡议宣言自律文明上网安全学习知识信息法律道德家庭孩子老师电脑手机"
    )
    return ["".join(rng.choices(characters, k=rng.randint(3, 12))) + "吗" for _ in range(n)]


def test_snapshot_remembers_no_more_the_more_it_is_asked(snapshot: Snapshot) -> None:
    asked = dataclasses.replace(snapshot, decisions={}, intents={})
    asked_for = strange_words(400)
    for text in asked_for:
        decide(asked, text)
        intent_of(asked, text)
    caches = {f.name: getattr(asked, f.name) for f in dataclasses.fields(asked) if f.init}
    mutable = {name: held for name, held in caches.items() if isinstance(held, dict) and name[0] == "_"}
    assert len(asked.decisions) <= 128
    assert len(asked.intents) <= 256
    assert all(len(held) <= _OF_THE_RELEASE for held in mutable.values()), mutable.keys()
    # Only words are of the questions; the others are keyed by what the release has.
    assert not any(set(asked_for) & set(held) for held in mutable.values())


def test_that_words_are_no_danger_is_kept_of_some_hundred_texts_and_that_they_are_of_none(
    snapshot: Snapshot,
) -> None:
    alarms = Alarms(snapshot.content.care)
    for text in strange_words(1200):
        assert alarms.read(text) is None
        alarms.is_begun(text)
        likeness.likeness(text)
    kept = (alarms._without, alarms._not_begun, likeness._calm)
    assert all(0 < len(calm) <= 512 for calm in kept)
    asked = dataclasses.replace(snapshot, intents={})
    for text in ("我不想活了", "我想跳楼", "活着没意思"):
        assert alarms.read(text)
        assert intent_of(asked, text) is None
        alarms.is_begun("我不想")
        assert not any(text in calm for calm in kept)
    assert not asked.intents
    assert "我不想" not in alarms._not_begun
    long = "网络文明" * 400
    assert alarms.said(long) is None
    assert long not in alarms._without


def test_every_cache_that_users_could_fill_has_a_size() -> None:
    unbounded = set()
    for package in (knowledge, handlers):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(module.name)).values():
                # A library's own are its own to bound.
                is_ours = getattr(value, "__module__", "").startswith(package.__name__)
                if is_ours and isinstance(value, functools._lru_cache_wrapper):
                    takes = value.__wrapped__.__code__.co_argcount
                    if takes and value.cache_parameters()["maxsize"] is None:
                        unbounded.add(f"{value.__module__}.{value.__qualname__}")
    assert unbounded == UNBOUNDED


def test_encoder_remembers_the_last_questions_alone() -> None:
    class Model:
        def encode(self, texts: list[str], is_query: bool) -> Any:
            return np.zeros((len(texts), DIMENSIONS), np.float32)

    encoder = Encoder()
    encoder._model = Model()
    for n in range(3000):
        encoder.question(f"第{n}问")
    assert len(encoder._remembered) == 2048
    assert "第2999问" in encoder._remembered


async def test_pipeline_forgets_pushes_and_users_when_they_are_over(
    embedded: Embedded, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(connect(embedded.url), LIFETIMES)
    answering = pipeline_of(store, snapshot)
    await asyncio.gather(
        *(answering.reply_to(Message(f"p{n}", f"user{n}", "text", "帮助")) for n in range(100))
    )
    assert len(answering._queues) == 0
    assert len(answering._doubts) == 100
    later = time.monotonic() + pipeline._DELIVERED_S + 1
    monkeypatch.setattr(pipeline.time, "monotonic", lambda: later)
    await answering.reply_to(Message("later", "user", "text", "帮助"))
    assert len(answering._doubts) == 1
    monkeypatch.undo()
    await store.runner.close()


async def test_crowd_waits_its_turn_and_opens_no_more_connections(embedded: Embedded) -> None:
    store = Store(connect(embedded.url), LIFETIMES, at_once=16)
    await asyncio.gather(*(store.load(f"user{n}", "p") for n in range(300)))
    clients = await store.redis.client_list()
    assert len(clients) <= 16 + 1
    await store.runner.close()


def test_of_a_large_base_only_so_many_targets_are_kept_ready_and_answers_are_the_same(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [entry.question for entry in snapshot.content.entries.values()][:60]
    asked = dataclasses.replace(snapshot, decisions={}, intents={}, _terms={}, _profiles={}, _quotes={})
    expected = [decide(asked, question) for question in questions]
    assert len(asked._profiles) > 50
    monkeypatch.setattr("knowledge.matching.snapshot._TARGETS_KEPT", 50)
    few = dataclasses.replace(snapshot, decisions={}, intents={}, _terms={}, _profiles={}, _quotes={})
    for question, decision in zip(questions, expected, strict=True):
        assert decide(few, question) == decision
        assert all(len(held) <= 50 for held in (few._terms, few._profiles, few._quotes))
