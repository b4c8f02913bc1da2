"""The lists of words and what stands beside the questions: found in every disguise, and never against the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.language.speech.danger import YIELDING
from knowledge.language.speech.wordlist import found_in
from knowledge.matching.snapshot import Snapshot
from knowledge.model.service import WordList
from knowledge.release.build import check_folder
from tests.serving import copy_small_content

LISTED = WordList(("网上赌场", "色情"), ("角色情绪",))


@pytest.mark.parametrize(
    "text",
    [
        "网上赌场在哪",
        "網上賭場在哪",
        "网 上 赌 场",
        "网·上·赌·场",
        "网，上，赌，场",
        "网上😀赌场",
        "来玩网上赌场吧",
        "好" * 1900 + "网上赌场",
        "好" * 298 + "网上赌场",
    ],
)
def test_listed_word_is_found_in_every_disguise(text: str) -> None:
    assert found_in(LISTED, text) == "网上赌场"


@pytest.mark.parametrize("text", ["", "角色情绪", "分析角色情绪的变化", "网上的赌气场面", "赌场", "😀"])
def test_what_only_looks_like_a_listed_word_is_not_found(text: str) -> None:
    assert found_in(LISTED, text) == ""


def test_no_list_finds_nothing() -> None:
    assert found_in(WordList(), "任何话") == ""


@pytest.mark.parametrize(
    ("file", "text", "line", "code"),
    [
        ("lexicon/sensitive.yaml", "words:\n  - 网上赌场\n  - 备案\n", 3, "word-hits-content"),
        ("lexicon/sensitive.yaml", "words:\n  - 答题\n", 2, "word-hits-content"),
        ("care.yaml", "crisis:\n  - 开会地点\n", 2, "word-hits-content"),
        ("care.yaml", "says:\n  crisis:\n    - 好\n    - 开会（地点\n", 4, "bad-saying"),
        ("care.yaml", "says:\n  crisis:\n    - 开会地点）\n", 3, "bad-saying"),
        ("care.yaml", "says:\n  crisis:\n    - 甲/乙\n", 3, "bad-saying"),
        ("care.yaml", "says:\n  crisis:\n    - 【没】活头\n", 3, "bad-saying"),
        ("care.yaml", "says:\n  crisis:\n    - 【没】活头\nsets: {没: 【没】}\n", 3, "bad-saying"),
        ("care.yaml", "says:\n  crisis:\n    - …（甲/）\n", 3, "bad-saying"),
        ("care.yaml", "says:\n  crises:\n    - 活够了\n", 2, "unknown-key"),
        ("care.yaml", "says:\n  crisis:\n    - （开/闭）会…点\n", 3, "word-hits-content"),
        ("care.yaml", "quote:\n  - self-discipline#article-99\n", 2, "unknown-passage"),
        ("talk.yaml", "intents:\n  - {id: a, says: [开会地点], reply: 好}\n", 2, "talk-takes"),
        ("talk.yaml", "intents:\n  - {id: a, says: [你好（呀], reply: 好}\n", 2, "bad-saying"),
        ("talk.yaml", "intents:\n  - {id: a, says: [你好呀], reply: 好, say: 帮助}\n", 2, "reply-or-say"),
        ("talk.yaml", "intents:\n  - {id: a, says: [你好呀]}\n", 2, "reply-or-say"),
        ("talk.yaml", "intents:\n  - {id: a, says: [你好呀], say: 帮组}\n", 2, "unknown-command"),
        ("talk.yaml", "intents:\n  - {id: a, says: [你好呀], reply: '{n} 位'}\n", 2, "bad-reply"),
        (
            "talk.yaml",
            "intents:\n  - {id: a, says: [你好呀], reply: 好}\n  - {id: b, says: [你好呀], reply: 好}\n",
            3,
            "duplicate-saying",
        ),
        (
            "pledge.yaml",
            "quote:\n  - {passage: self-discipline#article-4, text: 第四条 我编的}\n",
            2,
            "not-verbatim",
        ),
        ("pledge.yaml", "quotes: []\n", 1, "unknown-key"),
        ("lexicon/sensitive.yaml", "words: {a: b}\n", 1, "wrong-type"),
        ("menu.yaml", "buttons:\n  - {name: 请您来这里问一问, key: A, say: 帮助}\n", 2, "bad-menu"),
        ("menu.yaml", "buttons:\n  - {name: 问, key: A}\n", 2, "missing-key"),
        ("menu.yaml", "buttons:\n  - {name: 问, key: A, say: 帮助, url: 'https://a.cn'}\n", 2, "bad-menu"),
        ("menu.yaml", "buttons:\n" + "  - {name: 问, url: 'https://a.cn'}\n" * 4, 5, "bad-menu"),
    ],
)
def test_fault_is_told_at_its_line(tmp_path: Path, file: str, text: str, line: int, code: str) -> None:
    folder = copy_small_content(tmp_path / "content")
    assert check_folder(folder)[1] == ()
    (folder / file).write_text(text, encoding="utf-8")
    problems = [p for p in check_folder(folder)[1] if p.code == code]
    assert [(p.file, p.line) for p in problems] == [(file, line)]


def test_exception_lets_a_listed_word_stand_in_the_content(tmp_path: Path) -> None:
    folder = copy_small_content(tmp_path / "content")
    (folder / "lexicon/sensitive.yaml").write_text("words: [备案网]\nallow: [未备案网站]\n", encoding="utf-8")
    assert check_folder(folder)[1] == ()


def test_shipped_lists_let_every_source_and_every_question_through(snapshot: Snapshot) -> None:
    content = snapshot.content
    assert len(content.sensitive.words) >= 20
    assert len(content.care.says["crisis"]) >= 20
    said = [source.text for source in content.sources.values()]
    asked = [text for e in content.entries.values() for text in (e.question, *e.phrasings)]
    assert [text for text in said + asked if found_in(content.sensitive, text)] == []
    read = ((text, snapshot.alarms.read(text)) for text in asked)
    assert [text for text, danger in read if danger and danger.kind not in YIELDING] == []
