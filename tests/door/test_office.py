"""What editors' programs make of a table, a small workbook a row, and what the import says of it, word for word."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from knowledge.reading.load import read_folder
from knowledge.reading.parse import parse
from tests.door.office import WRITERS, Cell, Sheet, job, run_node
from tests.serving import ROOT, Server, copy_small_content

MADE = ROOT / "tests/data/workbooks"
AS_TEXT = "把这一列设成“文本”格式，再照要的样子重写这一格"
AS_VALUE = "选中，复制，选择性粘贴为“数值”"
UNSTRIKE = "要这些字就去掉删除线，不要就删掉它们"
SAVE_AS = "在 WPS、Excel 或 LibreOffice 里打开，点“文件”、“另存为”，类型选 .xlsx"
REFUSED = "共 1 处错误，什么都没有写"
NOTHING = "没有要写的"

BANK = ["编号", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "领域", "难度", "标签"]
ITEM: list[Cell] = [
    "q-people",
    "共有多少人参加大会？",
    "30余人",
    "60余人",
    "90余人",
    "120余人",
    "C",
    "共同",
    "易",
    "",
]
FAQ = ["编号", "问题", "相似问", "引导语", "状态", "负责人", "复核日期"]
ENTRY: list[Cell] = [
    "place", "会议在哪里召开？", "会议什么时候开的\n开会地点", "会议在成都召开：", "已发布", "内容组", "2027-06-30",
]  # fmt: skip
PROVEN = ["题干", "答案", "解析", "判断依据", "原文写法"]
SAME_ITEM = "新增 0 道，修改 0 道，不变 1 道"
SAME_ENTRY = "0 处改动：新增 0 条，修改 0 条；不变 1 条，表里没有、保持原样 5 条"


def bank(*changes: tuple[str, Cell], more: Sequence[Sequence[Cell]] = (), **about: Any) -> list[Sheet]:
    """A bank of one item, some of its cells changed, and more rows."""
    return [Sheet("题目", [BANK, changed(BANK, ITEM, changes), *more], **about)]


def faq(*changes: tuple[str, Cell], more: Sequence[Sequence[Cell]] = (), **about: Any) -> list[Sheet]:
    """A sheet of one entry, some of its cells changed, and more rows."""
    return [Sheet("faq", [FAQ, changed(FAQ, ENTRY, changes), *more], **about)]


def changed(headings: Sequence[str], row: Sequence[Cell], changes: Sequence[tuple[str, Cell]]) -> list[Cell]:
    return [dict(changes).get(heading, cell) for heading, cell in zip(headings, row, strict=True)]


def otherwise(cell: str, shows: str, holds: str, sheet: str = "题目") -> str:
    """The line for a cell that shows one thing and holds another."""
    return f"表“{sheet}” {cell}: shown-otherwise: 这一格显示“{shows}”，里面存的是{holds} → {AS_TEXT}"


@dataclass(frozen=True)
class Case:
    """A workbook, by whom, read by which command, and everything that is said; `more` are options of the writer."""

    name: str
    writer: str
    command: str
    sheets: Sequence[Sheet]
    said: Sequence[str]
    more: Mapping[str, object] = field(default_factory=dict)
    options: Sequence[str] = ()
    suffix: str = ".xlsx"


def doubt(name: str, writer: str, cell: Cell, shows: str, holds: str, **more: Any) -> Case:
    """A case of one option of an item that shows one thing and holds another."""
    said = [otherwise("D2", shows, holds), REFUSED]
    return Case(name, writer, "quiz", bank(("选项B", cell)), said, **more)


DAY = datetime.datetime(2026, 10, 13)  # noqa: DTZ001 (cells know no zone)
DAYS = 46308
COPY = Sheet("备份", [FAQ, ENTRY], hidden=2)
EXAMPLE = Sheet("示例", [BANK, changed(BANK, ITEM, [("编号", "q-example"), ("题干", "示例题？")])], hidden=2)
NEW = [
    "q-new",
    "四川好网民品牌要走向什么样的阵营？",
    "全省一流阵营",
    "全市一流阵营",
    "全国一流阵营",
    "全球一流阵营",
    "C",
    None,
    None,
    None,
]

CASES = [
    # What typing into a cell without the format of text makes of it.
    doubt("day", "openpyxl", {"v": DAY, "z": 'm"月"d"日"'}, "10月13日", "日期 2026-10-13"),
    doubt("year and day", "openpyxl", {"v": DAY, "z": 'yyyy"年"m"月"d"日";@'}, "2026年10月13日", "日期 2026-10-13"),
    doubt("day as it is held", "openpyxl", {"v": DAY, "z": "yyyy-mm-dd"}, "2026-10-13", "日期 2026-10-13"),
    doubt("day and time", "openpyxl", {"v": DAY.replace(hour=9, minute=5), "z": "yyyy/m/d h:mm"}, "2026/10/13 9:05", "日期 2026-10-13 09:05:00"),
    doubt("time", "openpyxl", {"v": datetime.time(10, 30, 15), "z": "h:mm:ss"}, "10:30:15", "时间 10:30:15"),
    doubt("time without seconds", "openpyxl", {"v": datetime.time(10, 30, 15), "z": "h:mm"}, "10:30", "时间 10:30:15"),
    doubt("percentage", "openpyxl", {"v": 0.15, "z": "0%"}, "15%", "数 0.15"),
    doubt("year by a format", "openpyxl", {"v": 2019, "z": '0"年"'}, "2019年", "数 2019"),
    doubt("leading zeros", "openpyxl", {"v": 1, "z": "000"}, "001", "数 1"),
    doubt("trailing zero", "openpyxl", {"v": 3.1, "z": "0.00"}, "3.10", "数 3.1"),
    doubt("fraction", "openpyxl", {"v": 0.5, "z": "# ?/?"}, "1/2", "数 0.5"),
    doubt("thousands", "openpyxl", {"v": 1234567, "z": "#,##0"}, "1,234,567", "数 1234567"),
    doubt("identity card", "openpyxl", 510101199001011234, "5.10101E+17", "数 510101199001011000"),
    Case(
        "exponent beyond us", "openpyxl", "quiz", bank(("选项B", {"v": 90, "z": "0.00E+00"})),
        [f"表“题目” D2: shown-otherwise: 这一格的数字格式是“0.00E+00”，里面存的是数 90 → {AS_TEXT}", REFUSED],
    ),
    # Built-in formats of Chinese programs, written by their number alone.
    doubt("58", "xlsxwriter", {"v": DAYS, "z": 58}, "10月13日", "日期 2026-10-13"),
    doubt("31", "xlsxwriter", {"v": DAYS, "z": 31}, "2026年10月13日", "日期 2026-10-13"),
    doubt("57", "xlsxwriter", {"v": DAYS, "z": 57}, "2026年10月", "日期 2026-10-13"),
    doubt("33", "xlsxwriter", {"v": 0.4376736111, "z": 33}, "10时30分15秒", "时间 10:30:15"),
    doubt("55", "xlsxwriter", {"v": 0.9376736111, "z": 55}, "下午10时30分", "时间 22:30:15"),
    doubt("14", "xlsxwriter", {"v": DAYS, "z": 14}, "2026/10/13", "日期 2026-10-13"),
    doubt("day of Tencent", "xlsxwriter", {"v": DAYS, "z": '[$-804]m"月"d"日"'}, "10月13日", "日期 2026-10-13"),
    doubt("money in red", "xlsxwriter", {"v": 90, "z": '"¥"#,##0.00;[Red]"¥"\\-#,##0.00'}, "¥90.00", "数 90"),
    doubt("week day", "xlsxwriter", {"v": DAYS, "z": "aaaa"}, "星期二", "日期 2026-10-13"),
    # The same from programs on SheetJS and exceljs.
    doubt("day of SheetJS", "sheetjs", {"v": DAYS, "z": 'm"月"d"日"'}, "10月13日", "日期 2026-10-13"),
    doubt("ISO day of SheetJS", "sheetjs", {"v": "2026-10-12T16:00:00Z", "t": "date", "z": 'm"月"d"日"'}, "10月13日", "日期 2026-10-13", more={"dates": True}),
    doubt("percentage of SheetJS", "sheetjs", {"v": 0.155, "z": "0.0%"}, "15.5%", "数 0.155"),
    doubt("day of exceljs", "exceljs", {"v": "2026-10-13T00:00:00Z", "t": "date", "z": "m月d日"}, "10月13日", "日期 2026-10-13"),
    doubt("zeros of exceljs", "exceljs", {"v": 7, "z": "000"}, "007", "数 7"),
    # What is as it looks is taken.
    Case("number as a level", "openpyxl", "quiz", bank(("难度", 1)), [SAME_ITEM, NOTHING]),
    Case("number, and text that looks like a fault", "openpyxl", "quiz", bank(more=[changed(BANK, NEW, [("选项A", {"v": "#N/A", "t": "s"}), ("选项B", 2020), ("领域", "共同")])]), [
        "提醒：表“题目” B3: found-proof: 出处是自动找的：meeting-2020#purpose“此次会议旨在动员组织各级各部门携手创作更多有活力” → 请核对，不对就写上出处和原话",
        "提醒：表“题目” B3: no-why: 没有解析，先写成“见下面这句原文。” → 导入以后补一句为什么",
        "新增 1 道（q-new），修改 0 道，不变 1 道", "已写入 quiz/imported.yaml。下一步：qinglang quiz check",
    ]),
    Case("date where a date belongs", "openpyxl", "kb", faq(("复核日期", {"v": datetime.datetime(2027, 6, 30), "z": "m/d"})), [SAME_ENTRY, NOTHING]),  # noqa: DTZ001
    Case("ISO date where a date belongs", "sheetjs", "kb", faq(("复核日期", {"v": "2027-06-29T16:00:00Z", "t": "date"})), [SAME_ENTRY, NOTHING], more={"dates": True}),
    Case("seconds before midnight", "sheetjs", "kb", faq(("复核日期", {"v": "2027-06-29T15:59:17Z", "t": "date"})), [SAME_ENTRY, NOTHING], more={"dates": True}),
    Case("percentage where a date belongs", "openpyxl", "kb", faq(("复核日期", {"v": 0.15, "z": "0%"})), [otherwise("G2", "15%", "数 0.15", "faq"), REFUSED]),
    # Formulas and errors count where they are read.
    Case("formula", "openpyxl", "quiz", bank(("选项B", {"f": "1+1"})), [f"表“题目” D2: formula-cell: 这一格是公式 → {AS_VALUE}", REFUSED]),
    Case("formula with its value", "xlsxwriter", "quiz", bank(("选项B", {"f": '"60"&"余人"', "v": "60余人"})), [f"表“题目” D2: formula-cell: 这一格是公式 → {AS_VALUE}", REFUSED]),
    Case("formula of SheetJS", "sheetjs", "quiz", bank(("选项B", {"f": '"60"&"余人"', "v": "60余人"})), [f"表“题目” D2: formula-cell: 这一格是公式 → {AS_VALUE}", REFUSED]),
    Case("formula of exceljs", "exceljs", "quiz", bank(("选项B", {"f": '"60"&"余人"', "v": "60余人"})), [f"表“题目” D2: formula-cell: 这一格是公式 → {AS_VALUE}", REFUSED]),
    Case("formulas of one's own", "xlsxwriter", "kb", [
        Sheet("faq", [[*FAQ, "字数"], [*ENTRY, {"f": "LEN(C2)", "v": 12}]]),
        Sheet("统计", [[{"f": "COUNTA(faq!A:A)", "v": 2}]]),
    ], ["注意：表“faq”的这几列是您自己的，没有读：字数", "注意：表“统计”没有“编号、问题……”这样的表头，没有读", SAME_ENTRY, NOTHING]),
    Case("formulas drawn down over empty rows", "exceljs", "quiz", bank(more=[[None, None, {"f": 'IF(B3="","","甲")', "v": ""}]] * 3), [SAME_ITEM, NOTHING]),
    Case("error", "openpyxl", "quiz", bank(("选项B", {"v": "#REF!", "t": "e"})), ["表“题目” D2: error-cell: 这一格是计算错误 #REF! → 改成文字，或者清空", REFUSED]),
    # Faults in the words of the sheet, not of a file.
    Case("statement without its words", "openpyxl", "quiz", [Sheet("题目", [PROVEN, ["推进会在绵阳召开。", "错", "见原文。", "绵阳", None]])], [
        "表“题目” D2: no-proof: 判断题缺少依据：题干里哪几个字决定对错，原文写的是什么 → 补上“判断依据”（题干里的字）和“原文写法”（原文里的字）", REFUSED,
    ]),
    Case("words that the statement lacks", "xlsxwriter", "quiz", [Sheet("题目", [PROVEN, ["推进会在绵阳召开。", "错", "见原文。", "南充", "成都"]])], [
        "表“题目” D2: bad-key: 题干里没有“南充” → “判断依据”写题干里决定对错的那几个字",
        "提醒：表“题目” A2: found-proof: 出处是自动找的：meeting-2020#time-place“10月12日下午,2020年争做四川好网民工程推” → 请核对，不对就写上出处和原话",
        "提醒：表“题目” A2: gives-away: 引文里有 q-place 的答案“成都” → 引短一点，或者在“互斥”里写 q-place，就不会在同一份试卷里",
        "提醒：quiz/bank.yaml:10:52: gives-away: 引文里有 q-bdce6c68 的答案“成都” → 引短一点，或者写 excludes: [q-bdce6c68]，就不会在同一份试卷里",
        REFUSED,
    ]),
    Case("lead that says what is not marked", "exceljs", "kb", faq(("引导语", "原文没有收录地点：")), [
        "表“faq” D2: gap-not-marked: 引导语说“没有收录”，但没有在“没有收录”写“是” → 在“没有收录”写“是”，或改引导语", REFUSED,
    ]),
    # Merged, hidden, struck through.
    Case("merged tags and track", "openpyxl", "quiz", bank(("标签", "会议"), more=[NEW], merges=["H2:H3", "I2:I3", "J2:J3"]), [
        "提醒：表“题目” B3: found-proof: 出处是自动找的：meeting-2020#purpose“此次会议旨在动员组织各级各部门携手创作更多有活力” → 请核对，不对就写上出处和原话",
        "提醒：表“题目” B3: no-why: 没有解析，先写成“见下面这句原文。” → 导入以后补一句为什么",
        "新增 1 道（q-new），修改 1 道（q-people），不变 0 道", "已写入 quiz/bank.yaml、quiz/imported.yaml。下一步：qinglang quiz check",
    ]),
    Case("merged stem", "exceljs", "quiz", bank(more=[NEW], merges=["B2:B3"]), ["表“题目” B3: merged-row: “题干”和上面一行合并了，一道题只能占一行 → 取消合并，一道题写成一行", REFUSED]),
    Case("hidden copy", "openpyxl", "kb", [*faq(), COPY], ["注意：表“备份”是隐藏的，没有读；要读就加 --hidden", SAME_ENTRY, NOTHING]),
    Case("hidden copy of exceljs", "exceljs", "kb", [*faq(), COPY], ["注意：表“备份”是隐藏的，没有读；要读就加 --hidden", SAME_ENTRY, NOTHING]),
    Case("hidden copy asked for", "xlsxwriter", "kb", [*faq(), COPY], [
        "注意：表“备份”是隐藏的，也读了", "表“备份” A2: duplicate-id: 编号 place 在表“faq”第 2 行已经有了 → 换一个编号，或者合成一行", REFUSED,
    ], options=["--hidden"]),
    Case("hidden example", "sheetjs", "quiz", [*bank(), EXAMPLE], ["注意：表“示例”是隐藏的，没有读；要读就加 --hidden", SAME_ITEM, NOTHING]),
    Case("hidden row", "openpyxl", "kb", faq(hidden_rows=[2]), ["注意：表“faq”有 1 行是隐藏的或者被筛选掉了，也读了", SAME_ENTRY, NOTHING]),
    Case("hidden row of SheetJS", "sheetjs", "quiz", bank(hidden_rows=[2]), ["注意：表“题目”有 1 行是隐藏的或者被筛选掉了，也读了", SAME_ITEM, NOTHING]),
    Case("last row hidden", "xlsxwriter", "quiz", bank(hidden_rows=[1_048_576]), [SAME_ITEM, NOTHING]),
    Case("struck cell", "openpyxl", "quiz", bank(("选项B", {"v": "60余人", "struck": True})), [f"表“题目” D2: struck-through: 这一格的字是划掉的 → {UNSTRIKE}", REFUSED]),
    Case("struck line", "xlsxwriter", "kb", faq(("相似问", {"v": "会议什么时候开的\n", "struck": "开会地点"})), [f"表“faq” C2: struck-through: 这一格里划掉了“开会地点” → {UNSTRIKE}", REFUSED]),
    Case("struck line of exceljs", "exceljs", "kb", faq(("相似问", {"v": "会议什么时候开的\n", "struck": "开会地点"})), [f"表“faq” C2: struck-through: 这一格里划掉了“开会地点” → {UNSTRIKE}", REFUSED]),
    # Blanks and line ends that nobody sees; characters that a program broke.
    Case("Alt+Enter in a question", "openpyxl", "kb", faq(("问题", "会议在哪里召开？\n")), [SAME_ENTRY, NOTHING]),
    Case("Alt+Enter amid a question", "exceljs", "kb", faq(("问题", "会议在\n哪里召开？")), [
        "~ place（faq/faq.yaml）：问题", SAME_ENTRY.replace("0 处改动：新增 0 条，修改 0 条；不变 1", "1 处改动：新增 0 条，修改 1 条；不变 0"), "已写入 faq/faq.yaml。下一步：qinglang kb check",
    ]),
    Case("no-break and zero-width blanks", "sheetjs", "kb", faq(("引导语", "会议在成都\u200b召开：\u00a0")), [SAME_ENTRY, NOTHING]),
    Case("broken character", "openpyxl", "quiz", bank(("选项B", "60余\ufffd")), ["表“题目” D2: lost-character: 这一格里有坏掉的字“\ufffd” → 照原来的字重写这一格", REFUSED]),
    # Files of other kinds are refused with how to save them.
    Case("old xls", "sheetjs", "quiz", bank(), [f"not-a-workbook: 这是旧格式的表格（.xls，或 WPS 的 .et） → {SAVE_AS}"], more={"type": "biff8"}, suffix=".xls"),
    Case("et of WPS is an xls inside", "sheetjs", "quiz", bank(), [f"not-a-workbook: 这是旧格式的表格（.xls，或 WPS 的 .et） → {SAVE_AS}"], more={"type": "biff8"}, suffix=".et"),
    Case("ods", "sheetjs", "quiz", bank(), [f"not-a-workbook: 这是 LibreOffice 的表格（.ods） → {SAVE_AS}"], more={"type": "ods"}, suffix=".ods"),
    Case("csv", "sheetjs", "kb", faq(), [f"not-a-workbook: 这是文字文件（.csv 一类），不是 .xlsx → {SAVE_AS}"], more={"type": "csv"}, suffix=".csv"),
    Case("xlsb", "sheetjs", "kb", faq(), [f"not-a-workbook: 这是二进制的工作簿（.xlsb） → {SAVE_AS}"], more={"type": "xlsb"}, suffix=".xlsb"),
    Case("page named xls", "sheetjs", "quiz", bank(), [f"not-a-workbook: 这是网页，不是 .xlsx → {SAVE_AS}"], more={"type": "html"}, suffix=".xls"),
    # Typed, struck and hidden by hand in LibreOffice 7.4.7.2 (tests/peers/libreoffice.py), the first two below our export and in a sheet of its own.
    Case("typed-below-the-bank", "libreoffice", "quiz", (), [
        "提醒：表“题目” R2: gives-away: 引文里有 q-956d5840 的答案“10月12日” → 引短一点，或者在“互斥”里写 q-956d5840，就不会在同一份试卷里",
        "提醒：表“题目” R5: gives-away: 引文里有 q-place 的答案“成都” → 引短一点，或者在“互斥”里写 q-place，就不会在同一份试卷里",
        "新增 1 道（q-956d5840），修改 0 道，不变 3 道", "已写入 quiz/imported.yaml。下一步：qinglang quiz check",
    ]),
    Case("typed-anew", "libreoffice", "quiz", (), [
        otherwise("B2", "26年10月12日", "日期 2026-10-12"),
        otherwise("C2", "15.00%", "数 0.15"),
        otherwise("D2", "10:30:15", "时间 10:30:15"),
        otherwise("E2", "2027-06-30", "日期 2027-06-30"),
        otherwise("C3", "26年1月2日", "日期 2026-01-02"),
        f"表“题目” E3: formula-cell: 这一格是公式 → {AS_VALUE}",
        "共 6 处错误，什么都没有写",
    ]),
    Case("struck", "libreoffice", "kb", (), [f"表“faq” C4: struck-through: 这一格的字是划掉的 → {UNSTRIKE}", REFUSED]),
    Case("hidden-rows", "libreoffice", "kb", (), ["注意：表“faq”有 2 行是隐藏的或者被筛选掉了，也读了", SAME_ENTRY.replace("不变 1", "不变 6").replace("原样 5", "原样 0"), NOTHING]),
]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workbook of each case that Node writes, named by its place in the table."""
    folder = tmp_path_factory.mktemp("written")
    run_node(
        [
            job(case.writer, case.sheets, folder / f"{n}{case.suffix}", **case.more)
            for n, case in enumerate(CASES)
            if case.writer in ("sheetjs", "exceljs")
        ]
    )
    return folder


