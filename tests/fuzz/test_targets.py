"""A short run of `make fuzz`: whatever is read, nothing breaks and nothing hangs."""

from __future__ import annotations

import io
import zipfile
from random import Random

import docx
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from knowledge.learning.document import DocumentUnreadable
from knowledge.learning.word_file import read_word
from tests.fuzz.targets import TARGETS, drawn

_SLOW = {"talk": 40, "loaders": 60, "push": 100}


@pytest.mark.parametrize("name", TARGETS)
def test_reads_anything_or_says_that_it_does_not(name: str) -> None:
    @settings(max_examples=_SLOW.get(name, 200), deadline=None, derandomize=True, database=None)
    @given(rng=st.randoms(use_true_random=False))
    def survives(rng: Random) -> None:
        call = drawn(name, rng)
        note(repr(call))
        call()

    survives()


def test_same_seed_draws_the_same_again() -> None:
    """What a long run names is what it found."""
    for name in TARGETS:
        one, again = (drawn(name, Random("7")) for _ in range(2))
        assert repr(one) == repr(again)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("[Content_Types].xml", b"/word/styles.xml", b"/word/ styles.xml"),
        ("word/document.xml", b"w:document", b"w:x"),
        ("word/document.xml", b"w:body", b"w:x"),
        ("word/header1.xml", b"w:hdr", b"w:x"),
        ("word/document.xml", b'r:id="', b'r:id="x'),
    ],
)
def test_word_file_whose_parts_have_lost_their_name_or_type_is_unreadable(
    part: str, old: bytes, new: bytes
) -> None:
    file, word = io.BytesIO(), docx.Document()
    word.add_paragraph("第一条 甲")
    word.sections[0].header.paragraphs[0].text = "清朗"
    word.save(file)
    made = io.BytesIO()
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(made, "w") as spoilt:
        for name in whole.namelist():
            data = whole.read(name)
            assert name != part or old in data
            spoilt.writestr(name, data.replace(old, new) if name == part else data)
    with pytest.raises(DocumentUnreadable, match="坏了"):
        read_word(made.getvalue())
