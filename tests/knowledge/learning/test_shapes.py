"""Shapes in which offices write: what heads what, who says what, and what stands outside of the text."""

from __future__ import annotations

import pytest

from knowledge.learning.document import read_text
from knowledge.learning.ingest import About, find_about, ingest
from knowledge.learning.outline.outline import outline
from knowledge.learning.outline.passages import Part
from knowledge.learning.people import find_people
from knowledge.release.build import parse_files
from knowledge.release.new_base import new_base


def parts_in(text: str) -> list[Part]:
    document = read_text(text.encode(), markdown=False)
    return list(outline(document, find_people([line.text for line in document.lines])).parts)


def place_of(parts: list[Part], words: str) -> tuple[str, ...]:
    """Return the headings that the passage with these words stands under, its own last."""
    at = next(i for i, part in enumerate(parts) if any(words in line for line in part.lines))
    place, level = [parts[at].heading], parts[at].level
    for part in reversed(parts[:at]):
        if part.level < level:
            place.insert(0, part.heading)
            level = part.level
    return tuple(place)


PLAN = """东湖区防汛应急预案
1 总则
1.1 编制目的
为做好洪涝灾害的处置，制定本预案。
2 组织指挥体系
2.1 区防汛指挥部
指挥长由区长担任，值班电话在下面。
2.2 成员单位职责
（1）区水务局：负责堤防巡查。
（2）区住建局：负责城区排涝。
3 应急响应
3.1 Ⅳ级响应
启动条件：水位达到19.50米。
3.1.1 各单位应当在两小时内到岗，并报告到岗人数。
1.2万人待命。
3.2 Ⅲ级响应
启动条件：水位达到20.00米。
4 附则
本预案自印发之日起实施。
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("制定本预案", ("1 总则", "1.1 编制目的", "正文")),
        ("指挥长由区长担任", ("2 组织指挥体系", "2.1 区防汛指挥部", "正文")),
        ("区住建局", ("2 组织指挥体系", "2.2 成员单位职责", "（2）区住建局")),
        ("19.50", ("3 应急响应", "3.1 Ⅳ级响应", "启动条件")),
        ("两小时内到岗", ("3 应急响应", "3.1 Ⅳ级响应", "3.1.1")),
        ("20.00", ("3 应急响应", "3.2 Ⅲ级响应", "启动条件")),
        ("自印发之日", ("4 附则", "正文")),
    ],
)
@pytest.mark.parametrize("parted", [" ", "　", ""])
def test_numbers_with_dots_are_headings(words: str, place: tuple[str, ...], parted: str) -> None:
    def written(text: str) -> str:
        number, _, rest = text.partition(" ")
        return f"{number}{parted}{rest}" if rest and number != "3.1.1" else text

    text = "\n".join(map(written, PLAN.split("\n")))
    assert place_of(parts_in(text), words) == tuple(map(written, place))


def test_numbered_items_below_numbers_with_dots_stay_items() -> None:
    text = "维护规程\n1. 总则\n1.1 要求\n作业前应当：\n1. 断电；\n2. 挂牌。\n1.2 人员\n不少于两人。\n2. 检修\n2.1 周期\n每月一次。\n"
    assert place_of(parts_in(text), "挂牌") == ("1. 总则", "1.1 要求", "正文", "第二项")
    assert place_of(parts_in(text), "每月") == ("2. 检修", "2.1 周期", "正文")


def test_a_heading_over_smaller_counts_is_one_also_behind_the_same() -> None:
    text = "工作通知\n一、压实责任\n（一）各校校长负责。\n（二）家长也要负责。\n二、突出重点\n（一）上好一堂课。\n（二）加强巡查。\n"
    assert place_of(parts_in(text), "加强巡查") == ("二、突出重点", "第（二）项")


SPEECH = """在防火会议上的讲话
县长 王立新
同志们：
我讲两点意见。
第一，认识要再提高。
去年发生火情7起，比前年减少4起。
第二，措施要再抓实。
一是管住火源。设卡186个。二是管住人。每人3000亩。
还要讲一讲清明。提倡鲜花换纸钱。
"""


def test_a_short_sentence_that_is_counted_heads_what_follows() -> None:
    parts = parts_in(SPEECH)
    assert place_of(parts, "7起")[0] == "第一，认识要再提高"
    assert place_of(parts, "186个")[0] == place_of(parts, "鲜花")[0] == "第二，措施要再抓实"


def test_the_last_short_sentence_of_a_list_heads_nothing() -> None:
    text = "文明公约\n大家要做到：\n1.不抽烟。\n2.不喝酒。\n3.不吵闹。\n以上由物业监督。\n"
    assert place_of(parts_in(text), "以上由物业监督")[-2:] != ("3.不吵闹", "正文")


def test_labels_that_are_spaced_out_name_their_lines() -> None:
    text = "白石镇联席会议纪要\n时　间：2026年4月15日14:30\n地　点：镇政府三楼\n请　 假：刘跃\n会议听取了汇报，研究了饮水工程和占道经营整治等工作，现纪要如下。\n"
    headings = {part.heading for part in parts_in(text)}
    assert {"时间", "地点", "请假"} <= headings
    assert find_about(read_text(text.encode(), markdown=False)).date.value == "2026-04-15"


NEWS = """南屏县首个整县光伏项目并网发电
年发电量可供4.2万户家庭使用
本报讯（记者 周晓岚）11月6日上午，南屏县整县屋顶光伏项目在龙泉工业园成功并网，覆盖全县的屋顶。
“屋顶发的电用上了。”村民曾桂芳笑着说，她家装了36块板。
县发展和改革局局长韩立军介绍，农户不出一分钱，租期25年，企业每年支付租金。
“我们最担心的是安全。”
县应急管理局副局长孟繁华表示，今后每半年检查一次，发现问题马上整改到位。
供电公司总经理沈建平说：“公司投资1.3亿元改造了8座变电站。”
据了解，二期工程将于2027年3月开工。
"""


def test_what_a_report_quotes_is_of_who_said_it() -> None:
    document = read_text(NEWS.encode(), markdown=False)
    people = find_people([line.text for line in document.lines])
    said = {line[:6]: part.speaker for part in outline(document, people).parts for line in part.lines}
    names = {key: people[speaker].name if speaker else "" for key, speaker in said.items()}
    assert names["“屋顶发的电"] == "曾桂芳"
    assert names["“我们最担心"] == names["县应急管理局"] == "孟繁华"
    assert names["供电公司总经"] == "沈建平"
    assert names["据了解，二期"] == ""


def test_a_line_under_the_title_of_a_text_without_headings_is_of_the_title() -> None:
    assert place_of(parts_in(NEWS), "4.2万户") == ("副标题",)
    assert place_of(parts_in(NEWS), "租期25年") == ("韩立军讲话",)
    headed = "垃圾分类怎么做\n厨余垃圾\n剩饭剩菜要沥干水分再投放。\n有害垃圾\n电池、灯管投到红色桶里。\n"
    assert place_of(parts_in(headed), "沥干") == ("厨余垃圾", "正文")


def test_no_year_is_made_up_for_a_day() -> None:
    def day(text: str) -> str:
        return find_about(read_text(text.encode(), markdown=False)).date.value

    assert day(NEWS) == ""
    assert day("街道2025年总结和2026年计划\n去年做了不少事，全部完成。\n8月20日前完工。\n") == ""
    assert day("2026年表彰会\n10月12日下午，会议在成都召开，九十多人参加。\n") == "2026-10-12"


def test_who_is_present_says_nothing() -> None:
    assert not find_people(["列　席：白石水务公司经理蒲小林、石板村党支部书记罗长富", "会议同意。"])


def test_a_post_and_a_name_apart_name_the_speaker_whatever_the_length() -> None:
    text = "在全县森林防灭火工作会议上的讲话\n县委副书记、县长　木果阿支\n同志们：\n今天这个会，是县委决定召开的。\n"
    (person,) = find_people(text.split("\n")).values()
    assert (person.name, person.post) == ("木果阿支", "县委副书记、县长")


MINUTES = """白石镇人民政府
党政联席会议纪要
〔2026〕第9期
白石镇党政综合办公室　　　　　　2026年4月16日
时　间：2026年4月15日14:30
会议听取了饮水工程进展情况汇报，研究了敬老院消防改造等工作，议定事项如下：
一、关于饮水工程
8月15日前通水。
二、关于敬老院
5月20日前完工。
出席：何敏　杨思齐
分送：镇党委、政府各领导，各村（社区）。
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [("第9期", "期号"), ("综合办公室", "发布单位、发布日期"), ("何敏", "出席"), ("各领导", "分送")],
)
def test_head_and_end_of_minutes_stand_under_what_they_are(words: str, place: str) -> None:
    assert place_of(parts_in(MINUTES), words) == (place,)
    assert find_about(read_text(MINUTES.encode(), markdown=False)).date.value == "2026-04-16"


