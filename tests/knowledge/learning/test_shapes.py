"""Shapes in which offices write: what heads what, who says what, and what stands outside of the text."""

from __future__ import annotations

import pytest

from knowledge.learning.document import read_text
from knowledge.learning.ingest import find_about
from knowledge.learning.outline.outline import outline
from knowledge.learning.outline.passages import Part
from knowledge.learning.people import find_people


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
