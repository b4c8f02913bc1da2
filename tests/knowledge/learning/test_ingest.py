"""A new document: its words unchanged, its structure found as the text has it, its source fit to be published as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.shapes import names_in, names_whom
from knowledge.learning.document import Document, DocumentUnreadable, TextLine, read_text
from knowledge.learning.ingest import About, find_about, ingest
from knowledge.learning.outline.outline import Outline, outline
from knowledge.learning.people import find_people, speaker_id_of
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.load import read_folder
from knowledge.release.build import parse_files
from knowledge.release.new_base import new_base
from knowledge.sources.cite import cite
from tests.serving import CONTENT, ROOT

DOCUMENTS = sorted((ROOT / "tests/data/documents").iterdir())
REPORT = ROOT / "tests/data/good-netizen-meeting-2020.txt"
FORUM = ROOT / "tests/data/community-forum.txt"
ALL = [*DOCUMENTS, REPORT, FORUM]


def document_of(path: Path) -> Document:
    return read_text(path.read_bytes(), markdown=path.suffix == ".md")


def named(name: str) -> Path:
    return next(path for path in ALL if path.stem == name)


def outlined(document: Document) -> Outline:
    return outline(document, find_people([line.text for line in document.lines]))


def taken_in(path: Path, files: Files | None = None) -> Content:
    """Return the content of a base with a document ingested as `new`; fail on any error in it."""
    base = new_base("测试") if files is None else files
    document = document_of(path)
    found = find_about(document)
    about = About("new", found.title.value, found.number.value, found.date.value, found.effective.value)
    new = ingest(about, outlined(document), parse_files(base)[0], "2027-06-30")
    content, problems = parse_files({**base, **new})
    assert [p for p in problems if p.severity == "error"] == []
    return content


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_the_source_is_the_document_word_for_word(path: Path) -> None:
    text = "".join(line.text for line in document_of(path).lines)
    assert squeezed(taken_in(path).sources["new"].text) == squeezed(text)


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_headings_are_lines_of_the_text_or_say_a_place(path: Path) -> None:
    document = document_of(path)
    text = "\n".join(line.text for line in document.lines)
    for part in outlined(document).parts:
        if part.mark in ("题", "问", "#", "一、", "章", "document") and not re.fullmatch(
            "第.+项", part.heading
        ):
            assert any(line.text.startswith(part.heading) for line in document.lines), part.heading
        elif part.named and part.mark in ("（一）", "1.", "一是", "段"):
            words = re.sub(r"第.+?条第（.+）项|第（?.+）?项", "", part.heading)
            assert all(word in text for word in words.split("、")), part.heading


@pytest.mark.parametrize(
    ("name", "title", "number", "date", "effective", "publisher"),
    [
        ("notice", "关于开展2024年中小学生网络安全宣传周活动的通知", "临教办〔2024〕17号", "2024-08-26", "", "临江区教育局"),
        ("policy-qa", "《云港市住宅小区电动自行车充电管理办法》政策解读", "", "2023-11-02", None, "云港市住房和城乡建设局"),
        ("regulation", "清河市公共厕所管理条例", "", "2023-11-29", "2024-03-01", "清河市第九届人民代表大会常务委员会"),
        ("minutes", "云麓区老旧小区加装电梯工作推进会会议纪要", "云住建纪〔2026〕9号", "2026-10-22", "", "云麓区住房和城乡建设局"),
        ("pledge", "江屿镇网络直播文明公约", "", "2025-06-01", "", "江屿镇网络直播协会"),
        ("issued-rules", "南屏县人民政府办公室关于印发《南屏县网约车驾驶员服务规范（试行）》的通知", "南府办发〔2025〕31号", "2025-07-15", "", "南屏县人民政府办公室"),
        ("interview", "在线访谈：高考期间考生和家长关心的几个问题", "", "2026-05-28", "", ""),
        ("community-forum", "青松街道“文明上网进楼栋”议事会实录", "", "2024-06-18", "", ""),
    ],
)  # fmt: skip
def test_documents_say_what_they_are(
    name: str, title: str, number: str, date: str, effective: str | None, publisher: str
) -> None:
    facts = find_about(document_of(named(name)))
    assert (facts.title.value, facts.number.value, facts.date.value, facts.publisher.value) == (title, number, date, publisher)  # fmt: skip
    assert effective is None or facts.effective.value == effective


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("“让展品自己开口”\n——专访青衣江博物馆馆长顾念慈\n本报记者 雷小满　2025年5月17日\n顾念慈，1971年生。", "“让展品自己开口”——专访青衣江博物馆馆长顾念慈"),
        ("让数据多跑路\n——云溪市政务服务改革走笔\n记者 王小明\n市民李女士办完了事。", "让数据多跑路——云溪市政务服务改革走笔"),
        ("“小切口”撬动“大治理”\n来源：青松日报\n连日来，青松市开展整治。", "“小切口”撬动“大治理”"),
        ("“同志们，今天开会。”他说\n一、要点", ""),
        ("南屏县2025年工作报告\n——2026年1月12日在县第九届人民代表大会上\n县长 邱立恒\n各位代表：现在报告工作。", "南屏县2025年工作报告"),
    ],
)  # fmt: skip
def test_headlines_of_newspapers_are_titles(text: str, title: str) -> None:
    assert find_about(read_text(text.encode(), markdown=False)).title.value == title


def test_what_is_not_sure_says_so() -> None:
    facts = find_about(document_of(REPORT))
    assert (facts.title.value, facts.title.confidence) == ("2020年争做四川好网民工程推进会", "低")
    assert find_about(document_of(named("regulation"))).date.confidence == "中"
    assert find_about(document_of(named("notice"))).title.confidence == "高"


def test_articles_have_paragraphs_and_items_and_references_are_no_articles() -> None:
    passages = taken_in(named("regulation")).passages
    assert {p.article for p in passages.values() if p.article and "." not in p.article} == {
        *map(str, range(1, 10))
    }
    assert passages["new#article-2.p2"].heading == "第二条第二款"
    assert passages["new#article-5.2"].text == "（二）附属式公共厕所由所在单位负责；"
    assert passages["new#article-5.2"].article == "5.2"
    lead = passages["new#article-5"]
    assert lead.text.split("\n")[0].endswith("下列规定确定：")
    assert "第五条规定的管理责任人" in passages["new#article-6"].text
    assert passages["new#article-7"].outer == ("第三章　管理与服务", "第二节　开放服务")


def test_head_and_end_stand_under_what_they_are() -> None:
    passages = {p.heading: p.text for p in taken_in(named("minutes")).passages.values()}
    assert passages["时间"] == "时间：2026年10月20日 09:15"
    assert passages["主持人"] == "主持人：区住建局局长 岳鹏程"
    assert passages["联系人、联系电话"].endswith("0733-5550188")
    assert passages["发布单位"] == "云麓区住房和城乡建设局"
    notice = taken_in(named("notice"))
    assert {p.heading: p.text for p in notice.passages.values()}["文号"] == "临教办〔2024〕17号"
    quoted = {q.passage_id for entry in notice.entries.values() for q in entry.quotes}
    ends = {
        p.id
        for p in notice.passages.values()
        if p.heading in ("主送", "标题", "发布单位", "发布日期", "附件")
    }
    assert ends
    assert not quoted & ends


@pytest.mark.parametrize("line", ["报名时要注意下面几点：", "领取时请带好以下材料：", "参加者应当做到六点："])
def test_words_that_announce_a_list_address_nobody(line: str) -> None:
    text = f"关于开办书画班的通知\n{line}\n一、带身份证原件。\n二、按时到场。\n临江区文化馆\n2026年9月1日\n"
    found = outlined(read_text(text.encode(), markdown=False))
    assert "主送" not in {part.heading for part in found.parts}
    assert any(line in part.lines for part in found.parts)


def test_questions_head_their_answers() -> None:
    content = taken_in(named("policy-qa"))
    answer = content.passages["new#qa-2.answer"]
    assert answer.text == "答：自2024年1月1日起执行，有效期五年。"
    assert answer.outer == ("问：办法从什么时候开始执行？",)
    assert content.passages["new#qa-2"].text.startswith("问：办法从什么时候开始执行？\n")
    assert content.entries["new-qa-2"].question == "办法从什么时候开始执行？"
    interview = taken_in(named("interview")).passages.values()
    asked = {p.outer[0] for p in interview if p.speaker and p.outer}
    assert asked == {"主持人：欢迎季院长。今年考点有什么变化？", "网友：忘带身份证怎么办？"}


@pytest.mark.parametrize(
    ("name", "posts"),
    [
        ("minutes", {"沈亦舟": "区财政局副局长", "贺敏": "区市场监管局特种设备科科长", "岳鹏程": "区住建局局长"}),
        ("report", {"乔思远": "县委网信办副主任", "万红梅": "东湖社区党支部书记"}),
        ("interview", {"季春林": "柳泉市招生考试院副院长"}),
        ("experience", {"封雅琴": "市第十五中学校长", "石磊": "马坡小学党支部书记"}),
        ("community-forum", {"何秀兰": "青松街道办事处副主任", "廖国强": "青松街道派出所民警", "邹敏": "幸福苑小区居民代表"}),
        ("notice", {}),
        ("regulation", {}),
    ],
)  # fmt: skip
def test_speakers_have_their_posts(name: str, posts: dict[str, str]) -> None:
    people = outlined(document_of(named(name))).people
    assert {person.name: person.post for person in people.values()} == posts


@pytest.mark.parametrize(
    ("line", "name", "post"),
    [
        ("县委宣传部副部长阿依古丽·买买提强调，各乡镇要按时报送。", "阿依古丽·买买提", "县委宣传部副部长"),
        ("副州长阿卜杜·热合曼·买买提指出，要抓好落实。", "阿卜杜·热合曼·买买提", "副州长"),
        ("次仁顿珠·巴桑（县文旅局局长）：我先说两句。", "次仁顿珠·巴桑", "县文旅局局长"),
        ("县教育局局长刘䶮说，今年开设网络素养课。", "刘䶮", "县教育局局长"),
        ("会上，县网信办主任张𬭎作了报告。", "张𬭎", "县网信办主任"),
    ],
)  # fmt: skip
def test_names_with_a_dot_or_beyond_the_common_characters_are_people(line: str, name: str, post: str) -> None:
    people = find_people([line]).values()
    assert {person.name: person.post for person in people} == {name: post}


@pytest.mark.parametrize("name", ["阿卜杜·热合曼·买买提", "刘䶮", "张𬭎", "刘小强"])
def test_a_question_for_who_holds_a_post_finds_every_kind_of_name(name: str) -> None:
    (found,) = names_in(f"会议由副州长{name}主持。")
    assert names_whom("副州长是谁", f"会议由副州长{name}主持。", (found,))
    assert found == name


HEARING = [
    "主持人：社区党委书记　邓秋萍",
    "参加人员：区住建局副局长谭雪梅、居民代表23人",
    "邓秋萍：各位邻居，今天两件事。",
    "街道城管办　冉鹏飞：北门外有一块地，可以停60辆。",
    "谭雪梅：补助下个月发。",
    "龙小川（5栋401）：车停哪里？",
    "主持人（签名）：邓秋萍",
]


def test_whoever_takes_the_floor_once_is_a_speaker_and_a_signature_is_none() -> None:
    assert {person.name: person.post for person in find_people(HEARING).values()} == {
        "邓秋萍": "社区党委书记",
        "冉鹏飞": "街道城管办",
        "谭雪梅": "区住建局副局长",
        "龙小川": "5栋401",
    }
    people = find_people(HEARING)
    assert [speaker_id_of(line, people) for line in HEARING] == [
        "", "", "deng-qiuping", "ran-pengfei", "tan-xuemei", "long-xiaochuan", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["编者按：本报记者采访了市热力集团总工程师乔岚。乔岚说，下周开始注水。", "——专访市热力集团总工程师乔岚"],
)
def test_who_is_interviewed_has_a_post_without_the_interview(line: str) -> None:
    (person,) = find_people([line, "乔岚：谢谢。", "乔岚：管网已经查过。"]).values()
    assert (person.name, person.post) == ("乔岚", "市热力集团总工程师")


def test_words_joined_by_a_dot_are_no_person() -> None:
    assert find_people(["“网络·安全”表示，这个栏目办得好。", "网络·安全表示，欢迎投稿。"]) == {}


def test_words_have_the_speaker_who_said_them() -> None:
    passages = [p for p in taken_in(named("minutes")).passages.values() if p.speaker]
    assert {p.text[:6]: p.speaker for p in passages if p.text.startswith("三是")} == {
        "三是验收不合": "he-min"
    }
    assert not any("会议要求" in p.text for p in passages)
    report = [p for p in taken_in(REPORT).passages.values() if "要影响有影响力的人" in p.text and p.speaker]
    assert {p.speaker for p in report} == {"xu-jing"}
    shipped = parse_files(read_folder(CONTENT)[0])[0].sources["meeting-2020"].speakers
    assert taken_in(REPORT).sources["new"].speakers.keys() == shipped.keys()


def test_a_whole_speech_is_its_speakers() -> None:
    text = (
        "在全区网络安全工作会议上的讲话",
        "区委常委、宣传部部长 孟晓岚",
        "同志们：",
        "今天讲两件事。",
        "一、抓培训",
        "每季度一次。",
    )
    parts = outlined(Document(tuple(TextLine(line, n) for n, line in enumerate(text, 1)))).parts
    said = {part.lines[-1]: part.speaker for part in parts if part.lines}
    assert (said["今天讲两件事。"], said["每季度一次。"]) == ("meng-xiaolan", "meng-xiaolan")


def test_a_count_inside_a_paragraph_is_taken_apart() -> None:
    passages = [p.text for p in taken_in(named("report")).passages.values()]
    assert "二是编好教材；" in passages
    assert any(text.startswith("活动要抓好三件事：\n一是") for text in passages)


def test_a_paragraph_behind_a_list_of_bare_words_is_not_of_its_last_item() -> None:
    text = "关于报名的通知\n\n一、报名材料\n1.身份证复印件\n2.户口本复印件\n3.近期照片\n以上材料一式两份。\n二、时间\n9月1日。\n"
    parts = {part.anchor: part for part in outlined(read_text(text.encode(), markdown=False)).parts}
    assert (parts["part-1.3"].heading, parts["part-1.3"].lines) == ("第三项", ("3.近期照片",))
    behind = next(part for part in parts.values() if "以上材料一式两份。" in part.lines)
    assert (behind.heading, behind.level) == ("第一段", parts["part-1.3"].level)


def test_a_short_item_heads_what_follows_when_the_items_before_it_say_more() -> None:
    text = "关于报名的通知\n\n一、办法\n1.时间：9月1日\n2.地点：县一中\n3.材料\n带身份证和户口本。\n"
    parts = {part.anchor: part for part in outlined(read_text(text.encode(), markdown=False)).parts}
    assert parts["part-1.3"].heading == "3.材料"
    assert "带身份证和户口本。" in parts["part-1.3.p1"].lines


def test_public_citations_name_whole_headings() -> None:
    notice, rules = taken_in(named("notice")), taken_in(named("issued-rules"))
    assert cite(notice, notice.passages["new#part-4.1"]) == (
        "出处：《关于开展2024年中小学生网络安全宣传周活动的通知》四、活动内容（一）上好一堂课，2024年8月26日"
    )
    assert "》一、活动时间，" in cite(notice, notice.passages["new#part-1.p1"])
    assert "所附南屏县网约车驾驶员服务规范（试行）第三条第（二）项" in cite(
        rules, rules.passages["new#document-1-article-3.2"]
    )
    minutes = taken_in(named("minutes"))
    said = next(p for p in minutes.passages.values() if p.speaker == "shen-yizhou")
    assert cite(minutes, said).startswith("出处：沈亦舟（区财政局副局长）的讲话，《云麓区")


def test_a_document_that_says_nothing_of_itself_is_published_all_the_same() -> None:
    base = new_base("测试")
    document = Document(
        (TextLine("要文明上网。", 1), TextLine("王一鸣：不传谣。", 2), TextLine("王一鸣：不信谣。", 3))
    )
    new = ingest(About("bare", "一份文件"), outlined(document), parse_files(base)[0], "2027-06-30")
    content, problems = parse_files({**base, **new})
    assert [p for p in problems if p.severity == "error"] == []
    assert "待填写" not in new["sources/bare.md"]
    assert cite(content, content.passages["bare#p-1"]) == "出处：《一份文件》第一段"


def test_numbers_that_are_twice_or_missing_are_told() -> None:
    def faults(*articles: str) -> tuple[str, ...]:
        return outlined(
            Document(tuple(TextLine(f"{a} 要这样做。", n) for n, a in enumerate(articles, 1)))
        ).faults

    assert faults("第一条", "第二条", "第三条") == ()
    assert faults("第一条", "第二条", "第二条") == ("第二条写了两次：第 2 行和第 3 行",)
    assert [fault[:6] for fault in faults("第九条", "第十一条")] == ["缺少第十条："]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "没有文字"),
        ("　\n\n".encode(), "没有文字"),
        (("长" * 700_000).encode(), "太长"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"\xff\xfe\xff\x80\x80", "不是文字"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(data: bytes, words: str) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        read_text(data, markdown=False)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_comments_are_left_out_and_told_of() -> None:
    document = read_text("# 规定\n<!-- 结束 -->\n第一条 好。".encode(), markdown=False)
    assert [line.text for line in document.lines] == ["规定", "第一条 好。"]
    assert "1 处" in document.notes[0]


def test_a_line_that_begins_with_a_hash_stays_words(tmp_path: Path) -> None:
    path = tmp_path / "topic.txt"
    path.write_text("文明上网倡议书\n大家一起说。\n#清朗行动#从我做起。\n", encoding="utf-8")
    assert "#清朗行动#从我做起。" in taken_in(path).sources["new"].text.split("\n")


def test_drafts_ask_nothing_twice_and_nothing_that_is_there() -> None:
    files, _ = read_folder(CONTENT)
    drafts = [e for e in taken_in(REPORT, files).entries.values() if e.mark.file == "faq/new.yaml"]
    assert drafts
    assert {entry.status for entry in drafts} == {"draft"}


@given(st.text(alphabet="第一二三条章、（）()是附件:：▲讲话李志刚表示，。“”《》#x问答；\n "))
def test_no_word_of_any_text_is_lost(text: str) -> None:
    try:
        document = read_text(text.encode(), markdown=False)
    except DocumentUnreadable:
        return
    kept = squeezed("".join("".join(part.lines) for part in outlined(document).parts))
    assert kept == squeezed("".join(line.text for line in document.lines))
