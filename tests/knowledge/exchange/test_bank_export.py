"""What is exported is read by Moodle's own rules as it was, or is not exported and named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.exchange.bank.aiken import render_aiken
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.gift_render import render_gift
from knowledge.exchange.bank.moodle_gift import as_moodle_reads
from knowledge.model.bank import Item
from knowledge.model.problems import Mark
from knowledge.model.sources import Quote

SINGLE = Item(
    "q-place",
    "single",
    "推进会在哪里召开？",
    ("成都", "绵阳", "内江", "德阳"),
    (0,),
    "报道写明。",
    Quote("meeting-2020#time-place", "在成都召开"),
    "共同",
    (),
    1,
    Mark("", 0, 0),
)
FILL = replace(SINGLE, kind="fill", stem="推进会在____召开。", options=(), key=(), accepted=("成都",))


def block_of(item: Item) -> str:
    """Return the question of an exported item, without its category; "" when it was left out."""
    text, left_out = render_gift([item], (item.track,))
    assert (text == "") == (left_out == (item,))
    return text.partition("\n\n")[2]


@pytest.mark.parametrize(
    "options",
    [
        ("%50%", "甲", "乙", "丙"),
        ("甲", "%50%以上", "乙", "丙"),
        ("甲", "[html]乙", "丙", "丁"),
        ("a<b", "a&amp;b", "<b>粗</b>", "&nbsp;"),
        ("**重点**", "~波浪", "=等号", "#井号"),
        ("{花}", "a:b", "甲\\乙", "a\\=b"),
        ("->", "//注释", "$CATEGORY: x", "::q::"),
    ],
)
@pytest.mark.parametrize("key", [(0,), (1,), (0, 1, 2)])
def test_options_that_look_like_signs_are_read_by_moodle_as_they_are(
    options: tuple[str, ...], key: tuple[int, ...]
) -> None:
    item = replace(SINGLE, options=options, key=key, kind="single" if len(key) == 1 else "multiple")
    reading = as_moodle_reads(block_of(item))
    assert reading is not None
    assert (reading.kind, reading.stem, reading.why) == (item.kind, item.stem, item.why)
    assert tuple(text for text, _ in reading.answers) == options
    assert tuple(i for i, (_, weight) in enumerate(reading.answers) if weight > 0) == key


@pytest.mark.parametrize(
    "stem", ["[html]是什么？", "<b> 是什么？", "[重要]是什么？", "a&amp;b 是什么？", "T{T}"]
)
def test_stems_that_look_like_markup_are_read_by_moodle_as_they_are(stem: str) -> None:
    for item in (replace(SINGLE, stem=stem), replace(SINGLE, why=stem)):
        reading = as_moodle_reads(block_of(item))
        assert reading is not None
        assert (reading.stem, reading.why) == (item.stem, item.why)


def test_star_as_an_answer_stands_for_itself() -> None:
    item = replace(FILL, accepted=("*", "%50%", "[plain]甲"))
    block = block_of(item)
    assert "=\\\\* " in block
    reading = as_moodle_reads(block)
    assert reading is not None
    # Moodle takes an unescaped star for any words; everything would be right.
    assert reading.answers == (("\\*", 100.0), ("%50%", 100.0), ("[plain]甲", 100.0))
    assert parse_gift(block, "x", (item.track,))[0][0].accepted == item.accepted


@pytest.mark.parametrize(
    "item",
    [
        replace(SINGLE, stem="&&058;是什么？"),
        replace(SINGLE, stem="见 https://a.cn ，在哪里？"),
        replace(FILL, accepted=("甲->乙",)),
    ],
)
def test_what_moodle_would_change_is_left_out_and_named(item: Item) -> None:
    assert block_of(item) == ""


@pytest.mark.parametrize(
    ("stem", "option", "is_written"),
    [
        ("推进会在哪里？", "成都", True),
        ("A. 是什么？", "成都", False),
        ("I) 是什么？", "成都", False),
        ("ANSWER: 是什么？", "成都", False),
        ("A、B两地谁大？", "成都", True),
        ("a<b 吗？", "成都", False),
        ("推进会在哪里？", "R&D", False),
    ],
)
def test_aiken_holds_what_moodle_reads_as_it_is(stem: str, option: str, is_written: bool) -> None:
    item = replace(SINGLE, stem=stem, options=(option, *SINGLE.options[1:]))
    text, left_out = render_aiken([item])
    assert (bool(text), left_out) == (is_written, () if is_written else (item,))
