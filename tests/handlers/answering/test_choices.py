"""Any natural way to point at a choice is read, and nothing else is."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from handlers.answering.choices import is_none, read_choice, read_letters, read_number
from handlers.model.session import Choice
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, parse_files
from tests.handlers.conversation import Conversation
from tests.serving import CONTENT


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "２",
        "②",
        "二",
        "第二个",
        "第2个",
        "选2",
        "选第二个",
        "我选2",
        "2。",
        " 2 ",
        "2吧",
        "第二条",
        "要第二个",
        "2号",
        "㈡",
        "就2",
        "第二项",
    ],
)
def test_number_two_is_read(text: str) -> None:
    assert read_number(text) == 2


@pytest.mark.parametrize(
    "text",
    [
        "C",
        "c",
        "Ｃ",
        "\uff43",
        "选C",
        "我选c",
        "C.",
        "C、",
        "答案是C",
        "应该是c吧",
        "选项C",
        "“C”",
        "C项",
        "ⓒ",
        "C选项",
    ],
)
def test_letter_c_is_read(text: str) -> None:
    assert read_letters(text) == ("C",)


@pytest.mark.parametrize("text", ["A、C", "AC", "a c", "A和C", "A，C", "ca"])
def test_two_letters_are_read_as_two(text: str) -> None:
    assert read_letters(text) == ("A", "C")


@pytest.mark.parametrize(
    "text",
    [
        "不知道啊",
        "两个人",
        "第三条讲什么",
        "2020年",
        "ok",
        "",
        "😀",
        "abcd是什么",
        "一带一路",
        "九不准",
    ],
)
def test_what_is_no_choice_is_none(text: str) -> None:
    assert read_number(text) is None
    assert read_letters(text) == ()


OFFERED = (
    Choice("a", "谁签署了自律倡议书？"),
    Choice("b", "谁签署了诚信宣言？"),
    Choice("c", "好网民倡议书是谁发布的？"),
)
SECOND = [
    "2",
    "２",
    "②",
    "二",
    "㈡",
    "2️⃣",
    "第二个",
    "第2个",
    "第二条",
    "第二项",
    "选2",
    "选二",
    "选第二个",
    "我选2",
    "我选第二个",
    "2。",
    "2吧",
    "要2",
    "要第二个",
    "2号",
    "就2",
    "就第二个",
    "看2",
    "看第二个",
    "问2",
    "（2）",
    "【2】",
    "2、",
    "“2”",
    "点2",
    "第二个吧",
    "第2条",
    "回复2",
    "我要看第二个",
    "是2",
    "是第二个",
    "应该是2",
    "麻烦给我看第二个",
    "B",
    "b",
    "Ｂ",
    "选B",
    "我选b",
    "B。",
    "答案是B",
    "中间那个",
    "谁签署了诚信宣言？",
    "谁签署了诚信宣言",
    "誰簽署了誠信宣言",
    "2.谁签署了诚信宣言？",
]


@pytest.mark.parametrize("text", SECOND)
def test_second_of_three_is_chosen(text: str) -> None:
    picked = read_choice(text, OFFERED, asking=True)
    assert picked
    assert picked.entry_id == "b"


def test_there_are_at_least_forty_ways_to_choose() -> None:
    assert len(set(SECOND)) >= 40


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [("最后一个", "c"), ("第一个", "a"), ("最上面那个", "a"), ("３", "c"), ("末尾那个", "c")],
)
def test_places_are_chosen(text: str, entry_id: str) -> None:
    picked = read_choice(text, OFFERED, asking=True)
    assert picked
    assert picked.entry_id == entry_id


@pytest.mark.parametrize(
    "text", ["4", "第四个", "自律倡议书第二条", "都不是", "", "两个人", "2020年", "那妇联呢", "ok"]
)
def test_what_points_at_none_of_three_chooses_nothing(text: str) -> None:
    assert read_choice(text, OFFERED, asking=True) is None


@pytest.mark.parametrize("text", ["第三条", "第二项", "最后一条", "最后一个"])
def test_below_an_answer_clauses_are_no_choices(text: str) -> None:
    assert read_choice(text, OFFERED, asking=False) is None


@pytest.mark.parametrize(
    "text", ["都不是", "都不是。", "没有一个是", "一个都不是", "不对", "都不是啊", "以上都不是", "沒有"]
)
def test_turning_down_is_read(text: str) -> None:
    assert is_none(text)


def test_two_digits_are_a_number_of_a_long_list() -> None:
    assert [read_number(t) for t in ("12", "十二", "第二十个", "100")] == [12, 12, 20, None]


def test_every_choice_can_be_tapped_and_typed(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    shown = talk.say("倡议书是谁签的")
    links = re.findall(
        r'^(\d)\. <a href="weixin://bizmsgmenu\?msgmenucontent=([%0-9A-F]+)&msgmenuid=1">(.+)</a>$',
        shown,
        re.M,
    )
    assert [int(number) for number, _, _ in links] == list(range(1, len(links) + 1))
    assert [unquote(encoded) for _, encoded, _ in links] == [text for _, _, text in links]
    typed, tapped = Conversation(snapshot), Conversation(snapshot)
    for talk, words in ((typed, "2"), (tapped, links[1][2])):
        talk.say("倡议书是谁签的")
        assert "出处：" in talk.say(words)
    assert typed.session.last == tapped.session.last


def test_list_too_long_to_be_tapped_can_be_typed(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot, reply_bytes=500)
    shown = talk.say("倡议书是谁签的")
    assert "您是不是想问" in shown
    assert "<a " not in shown


@pytest.mark.parametrize("text", ["第一个", "第一个嘛", "选第一个", "第1个", "第一条", "第一项"])
def test_place_picks_from_the_list_whatever_its_entries_are_about(snapshot: Snapshot, text: str) -> None:
    talk = Conversation(snapshot)
    talk.say("倡议书是谁签的")
    first = talk.session.offered[0]
    assert talk.session.asking
    talk.say(text)
    assert talk.session.last
    assert talk.session.last.entry_id == first.entry_id


@pytest.mark.parametrize("colon", ["", "："])
def test_a_choice_shows_words_behind_the_heading_of_its_passage(colon: str) -> None:
    head = "---\nid: {id}\ntitle: {id}\nkind: 通知\ndate: 2026-03-02\npublisher: 青松街道办事处\nrights: 公开\n---\n\n"
    text = f"# 第一条 总则 {{#article-1 article=1}}\n\n第一条 总则{colon}\n\n馆内不得饮食。\n"
    files = {f"sources/{name}.md": head.format(id=name) + text for name in ("rules", "terms")}
    files["replies.yaml"] = (CONTENT / "replies.yaml").read_text(encoding="utf-8")
    reply = unquote(Conversation(assemble(parse_files(files)[0])).say("第一条"))
    assert re.findall(r">(\w+ 第一条.*?)<", reply) == [
        f"{i} 第一条 总则：馆内不得饮食。" for i in ("rules", "terms")
    ]


def test_a_choice_that_is_a_heading_alone_has_no_colon() -> None:
    head = "---\nid: {id}\ntitle: {id}\nkind: 通知\ndate: 2026-03-02\npublisher: 青松街道办事处\nrights: 公开\n---\n\n"
    text = "# 第一条 （空缺） {#article-1 article=1}\n\n第一条 （空缺）\n"
    files = {f"sources/{name}.md": head.format(id=name) + text for name in ("rules", "terms")}
    files["replies.yaml"] = (CONTENT / "replies.yaml").read_text(encoding="utf-8")
    reply = unquote(Conversation(assemble(parse_files(files)[0])).say("第一条"))
    assert re.findall(r">(\w+ 第一条.*?)<", reply) == ["rules 第一条 （空缺）", "terms 第一条 （空缺）"]
