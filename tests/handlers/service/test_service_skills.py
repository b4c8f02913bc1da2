"""Reporting, help in danger, the pledge, privacy: what each says, and what it leaves to the questions."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import fields, replace

from handlers.cards.cards import make_code
from handlers.cards.verify import read_code
from handlers.model.attempts import Attempt, Response, Result, RosterPlace, Try, Wrong
from handlers.model.messages import Message
from handlers.model.session import Card, Choice, LastAnswer, Session
from handlers.model.turn import Context, Held
from handlers.router import needs, route
from handlers.service.held_data import listing
from handlers.service.report import wants_to_report
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, parse_files

REPLIES = Path(__file__).parents[3] / "knowledge/content/replies.yaml"
NOW_MS = 1_790_000_000_000


class Chat:
    """A user whose skills find looked up what they need, as the pipeline does it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.session = Session(subject="s1")
        self.cards: dict[str, Card] = {}
        self.now_ms = NOW_MS
        self.turn: Any = None

    def send(self, *, can_save: bool = True, **message: str) -> str:
        self.now_ms += 1000
        made = Message("p", "u", **{"kind": "text", **message})  # type: ignore[arg-type]
        context = Context(self.snapshot, self.now_ms, f"{self.now_ms:032x}", can_save)
        for need in needs(made, self.snapshot):
            match need.what:
                case "card":
                    context = replace(context, card=self.cards.get(need.name))
                case "cards":
                    context = replace(context, n_cards=len(self.cards))
                case "held":
                    context = replace(context, held=Held(2, (("told", 3),)))
        self.turn = route(made, self.session, context)
        assert route(made, self.session, context) == self.turn
        if can_save:
            self.session = self.turn.session
            self.cards = {card.code: card for card in self.session.cards}
        return str(self.turn.reply.text)

    def say(self, text: str, *, can_save: bool = True) -> str:
        return self.send(text=text, can_save=can_save)


@pytest.fixture
def chat(snapshot: Snapshot) -> Chat:
    return Chat(snapshot)


WISHES = [
    "举报",
    "我要举报",
    "我想举报一个网站",
    "怎么举报",
    "如何举报网络谣言",
    "去哪里举报",
    "看到有人造谣，往哪里举报",
    "举报电话是多少",
    "举报网址",
    "我要实名举报",
    "咋个举报嘛",
    "请问在哪儿可以举报诈骗信息",
    "帮我举报这个人",
    "发现网上有诈骗信息想举报",
    "找谁举报",
    "我要投诉一家公司",
    "举报 某某网站发黄色信息",
    "刷到低俗直播怎么举报啊",
    "可以在这里举报吗",
    "舉報",
    "麻烦帮忙举报一下",
    "举报渠道有哪些",
    "举报网站诈骗",
    "有人在网上骗人怎么投诉",
    "想匿名举报",
    "怎么向12377举报",
    "投诉电话",
    "如何检举网络赌博",
    "举报入口在哪里",
    "给我举报链接",
    "有人传谣我能举报他吗",
    "想告发一个人",
    "举报中心电话",
    "怎样才能举报不良信息",
    "哪个平台可以举报",
    "咋举报",
]
NO_WISHES = [
    "网站怎么公布举报方式",
    "举报方式放在哪里",
    "举报渠道有什么要求",
    "哪条讲举报",
    "网站没得举报入口",
    "网站应该把举报入口放哪",
    "自律倡议书对举报有害信息怎么说",
    "第八条关于举报说了什么",
    "我被举报了怎么办",
    "有人举报我怎么办",
    "举报有用吗",
    "举报是什么意思",
    "举报的人会被保护吗",
    "李志刚提到举报了吗",
    "谁来处理举报",
    "平台必须受理举报吗",
    "企业收到举报要整改吗",
    "举报人信息会泄露吗",
    "不想举报",
    "举报奖励多少钱",
    "对网友举报的问题怎么整改",
    "举报制度",
    "举报不良信息属于哪一条",
    "企业不公布举报方式会怎样",
    "举报者身份保密吗",
    "为什么要公布举报方式",
    "平台收到举报后怎么做",
    "举报由哪个部门管",
    "网络企业如何对待网民举报",
    "什么是举报",
    "举报和投诉有什么区别",
    "我举报过了",
    "他举报了我们公司",
    "恶意举报犯法吗",
    "谁举报了这个网站",
    "协会接受举报吗",
]


@pytest.mark.parametrize("text", WISHES)
def test_wish_to_report_gets_the_channels_and_article_eight(chat: Chat, text: str) -> None:
    reply = chat.say(text)
    assert chat.turn.skill == "report"
    assert "12377" in reply
    assert "在本平台显著位置公布有害信息举报方式" in reply
    assert "\n出处：《四川省互联网信息服务行业自律倡议书》第八条" in reply


