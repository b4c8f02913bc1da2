"""Quiz files: four kinds of item, papers with rules, and every mistake told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.model.content import Content
from knowledge.model.problems import Problem
from knowledge.quiz.grading import grade, grade_written
from knowledge.release.build import check_folder, parse_files
from tests.serving import copy_small_content

SOUND = """\
- id: m
  kind: multiple
  track: 共同
  stem: 第二条要求坚决抵制什么？
  options: [低俗, 世俗, 庸俗, 媚俗]
  key: [A, C, D]
  why: 第二条写明。
  source: {passage: self-discipline#article-2, text: "坚决抵制低俗庸俗媚俗"}
  excludes: [t]
- id: t
  kind: truefalse
  track: 共同
  stem: 第四条要求不为未备案网站提供接入。
  claim: 未备案
  key: true
  why: 第四条写明。
  source: {passage: self-discipline#article-4, text: "不为未备案网站提供接入"}
- id: f
  kind: truefalse
  track: 共同
  stem: 推进会在绵阳召开。
  claim: 绵阳
  truth: 成都
  key: false
  why: 会议报道写明在成都。
  source: {passage: meeting-2020#time-place, text: "10月12日下午,2020年争做四川好网民工程推进会在成都召开。"}
- id: b
  kind: fill
  track: 共同
  stem: 推进会在____召开。
  key: [成都, 成都市, 蓉城]
  why: 会议报道写明在成都。
  source: {passage: meeting-2020#time-place, text: "2020年争做四川好网民工程推进会在成都召开。"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = copy_small_content(tmp_path / "content")
    (folder / "quiz/kinds.yaml").write_text(SOUND, encoding="utf-8")
    return folder


def content_of(folder: Path) -> Content:
    assert errors(folder) == []
    return parse_files(check_folder(folder)[0])[0]


def errors(folder: Path) -> list[Problem]:
    """Return what is wrong; that these few items give themselves or each other away is another test's."""
    return [p for p in check_folder(folder)[1] if p.code not in ("gives-away", "odd-option")]


def faults(folder: Path, before: str, after: str, file: str = "quiz/kinds.yaml") -> list[Problem]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")
    return errors(folder)


def test_four_kinds_are_read(folder: Path) -> None:
    items = content_of(folder).items
    assert items["m"].key == (0, 2, 3)
    assert items["m"].excludes == ("t",)
    assert (items["t"].options, items["t"].key, items["t"].truth) == (("正确", "错误"), (0,), "未备案")
    assert (items["f"].key, items["f"].proven) == ((1,), ("成都",))
    assert (items["b"].accepted, items["b"].options) == (("成都", "成都市", "蓉城"), ())


@pytest.mark.parametrize(
    ("before", "after", "line", "code"),
    [
        ("key: [A, C, D]", "key: [A]", 6, "bad-key"),
        ("key: [A, C, D]", "key: [A, A, C]", 6, "bad-key"),
        ("key: [A, C, D]", "key: [A, C, F]", 6, "bad-key"),
        ("低俗, 世俗, 庸俗, 媚俗", "低俗, 庸 俗, 庸俗, 媚俗", 5, "duplicate-option"),
        ("excludes: [t]", "excludes: [tt]", 9, "unknown-item"),
        ("excludes: [t]", "excludes: [m]", 9, "unknown-item"),
        ("  claim: 未备案\n", "  claim: 没备案\n", 14, "bad-key"),
        ("  claim: 未备案\n  key: true", "  claim: 未备案\n  truth: 已备案\n  key: true", 16, "bad-key"),
        ("  claim: 未备案\n", "  claim: 未备案\n  options: [对, 错]\n", 15, "unknown-key"),
        ("  truth: 成都\n", "", 23, "bad-key"),
        ("key: false", "key: maybe", 24, "bad-key"),
        ("推进会在____召开", "推进会在哪里召开", 30, "bad-key"),
        ("推进会在____召开", "成都推进会在____召开", 30, "bad-key"),
        ("key: [成都, 成都市", "key: [蓉城, 成都市", 31, "key-not-proven"),
        ("kind: fill", "kind: essay", 28, "wrong-value"),
        ("  truth: 成都", "  truth: 内江", 24, "key-not-proven"),
    ],
)
def test_each_fault_of_an_item_is_told_at_its_line(
    folder: Path, before: str, after: str, line: int, code: str
) -> None:
    found = faults(folder, before, after)
    assert (line, code) in {(p.line, p.code) for p in found}
    assert all(p.hint for p in found)


def test_distractor_that_the_source_says_too_is_found(folder: Path) -> None:
    bank = "quiz/bank.yaml"
    # 李志刚 and 周键 both spoke; in its clause the other name would be a true sentence.
    (folder / bank).write_text(
        """\
- id: speaker
  kind: single
  track: 共同
  stem: 第三条说不链接什么样的网站？
  options: [违反法律法规, 含有有害信息, 新开, 境外]
  key: B
  why: 第三条第二项写明。
  source: {passage: self-discipline#article-3.2, text: "不链接含有有害信息的网站"}
- id: list
  kind: single
  track: 共同
  stem: 第一条要求自觉遵守什么？
  options: [国家法律法规, 国家有关规定, 行业惯例, 公司章程]
  key: A
  why: 第一条写明。
  source: {passage: self-discipline#article-1, text: "自觉遵守国家法律法规"}
""",
        encoding="utf-8",
    )
    found = [(p.line, p.code) for p in errors(folder)]
    assert found == [(13, "distractor-true")]


def test_distractor_of_a_multiple_item_must_not_stand_in_its_proof(folder: Path) -> None:
    found = faults(folder, "低俗, 世俗, 庸俗, 媚俗", "低俗, 抵制, 庸俗, 媚俗")
    assert [(p.line, p.code) for p in found] == [(5, "distractor-true")]


def test_hint_that_has_words_of_the_key_is_refused_at_its_line(folder: Path) -> None:
    found = faults(folder, "  why: 第四条写明。\n", "  why: 第四条写明。\n  hint: 说的是未“备案”的\n")
    assert [(p.line, p.code) for p in found] == [(17, "hint-tells")]


def test_hint_without_the_key_is_read(folder: Path) -> None:
    assert not faults(folder, "  why: 第四条写明。\n", "  why: 第四条写明。\n  hint: 看接入那一条\n")
    assert content_of(folder).items["t"].hint == "看接入那一条"


def test_favoured_letter_is_told(folder: Path) -> None:
    bank = folder / "quiz/bank.yaml"
    one = bank.read_text(encoding="utf-8").split("- id: q-people")[0]
    bank.write_text("".join(one.replace("q-place", f"q-{n}") for n in range(30)), encoding="utf-8")
    assert "favoured-letter" in {p.code for p in check_folder(folder)[1]}


PAPER = "- {id: exam, title: 测评, n_items: 2, pass_line: 0.8, RULE}\n"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("partial: half", "wrong-value"),
        ("feedback: never", "wrong-value"),
        ("kinds: [essay]", "wrong-value"),
        ("difficulties: [4]", "wrong-value"),
        ('hours: "22:00-08:00"', "wrong-value"),
        ("hours: morning", "wrong-value"),
        ("opens_on: tomorrow", "wrong-value"),
        ("closes_on: 2026-02-30", "wrong-value"),
        ("item_time_s: -1", "wrong-value"),
        ("attempts_per_day: many", "wrong-value"),
        ("until_mistake: perhaps", "wrong-value"),
        ("atempts_per_day: 3", "unknown-key"),
        ("tracks: [农民]", "wrong-value"),
        ("tracks: [巾帼]", "too-few-items"),
        ("kinds: [fill]", "too-few-items"),
    ],
)
def test_each_fault_of_a_paper_is_told(folder: Path, rule: str, code: str) -> None:
    path = folder / "quiz/papers.yaml"
    path.write_text(path.read_text(encoding="utf-8") + PAPER.replace("RULE", rule), encoding="utf-8")
    assert code in {p.code for p in check_folder(folder)[1] if p.line == 4}


def test_paper_rules_are_read(folder: Path) -> None:
    path = folder / "quiz/papers.yaml"
    rules = 'kinds: [single, fill], partial: share, feedback: end, hours: "08:30-22:00", attempts_per_day: 3'
    path.write_text(path.read_text(encoding="utf-8") + PAPER.replace("RULE", rules), encoding="utf-8")
    paper = content_of(folder).papers["exam"]
    assert (paper.opens_at, paper.closes_at, paper.attempts_per_day) == (510, 1320, 3)
    assert (paper.kinds, paper.partial, paper.feedback) == (("single", "fill"), "share", "end")


def test_paper_without_a_mode_is_told_unless_its_id_says_it(folder: Path) -> None:
    found = faults(folder, "id: default", "id: defualt", "quiz/papers.yaml")
    assert [(p.code, p.line) for p in found] == [("unknown-paper", 3)]
    assert "practice" in found[0].hint


def test_bank_without_a_paper_to_practise_with_is_told(folder: Path) -> None:
    found = faults(folder, "id: default", "id: exam", "quiz/papers.yaml")
    assert {p.code for p in found} == {"missing-paper"}


DECLARED = """\
tracks:
  - 学前: [幼儿园, 学龄前]
  - 共同
  - 职工
papers:
  - {id: default, mode: practice, title: 练一练, n_items: 2, pass_line: 0.6}
  - {id: youth, mode: exam, title: 五四专场, words: [五四青年节答题, "五四 专场！"], n_items: 2, pass_line: 0.6}
"""


def declared(folder: Path, before: str = "", after: str = "") -> list[Problem]:
    """Return what is wrong with papers and tracks that are declared, after a change."""
    (folder / "quiz/papers.yaml").write_text(DECLARED, encoding="utf-8")
    return faults(folder, before, after, "quiz/papers.yaml") if before else errors(folder)


def test_tracks_and_words_are_read_in_their_order(folder: Path) -> None:
    assert declared(folder) == []
    content = content_of(folder)
    assert list(content.tracks.items()) == [("学前", ("幼儿园", "学龄前")), ("共同", ()), ("职工", ())]
    assert content.papers["youth"].words == ("五四专场", "五四青年节答题")
    assert (content.papers["youth"].mode, content.papers["default"].mode) == ("exam", "practice")


def test_list_of_papers_alone_is_read_as_releases_before_had_it(folder: Path) -> None:
    papers = "- {id: default, title: 练一练, n_items: 2, pass_line: 0.6}\n"
    (folder / "quiz/papers.yaml").write_text(papers, encoding="utf-8")
    assert content_of(folder).papers["default"].mode == "practice"
    assert list(content_of(folder).tracks) == ["共同", "职工"]


@pytest.mark.parametrize(
    ("before", "after", "line", "code"),
    [
        ("  - 职工\n", "  - 职工\n  - 学前\n", 5, "duplicate-id"),
        ("  - 职工\n", "  - 职工\n  - 学前: [小班]\n", 5, "duplicate-id"),
        ("  - 职工\n", "  - 职工\n  - ''\n", 5, "empty-value"),
        ("  - 职工\n", "  - 职工\n  - [小班]\n", 5, "wrong-type"),
        ("tracks:\n", "track:\n", 1, "unknown-key"),
        ("mode: exam", "mode: exma", 7, "wrong-value"),
        ("五四青年节答题", "练一练", 7, "duplicate-word"),
        ("五四青年节答题", "来一套！", 7, "duplicate-word"),
        ("title: 五四专场", "title: 答题", 7, "duplicate-word"),
        ("五四青年节答题", "A", 7, "wrong-value"),
        ("五四青年节答题", "证书", 7, "wrong-value"),
        ("title: 五四专场", "title: 排行榜", 7, "wrong-value"),
        ("[五四青年节答题", "['', 五四青年节答题", 7, "empty-value"),
    ],
)
def test_each_fault_of_tracks_and_words_is_told(
    folder: Path, before: str, after: str, line: int, code: str
) -> None:
    assert (line, code) in {(p.line, p.code) for p in declared(folder, before, after)}


def test_track_that_is_not_declared_is_told_at_the_item(folder: Path) -> None:
    found = declared(folder, "  - 职工\n", "")
    assert {(p.file, p.code) for p in found} == {("quiz/bank.yaml", "wrong-value")}
    assert "学前、共同" in found[0].hint


@pytest.mark.parametrize(
    ("chosen", "none", "share"),
    [
        ({0, 2, 3}, 1.0, 1.0),
        ({0, 2}, 0.0, 2 / 3),
        ({3}, 0.0, 1 / 3),
        ({0, 1, 2, 3}, 0.0, 0.0),
        ({0, 1}, 0.0, 0.0),
        ({1}, 0.0, 0.0),
        (set(), 0.0, 0.0),
    ],
)
def test_partial_credit_is_what_the_paper_declares(
    folder: Path, chosen: set[int], none: float, share: float
) -> None:
    item = content_of(folder).items["m"]
    assert grade(item, chosen) == none
    assert grade(item, chosen, "share") == share


@pytest.mark.parametrize(
    ("text", "mark"), [("成都", 1), (" 成 都！", 1), ("蓉城。", 1), ("绵阳", 0), ("", 0), ("成都绵阳", 0)]
)
def test_written_answer_counts_in_its_accepted_forms(folder: Path, text: str, mark: float) -> None:
    assert grade_written(content_of(folder).items["b"], text) == mark
