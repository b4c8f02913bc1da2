"""Small banks as people have them, a kind a row: what Moodle makes of each, and what we do.

Read off Moodle's source, not copied: question/format/gift/format.php in 3.8dev+ (build 20191108, commit
00e93a99) and the same rules in 5.0dev (build 20241007), question/format/aiken/format.php (commit ce36d7c of
a copy), question/format/xml/format.php (commit 00055ef6), lib/questionlib.php for the grades. Where a GIFT row
says a kind and its answers, our strict reading, which every export must pass, has to say the same; a row that
begins with a dash is prose.
"""

from __future__ import annotations

from functools import partial
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.exchange.bank.aiken import parse_aiken
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.moodle_gift import Reading, as_moodle_reads
from knowledge.exchange.bank.moodle_xml import parse_moodle_xml
from knowledge.exchange.bank.questions import Question
from knowledge.reading.quiz import LETTERS

TRACKS = ("共同", "校园", "职工", "青年", "巾帼", "金融")
PARSE = {
    "gift": partial(parse_gift, tracks=TRACKS),
    "aiken": parse_aiken,
    "xml": partial(parse_moodle_xml, tracks=TRACKS),
}

BANKS: list[tuple[str, str, str, str, list[str], list[str]]] = [
    # name, format, file, Moodle, our questions, what we remark
    (
        "html-in-default-format",
        "gift",
        "推进会在<b>哪里</b>&nbsp;召开？{=成都 ~绵阳}",
        "single 推进会在哪里 召开？ 成都=100 绵阳=0",
        ["single 推进会在哪里 召开？ 成都 绵阳 A"],
        [],
    ),
    (
        "html-with-its-name",
        "gift",
        "[html]<p>推进会在<b>哪里</b></p>{=<p>成都</p> ~绵阳<br>}",
        "single 推进会在哪里 成都=100 绵阳=0",
        ["single 推进会在哪里 成都 绵阳 A"],
        [],
    ),
    (
        "html-of-one-option",
        "gift",
        "推进会在哪里？{=成都 ~[html]<i>绵阳</i>}",
        "single 推进会在哪里？ 成都=100 绵阳=0",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        [],
    ),
    (
        "plain-keeps-its-signs",
        "gift",
        "[plain]<b> 是什么标签？{=粗体 ~斜体}",
        "single <b> 是什么标签？ 粗体=100 斜体=0",
        ["single <b> 是什么标签？ 粗体 斜体 A"],
        [],
    ),
    (
        "less-than-is-no-tag",
        "gift",
        "a<b 且 c>d 吗？{T}",
        "truefalse a<b 且 c>d 吗？ T",
        ["truefalse a<b 且 c>d 吗？ 对"],
        [],
    ),
    (
        "markdown-with-its-name",
        "gift",
        "[markdown]**推进会**在`哪里`？{=成都 ~绵阳}",
        "single 推进会在哪里？ 成都=100 绵阳=0",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        [],
    ),
    (
        "markdown-without-its-name",
        "gift",
        "**推进会**在哪里？{=成都 ~绵阳}",
        "- shows the stars",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        ["foreign-markup"],
    ),
    (
        "picture",
        "gift",
        '这是哪里？<img src\\="a.png">{=成都 ~绵阳}',
        "- shows a broken picture",
        ["single 这是哪里？ 成都 绵阳 A"],
        ["foreign-markup"],
    ),
    (
        "picture-alone",
        "gift",
        '<img src\\="a.png">{=成都 ~绵阳}',
        "- shows a broken picture",
        [],
        ["not-askable"],
    ),
    (
        "option-that-is-a-picture",
        "gift",
        '哪一张？{=<img src\\="a.png"> ~<img src\\="b.png">}',
        "- shows broken pictures",
        [],
        ["not-askable"],
    ),
    (
        "formula",
        "gift",
        "\\\\(x^2\\\\)是几次？{=二次 ~一次}",
        "- sets the formula with MathJax",
        ["single \\(x^2\\)是几次？ 二次 一次 A"],
        ["foreign-markup"],
    ),
    (
        "formula-in-dollars",
        "gift",
        "$$x^2$$是几次？{=二次 ~一次}",
        "- sets the formula with MathJax",
        ["single $$x^2$$是几次？ 二次 一次 A"],
        ["foreign-markup"],
    ),
    (
        "raw-link",
        "gift",
        "见 https\\://a.cn/b?c\\=1 ，推进会在哪里？{=成都 ~绵阳}",
        "- makes the address a link",
        ["single 见 ，推进会在哪里？ 成都 绵阳 A"],
        ["foreign-markup"],
    ),
    (
        "link-with-words",
        "gift",
        '见<a href\\="https\\://a.cn">报道</a>，推进会在哪里？{=成都 ~绵阳}',
        "- shows a link",
        ["single 见报道，推进会在哪里？ 成都 绵阳 A"],
        ["foreign-markup"],
    ),
    (
        "foreign-id",
        "gift",
        "// [id:CH1-Q01] [tag:会议]\n推进会在哪里？{=成都 ~绵阳}",
        "single 推进会在哪里？ 成都=100 绵阳=0",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        [],
    ),
    (
        "title-twice",
        "gift",
        "::q1::推进会在成都。{T}\n\n::q1::推进会在绵阳。{F}",
        "- two questions of one name",
        ["truefalse 推进会在成都。 对", "truefalse 推进会在绵阳。 错"],
        [],
    ),
    (
        "short-answer-without-sign",
        "gift",
        "四川省会是{北京}",
        "fill 四川省会是 北京=100",
        ["fill 四川省会是____ 北京"],
        [],
    ),
    (
        "short-answers-without-first-sign",
        "gift",
        "四川省会是{北京=成都}",
        "fill 四川省会是 北京=100 成都=100",
        ["fill 四川省会是____ 北京 成都"],
        [],
    ),
    (
        "first-option-without-sign",
        "gift",
        "四川省会是{绵阳 ~内江 =成都}",
        "single 四川省会是 绵阳=0 内江=0 成都=100",
        [],
        ["gift-syntax"],
    ),
    (
        "short-answer-of-moodles-export",
        "gift",
        "四川省会是{\n\t=%100%成都#\n\t=%100%成都市#\n}",
        "fill 四川省会是 成都=100 成都市=100",
        ["fill 四川省会是____ 成都 成都市"],
        [],
    ),
    (
        "short-answer-worth-half",
        "gift",
        "四川省会是{=%100%成都 =%50%成都市}",
        "fill 四川省会是 成都=100 成都市=50",
        [],
        ["partial-credit"],
    ),
    (
        "short-answer-of-catch-all",
        "gift",
        "四川省会是{=%100%成都# =%0%*#不对}",
        "fill 四川省会是 成都=100 *=0",
        ["fill 四川省会是____ 成都"],
        ["feedback-lost"],
    ),
    ("short-answer-of-pattern", "gift", "四川省会是{=*都}", "fill 四川省会是 *都=100", [], ["not-askable"]),
    (
        "short-answer-of-a-star",
        "gift",
        "乘号写成{=\\\\*}",
        "fill 乘号写成 \\*=100",
        ["fill 乘号写成____ *"],
        [],
    ),
    (
        "own-blank-in-stem",
        "gift",
        "推进会在（  ）召开。{=成都}",
        "fill 推进会在（  ）召开。 成都=100",
        ["fill 推进会在____召开。 成都"],
        [],
    ),
    (
        "exact-number-of-moodles-export",
        "gift",
        "哪一年？{#\n\t=%100%2020:0#\n}",
        "- numerical 2020, tolerance 0",
        ["fill 哪一年？____ 2020"],
        [],
    ),
    (
        "exact-number",
        "gift",
        "哪一年？{#2020}",
        "- numerical 2020, tolerance 0",
        ["fill 哪一年？____ 2020"],
        [],
    ),
    ("number-within", "gift", "哪一年？{#2020:1}", "- numerical 2020, tolerance 1", [], ["not-askable"]),
    (
        "numbers-from-to",
        "gift",
        "哪一年？{#2019..2021}",
        "- numerical 2020, tolerance 1",
        [],
        ["not-askable"],
    ),
    (
        "rounded-thirds",
        "gift",
        "有哪些？{~%33.33333%甲 ~%33.33333%乙 ~%33.33334%丙 ~%-100%丁}",
        "multiple 有哪些？ 甲=33.3333 乙=33.3333 丙=33.3333 丁=-100",
        ["multiple 有哪些？ 甲 乙 丙 丁 ABC"],
        [],
    ),
    (
        "thirds-in-whole-percent",
        "gift",
        "有哪些？{~%33%甲 ~%33%乙 ~%34%丙 ~丁}",
        "- no such grade: refused unless told to take the nearest",
        ["multiple 有哪些？ 甲 乙 丙 丁 ABC"],
        [],
    ),
    (
        "parts-that-differ",
        "gift",
        "有哪些？{~%60%甲 ~%40%乙 ~丙}",
        "- weights 60 and 40",
        [],
        ["partial-credit"],
    ),
    (
        "weight-behind-the-sign",
        "gift",
        "四川省会是{=%100%成都 ~绵阳}",
        "single 四川省会是 %100%成都=100 绵阳=0",
        ["single 四川省会是 成都 绵阳 A"],
        [],
    ),
    (
        "small-letter-truth",
        "gift",
        "推进会在成都。{true}",
        "fill 推进会在成都。 true=100",
        ["truefalse 推进会在成都。 对"],
        [],
    ),
    (
        "truth-in-chinese",
        "gift",
        "推进会在成都。{对}",
        "fill 推进会在成都。 对=100",
        ["truefalse 推进会在成都。 对"],
        [],
    ),
    (
        "truth-with-both-feedbacks",
        "gift",
        "推进会在成都。{T#不对#对了####报道写明}",
        "truefalse 推进会在成都。 T 报道写明",
        ["truefalse 推进会在成都。 对"],
        ["feedback-lost"],
    ),
    (
        "two-blanks",
        "gift",
        "{=甲 ~乙}和{=丙 ~丁}",
        "- reads the first, shows the second",
        [],
        ["not-askable"],
    ),
    (
        "aiken",
        "aiken",
        "推进会在哪里？\nA. 成都\nB) 绵阳\nANSWER: A",
        "- single",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        [],
    ),
    (
        "aiken-with-blank-lines",
        "aiken",
        "推进会在哪里？\n\nA. 成都\n\nB. 绵阳\n\nANSWER: A",
        "- single: lines of less than two bytes are passed over",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        [],
    ),
    (
        "aiken-of-two-lines",
        "aiken",
        "推进会\n在哪里？\nA. 成都\nB. 绵阳\nANSWER: A",
        "- questionnotcomplete: the first line is thrown away, nothing imported",
        [],
        ["aiken-syntax"],
    ),
    (
        "aiken-stem-like-an-option",
        "aiken",
        "A. 成都是省会吗？\nA. 是\nB. 否\nANSWER: A",
        "- questionnotstarted, nothing imported",
        [],
        ["aiken-syntax"],
    ),
    (
        "aiken-without-answer",
        "aiken",
        "推进会在哪里？\nA. 成都\nB. 绵阳\n\n下一题？\nA. 甲\nB. 乙\nANSWER: B",
        "- questionnotcomplete, nothing imported",
        ["single 下一题？ 甲 乙 B"],
        ["aiken-syntax"],
    ),
    (
        "aiken-of-one-option",
        "aiken",
        "推进会在哪里？\nA. 成都\nANSWER: A",
        "- questionmissinganswers, nothing imported",
        ["single 推进会在哪里？ 成都 A"],
        [],
    ),
    (
        "aiken-with-two-letters",
        "aiken",
        "有哪些？\nA. 甲\nB. 乙\nC. 丙\nANSWER: AC",
        "- takes the first letter, without a word",
        ["multiple 有哪些？ 甲 乙 丙 AC"],
        [],
    ),
    (
        "xml-single",
        "xml",
        '<quiz><question type="multichoice"><questiontext format="html"><text><![CDATA[<p>推进会在<b>哪里</b>？</p>]]></text></questiontext><single>true</single><answer fraction="100"><text>&lt;p&gt;成都&lt;/p&gt;</text></answer><answer fraction="0"><text>绵阳</text></answer></question></quiz>',
        "- single",
        ["single 推进会在哪里？ 成都 绵阳 A"],
        [],
    ),
    (
        "xml-multiple",
        "xml",
        '<quiz><question type="multichoice"><questiontext format="html"><text>有哪些？</text></questiontext><single>false</single><answer fraction="33.33333"><text>甲</text></answer><answer fraction="33.33333"><text>乙</text></answer><answer fraction="33.33334"><text>丙</text></answer><answer fraction="-100"><text>丁</text></answer></question></quiz>',
        "- multiple, thirds",
        ["multiple 有哪些？ 甲 乙 丙 丁 ABC"],
        [],
    ),
    (
        "xml-truefalse-false-first",
        "xml",
        '<quiz><question type="truefalse"><questiontext format="html"><text>推进会在绵阳。</text></questiontext><answer fraction="100"><text>false</text></answer><answer fraction="0"><text>true</text></answer></question></quiz>',
        "- truefalse F",
        ["truefalse 推进会在绵阳。 错"],
        [],
    ),
    (
        "xml-short-answer",
        "xml",
        '<quiz><question type="shortanswer"><questiontext format="html"><text>四川省会是</text></questiontext><answer fraction="100"><text>成都</text></answer><answer fraction="0"><text>*</text></answer></question></quiz>',
        "- shortanswer",
        ["fill 四川省会是____ 成都"],
        [],
    ),
    (
        "xml-exact-number",
        "xml",
        '<quiz><question type="numerical"><questiontext format="html"><text>哪一年？</text></questiontext><answer fraction="100"><text>2020</text><tolerance>0</tolerance></answer></question></quiz>',
        "- numerical, tolerance 0",
        ["fill 哪一年？____ 2020"],
        [],
    ),
    (
        "xml-essay",
        "xml",
        '<quiz><question type="essay"><questiontext format="html"><text>谈谈体会</text></questiontext></question></quiz>',
        "- essay",
        [],
        ["not-askable"],
    ),
    (
        "xml-cloze",
        "xml",
        '<quiz><question type="cloze"><questiontext format="html"><text>{1:SHORTANSWER:=成都}</text></questiontext></question></quiz>',
        "- cloze",
        [],
        ["not-askable"],
    ),
    (
        "xml-picture",
        "xml",
        '<quiz><question type="multichoice"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a.png"&gt;这是哪里？</text></questiontext><single>1</single><answer fraction="100"><text>成都</text></answer><answer fraction="0"><text>绵阳</text></answer></question></quiz>',
        "- single with its picture",
        ["single 这是哪里？ 成都 绵阳 A"],
        ["foreign-markup"],
    ),
    (
        "xml-entity-of-its-own",
        "xml",
        '<!DOCTYPE quiz [<!ENTITY x "y">]><quiz>&x;</quiz>',
        "- xmlize: entities are not resolved",
        [],
        ["xml-syntax"],
    ),
    (
        "xml-cut-short",
        "xml",
        '<quiz><question type="essay">',
        "- error of the parser, nothing imported",
        [],
        ["xml-syntax"],
    ),
]