@pytest.mark.parametrize("case", CASES, ids=[f"{case.name} ({case.writer})" for case in CASES])
def test_report_says_word_for_word(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / f"book{case.suffix}"
    if case.writer in WRITERS:
        WRITERS[case.writer](case.sheets, path)
    elif case.writer == "libreoffice":
        shutil.copy(MADE / f"{case.name}.xlsx", path)
    else:
        shutil.copy(request.getfixturevalue("written") / f"{CASES.index(case)}{case.suffix}", path)
    editor = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(copy_small_content(tmp_path / "content"))})
    track = ("--track", "共同") if case.command == "quiz" else ()
    said = editor.call(case.command, "import", str(path), *track, *case.options).output
    lines = said.replace(f"{path}: ", "").splitlines()
    assert [line for line in lines if not line.startswith("内容目录：")] == list(case.said)


def test_table_holds_more_than_forty_rows_and_every_writer() -> None:
    assert len(CASES) > 40
    assert {case.writer for case in CASES} == {*WRITERS, "sheetjs", "exceljs", "libreoffice"}


def test_what_was_typed_below_the_bank_is_there_as_it_was_typed(tmp_path: Path) -> None:
    content = copy_small_content(tmp_path / "content")
    editor = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    editor.call("quiz", "import", str(MADE / "typed-below-the-bank.xlsx"))
    item = parse(read_folder(content)[0])[0].items["q-956d5840"]
    assert (item.options, item.why) == (("10月12日", "10月13日", "15%", "001"), "=1")


def test_of_very_many_faults_fifty_are_listed_sheet_by_sheet_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows = [changed(BANK, ITEM, [("编号", f"q-{n}"), ("选项B", {"v": 1, "z": "000"})]) for n in range(40)]
    WRITERS["openpyxl"]([Sheet("乙", [BANK, *rows]), Sheet("甲", [BANK, *rows])], path)
    content = copy_small_content(tmp_path / "content")
    editor = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    said = editor.call("quiz", "import", str(path)).output.splitlines()
    told = [f"表“乙” D{n}" for n in range(2, 42)] + [f"表“甲” D{n}" for n in range(2, 12)]
    assert [line.partition(":")[0] for line in said[:50]] == told
    assert said[50:] == [
        "……还有 30 处没有列出来，改好上面的再运行一次",
        "共 80 处错误，什么都没有写",
    ]


def test_format_of_another_kind_can_not_be_written(tmp_path: Path) -> None:
    for name in ("a.xls", "a.ods", "a.csv"):
        assert Server(tmp_path).call("quiz", "export", str(tmp_path / name)).exit_code == 2
