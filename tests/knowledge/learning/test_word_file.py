"""Word files: what a reader sees is what is read, numbers of lists and rows of tables included; the rest is refused by name."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.learning.document import DocumentUnreadable
from knowledge.learning.word_file import read_word
from tests.serving import ROOT

TEXT = [
    "关于做好防汛工作的通知",
    "各街道：",
    "一、工作时间",
    "6月1日至9月30日。",
    "二、工作要求",
    "（一）备足物资",
    "（二）落实值班",
    "1. 白天两人",
    "2. 夜间四人",
    "• 沙袋",
    "岗位　人数",
    "巡查　12人",
    "区应急管理局",
]
_LISTS = (
    ("7", "chineseCounting", "%1、"),
    ("8", "chineseCountingThousand", "（%1）"),
    ("9", "decimal", "%1."),
)


def saved(word: WordDocument) -> bytes:
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def with_lists(word: WordDocument) -> None:
    """Define lists that count as Chinese offices do."""
    numbering = word.part.numbering_part.element
    for number, form, text in _LISTS:
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="9{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        )
        numbering.insert(0, abstract)
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="9{number}"><w:abstractNumId w:val="9{number}"/></w:num>'
            )
        )


def counted(word: WordDocument, text: str, number: str) -> None:
    paragraph = word.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="9{number}"/></w:numPr>')
    )


def notice() -> WordDocument:
    word = docx.Document()
    with_lists(word)
    word.add_heading("关于做好防汛工作的通知", 0)
    word.add_paragraph("各街道：")
    counted(word, "工作时间", "7")
    word.add_paragraph("6月1日至9月30日。")
    counted(word, "工作要求", "7")
    for text in ("备足物资", "落实值班"):
        counted(word, text, "8")
    for text in ("白天两人", "夜间四人"):
        counted(word, text, "9")
    word.add_paragraph("沙袋", style="List Bullet")
    table = word.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("岗位", "人数"), ("巡查", "12人")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    word.add_paragraph("区应急管理局")
    return word


def lines_of(data: bytes) -> list[str]:
    return [line.text for line in read_word(data).lines]


def test_python_docx_file_reads_as_it_is_seen() -> None:
    document = read_word(saved(notice()))
    assert [line.text for line in document.lines] == TEXT
    assert [line.level for line in document.lines][:2] == [1, 0]
    assert [line.text for line in document.lines if line.is_row] == ["岗位　人数", "巡查　12人"]


def test_libreoffice_file_reads_as_it_is_seen() -> None:
    # Written by LibreOffice 7.4; its own text export shows these words and numbers.
    document = read_word((ROOT / "tests/data/libreoffice-notice.docx").read_bytes())
    assert [line.text for line in document.lines] == [text for text in TEXT if text != "• 沙袋"]
    assert document.lines[0].level == 1


def test_headings_are_known_by_style_and_text_by_every_run() -> None:
    word = docx.Document()
    word.add_heading("总则", 1)
    paragraph = word.add_paragraph("")
    paragraph.add_run("第一条　").bold = True
    paragraph.add_run("为了安全，\t制定本办法。")
    hidden = paragraph.add_run("看不见的字")
    hidden.font.hidden = True
    document = read_word(saved(word))
    assert [(line.text, line.level) for line in document.lines] == [
        ("总则", 1),
        ("第一条　为了安全，\t制定本办法。", 0),
    ]


def test_words_in_content_controls_are_read_where_they_stand() -> None:
    word = docx.Document()
    word.add_paragraph("前")
    word.element.body.insert(1, parse_xml(
        f'<w:sdt {nsdecls("w")}><w:sdtContent><w:p><w:r><w:t>控件里的话</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    ))  # fmt: skip
    word.paragraphs[0]._p.append(
        parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:r><w:t>和后</w:t></w:r></w:sdtContent></w:sdt>")
    )
    assert lines_of(saved(word)) == ["前和后", "控件里的话"]


def test_merged_cells_are_told_once() -> None:
    word = docx.Document()
    table = word.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "值班表"
    table.cell(1, 0).text, table.cell(1, 1).text = "白天", "两人"
    assert lines_of(saved(word)) == ["值班表", "白天　两人"]


def test_a_cell_merged_over_rows_stands_in_each_of_them() -> None:
    word = docx.Document()
    table = word.add_table(rows=3, cols=3)
    rows = (("学段", "姓　名", "人数"), ("高中", "数学", "6"), ("", "物理", "4"))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert lines_of(saved(word)) == ["学段　姓 名　人数", "高中　数学　6", "高中　物理　4"]


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ('<w:ins {ns} w:id="1" w:author="a"><w:r><w:t>新</w:t></w:r></w:ins>', "修订"),
        ('<w:del {ns} w:id="1" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>', "修订"),
        ('<w:r {ns}><w:commentReference w:id="0"/></w:r>', "批注"),
        ('<w:r {ns}><w:footnoteReference w:id="1"/></w:r>', "脚注"),
        (
            '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>a+b</m:t></m:r></m:oMath>',
            "“正文”.*公式",
        ),
        ('<w:r {ns}><w:sym w:font="Symbol" w:char="F061"/></w:r>', "“正文”.*Symbol"),
    ],
)
def test_what_is_not_one_text_is_refused_by_name(xml: str, words: str) -> None:
    word = docx.Document()
    word.add_paragraph("正文")._p.append(parse_xml(xml.replace("{ns}", nsdecls("w"))))
    with pytest.raises(DocumentUnreadable, match=words):
        read_word(saved(word))


def test_file_that_unpacks_to_more_than_any_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.learning.word_file._MAX_INFLATED_BYTES", 1_000_000)
    word = docx.Document()
    word.add_paragraph("正文")
    data = saved(word)
    assert lines_of(data) == ["正文"]
    grown = io.BytesIO(data)
    with zipfile.ZipFile(grown, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/more.xml", b"<x>" + b" " * 1_000_000)
    with pytest.raises(DocumentUnreadable, match="大得不正常"):
        read_word(grown.getvalue())


def renamed() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("mimetype", "application/zip")
    return data.getvalue()


def test_ticked_and_empty_boxes_of_a_form_are_read_as_they_are_seen() -> None:
    word = docx.Document()
    for text, sign in (("是", "F0FE"), ("否", "F0A8")):
        box = f'<w:r {nsdecls("w")}><w:sym w:font="Wingdings" w:char="{sign}"/></w:r>'
        word.add_paragraph(text)._p.append(parse_xml(box))
    assert lines_of(saved(word)) == ["是☑", "否□"]


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☑"),
        ('<w:checkBox><w:default w:val="0"/></w:checkBox>', "□"),
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☑"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "□"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="窗口"/><w:listEntry w:val="网上"/></w:ddList>', "网上"),
        ('<w:ddList><w:listEntry w:val="窗口"/><w:listEntry w:val="网上"/></w:ddList>', "窗口"),
    ],
)  # fmt: skip
def test_fields_of_an_old_form_are_read_as_they_are_filled_in(field: str, shown: str) -> None:
    # ECMA-376 17.16.5.20. python-docx 1.2.0, mammoth and pandoc leave ticks out: findings/word-forms-lose-their-ticks.sh.
    word = docx.Document()
    begin = (
        f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="begin"><w:ffData>{field}</w:ffData></w:fldChar></w:r>'
    )
    end = f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="end"/></w:r>'
    paragraph = word.add_paragraph("办理：")
    for xml in (begin, end):
        paragraph._p.append(parse_xml(xml))
    paragraph.add_run("。")
    assert lines_of(saved(word)) == [f"办理：{shown}。"]


def test_character_with_its_pronunciation_above_is_read_alone() -> None:
    # python-docx 1.2.0 and mammoth 1.13.0 leave it out, docx2txt 0.9 reads both: findings/word-readers-lose-annotated-characters.sh.
    word = docx.Document()
    ruby = "<w:ruby><w:rt><w:r><w:t>pí</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>郫</w:t></w:r></w:rubyBase></w:ruby>"
    word.add_paragraph("会议在")._p.append(parse_xml(f"<w:r {nsdecls('w')}>{ruby}</w:r>"))
    word.paragraphs[0].add_run("都区召开。")
    assert lines_of(saved(word)) == ["会议在郫都区召开。"]


def test_words_within_a_smart_tag_are_read() -> None:
    # Word 2003 to 2010 tags dates and places by itself (ECMA-376 17.5.1.9); python-docx 1.2.0 leaves the words out.
    word = docx.Document()
    tagged = '<w:smartTag w:element="chsdate"><w:r><w:t>2020年10月12日</w:t></w:r></w:smartTag>'
    paragraph = word.add_paragraph("推进会于")
    paragraph._p.append(parse_xml(tagged.replace("<w:smartTag", f"<w:smartTag {nsdecls('w')}")))
    paragraph.add_run("召开。")
    assert lines_of(saved(word)) == ["推进会于2020年10月12日召开。"]


def test_document_within_the_document_is_refused() -> None:
    word = docx.Document()
    word.add_paragraph("正文")
    word.element.body.insert(1, parse_xml(f"<w:altChunk {nsdecls('w')}/>"))
    with pytest.raises(DocumentUnreadable, match="嵌着另一份文件"):
        read_word(saved(word))


DRAWN = """<w:r {w} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram">
<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><a:graphicData><dgm:relIds/></a:graphicData></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:shape><v:imagedata/></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""