RULES = """---
id: rules
title: 停放管理办法
kind: 规定
date: 2025-01-01
publisher: 青松街道办事处
rights: 公开
---

# 第一条 {#article-1 article=1}

第一条 停放车辆不得占用消防车通道。

# 第二条 {#article-2 article=2}

第二条 任何人有权举报违规停放车辆的行为，举报电话为0838-5550119。
"""


@pytest.mark.parametrize(
    "text", ["举报打什么电话", "举报电话是多少", "怎么举报违规停放", "想举报停放，打哪个号"]
)
def test_office_own_number_to_report_comes_before_the_nations(text: str) -> None:
    content, _ = parse_files({"replies.yaml": REPLIES.read_text(encoding="utf-8"), "sources/rules.md": RULES})
    office = Chat(assemble(content))
    assert "0838-5550119" in office.say(text)
    assert "12377" not in office.say(text)
    assert "12377" in office.say("我要举报")


@pytest.mark.parametrize("text", ["gou pai diao le zen me bu", "men kou de che zhan le dao zen me ban"])
def test_pinyin_with_syllables_that_are_english_words_is_chinese(chat: Chat, text: str) -> None:
    chat.say(text)
    assert chat.turn.skill != "foreign"


@pytest.mark.parametrize("text", NO_WISHES)
def test_question_about_reporting_is_a_question(chat: Chat, text: str) -> None:
    assert not wants_to_report(text)
    chat.say(text)
    assert chat.turn.skill != "report"


@pytest.mark.parametrize(
    "text",
    [
        "我不想活了",
        "活着没意思",
        "想自杀",
        "真的想 死",
        "我想不開",
        "有人要跳楼",
        "不如死了算了",
        "我要举报，不举报我就不想活了",
        "割腕",
        "第三条说了什么，我不想活了",
        "想＊自＊杀",
    ],
)
def test_words_of_danger_come_before_everything(chat: Chat, text: str) -> None:
    chat.say("答题")
    reply = chat.say(text)
    assert "12356" in reply
    assert "出处" not in reply
    assert "答题" not in reply
    assert chat.turn.effects == ()


@pytest.mark.parametrize("text", ["有人拿裸聊视频敲诈我", "我被敲诈了", "他威胁我要钱"])
def test_who_is_being_robbed_is_sent_to_the_police(chat: Chat, text: str) -> None:
    assert "110" in chat.say(text)
    assert chat.turn.skill == "care"


@pytest.mark.parametrize("text", ["想死你们了", "笑死我了", "大甩卖跳楼价", "网上被骗了", "电脑死机了怎么办"])
def test_what_only_sounds_dangerous_is_no_crisis(chat: Chat, text: str) -> None:
    assert "12356" not in chat.say(text)
    assert chat.turn.skill != "care"


def test_listed_word_is_declined_calmly_and_not_recorded(chat: Chat) -> None:
    reply = chat.say("网·上·赌·场怎么进")
    assert reply.startswith("这样的话我不回答")
    assert [(e.name, dict(e.fields)) for e in chat.turn.effects] == [("blocked", {})]
    assert chat.session.last is None


def test_reply_that_holds_a_listed_word_is_held_back(snapshot: Snapshot) -> None:
    # An older release's text may hold a word that was listed since; here the live text plays that part.
    content = dataclasses.replace(
        snapshot.content, sensitive=dataclasses.replace(snapshot.content.sensitive, words=("推进会",))
    )
    chat = Chat(dataclasses.replace(snapshot, content=content))
    assert chat.say("帮助") == content.replies["sensitive.held_back"].strip()


def test_pledge_is_read_signed_verified_and_taken_back(chat: Chat) -> None:
    text = chat.say("承诺")
    for quote in chat.snapshot.content.pledge:
        assert quote.text in text
    assert "目前有 0 份" in text
    card = chat.say("我承诺")
    assert "【好网民承诺卡】" in card
    assert "目前有 1 份" in card
    assert chat.say("承诺") == card
    code = next(iter(chat.cards))
    assert f"{code[:4]}-{code[4:]}" in card
    for asked in (f"验证 {code}", f"验证{code.lower()}", f"验证：{code[:4]}-{code[4:]}"):
        assert "核对无误" in chat.say(asked)
    assert "目前有 0 份" in chat.say("撤回承诺")
    assert "没有查到" in chat.say(f"验证 {code}")
    assert "没有签过" in chat.say("撤回承诺")


def test_nothing_is_signed_unread(chat: Chat) -> None:
    assert "请先读一遍" in chat.say("我承诺")
    assert chat.session.cards == ()
    chat.say("第三条")
    chat.say("同意")
    assert chat.session.cards == ()


