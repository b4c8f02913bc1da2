"""The prepared form of a release: it answers as a fresh build does, and nothing damaged is taken for one."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching.decide import decide
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.reading.served_days import on_day
from knowledge.release.build import assemble, content_of, load_folder
from knowledge.release.prepared import maker, pack_prepared, unpack_prepared
from tests.serving import copy_small_content

DAY = "2026-10-01"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return content_of(load_folder(copy_small_content(tmp_path_factory.mktemp("content") / "c")))


@pytest.fixture(scope="module")
def fresh(content: Content) -> Snapshot:
    return assemble(on_day(content, DAY))


@pytest.fixture(scope="module")
def stored(content: Content, fresh: Snapshot) -> bytes:
    return pack_prepared(content, fresh)


def test_prepared_release_answers_as_a_fresh_build_does(
    content: Content, fresh: Snapshot, stored: bytes
) -> None:
    read, prepared = unpack_prepared(stored, DAY)
    assert read == content
    assert prepared is not None
    assert prepared.content == fresh.content
    texts = [text for entry in content.entries.values() for text in (entry.question, *entry.phrasings)]
    for text in [*texts, "ziluchangyishu disitiao", "自律倡意书第五条", "卫健委的代表说了啥", "😀", ""]:
        assert decide(prepared, text) == decide(fresh, text), text


def test_every_kind_of_value_of_the_shipped_content_is_read_as_it_was(snapshot: Snapshot) -> None:
    read, prepared = unpack_prepared(pack_prepared(snapshot.content, snapshot), DAY)
    for field in fields(Content):
        assert getattr(read, field.name) == getattr(snapshot.content, field.name), field.name
    assert prepared is not None


def test_on_a_day_with_other_entries_only_the_content_is_taken(content: Content, stored: bytes) -> None:
    ended = "2031-01-01"
    assert on_day(content, ended).entries != on_day(content, DAY).entries
    assert unpack_prepared(stored, ended) == (content, None)


@given(st.data())
def test_damaged_release_is_refused(stored: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(stored) - 1))
    damaged = data.draw(
        st.sampled_from([stored[:at], stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]])
    )
    with pytest.raises(ValueError, match="not a prepared release"):
        unpack_prepared(damaged, DAY)


def test_maker_is_the_same_at_every_call_and_short_enough_for_a_file_name() -> None:
    maker.cache_clear()
    first = maker()
    maker.cache_clear()
    assert maker() == first
    assert len(first) == 12
    assert Path(first).name == first


def test_other_content_of_the_same_entries_is_prepared_as_it_is(content: Content, fresh: Snapshot) -> None:
    renamed = replace(content, version="0" * 16)
    read, prepared = unpack_prepared(pack_prepared(renamed, replace(fresh, content=renamed)), DAY)
    assert read.version == "0" * 16
    assert prepared is not None
    assert prepared.version == "0" * 16


def test_draft_that_takes_up_from_live_answers_as_a_fresh_build_does(
    content: Content, fresh: Snapshot
) -> None:
    entry_id = min(content.entries)
    entry = content.entries[entry_id]
    changed = replace(entry, phrasings=(*entry.phrasings[1:], "这里头到底是咋个说的嘛"))
    edited = on_day(replace(content, entries={**content.entries, entry_id: changed}), DAY)
    other = replace(content.lexicon, filler=(*content.lexicon.filler, "麻烦您"))
    for draft in (edited, replace(edited, lexicon=other)):
        alone, beside = assemble(draft), assemble(draft, like=fresh)
        assert beside.rows == alone.rows
        assert (beside.analyzer is fresh.analyzer) == (draft is edited)
        texts = [text for e in draft.entries.values() for text in (e.question, *e.phrasings)]
        for text in [*texts, *entry.phrasings, "卫健委的代表说了啥", "你好", ""]:
            assert decide(beside, text) == decide(alone, text), text