def test_diagram_is_told_once_however_many_forms_it_has() -> None:
    word = docx.Document()
    word.add_paragraph("正文")._p.append(parse_xml(DRAWN.replace("{w}", nsdecls("w"))))
    assert read_word(saved(word)).notes == ("1 个图表或图示没有收进来：里面的字不会被回答，要的话打成文字",)


def test_picture_of_an_older_word_is_counted() -> None:
    word = docx.Document()
    old = f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>'
    word.add_paragraph("正文")._p.append(parse_xml(old))
    assert read_word(saved(word)).notes == ("1 张图片没有收进来：图里的字不会被回答，要的话打成文字",)


def test_pictures_are_counted_in_a_note() -> None:
    word = docx.Document()
    word.add_paragraph("正文")
    # A white pixel.
    word.add_picture(io.BytesIO(base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
    )))  # fmt: skip
    assert read_word(saved(word)).notes == ("1 张图片没有收进来：图里的字不会被回答，要的话打成文字",)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"%PDF-1.7\n...", "PDF"),
        (lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (lambda: b"\xd0\xcf\x11\xe0 old", "旧的 .doc"),
        (renamed, "不是 Word 文件"),
        (lambda: saved(notice())[:2000], "不是完整"),
        (lambda: saved(docx.Document()), "没有文字"),
    ],
)
def test_what_is_no_word_file_is_refused_in_one_line(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read_word(make())
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_number_that_is_none_is_told_in_one_line() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("内容")
    wrong = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="x"/><w:numId w:val="1"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(wrong))
    with pytest.raises(DocumentUnreadable, match="编号读不出来"):
        read_word(saved(word))


