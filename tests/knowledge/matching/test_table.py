"""The inverted table: what is near, the same after a save, and equal for equal rows."""

from __future__ import annotations

import io

import numpy as np
import pytest

from knowledge.language.pinyin import build_reader
from knowledge.matching.index.repair import build_repairer
from knowledge.matching.index.table import load_table
from knowledge.matching.index.table_building import build_table
from knowledge.matching.search import nearest

ROWS = [
    "未备案的网站能不能接入",
    "会议在哪里开",
    "谁代表妇联讲话",
    "第五条说了什么",
    "会议在哪里开",
    "通讯地址是哪里",
]


def test_the_row_itself_is_nearest_and_equal_rows_come_in_their_order() -> None:
    table = build_table(ROWS, ROWS)
    for i, row in enumerate(ROWS):
        ids, likeness, features = nearest(table, ROWS, row, row)
        assert ids[0] == ROWS.index(row)
        assert likeness[0] == likeness.max()
        assert features[0][:-1] == pytest.approx(1.0)
        assert features[0][-1] == 0
        assert len(set(ids.tolist())) == len(ids), i


def test_a_saved_table_finds_the_same() -> None:
    table = build_table(ROWS, ROWS)
    file = io.BytesIO()
    table.save(file)
    loaded = load_table(memoryview(file.getvalue()))
    for text in (*ROWS, "没备案的站能接吗", "在哪开会", ""):
        (a,), (b,) = (one.search([(text, text)], 4) for one in (table, loaded))
        assert np.array_equal(a.ids, b.ids)
        assert np.array_equal(a.features, b.features)


def test_what_is_no_table_is_refused() -> None:
    file = io.BytesIO()
    build_table(ROWS, ROWS).save(file)
    for stored in (b"", b"PK\x03\x04" + bytes(100), file.getvalue()[: file.tell() // 2], file.getvalue()[1:]):
        with pytest.raises(ValueError, match="not a table"):
            load_table(memoryview(stored))


def test_loaded_table_is_the_stored_bytes_themselves() -> None:
    file = io.BytesIO()
    build_table(ROWS, ROWS).save(file)
    stored = np.frombuffer(file.getvalue(), np.uint8)
    loaded = load_table(stored.data)
    for name in loaded.__slots__:
        held = getattr(loaded, name)
        assert np.shares_memory(held, stored), name
        assert held.ctypes.data % held.itemsize == 0, name


@pytest.mark.parametrize("text", ["", "x", "𠮷", "\ue000", "。", "a" * 300])
def test_text_without_a_known_sign_finds_nothing_and_breaks_nothing(text: str) -> None:
    (found,) = build_table(ROWS, ROWS).search([(text, text)], 5)
    assert len(found.ids) == len(found.features) == 0
    empty = build_table([], [])
    (nothing,) = empty.search([(text, text)], 5)
    assert len(nothing.ids) == 0
    assert nothing.rarity == ([0.0] * len(text), [0.0] * max(len(text) - 1, 0))


@pytest.mark.parametrize("most_noted", [1, 1_000_000])
def test_texts_are_found_together_as_each_is_alone(most_noted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.matching.index.table._MOST_NOTED", most_noted)
    table = build_table(ROWS, ROWS)
    texts = [(text, text) for text in (*ROWS, "没备案的站能接吗", "", "在哪开会", "x")]
    for text, together in zip(texts, table.search(texts, 4), strict=True):
        (alone,) = table.search([text], 4)
        assert np.array_equal(together.ids, alone.ids)
        assert np.array_equal(together.features, alone.features)
        assert together.rarity == alone.rarity == table.rarity(text[0])
    assert table.search([], 4) == []


def test_skipping_frequent_tokens_does_not_lose_the_best_row() -> None:
    rows = [f"网民{chr(0x4E00 + i % 500)}{chr(0x4E00 + i // 500)}怎么办" for i in range(20_000)]
    table = build_table(rows, rows)
    for i in range(0, 20_000, 1_999):
        assert rows[nearest(table, rows, rows[i], rows[i])[0][0]] == rows[i]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("你们的通迅地纸", "你们的通讯地址"),  # both neighbours of the character agree on another
        ("广安在哪里", "广安在哪里"),  # a word of the language stays, known here or not
        ("第四条", "第四条"),  # a numeral is never another
        ("没代表妇联", "没代表妇联"),  # a negation is never a name
        ("", ""),
    ],
)
def test_only_a_character_that_fits_nowhere_is_mended(typed: str, meant: str) -> None:
    rows = [*ROWS, "你们的地址", "管安全", "梅代表", "第十条"]
    repairer = build_repairer(build_table(rows, rows), {"广安"}.__contains__)
    assert repairer.mend(typed) == meant


def test_pinyin_around_letters_of_another_language_is_read() -> None:
    reader = build_reader(["工作多少", "第三条的内容", "第三条说", "这条怎么看", "哪条规定", "七条底线"])
    assert reader.read("gongzuo qq duoshao") == "工作 qq 多少"
    assert reader.read("di san tiao de") == "第三条的"
    assert reader.read("hello world") == "hello world"
