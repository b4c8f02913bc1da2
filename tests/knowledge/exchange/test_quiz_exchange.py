"""Banks of other programs: what is written comes back, what is wrong is told at its place."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.editing.bank import put_items, render_item, scalar
from knowledge.exchange.bank.aiken import parse_aiken, render_aiken
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.gift_render import render_gift
from knowledge.exchange.bank.plan import BankPlan, plan_bank_import
from knowledge.exchange.bank.questions import Question
from knowledge.exchange.workbook.items.export import export_quiz_workbook
from knowledge.exchange.workbook.items.sheet import read_quiz_workbook
from knowledge.exchange.workbook.package import open_package
from knowledge.model.bank import Item
from knowledge.model.problems import Files, Mark, Problem
from knowledge.model.sources import Quote
from knowledge.reading.load import read_folder
from knowledge.reading.quiz import TRUE_FALSE
from knowledge.reading.yamltext import ProblemLog, compose
from knowledge.release.build import parse_files
from tests.serving import CONTENT

Read = tuple[tuple[Question, ...], tuple[Problem, ...]]
BANKS = ("campus", "common", "finance", "women", "worker", "youth")


TRACKS = ("共同", "校园", "职工", "青年", "巾帼", "金融")


@pytest.fixture(scope="module")
def files() -> Files:
    """The sources and the bank, which are all that an import of questions looks at."""
    return {
        name: text for name, text in read_folder(CONTENT)[0].items() if name.startswith(("sources/", "quiz/"))
    }


@pytest.fixture(scope="module")
def items(files: Files) -> list[Item]:
    return list(parse_files(files)[0].items.values())


def through(form: str, items: Sequence[Item]) -> tuple[Read, tuple[Item, ...]]:
    """Return what is read from what was written, and what could not be written."""
    if form == "xlsx":
        workbook = read_quiz_workbook(open_package(export_quiz_workbook(items, TRACKS)))
        return (tuple(row.question for row in workbook.rows), tuple(workbook.problems)), ()
    if form == "gift":
        text, left_out = render_gift(items, TRACKS)
        return parse_gift(text, "bank.gift", TRACKS), left_out
    text, left_out = render_aiken(items)
    return parse_aiken(text, "bank.aiken"), left_out


@pytest.mark.parametrize("form", ["gift", "aiken", "xlsx"])
def test_shipped_bank_comes_back_unchanged(form: str, files: Files, items: list[Item]) -> None:
    (questions, problems), left_out = through(form, items)
    assert problems == ()
    assert {item.kind for item in left_out} == (
        {"multiple", "truefalse", "fill"} if form == "aiken" else set()
    )
    plan = plan_bank_import(questions, problems, files, "quiz/imported.yaml")
    assert (plan.added, plan.changed, plan.files, plan.problems) == ([], [], {}, ())
    assert plan.n_unchanged == len(items) - len(left_out)


@pytest.mark.parametrize("form", ["gift", "xlsx"])
def test_bank_read_into_an_empty_folder_is_the_same_bank(form: str, files: Files, items: list[Item]) -> None:
    (questions, problems), _ = through(form, items)
    emptied = {
        name: text for name, text in files.items() if name not in {f"quiz/{bank}.yaml" for bank in BANKS}
    }
    plan = plan_bank_import(questions, problems, emptied, "quiz/imported.yaml")
    assert [p for p in plan.problems if p.severity == "error"] == []
    content, found = parse_files({**emptied, **plan.files})
    assert [p for p in found if p.file.startswith("quiz/")] == []
    nowhere = Mark("", 0, 0)
    assert {i.id: replace(i, mark=nowhere) for i in content.items.values()} == {
        i.id: replace(i, mark=nowhere) for i in items
    }


words = (
    st.text(st.sampled_from("甲乙A1=~#{}:\\%[]@$/->._'\" \n　，。x"), min_size=1).map(str.strip).filter(bool)
)
kinds = st.sampled_from(["single", "multiple", "truefalse", "fill"])


@st.composite
def any_item(draw: st.DrawFn) -> Item:
    kind = draw(kinds)
    options = draw(st.lists(words, min_size=3, max_size=6, unique=True))
    key: tuple[int, ...] = (draw(st.integers(0, len(options) - 1)),)
    if kind == "multiple":
        key = (0, 2)
    elif kind == "truefalse":
        options, key = list(TRUE_FALSE), draw(st.sampled_from([(0,), (1,)]))
    elif kind == "fill":
        options, key = [], ()
    claim = draw(words) if kind == "truefalse" else ""
    return Item(
        id=f"q-{draw(st.integers(0, 10**6))}",
        kind=kind,
        stem=draw(words) + (f"____{draw(words)}" if kind == "fill" else ""),
        options=tuple(options),
        key=key,
        why=draw(words),
        source=Quote("meeting-2020#time-place", draw(words)),
        track=draw(st.sampled_from(["共同", "金融"])),
        tags=tuple(draw(st.lists(words, max_size=2))),
        difficulty=draw(st.integers(1, 3)),
        mark=Mark("", 0, 0),
        accepted=tuple(draw(st.lists(words, min_size=1, max_size=3))) if kind == "fill" else (),
        claim=claim,
        truth=draw(words) if key == (1,) and kind == "truefalse" else claim,
        excludes=tuple(draw(st.lists(st.sampled_from(["q-a", "q-b"]), max_size=2, unique=True))),
    )


@given(any_item())
@settings(deadline=None, max_examples=150)
def test_any_item_that_is_written_comes_back_as_it_was(item: Item) -> None:
    for form in ("gift", "aiken"):
        ((questions, problems), left_out) = through(form, [item])
        assert problems == ()
        assert len(questions) + len(left_out) == 1
        for q in questions:
            assert (q.stem, q.key) == (item.stem.strip(), item.key)
            assert q.options == (() if item.kind == "truefalse" else item.options)


@given(any_item())
@settings(deadline=None, max_examples=100)
def test_any_item_is_read_from_its_yaml_as_it_was(item: Item) -> None:
    bank = {"quiz/x.yaml": render_item(item)}
    found = parse_files(bank)[0].items
    if item.id in found:
        assert replace(found[item.id], mark=item.mark) == item
    else:
        raise AssertionError(render_item(item))


@given(st.text())
def test_any_text_is_a_scalar_on_one_line(text: str) -> None:
    written = scalar(text)
    assert "\n" not in written
    report = ProblemLog()
    node = compose(f"- {written}", "x.yaml", report)
    assert node is not None
    value = node.items("")[0].scalar("")
    assert value is not None
    assert value.text == text


@given(st.text(st.sampled_from("A=~#{}:\\%[]/->\n \tT::答案B.C)甲")))
def test_any_text_as_a_bank_gives_questions_or_problems_and_no_crash(text: str) -> None:
    for questions, problems in (parse_gift(text, "x.gift", TRACKS), parse_aiken(text, "x.txt")):
        assert all(p.line >= 1 and p.hint for p in problems)
        assert all(q.stem for q in questions if q.kind != "fill")


GIFT = """\
// a bank from elsewhere
$CATEGORY: $course$/top/网络素养