def test_numbers_of_styles_count_too() -> None:
    word = docx.Document()
    for text in ("甲", "乙"):
        word.add_paragraph(text, style="List Number")
    assert lines_of(saved(word)) == ["1. 甲", "2. 乙"]


# What LibreOffice 7.4.7 shows for a list that starts at the number (docx → txt).
COUNTED = {
    "chineseCounting": "1 一, 10 十, 11 十一, 20 二十, 99 九十九, 100 一百, 101 一百零一, 110 一百一十, 111 一百一十一, "
    "123 一百二十三, 999 九百九十九, 1000 一千, 1001 一千零一",
    "chineseLegalSimplified": "1 壹, 10 壹拾, 12 壹拾贰, 21 贰拾壹, 100 壹佰, 101 壹佰零壹, 110 壹佰壹拾, 1001 壹仟零壹",
    "ideographTraditional": "1 甲, 9 壬, 10 癸, 11 11",
    "decimalEnclosedCircle": "1 ①, 20 ⑳, 21 ㉑, 27 ㉗, 53 53",
    "upperRoman": "9 IX, 99 XCIX, 999 CMXCIX, 1000 M",
}


@pytest.mark.parametrize("form", COUNTED)
def test_numbers_of_a_list_are_written_as_a_reader_sees_them(form: str) -> None:
    shown = [pair.split() for pair in COUNTED[form].split(", ")]
    for number, written in shown:
        word = docx.Document()
        numbering = word.part.numbering_part.element
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="97"><w:lvl w:ilvl="0"><w:start w:val="{number}"/>'
                f'<w:numFmt w:val="{form}"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
            ),
        )
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="97"><w:abstractNumId w:val="97"/></w:num>')
        )
        counted(word, "内容", "7")
        assert lines_of(saved(word)) == [f"{written}、内容"]