def test_a_hotline_above_the_signature_is_no_signature() -> None:
    text = "停电公告\n一、城东区\n7月6日停电。\n24小时服务热线：95598\n宁川供电公司\n2026年6月30日\n"
    parts = parts_in(text)
    assert place_of(parts, "95598") == ("24小时服务热线",)
    assert place_of(parts, "供电公司") == ("发布单位",)


def test_contacts_of_each_part_stand_in_it_and_those_at_the_end_outside() -> None:
    parts = parts_in("办证指南\n一、城东窗口\n上午办理。\n电话：111\n二、城西窗口\n下午办理。\n电话：222\n")
    assert place_of(parts, "111") == ("一、城东窗口", "电话")
    assert place_of(parts, "222") == ("二、城西窗口", "电话")
    parts = parts_in("活动通知\n一、时间\n9月1日。\n二、地点\n县一中。\n联系人：王芳，电话：333\n")
    assert place_of(parts, "333") == ("联系人、电话",)
    parts = parts_in(
        "招生通知\n一、对象\n适龄儿童。\n二、时间\n9月1日。\n咨询电话：444\n咨询时间：工作日上午\n临江区教育局\n2026年5月1日\n"
    )
    assert place_of(parts, "444") == ("咨询电话",)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("本报记者 雷小满　2025年5月17日", "作者、发布日期"),
        ("鹭江日报 2025年5月17日", "发布单位、发布日期"),
        ("朔宁市人民政府新闻办公室　2025年5月17日", "发布单位、发布日期"),
    ],
)
def test_who_wrote_or_issued_and_when_below_a_title_is_no_heading(line: str, place: str) -> None:
    parts = parts_in(
        f"博物馆重新开放\n{line}\n闭馆改造一年零四个月的青衣江博物馆将于本月重新开放，欢迎市民参观。\n"
    )
    assert place_of(parts, line) == (place,)
    assert place_of(parts, "闭馆改造") == ("第一段",)