::place::推进会在哪座城市召开？{=成都 ~绵阳 ~内江#不对 ~德阳}

会议报道说，推进会在{=成都 =成都市}召开。

配对{=四川 -> 成都 =贵州 -> 贵阳}

谈谈您的体会{}

圆周率是多少？{#3.14:0.01}

推进会在成都召开。{TRUE}

一共多少人？{#90}

没有答案的说明文字

推进会在哪里开？{~绵阳 ~内江}

推进会在哪里开？{=绵阳 =内江 ~成都}

选哪个{~%60%甲 ~%40%乙 ~%-50%丙}

填一个____{=%50%甲 =乙}

未闭合{=甲 ~乙

{=甲 ~}
"""


def test_gift_from_elsewhere_names_every_question_that_is_not_taken_with_its_line() -> None:
    questions, problems = parse_gift(GIFT, "bank.gift", TRACKS)
    assert [(q.mark.line, q.kind) for q in questions] == [
        (4, "single"),
        (6, "fill"),
        (14, "truefalse"),
        (16, "fill"),
    ]
    assert [(p.line, p.column, p.code, p.severity) for p in problems] == [
        (2, 1, "foreign-category", "warning"),
        (4, 30, "feedback-lost", "warning"),
        (8, 4, "not-askable", "warning"),
        (10, 8, "not-askable", "warning"),
        (12, 9, "not-askable", "warning"),
        (18, 1, "not-askable", "warning"),
        (20, 10, "bad-key", "error"),
        (22, 14, "bad-key", "error"),
        (24, 5, "partial-credit", "error"),
        (26, 9, "partial-credit", "error"),
        (28, 4, "gift-syntax", "error"),
        (30, 5, "empty-value", "error"),
    ]
    told = " ".join(p.message for p in problems)
    for kind in ("配对题", "问答题", "数值范围题", "说明文字"):
        assert kind in told


@pytest.mark.parametrize(
    ("text", "sign", "column"),
    [
        ("推进会在哪里开？｛＝成都～绵阳｝", "｛", 9),
        ("推进会在哪里开？｛=成都 ~绵阳}", "｛", 9),
        ("推进会在哪里开？{=成都 ~绵阳｝", "｝", 17),
        ("推进会在哪里开？{＝成都～绵阳}", "＝", 10),
        ("推进会在哪里开？{=成都 ～绵阳}", "～", 14),
        ("推进会在成都开。{Ｔ}", "Ｔ", 10),
        ("：：一：：推进会在成都开。{T}", "：", 2),
    ],
)
def test_gift_with_full_width_signs_is_told_which_sign_it_is(text: str, sign: str, column: int) -> None:
    questions, (problem,) = parse_gift(text, "x.gift", TRACKS)
    assert not questions
    assert (problem.line, problem.column, problem.code, problem.severity) == (
        1,
        column,
        "gift-syntax",
        "error",
    )
    assert f"“{sign}”是全角的" in problem.message


def test_gift_answer_that_holds_a_full_width_sign_is_taken_with_a_warning() -> None:
    questions, problems = parse_gift("在哪里开？{=成都～绵阳}\n\n几月？{=5～6月 =5～6}", "x.gift", TRACKS)
    assert [q.accepted for q in questions] == [("成都～绵阳",), ("5～6月", "5～6")]
    assert [(p.line, p.severity) for p in problems] == [(1, "warning")]


def test_gift_with_weights_blanks_in_the_middle_and_escapes_is_read_as_moodle_reads_it() -> None:
    text = (
        "::a::好网民要{~%50%文明上网 ~%50%依法上网 ~%-100%不管}？\n\n"
        "网络空间是{=现实社会 ~虚拟世界}的延伸。\n\n"
        "[html]1 \\= 1，\\{对\\}\\~{F#不#是####因为\\: 是的}\n"
    )
    (one, two, three), problems = parse_gift(text, "x.gift", TRACKS)
    assert (one.kind, one.key, one.stem, one.id) == ("multiple", (0, 1), "好网民要____？", "a")
    assert (two.kind, two.key, two.stem) == ("single", (0,), "网络空间是____的延伸。")
    assert (three.kind, three.key, three.stem, three.why) == ("truefalse", (1,), "1 = 1，{对}~", "因为: 是的")
    assert [p.code for p in problems] == ["feedback-lost"]


def test_gift_as_moodle_exports_it_loses_its_markup_and_pictures_are_told() -> None:
    text = (
        "// question: 12  name: place\n::place::[html]<p>推进会在<b>哪里</b>召开\\:</p>{\n"
        "\t=<p>成都</p>#<p>对了</p>\n\t~[html]<p>绵阳&nbsp;</p>\n\t####<p>报道<br>写明。</p>\n}\n\n"
        '::pic::[html]<p>这是哪里？<img src\\="a.png"></p>{=成都 ~绵阳}\n'
    )
    (one, two), problems = parse_gift(text, "x.gift", TRACKS)
    assert (one.stem, one.options, one.why) == ("推进会在哪里召开:", ("成都", "绵阳"), "报道\n写明。")
    assert two.stem == "这是哪里？"
    assert [(p.line, p.code) for p in problems] == [(3, "feedback-lost"), (8, "foreign-markup")]


def imported(text: str, files: Files, track: str = "共同") -> BankPlan:
    questions, problems = parse_gift(text, "new.gift", TRACKS)
    return plan_bank_import(questions, problems, files, "quiz/imported.yaml", track)


def test_new_question_gets_a_proof_from_the_sources_and_says_so(files: Files) -> None:
    plan = imported("2020年的推进会，好网民品牌要走向哪里？{=全国一流阵营 ~全省前列阵营}", files)
    assert not plan.is_refused
    # That the shipped item on the same fact would give it away is told too.
    assert {(p.file, p.line, p.code) for p in plan.problems if p.file == "new.gift"} == {
        ("new.gift", 1, "found-proof"),
        ("new.gift", 1, "no-why"),
        ("new.gift", 1, "gives-away"),
    }
    (item,) = plan.added
    assert item.source.passage_id == "meeting-2020#purpose"
    assert "全国一流阵营" in item.source.text
    content, found = parse_files({**files, **plan.files})
    assert item.id in content.items
    assert [p for p in found if p.file.startswith("quiz/") and p.severity == "error"] == []


@pytest.mark.parametrize(
    ("text", "claim", "passage"),
    [
        ("听说，推进会在成都召开，是真的。{T}", "推进会在成都召开", "meeting-2020#time-place"),
        ("// @claim 绵阳\n// @truth 成都\n推进会在绵阳召开。{F}", "绵阳", "meeting-2020#time-place"),
        ("诚信是{=立业之本}吗？", "", "integrity-declaration#paragraph-1"),
        ("推进会讲话里说，金融业依托{~%50%大数据 ~%50%人工智能 ~元宇宙}。", "", "meeting-2020#chen-mei-view"),
    ],
)
def test_new_questions_of_every_kind_find_their_proof(
    files: Files, text: str, claim: str, passage: str
) -> None:
    plan = imported(text, files)
    assert [p for p in plan.problems if p.severity == "error"] == []
    (item,) = plan.added
    assert (item.claim, item.source.passage_id) == (claim, passage)


def test_question_without_an_id_is_the_item_with_its_stem(files: Files) -> None:
    known = parse_files(files)[0].items["q-common-12"]
    options = " ".join(("=" if i in known.key else "~") + text for i, text in enumerate(known.options))
    plan = imported(f"{known.stem.replace('？', '?')}{{{options}}}", files, track="")
    assert [item.id for item in (*plan.added, *plan.changed)] in ([], [known.id])
    assert plan.added == []


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("\n\n法国的首都在哪里？{=巴黎 ~里昂}", 3, "no-proof"),
        ("推进会在绵阳召开。{F}", 1, "no-proof"),
        ("月亮上有几个坑？{=一 ~二}", 1, "no-proof"),
        ("推进会在哪里召开？{=成都 ~成都。}", 1, "duplicate-option"),
        ("// @source meeting-2020#nowhere\n推进会在哪里召开？{=成都 ~绵阳}", 1, "unknown-passage"),
        (
            "// @source meeting-2020#time-place\n// @quote 在绵阳召开\n推进会在哪里召开？{=成都 ~绵阳}",
            2,
            "not-verbatim",
        ),
        ("::q-common-01::第一{=成都 ~绵阳}\n\n::q-common-01::第二{=成都 ~绵阳}", 3, "duplicate-id"),
        ("// @difficulty 9\n推进会在哪里召开？{=成都 ~绵阳}", 1, "wrong-value"),
    ],
)
def test_what_the_bank_can_not_hold_is_refused_at_its_line(
    files: Files, text: str, line: int, code: str
) -> None:
    plan = imported(text, files)
    assert plan.is_refused
    assert plan.files == {}
    assert (line, code) in {(p.line, p.code) for p in plan.problems if p.file == "new.gift"}


def test_answer_in_the_stem_goes_on_import_and_is_told(files: Files) -> None:
    plan = imported("12．推进会在（A）召开，2020年第一次？{=成都 ~绵阳}", files)
    assert [item.stem for item in plan.added] == ["推进会在（ ）召开，2020年第一次？"]
    assert "answer-in-stem" in {p.code for p in plan.problems if p.severity == "warning"}


@pytest.mark.parametrize(
    "text",
    [
        "推进会在（B）召开，对吗？{=成都 ~绵阳}",
        "推进会在成都召开，是真的（×）。{T}",
        "推进会在哪座城市召开？{=成都 ~绵阳（√）}",
    ],
)
def test_answer_in_the_stem_that_is_not_the_key_refuses_the_file(files: Files, text: str) -> None:
    plan = imported(text, files)
    assert (plan.is_refused, plan.files) == (True, {})
    assert "answer-in-stem" in {p.code for p in plan.problems if p.severity == "error"}


def test_answer_in_the_stem_of_the_bank_is_an_error(files: Files) -> None:
    name = "quiz/women.yaml"
    item = parse_files(files)[0].items["q-women-02"]
    letter = "ABCDEFGH"[item.key[0]]
    told = {**files, name: files[name].replace(item.stem, f"{item.stem}（{letter}）")}
    linked = {**files, name: files[name].replace(item.stem, f"{item.stem} https://a.cn")}
    assert {p.code for p in parse_files(told)[1] if p.severity == "error"} >= {"answer-in-stem"}
    assert {p.code for p in parse_files(linked)[1] if p.severity == "error"} >= {"raw-link"}
    assert not {p.code for p in parse_files(files)[1]} & {"answer-in-stem", "raw-link", "item-number"}


FOREIGN = """\
// [id:CH1-Q01] [tag:会议]
::q1::听说，推进会在成都召开，是真的。{T}

// [id:ch1-q02]
::q1::2020年的推进会，好网民品牌要走向哪里？{=全国一流阵营 ~全省前列阵营}
"""


def test_ids_and_titles_of_another_bank_are_left_out_with_a_remark(files: Files) -> None:
    plan = imported(FOREIGN, files)
    assert not plan.is_refused, plan.problems
    assert len(plan.added) == 2
    assert all(item.id.startswith("q-") and len(item.id) == 10 for item in plan.added)
    assert [p.line for p in plan.problems if p.code == "foreign-id"] == [1, 4]
    again = imported(FOREIGN, {**files, **plan.files})
    assert (again.added, again.changed, again.files, again.n_unchanged) == ([], [], {}, 2)


def test_second_bank_with_the_same_ids_changes_nothing_of_the_first(files: Files) -> None:
    first = imported(FOREIGN, files)
    other = "// [id:ch1-q02]\n::q1::听说，推进会在成都召开，没错。{T}"
    plan = imported(other, {**files, **first.files})
    assert (len(plan.added), plan.changed) == (1, [])


def test_questions_of_one_stem_and_other_options_are_two(files: Files) -> None:
    text = (
        "下列说法对的是哪一项？{=推进会在成都召开 ~推进会在绵阳召开}\n\n"
        "下列说法对的是哪一项？{=坚持以立德树人为根本任务 ~坚持以考试为根本任务}"
    )
    plan = imported(text, files)
    assert [p for p in plan.problems if p.severity == "error"] == []
    assert len({item.id for item in plan.added}) == 2
    again = imported(text, {**files, **plan.files})
    assert (again.added, again.changed, again.n_unchanged) == ([], [], 2)


def test_question_that_stands_twice_is_taken_once_and_told(files: Files) -> None:
    text = "听说，推进会在成都召开，是真的。{T}"
    plan = imported(f"{text}\n\n{text}", files)
    assert not plan.is_refused
    assert len(plan.added) == 1
    assert [(p.line, p.severity) for p in plan.problems if p.code == "duplicate-id"] == [(3, "warning")]
    differing = imported(f"{text}\n\n{text.replace('T', 'F')}", files)
    assert differing.is_refused


def test_track_is_asked_for_when_nothing_tells_it(files: Files) -> None:
    plan = imported("推进会在哪里召开？{=成都 ~绵阳}", files, track="")
    assert [p.code for p in plan.problems if p.severity == "error"] == ["missing-key"]


def test_changed_question_changes_its_lines_and_no_others(files: Files) -> None:
    name = "quiz/women.yaml"
    commented = {**files, name: files[name].replace("- id: q-women-02", "# 这一题考过\n- id: q-women-02")}
    bank = parse_files(commented)[0].items
    changed = replace(bank["q-women-02"], why="唐敏说，广大女性要做网络建设的参与者。", tags=())
    text, _ = render_gift([changed, bank["q-women-03"]], TRACKS)
    plan = imported(text, commented)
    assert (len(plan.changed), plan.n_unchanged, plan.added, plan.problems) == (1, 1, [], ())
    difference = difflib.ndiff(commented[name].split("\n"), plan.files[name].split("\n"))
    assert [line for line in difference if line[0] in "+-"] == [
        "-   tags: [巾帼好网民]",
        "-   why: 唐敏介绍工作时说，推动广大女性做网络建设的参与者。",
        "+   why: 唐敏说，广大女性要做网络建设的参与者。",
    ]


def test_file_that_is_no_block_list_is_left_alone(files: Files) -> None:
    item = next(iter(parse_files(files)[0].items.values()))
    flow = {
        name: text
        for name, text in files.items()
        if not name.startswith("quiz/") or name.endswith("papers.yaml")
    }
    flow["quiz/flow.yaml"] = (
        "[{id: q-x, kind: fill, track: 共同, stem: 在____召开, key: 成都, why: 是, source: meeting-2020#time-place}]"
    )
    text, _ = render_gift([replace(item, id="q-x")], TRACKS)
    plan = imported(text, flow)
    assert "cannot-rewrite" in {p.code for p in plan.problems}
    assert plan.files == {}


def test_adding_to_an_empty_or_missing_file_makes_a_list(items: list[Item]) -> None:
    for text in ("", "[]\n", "# 题库\n"):
        written = put_items(text, {}, items[:2])
        assert written.count("- id: ") == 2
        assert text.strip(" []\n") in written


AIKEN = """\
推进会在哪座城市召开？
A. 成都
B) 绵阳
ANSWER: A

没有答案的题
A. 甲
B. 乙

跳了字母
A. 甲
C. 丙
ANSWER: A

答案越界
Ａ、甲
Ｂ、乙
答案：C

多选也有人这样写
A、甲
B、乙
C、丙
答案：A、C
ANSWER: B
空选项
A.
B. 乙
ANSWER: B
两行题干
第二行
A. 甲
B. 乙
ANSWER: AA
"""


@pytest.mark.parametrize("answer", ["ANSWER: A", "ANSWER A", "答案 A", "Answer：A"])
def test_aiken_answer_is_read_without_its_colon_too(answer: str) -> None:
    questions, _ = parse_aiken(f"会在哪座城市召开？\nA. 成都\nB. 绵阳\n{answer}\n", "bank.txt")
    assert [(q.stem, q.key) for q in questions] == [("会在哪座城市召开？", (0,))]


@pytest.mark.parametrize(("options", "answer"), [("A. 对\nB. 错", "A"), ("A. 错误\nB. 正确", "B")])
def test_choice_between_right_and_wrong_is_taken_as_a_judgement(
    files: Files, options: str, answer: str
) -> None:
    # A single choice of 对 was proved by 反对 in another document.
    stem = "2．10家互联网企业代表共同签署《四川互联网企业诚信宣言》。（√）"
    questions, problems = parse_aiken(f"{stem}\n{options}\n答案：{answer}\n", "bank.txt")
    plan = plan_bank_import(questions, problems, files, "quiz/imported.yaml", "共同")
    assert not plan.is_refused
    item = plan.added[0]
    assert (item.kind, item.key, item.options) == ("truefalse", (0,), TRUE_FALSE)
    assert item.stem == "10家互联网企业代表共同签署《四川互联网企业诚信宣言》。"
    assert item.source.passage_id == "integrity-declaration#signing"


def test_judgement_written_as_a_choice_says_what_a_wrong_one_needs(files: Files) -> None:
    text = "10家媒体签署了宣言。\nA. 对\nB. 错\n答案：B\n"
    plan = plan_bank_import(*parse_aiken(text, "bank.txt"), files, "quiz/imported.yaml", "共同")
    assert [(p.code, p.hint) for p in plan.problems if p.severity == "error"] == [
        ("no-proof", "补上 claim（题干里的字）和 truth（原文里的字）")
    ]


def test_aiken_faults_are_told_at_their_lines() -> None:
    questions, problems = parse_aiken(AIKEN, "bank.txt")
    assert [(q.mark.line, q.kind, q.key) for q in questions] == [
        (1, "single", (0,)),
        (20, "multiple", (0, 2)),
    ]
    assert [(p.line, p.code) for p in problems] == [
        (6, "aiken-syntax"),
        (12, "aiken-syntax"),
        (18, "bad-key"),
        (25, "aiken-syntax"),
        (27, "empty-value"),
        (31, "aiken-syntax"),
        (34, "bad-key"),
    ]
