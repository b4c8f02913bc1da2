"""An editor's mistakes: every one told at once, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.build import check_folder, parse_files
from knowledge.load import read_folder
from tests.serving import CONTENT, copy_small_content


# file, text as it is, text with the fault, line and column of the fault, code
def _line_of(file: str, text: str) -> int:
    """Return the line of a shipped file, which grows with the bot, that begins with `text`."""
    lines = (CONTENT / file).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, start=1) if line.startswith(text))


FAULTS = [
    (
        "faq/faq.yaml",
        "    - self-discipline#article-4\n",
        "    - self-discipline#article-44\n",
        (8, 7),
        "unknown-passage",
    ),
    ("faq/faq.yaml", "  related: [article-4]", "  related: [article-9]", (21, 13), "unknown-entry"),
    ("faq/faq.yaml", "    - 开会地点", "    - 未备案的网站，能不能接入？", (29, 7), "duplicate-phrasing"),
    ("faq/faq.yaml", '在成都召开。"', '在成都市召开。"', (32, 48), "not-verbatim"),
    ("faq/faq.yaml", "  about: {document: meeting-2020}", "  gap: maybe", (33, 8), "wrong-value"),
    ("faq/faq.yaml", "- id: companies", "- id: place", (37, 7), "duplicate-id"),
    ("quiz/bank.yaml", "  key: C", "  key: E", (16, 8), "bad-key"),
    (
        "quiz/bank.yaml",
        "[境外网站, 未备案网站, 小网站, 新网站]",
        "[境外网站, 未备案网站, 小网站, 小网站]",
        (23, 31),
        "duplicate-option",
    ),
    ("lexicon/aliases.yaml", "kind: person", "kind: people", (2, 21), "wrong-value"),
    (
        "sources/meeting-2020.md",
        "# 出席人员 {#attendance}",
        "# 出席人员 {#attendance speaker=nobody}",
        (27, 21),
        "unknown-speaker",
    ),
    (
        "replies.yaml",
        "第 {k}/{n} 题\n    {stem}",
        "第 {k}/{n} 题\n    {stm}",
        (_line_of("replies.yaml", "  item: |"), 9),
        "wrong-places",
    ),
    (
        "menu.yaml",
        "M_QUIZ: 答题",
        "M_QUIZ: 答题\nM_QUIZ: 做题",
        (_line_of("menu.yaml", "M_QUIZ: 答题") + 1, 1),
        "duplicate-key",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_small_content(tmp_path / "content")


def plant(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, (file, before)
    path.write_text(text.replace(before, after), encoding="utf-8")


def found(folder: Path) -> set[tuple[str, tuple[int, int], str]]:
    _, problems = check_folder(folder)
    return {(p.file, (p.line, p.column), p.code) for p in problems}


@pytest.mark.parametrize("shipped", [False, True], ids=["small", "shipped"])
def test_sound_content_has_no_problem(folder: Path, shipped: bool) -> None:
    content = CONTENT if shipped else folder
    assert check_folder(content)[1] == ()


def test_twelve_planted_faults_give_twelve_problems_at_their_places(folder: Path) -> None:
    for file, before, after, _, _ in FAULTS:
        plant(folder, file, before, after)
    assert found(folder) == {(file, place, code) for file, _, _, place, code in FAULTS}


@pytest.mark.parametrize(("file", "before", "after", "place", "code"), FAULTS, ids=[f[-1] for f in FAULTS])
def test_each_fault_alone_is_told_once(
    folder: Path, file: str, before: str, after: str, place: tuple[int, int], code: str
) -> None:
    plant(folder, file, before, after)
    assert found(folder) == {(file, place, code)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- id: x\n  question: [\n", "yaml-syntax"),
        ("- !!python/object:os.system {}\n", "yaml-feature"),
        ("- &a {id: x}\n", "yaml-feature"),
        ("just words\n", "wrong-type"),
        (
            "- id: X Y\n  question: q\n  quote: [meeting-2020#opening]\n  status: draft\n  owner: o\n  review_by: 2027-01-01\n",
            "bad-id",
        ),
        ("- id: a\n  qestion: q\n", "unknown-key"),
        ("- id: a\n", "missing-key"),
    ],
)
def test_broken_file_is_a_problem_and_no_crash(folder: Path, text: str, code: str) -> None:
    (folder / "faq/broken.yaml").write_text(text, encoding="utf-8")
    assert code in {c for file, _, c in found(folder) if file == "faq/broken.yaml"}


def test_yaml_surprises_stay_the_words_they_are(folder: Path) -> None:
    plant(folder, "faq/faq.yaml", "    - 开会地点", "    - no\n    - 12:30\n    - 2027-06-30")
    content, problems = parse_files(check_folder(folder)[0])
    assert problems == ()
    assert content.entries["place"].phrasings[1:] == ("no", "12:30", "2027-06-30")


def test_files_that_cannot_be_read_are_named(folder: Path, tmp_path: Path) -> None:
    (folder / "faq/gbk.yaml").write_bytes("- 条目".encode("gbk"))
    (tmp_path / "outside.yaml").write_text("[]")
    (folder / "faq/link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "notes.yaml").write_text("a: b\n")
    assert {(file, code) for file, _, code in found(folder)} == {
        ("faq/gbk.yaml", "not-utf8"),
        ("faq/link.yaml", "outside-folder"),
        ("notes.yaml", "unknown-file"),
    }


def test_byte_order_mark_and_windows_line_ends_change_nothing(folder: Path) -> None:
    path = folder / "faq/faq.yaml"
    before, _ = read_folder(folder)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_folder(folder)[0] == before


@given(
    st.sampled_from(["faq/a.yaml", "quiz/a.yaml", "sources/a.md", "replies.yaml", "lexicon/words.yaml"]),
    st.text(),
)
def test_arbitrary_text_as_a_file_never_raises(name: str, text: str) -> None:
    parse_files({name: text})
    parse_files({name: f"---\n{text}\n---\n# h {{#a}}\n{text}"})
    parse_files({name: f"- id: {text}\n  quote: {text}"})