def told(q: Question) -> str:
    """Return kind, stem, options or answers, and key of a question on one line."""
    key = "对错"[q.key[0]] if q.kind == "truefalse" else "".join(LETTERS[i] for i in q.key)
    return " ".join([q.kind, q.stem, *q.options, *q.accepted, key]).strip()


def shown(reading: Reading | None) -> str:
    """Return what Moodle reads on one line."""
    if reading is None:
        return "refused"
    answers = [f"{text}={weight:g}" for text, weight in reading.answers]
    answers += ["T" if reading.right else "F"] if reading.kind == "truefalse" else []
    return " ".join([reading.kind, reading.stem, *answers, reading.why]).strip()


@pytest.mark.parametrize(
    ("name", "form", "text", "moodle", "ours", "codes"), BANKS, ids=[b[0] for b in BANKS]
)
def test_small_bank_is_read_as_the_table_says(
    name: str, form: str, text: str, moodle: str, ours: list[str], codes: list[str]
) -> None:
    questions, problems = PARSE[form](text, "bank")
    assert ([told(q) for q in questions], [p.code for p in problems]) == (ours, codes), name
    assert all(p.line and p.message and p.hint for p in problems)
    if not moodle.startswith("-"):
        assert shown(as_moodle_reads(text)) == moodle


@given(
    st.text(st.sampled_from("A=~#{}:\\%*<>&;/\"' \nT成（C）答案：1.")),
    st.sampled_from(["multichoice", "shortanswer", "numerical"]),
)
def test_any_words_in_moodle_xml_give_a_question_or_problems_and_no_crash(words: str, kind: str) -> None:
    inside = f'<questiontext><text>{escape(words)}</text></questiontext><answer fraction="100"><text>{escape(words)}</text></answer>'
    for text in (words, f"<quiz>{words}</quiz>", f'<quiz><question type="{kind}">{inside}</question></quiz>'):
        questions, problems = parse_moodle_xml(text, "x.xml", TRACKS)
        assert all(p.line >= 1 and p.hint for p in problems)
        assert all(q.stem for q in questions)


def test_table_has_forty_banks_of_three_formats() -> None:
    assert len(BANKS) >= 40
    assert {form for _, form, *_ in BANKS} == set(PARSE)
