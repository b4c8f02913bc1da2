"""The examiner's commands, over attempts that were really taken."""

from __future__ import annotations

import csv
import random
import re
import statistics as standard
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from bot.cli import main
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from knowledge.release.build import content_of, load_folder
from tests.serving import ROOT, Server, copy_small_content

Seen = tuple[str, float, tuple[str, ...]]
"""An item's id, the mark the taker was told, the options the taker chose."""


def open_item(reply: str, items: dict[str, Item]) -> tuple[Item, dict[str, str]]:
    """Return the item that a reply shows last, and its options by letter."""
    shown = re.split(r"第 \d+/\d+ 题", reply)[-1]
    item = next(item for item in items.values() if item.stem.strip() in shown)
    return item, dict(re.findall(r"^([A-H])\. (.+)$", shown, re.MULTILINE))


def take(server: Server, user: str, items: dict[str, Item], is_right: Callable[[], bool]) -> list[Seen]:
    """Take a paper as a person would, and note what the screen said."""
    seen: list[Seen] = []
    wechat = server.wechat()
    reply = wechat.say(user, "答题")
    while "答题完成" not in reply:
        item, options = open_item(reply, items)
        right = is_right()
        if item.kind == "fill":
            said, chosen = (item.accepted[0] if right else "我猜是别的"), ()
        else:
            key = {item.options[i] for i in item.key}
            wrong = [letter for letter, text in options.items() if text not in key]
            keys = [letter for letter, text in options.items() if text in key]
            letters = keys if right else wrong[:1]
            said, chosen = "".join(letters), tuple(options[letter] for letter in letters)
        reply = wechat.say(user, said)
        assert ("答对了" in reply.partition("第 ")[0]) == right, reply
        seen.append((item.id, float(right), chosen))
    return seen


