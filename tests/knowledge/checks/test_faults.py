"""An editor's mistakes: every one told at once, at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model.problems import Problem
from knowledge.reading import load
from knowledge.reading.load import read_folder
from knowledge.release.build import check_folder, load_folder, parse_files
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
    (
        "faq/faq.yaml",
        "  about: {document: meeting-2020}\n  status",
        "  gap: maybe\n  status",
        (33, 8),
        "wrong-value",
    ),
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
        "key: M_RESUME",
        "key: M_QUIZ",
        (_line_of("menu.yaml", "      - {name: 接着答"), 26),
        "duplicate-id",
    ),
    ("faq/faq.yaml", "  answer: 会议在成都召开：", "  anwser: 会议在成都召开：", (30, 3), "unknown-key"),
    ("faq/faq.yaml", "第四条管的是", "原文没有收录，第四条管的是", (6, 11), "gap-not-marked"),
    ("faq/faq.yaml", "机关党委书记：", "机关党委副书记：", (53, 11), "protected-words"),
    ("faq/faq.yaml", "李志刚是谁？", "李志钢是谁？", (49, 13), "protected-words"),
    ("faq/faq.yaml", "“动员组织各级", "“动员了各级", (65, 11), "quote-drift"),
    ("faq/faq.yaml", "valid_to: 2030-12-31", "valid_to: 2020-09-30", (74, 13), "wrong-dates"),
    ("faq/faq.yaml", "    - 省教育厅谁来讲的话", "    - ''", (52, 7), "empty-value"),
    (
        "faq/faq.yaml",
        "    - 开会图个啥",
        "    - 提供互动信息服务的企业要遵守些什么",
        (64, 7),
        "near-duplicate",
    ),
    (
        "faq/faq.yaml",
        "#purpose\n  about: {",
        "#purpose\n  about: {speker: x, ",
        (68, 11),
        "unknown-key",
    ),
    (
        "faq/faq.yaml",
        "#li-zhigang-plan\n  related: [place]\n  status: published",
        "#li-zhigang-plan\n  related: [place]\n  status: live",
        (57, 11),
        "wrong-value",
    ),
    (
        "faq/faq.yaml",
        "  review_by: 2027-06-30\n  valid_from",
        "  review_by: 2027-02-30\n  valid_from",
        (72, 14),
        "wrong-value",
    ),
    ("lexicon/words.yaml", "filler:", "filer:", (2, 1), "unknown-key"),
    ("lexicon/words.yaml", "facts: [年龄]", "facts: {a: 年龄}", (4, 8), "wrong-type"),
    ("lexicon/protected.yaml", "words: 争做四川好网民", "words: 争当四川好网民", (3, 11), "unsourced-words"),
    ("tests/regression.yaml", "entry: article-4}", "entry: artikel-4}", (1, 34), "unknown-entry"),
    (
        "tests/regression.yaml",
        "今天天气怎么样",
        "没备案的网站，给不给接入？",
        (2, 36),
        "duplicate-case",
    ),
    (
        "sources/self-discipline.md",
        "{#article-2 article=2}",
        "{#article-2 artikel=2}",
        (22, 19),
        "bad-attribute",
    ),
    ("sources/self-discipline.md", "# 第一条 {", "#第一条 {", (18, 1), "bad-heading"),
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


def test_thirty_planted_faults_give_thirty_problems_at_their_places(folder: Path) -> None:
    for file, before, after, _, _ in FAULTS:
        plant(folder, file, before, after)
    assert found(folder) == {(file, place, code) for file, _, _, place, code in FAULTS}
    assert len(check_folder(folder)[1]) == 30


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
        ("- id: a\n\tquestion: q\n", "yaml-syntax"),
        ("- id: a\n  id: b\n", "duplicate-key"),
        ("- id: a\n  question: '没有写完\n", "yaml-syntax"),
        ("", "empty-file"),
        ("# 只有注释\n", "empty-file"),
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


@pytest.mark.parametrize("n_bytes", [-1, 0], ids=["half a character", "another encoding"])
def test_file_that_cannot_be_read_casts_no_blame_on_the_others(tmp_path: Path, n_bytes: int) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    path = folder / "faq/pledge.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.encode("gbk", "replace") if n_bytes == 0 else text.encode()[:3000] + b"\xe4")
    assert {(file, code) for file, _, code in found(folder)} == {("faq/pledge.yaml", "not-utf8")}


def test_quote_moved_by_a_character_is_a_problem(folder: Path) -> None:
    plant(folder, "faq/faq.yaml", 'text: "10月12日', 'text: "0月12日')
    assert found(folder) == {("faq/faq.yaml", (32, 48), "cut-quote")}


def test_huge_file_is_refused_unread(folder: Path) -> None:
    with (folder / "faq/huge.yaml").open("wb") as file:
        file.truncate(50_000_000)
    assert found(folder) == {("faq/huge.yaml", (0, 0), "too-large")}


def test_folder_that_changes_while_it_is_read_is_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = load._read

    def saved_meanwhile(path: Path, name: str, folder: Path) -> str | Problem | None:
        text = read(path, name, folder)
        if name == "faq/faq.yaml":
            path.write_text("- id: half", encoding="utf-8")
        return text

    monkeypatch.setattr(load, "_read", saved_meanwhile)
    assert ("faq/faq.yaml", (0, 0), "being-saved") in found(folder)


def test_tab_and_half_a_file_are_told_in_an_editors_words(folder: Path) -> None:
    (folder / "faq/tab.yaml").write_text("- id: a\n\tquestion: q\n", encoding="utf-8")
    (folder / "faq/half.yaml").write_text("- id: a\n  question: '没有写完", encoding="utf-8")
    told = {p.file: p.message for p in check_folder(folder)[1]}
    assert "Tab" in told["faq/tab.yaml"]
    assert "没有写完" in told["faq/half.yaml"]


def test_calendar_brings_warnings_that_block_nothing(folder: Path) -> None:
    plant(folder, "faq/faq.yaml", "valid_to: 2030-12-31", "valid_to: 2026-09-30")
    plant(
        folder,
        "faq/faq.yaml",
        "  review_by: 2027-06-30\n- id: article-5",
        "  review_by: 2026-01-01\n- id: article-5",
    )
    problems = check_folder(folder, "2026-10-01")[1]
    assert {(p.code, p.line, p.severity) for p in problems} == {
        ("past-valid-to", 74, "warning"),
        ("review-due", 13, "warning"),
    }
    assert load_folder(folder)


def test_answers_that_follow_each_other_may_share_a_phrasing(folder: Path) -> None:
    plant(folder, "faq/faq.yaml", "    - 开会图个啥", "    - 开会地点")
    plant(folder, "faq/faq.yaml", "valid_from: 2020-10-12", "valid_from: 2027-01-01")
    assert {code for _, _, code in found(folder)} == {"duplicate-phrasing"}
    plant(
        folder,
        "faq/faq.yaml",
        "  about: {document: meeting-2020}\n  status",
        "  about: {document: meeting-2020}\n  valid_to: 2026-12-31\n  status",
    )
    assert found(folder) == set()


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("省教育厅机关党委书记李志刚讲话：", False),
        ("李志刚是省教育厅党组成员、机关党委书记：", False),
        ("李志刚、周键和许静讲话：", False),
        ("省教育厅书记李志刚讲话：", True),
        ("李志刚任机关党委副书记：", True),
        ("李志钢讲话：", True),
        ("李志强讲话：", False),
        ("大家争做四川好网名：", False),
        ("大家争作四川好网民：", True),
        ("大家争做四川的好网民：", True),
    ],
)
def test_protected_words_are_told_from_words_that_only_look_alike(
    folder: Path, answer: str, wrong: bool
) -> None:
    plant(folder, "faq/faq.yaml", "李志刚是省教育厅党组成员、机关党委书记：", answer)
    assert {code for _, _, code in found(folder)} == ({"protected-words"} if wrong else set())


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("meeting-2020#time", "meeting-2020#time-place"),
        ("self-discipline#articel-4", "self-discipline#article-4"),
    ],
)
def test_address_that_is_not_there_suggests_the_one_that_was_meant(
    tmp_path: Path, written: str, meant: str
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    (folder / "faq/new.yaml").write_text(
        f"- id: m-new\n  question: 会议从几点开始\n  answer: 报道写到：\n  quote: [{written}]\n"
        "  status: published\n  owner: o\n  review_by: 2027-06-30\n",
        encoding="utf-8",
    )
    (problem,) = [p for p in check_folder(folder)[1] if p.code == "unknown-passage"]
    assert f"是不是 {meant}？" in problem.hint


@pytest.mark.parametrize(
    ("phrasing", "n"),
    [
        ("会议在哪开、谁主持、几点散", 3),
        ("会议在哪开/谁主持", 2),
        ("会议在哪开？谁主持？", 2),
        ("会议在哪开，谁主持，几点散", 3),
        ("低俗、庸俗、媚俗怎么说", 1),
        ("我开了个网站，没备案，能接入不", 1),
        ("会议在哪开的？", 1),
    ],
)
def test_phrasing_that_lists_questions_is_told(folder: Path, phrasing: str, n: int) -> None:
    plant(folder, "faq/faq.yaml", "    - 开会地点", f"    - {phrasing}")
    problems = [p for p in check_folder(folder)[1] if p.code == "several-questions"]
    assert [p.line for p in problems] == ([29] if n > 1 else [])
    assert all(f"{n} 个问题" in p.message for p in problems)


def test_entries_that_would_share_a_code_are_told_apart(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    faq = content / "faq/faq.yaml"
    text = faq.read_text(encoding="utf-8")
    # Two ids whose hashes begin alike: their answers would carry the same 核对码.
    text = text.replace("- id: place", "- id: entry-3524").replace("- id: companies", "- id: entry-4227")
    faq.write_text(text, encoding="utf-8")
    _, problems = check_folder(content)
    (told,) = (problem for problem in problems if problem.code == "same-code")
    assert (told.file, told.line, told.column) == ("faq/faq.yaml", 37, 7)
    assert "entry-3524" in told.message
