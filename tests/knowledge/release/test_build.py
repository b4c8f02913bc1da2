"""A snapshot that was built answers at once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from knowledge.language.speech import sayings
from knowledge.matching.snapshot import Snapshot
from knowledge.reading.parse import version_of
from knowledge.release.build import assemble, content_of, get_ready, get_ready_for_letters, load_folder
from tests.serving import CONTENT, copy_small_content

_IN_A_FRESH_PROCESS = """
import sys
from pathlib import Path
from knowledge.matching.decide import decide
from knowledge.release.build import build, get_ready
once = lambda: {
    f"{module.__name__}.{name}": f.cache_info().misses
    for module in list(sys.modules.values()) if module.__name__.startswith("knowledge.")
    for name, f in vars(module).items()
    if hasattr(f, "cache_info") and not f.cache_parameters()["maxsize"]
}
snapshot = build(Path(sys.argv[1]))
get_ready(snapshot)
before = once()
decide(snapshot, "第四条说了啥子嘛")
assert before["knowledge.matching.index.tokens._sounds"] == 1, before
assert once() == before, (before, once())
"""


def test_no_question_waits_for_what_is_loaded_once(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_FRESH_PROCESS, content], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_letters_are_compiled_after_all_else_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = assemble(content_of(load_folder(CONTENT)))
    compiled: list[str] = []

    def counted(patterns: Iterable[str], firsts: Iterable[str] = ()) -> re.Pattern[str]:
        pattern = any_of(patterns, firsts)
        compiled.append(pattern.pattern)
        return pattern

    any_of = sayings.any_pattern
    monkeypatch.setattr(sayings, "any_pattern", counted)
    get_ready(snapshot)
    n_characters = len(compiled)
    _say(snapshot, "今天天气不错")
    assert 0 < n_characters == len(compiled)
    get_ready_for_letters(snapshot)
    n_all = len(compiled)
    _say(snapshot, "jin tian tian qi bu cuo", "nice weather")
    assert n_characters < n_all == len(compiled)


def _say(snapshot: Snapshot, *texts: str) -> None:
    for text in texts:
        snapshot.alarms.read(text)
        snapshot.talk.read(text)


def test_content_without_an_entry_is_assembled() -> None:
    assert assemble(content_of({})).entry_ids == frozenset()


def test_release_from_before_a_sentence_was_needed_says_the_products_own() -> None:
    files = dict(load_folder(CONTENT))
    without = {**files, "replies.yaml": "welcome: 欢迎。\n"}
    old = content_of(without)
    assert old.replies["welcome"].strip() == "欢迎。"
    assert old.replies["page.withdrawn"]
    assert old.replies.keys() == content_of(files).replies.keys()
    assert version_of(without) == old.version


def test_snapshot_put_into_words_names_its_release_and_no_more(snapshot: Snapshot) -> None:
    assert repr(snapshot) == f"Snapshot({snapshot.version!r})"