@pytest.mark.parametrize("word", ["是", "要"])
def test_what_is_counted_by_one_is_and_one_must_are_items(word: str) -> None:
    text = f"紧急通知\n现通知如下：\n一{word}压实责任。各级责任人22时前到岗。\n二{word}突出重点。6时前关闭景区。\n"
    assert place_of(parts_in(text), "关闭景区")[-1] == f"二{word}突出重点"
    inline = f"紧急通知\n据市气象局预报，我市北部将出现大到暴雨，各单位要高度重视，不得麻痹大意。要做好两件事：一{word}压实责任；二{word}突出重点。\n"
    assert place_of(parts_in(inline), f"二{word}突出重点")[-1] == f"二{word}"


def test_a_head_that_begins_with_its_day_tells_who_wrote_it() -> None:
    text = "果农吃下定心丸\n2026年10月22日　作者：肖楠　点击：1806次\n据县农业农村局统计，8月的冰雹共造成全县5个乡镇的苹果受灾。\n"
    assert place_of(parts_in(text), "肖楠") == ("作者、点击、发布日期",)
    assert find_about(read_text(text.encode(), markdown=False)).date.value == "2026-10-22"


def test_what_a_paragraph_counts_inside_itself_heads_nothing() -> None:
    text = "纪要\n会议要求做好三件事：一是办手续。二是留资料。三是抓检查。\n下次会议另行通知各单位。\n"
    assert place_of(parts_in(text), "下次会议")[-1] != "正文"


def test_what_a_web_page_prints_around_a_text_answers_nothing() -> None:
    text = (
        "首页 > 政务公开 > 正文\n高龄津贴怎么领？民政局解答来了\n来源：云梦县民政局　浏览次数：3712\n字号：[大 中 小]　打印本页\n"
        "凡年满80周岁的老年人，均可申领高龄津贴，不受收入限制。\n责任编辑：刘小溪\n上一篇：安全检查\n【关闭】\n鄂ICP备05012345号\n"
    )
    parts = parts_in(text)
    assert (
        find_about(read_text(text.encode(), markdown=False)).title.value == "高龄津贴怎么领？民政局解答来了"
    )
    assert {place_of(parts, w) for w in ("首页", "字号", "上一篇", "关闭", "ICP")} == {("网页栏目",)}
    base = new_base("测试")
    people = find_people([])
    read = outline(read_text(text.encode(), markdown=False), people)
    new = ingest(About("new", "高龄津贴"), read, parse_files(base)[0], "2027-06-30")
    content, problems = parse_files({**base, **new})
    assert [p for p in problems if p.severity == "error"] == []
    assert {p.heading for p in content.passages.values() if not p.answers} == {"网页栏目"}