def test_stats_of_a_scripted_run_equal_the_count_by_hand(
    make_server: Callable[..., Server], snapshot: Snapshot, tmp_path: Path
) -> None:
    server = make_server()
    items = dict(snapshot.content.items)
    rng = random.Random(7)
    papers = [
        take(server, f"oTaker{n}", items, lambda n=n: rng.random() < (n + 1) / 9)  # type: ignore[misc]
        for n in range(8)
    ]
    unfinished = server.wechat()
    first, options = open_item(unfinished.say("oLeaver", "答题"), items)
    unfinished.say("oLeaver", "A" if options else "随便")

    target = tmp_path / "stats.csv"
    run = server.call("quiz", "stats", "--csv", str(target))
    assert run.exit_code == 0, run.stderr
    assert "开始 9 份，交卷 8 份" in run.stdout
    rows = {row["题目"]: row for row in csv.DictReader(target.read_text(encoding="utf-8-sig").splitlines())}

    seen = [one for paper in papers for one in paper]
    assert set(rows) == {item_id for item_id, _, _ in seen} | {first.id}
    for item_id, row in rows.items():
        if item_id == first.id:
            continue
        marks = [mark for other, mark, _ in seen if other == item_id]
        assert int(row["作答"]) == len(marks)
        assert float(row["得分率"]) == pytest.approx(sum(marks) / len(marks), abs=1e-4)
        assert row["区分度"] == by_hand(papers, item_id)
        chosen = Counter(text for other, _, texts in seen if other == item_id for text in texts)
        for letter, text in zip("ABCDEF", items[item_id].options, strict=False):
            assert int(row[letter]) == chosen[text]
    shares = Counter(min(int(sum(mark for _, mark, _ in paper) / len(paper) * 10), 9) for paper in papers)
    bars = re.findall(r"^ *(\d+)%–.* (\d+)$", run.stdout, re.MULTILINE)
    assert {int(low) // 10: int(n) for low, n in bars} == {i: shares[i] for i in range(10)}


def by_hand(papers: list[list[Seen]], item_id: str) -> str:
    own, rest = [], []
    for paper in papers:
        marks = {other: mark for other, mark, _ in paper}
        if item_id in marks:
            own.append(marks.pop(item_id))
            rest.append(standard.mean(marks.values()))
    try:
        return f"{standard.correlation(own, rest):.4f}"
    except standard.StatisticsError:
        return ""


FAULTS = """\
- id: q-key
  kind: single
  track: 共同
  stem: 在哪里召开？
  options: [成都, 绵阳, 绵阳]
  key: H
  why: 是
  source: {passage: meeting-2020#time-place, text: "在成都召开"}
- id: q-kind
  kind: essay
  track: 共同
  stem: 谈谈体会
  key: 无
  why: 是
  source: meeting-2020#time-place
- id: q-many
  kind: multiple
  track: 航天
  difficulty: 7
  stem: 在哪里召开？
  options: [成都, 绵阳]
  key: A
  why: 是
  source: {passage: meeting-2020#time-place, text: "在成都市召开"}
- id: q-blank
  kind: fill
  track: 共同
  stem: 在哪里召开？
  key: 绵阳
  why: 是
  source: {passage: meeting-2020#time-place, text: "在成都召开"}
  excludes: [q-placee]
- id: q-claim
  kind: truefalse
  track: 共同
  stem: 在绵阳召开。
  key: true
  claim: 德阳
  truth: 成都
  why: 是
  source: {passage: meeting-2020#time-plac, text: "在成都召开"}
- id: q-none
  kind: single
  track: 共同
  stem: 哪天召开？
  options: [今天]
  key: []
  why: 是
  source: {passage: meeting-2020#time-place, text: "在成都召开"}
- id: q-new
  kind: single
"""


def test_broken_bank_tells_every_fault_with_line_and_hint(tmp_path: Path) -> None:
    quiz = command(tmp_path)
    (tmp_path / "content/quiz/broken.yaml").write_text(FAULTS, encoding="utf-8")
    run = quiz("check")
    assert run.exit_code == 1
    lines = re.findall(r"^quiz/broken\.yaml:(\d+):(\d+): ([a-z-]+): .+ → .+$", run.output, re.MULTILINE)
    found = {(int(line), code) for line, _, code in lines}
    assert found >= {
        (5, "duplicate-option"),
        (6, "bad-key"),
        (10, "wrong-value"),
        (18, "wrong-value"),
        (19, "wrong-value"),
        (22, "bad-key"),
        (24, "not-verbatim"),
        (28, "bad-key"),
        (29, "key-not-proven"),
        (32, "unknown-item"),
        (37, "bad-key"),
        (38, "bad-key"),
        (41, "unknown-passage"),
        (46, "too-few-options"),
        (47, "bad-key"),
        (50, "missing-key"),
    }, run.output
    assert len(lines) == sum(line.startswith("quiz/broken.yaml") for line in run.output.splitlines())
    assert "q-place？" in run.output, "the nearest id is offered"


def command(folder: Path) -> Callable[..., Result]:
    """Return `qinglang quiz` as a function, with a small content folder in `folder`."""
    settings = {
        "QINGLANG_CONFIG": str(ROOT / "config.yaml"),
        "QINGLANG_CONTENT_DIR": str(copy_small_content(folder / "content")),
        "QINGLANG_DATA_DIR": str(folder / "data"),
    }
    return lambda *arguments: CliRunner().invoke(main, ["quiz", *arguments], env=settings)


@pytest.mark.parametrize("name", ["bank.gift", "bank.aiken", "bank.xlsx"])
def test_export_and_import_of_an_unchanged_bank_change_no_byte(tmp_path: Path, name: str) -> None:
    quiz = command(tmp_path)
    before = (tmp_path / "content/quiz/bank.yaml").read_bytes()
    file = str(tmp_path / name)
    assert quiz("export", file).exit_code == 0
    assert quiz("export", file).exit_code == 2, "what is there is not overwritten"
    run = quiz("import", file)
    assert (run.exit_code, run.output.splitlines()[-1]) == (0, "没有要写的"), run.output
    assert "新增 0 道，修改 0 道" in run.output
    assert (tmp_path / "content/quiz/bank.yaml").read_bytes() == before


def test_import_writes_what_is_sound_and_nothing_of_what_is_not(tmp_path: Path) -> None:
    quiz, content = command(tmp_path), tmp_path / "content"
    source = tmp_path / "more.gift"
    sound = "// @source meeting-2020#time-place\n推进会是哪一天下午召开的？{=10月12日 ~10月21日####报道开头写明。}\n"
    source.write_text(sound + "\n配对{=甲 -> 乙 =丙 -> 丁}\n\n没有闭合{=甲\n", encoding="utf-8")
    refused = quiz("import", str(source), "--track", "共同")
    assert refused.exit_code == 1
    assert re.search(r"^more\.gift:6:5: gift-syntax: .+ → .+$", refused.output, re.MULTILINE)
    assert re.search(r"^提醒：more\.gift:4:4: not-askable: 配对题.+ → .+$", refused.output, re.MULTILINE)
    assert not (content / "quiz/imported.yaml").exists()

    source.write_text(sound, encoding="utf-8")
    dry = quiz("import", str(source), "--track", "共同", "--dry-run")
    assert "试运行，没有写文件" in dry.output
    assert not (content / "quiz/imported.yaml").exists()
    assert quiz("import", str(source), "--track", "共同").exit_code == 0
    assert "推进会是哪一天下午召开的？" in (content / "quiz/imported.yaml").read_text(encoding="utf-8")
    assert quiz("check").exit_code == 0


MOODLE_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/top/共同</text></category></question>
  <question type="multichoice">
    <name><text>q1</text></name>
    <questiontext format="html"><text><![CDATA[<p>12．推进会是<b>哪一天</b>（A）下午召开的？</p>]]></text></questiontext>
    <generalfeedback format="html"><text>&lt;p&gt;报道开头写明。&lt;/p&gt;</text></generalfeedback>
    <idnumber>CH1-Q01</idnumber>
    <single>true</single>
    <answer fraction="100" format="html"><text>&lt;p&gt;10月12日&lt;/p&gt;</text></answer>
    <answer fraction="0" format="html"><text>10月21日</text></answer>
    <tags><tag><text>会议</text></tag></tags>
  </question>
  <question type="essay"><questiontext format="html"><text>谈谈体会</text></questiontext></question>
</quiz>
"""


def test_moodle_xml_is_imported_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    quiz, written = command(tmp_path), tmp_path / "content/quiz/imported.yaml"
    source = tmp_path / "questions.xml"
    source.write_text(MOODLE_XML, encoding="utf-8")
    run = quiz("import", str(source))
    assert run.exit_code == 0, run.output
    assert "提醒：questions.xml:14:1: not-askable: 问答题" in run.output
    assert "提醒：questions.xml:8:1: foreign-id: 编号“CH1-Q01”" in run.output
    assert "提醒：questions.xml:6:1: answer-in-stem: 题干里写着答案“A”" in run.output
    text = written.read_text(encoding="utf-8")
    assert "推进会是哪一天（ ）下午召开的？" in text
    assert "tags: [会议]" in text
    assert quiz("check").exit_code == 0
    assert "没有要写的" in quiz("import", str(source)).output
    assert quiz("export", str(tmp_path / "out.xml")).exit_code == 2, "xml is read only"

    source.write_text(MOODLE_XML.replace("</quiz>", ""), encoding="utf-8")
    broken = quiz("import", str(source))
    assert broken.exit_code == 1
    assert re.search(r"^questions\.xml:16:1: xml-syntax: .+ → .+$", broken.output, re.MULTILINE)


def test_many_problems_are_told_at_most_fifty_and_counted(tmp_path: Path) -> None:
    quiz = command(tmp_path)
    source = tmp_path / "many.gift"
    source.write_text(
        "\n\n".join(f"谈谈体会{i}{{}}" for i in range(70)) + "\n\n没有闭合{=甲", encoding="utf-8"
    )
    run = quiz("import", str(source), "--track", "共同")
    lines = run.output.splitlines()
    assert "many.gift:141:5: gift-syntax" in lines[0], "errors first"
    assert sum("many.gift:" in line for line in lines) == 50
    assert any(line.startswith("……还有 21 处") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "bank.doc"), "--format"),
        (("import", "bank.xlsx"), "not-a-workbook"),
        (("import", "gbk.gift"), "gbk.gift:2: not-utf8"),
        (("import", "bank.gift", "--to", "faq/x.yaml"), "quiz/名字.yaml"),
        (("export", "x.gift", "--track", "航天"), "航天"),
    ],
)
def test_file_or_option_that_can_not_be_used_is_named_and_exits_2(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    quiz = command(tmp_path)
    for name in ("bank.doc", "bank.xlsx", "bank.gift"):
        (tmp_path / name).write_text("题", encoding="utf-8")
    (tmp_path / "gbk.gift").write_bytes(b"a{T}\n" + "题".encode("gbk"))
    run = quiz(arguments[0], str(tmp_path / arguments[1]), *arguments[2:])
    assert run.exit_code == 2
    assert told in run.output


def test_faults_of_reading_and_of_content_are_told_in_one_go(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    place = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    passage, words = next(
        (one.id, one.text) for one in content_of(load_folder(content)).passages.values() if len(one.text) > 10
    )
    book = Workbook()
    page = book.worksheets[0]
    page.title = "题目"
    page.append(["领域", "题干", "选项A", "选项B", "答案", "出处", "原话"])
    page.append(["共同", "第一题问什么？", words[:4], "别的话", "E", passage, words])
    page.append(["宇航", "第二题问什么？", words[:4], "别的话", "A", passage, words])
    page.append(["共同", "第三题问什么？", words[:4], "别的话", "A", passage, "没有人说过的一句话"])
    book.save(tmp_path / "三处错.xlsx")
    run = place.call("quiz", "import", str(tmp_path / "三处错.xlsx"))
    assert run.exit_code == 1
    for told in ("表“题目” E2: bad-key", "表“题目” A3: wrong-value: 领域“宇航”", "表“题目” G4: not-verbatim"):
        assert told in run.output, run.output
    assert "什么都没有写" in run.output