def test_bare_yes_signs_only_right_after_reading(chat: Chat) -> None:
    chat.say("承诺")
    assert "【好网民承诺卡】" in chat.say("同意")


@pytest.mark.parametrize("text", ["承诺", "我承诺", "撤回承诺", "验证 0ABCDEFG", "我的数据", "删除我的数据"])
def test_store_away_makes_it_wait(chat: Chat, text: str) -> None:
    assert "请稍后再来" in chat.say(text, can_save=False)


def test_privacy_and_report_need_no_store(chat: Chat) -> None:
    assert "我记什么" in chat.say("隐私", can_save=False)
    assert "12377" in chat.say("举报", can_save=False)


def test_codes_differ_and_begin_at_home() -> None:
    codes = {make_code("B", f"{seed:032x}") for seed in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 8 and code[0] == "B" and read_code(f"验证 {code}") == code for code in codes)


@pytest.mark.parametrize("text", ["验证码是什么", "怎么验证网站备案", "验证一下这个说法对不对", "身份验证"])
def test_question_about_verifying_is_a_question(text: str) -> None:
    assert read_code(text) is None


def test_deletion_is_asked_once_and_only_a_yes_deletes(chat: Chat) -> None:
    assert "确认删除" in chat.say("删除我的数据")
    assert not chat.turn.erase
    chat.say("第三条")
    chat.say("确认")
    assert not chat.turn.erase
    chat.say("删除我的数据")
    assert "已删除" in chat.say("确认删除")
    assert chat.turn.erase


def test_who_is_erased_in_the_middle_of_a_quiz_is_not_sent_back_to_it(chat: Chat) -> None:
    chat.say("答题")
    assert "继续" in chat.say("删除我的数据")
    assert chat.say("确认删除") == chat.snapshot.content.replies["privacy.erased"].strip()


def test_unasked_confirmation_asks_first(chat: Chat) -> None:
    assert "确定，请回复" in chat.say("确认删除")
    assert not chat.turn.erase


def test_privacy_tells_the_numbers_of_the_settings(chat: Chat) -> None:
    reply = chat.say("隐私")
    for words in ("90 天", "约 11 分钟", "删除我的数据", "取消关注"):
        assert words in reply


FULL = Session(
    "subject7",
    Attempt(
        "a", "default", "r", "seed", ("q1", "q2"), (Response("q1", (2,), 1.0, 5),), 1_790_000_000, 2, True
    ),
    (Result("default", 10, 9.5, 1_790_000_000, 1_790_000_060),),
    (Choice("e", "给您的选项"),),
    ("页",),
    LastAnswer("e", "<a href=http://x.cn>上一问</a>", 3),
    1,
    1_790_000_000,
    True,
    LastAnswer("e", "反问的话", 3),
    (Attempt("b", "exam", "r", "seed", ("q1", "q2", "q3"), (), 1_790_000_000),),
    (Wrong("q1", 1, 2),),
    (Try("exam", 1_790_000_000),),
    3,
    "2026-09-21",
    "代号甲",
    (Card("3ABCDEFG", "pledge", "某倡议书", 1_790_000_000),),
    "erase",
    "crisis",
    2,
    "我不想<a href=http://y.cn>",
    "who",
    1,
    RosterPlace("第一中学", "A017"),
    "00c0ffee1",
)


def test_listing_has_every_field_of_a_session(snapshot: Snapshot) -> None:
    context = Context(snapshot, NOW_MS, "00", held=Held(4, (("told", 5), ("missed", 2))))
    filled = {field.name for field in fields(Session) if getattr(FULL, field.name)}
    assert filled == {field.name for field in fields(Session)}, "fill the new field above, and describe it"
    text = "\n".join(listing(FULL, context))
    for words in ("subject7", "已答 1/2", "9.5/10", "给您的选项", "上一问", "反问的话", "已答 0/3"):
        assert words in text
    for words in (
        "求助的电话",
        "我不想",
        "1 道题",
        "连续 3 天",
        "2026-09-21",
        "代号甲",
        "3ABC-DEFG",
        "4 条",
        "7 条",
        "1 页",
        "第一中学，编号 A017",
    ):
        assert words in text
    assert "<a" not in text
    assert "http://" not in text
    assert "{" not in text


def test_listing_of_a_newcomer_is_short(snapshot: Snapshot) -> None:
    context = Context(snapshot, NOW_MS, "00")
    assert len(listing(Session("s"), context)) == 3


@pytest.mark.parametrize("text", ["😀😀😀", "[微笑]", "[捂脸][捂脸]", "/::)", "👨‍👩‍👧", "❤️❤️"])
def test_faces_alone_are_asked_for_words(chat: Chat, text: str) -> None:
    reply = chat.say(text)
    assert "文字" in reply
    assert "出处" not in reply


def test_scene_of_a_poster_opens_what_it_promised(chat: Chat) -> None:
    followed = chat.send(kind="event", event="subscribe", event_key="qrscene_quiz1")
    assert followed.startswith("您好，欢迎关注")
    assert "第 1/10 题" in followed
    assert "第 1/10 题" in chat.send(kind="event", event="scan", event_key="quiz1")
    assert "12377" in chat.send(kind="event", event="scan", event_key="report")


def test_unknown_scene_is_welcomed_or_helped(chat: Chat) -> None:
    welcome = chat.snapshot.content.replies["welcome"].strip()
    assert chat.send(kind="event", event="subscribe", event_key="qrscene_nobody") == welcome
    assert chat.send(kind="event", event="subscribe") == welcome
    assert "答题" in chat.send(kind="event", event="scan", event_key="nobody")
    assert "答题" in chat.send(kind="event", event="scancode_waitmsg", event_key="M_GONE")


def test_every_key_of_the_menu_leads_to_a_skill_of_its_own(chat: Chat) -> None:
    for key, say in chat.snapshot.content.menu.items():
        reply = chat.send(kind="event", event="click", event_key=key)
        assert reply, key
        assert chat.turn.reply.kind == "text"
        assert "没有收录" not in reply, (key, say)


def test_erasure_takes_the_code_name_off_the_board(chat: Chat) -> None:
    chat.session = replace(chat.session, code_name="代号甲")
    chat.send(kind="event", event="unsubscribe")
    assert [(e.name, dict(e.fields)) for e in chat.turn.effects][1:] == [
        ("unranked", {"code_name": "代号甲"})
    ]


NODS = "不 是 对 嗯 没有 没得 算了 哦 哈哈 行 可以 好吧 不用了 不要 厉害 666 没事 明白 懂了 取消 真的吗 停"
PUZZLED = "看不懂 不懂 啥意思 什么意思 太长了 字太多"


@pytest.mark.parametrize("question", ["李志刚是谁", "第四条说了啥子嘛", ""])
@pytest.mark.parametrize(
    ("text", "key"), [(t, "nod") for t in NODS.split()] + [(t, "puzzled") for t in PUZZLED.split()]
)
def test_words_that_ask_nothing_get_no_answer_from_the_knowledge(
    chat: Chat, question: str, text: str, key: str
) -> None:
    if question:
        chat.say(question)
    last = chat.session.last
    reply = chat.say(text)
    if key == "nod" or not question:
        assert reply == chat.snapshot.content.replies[key].strip()
    else:
        # The one sentence that answers, from what was shown.
        assert reply.startswith("最要紧的是这一句：")
    assert chat.session.last == last


@pytest.mark.parametrize("text", ["没有", "不是", "不对"])
def test_no_to_a_list_of_choices_turns_them_down(chat: Chat, text: str) -> None:
    chat.say("倡议书是谁签的")
    assert chat.session.asking
    assert chat.say(text) == chat.snapshot.content.replies["clarify.again"]


@pytest.mark.parametrize("question", ["李志刚是谁", "第四条说了啥子嘛", ""])
def test_none_of_these_without_choices_asks_for_other_words(chat: Chat, question: str) -> None:
    if question:
        chat.say(question)
    assert chat.say("都不是") == chat.snapshot.content.replies["clarify.again"]


@pytest.mark.parametrize("question", ["诚信宣言全文", ""])
def test_number_that_picks_nothing_is_said_to_pick_nothing(chat: Chat, question: str) -> None:
    if question:
        chat.say(question)
    assert not chat.session.offered
    assert chat.say("2") == chat.snapshot.content.replies["clarify.gone"]


def test_nod_leaves_an_open_item_open(chat: Chat) -> None:
    chat.say("答题")
    assert chat.say("好吧").endswith("回到第 1/10 题）")
    assert chat.session.attempt


@pytest.mark.parametrize("text", ["上面", "来", "看", "去"])
def test_empty_words_do_not_go_on_from_the_last_answer(chat: Chat, text: str) -> None:
    chat.say("李志刚是谁")
    assert "出处：" not in chat.say(text)


@pytest.mark.parametrize("text", ["不", "不删", "算了", "取消", "不删了。"])
def test_who_says_no_to_the_deletion_is_told_that_nothing_is_gone(chat: Chat, text: str) -> None:
    chat.say("删除我的数据")
    assert chat.say(text) == chat.snapshot.content.replies["privacy.kept"]
    assert "没有删除" not in chat.say(text)
