"""Care: after words of danger the talk stays with help, in other words each time, and keeps nothing of what was said."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest

from handlers.codec import dump_session
from handlers.model.turn import Context
from handlers.service.care import _is_known_of
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

_NUMBER = re.compile(r"12356|12355|96110|12377|12345|110|120")


@pytest.fixture
def chat(snapshot: Snapshot) -> Conversation:
    return Conversation(snapshot)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("觉得活着没什么意思", ("12356", "12355", "120", "110")),
        ("我吃了很多安眠药", ("120", "110")),
        ("我朋友说他想自杀", ("110", "120", "12356")),
        ("老公天天打我", ("110", "120")),
        ("我被同学欺负了", ("110", "12355")),
        ("他们让我给钱不然就发给我同学", ("110", "96110")),
        ("骗了钱咋个办", ("110", "96110")),
        ("我被网暴了", ("12377", "110", "12356")),
        ("撑不下去了", ("12356", "12355", "120")),
        ("我想砍死他", ("110", "12356")),
    ],
)
def test_each_kind_gets_its_lines(chat: Conversation, text: str, numbers: tuple[str, ...]) -> None:
    reply = chat.say(text)
    assert [n for n in numbers if n not in reply] == []
    assert "没有收录" not in reply
    assert "出处：" not in reply


def test_talk_stays_with_help_and_says_nothing_more_than_twice(chat: Conversation) -> None:
    said = [
        "我该怎么办",
        "没用",
        "你不懂",
        "然后呢",
        "我都试过了",
        "嗯",
        "第三条讲什么",
        "1",
        "谢谢",
        "为什么",
        "你好",
    ]
    replies = [chat.say("我不想活了"), *map(chat.say, said)]
    assert all(_NUMBER.search(reply) for reply in replies)
    assert not any("出处：" in reply or "没有收录" in reply for reply in replies)
    sentences = Counter(s for reply in replies for s in re.split(r"[。\n]", reply) if len(s) > 3)
    assert [sentence for sentence, n in sentences.items() if n > 2] == []
    assert all(a != b for a, b in itertools.pairwise(replies))


def test_nothing_of_danger_is_recorded_or_remembered(chat: Conversation) -> None:
    for text in ("我不想活了", "我吃了很多安眠药", "我该怎么办", "骗了我三万块", "kill myself"):
        chat.say(text)
        assert chat.effects == ()
        assert text not in dump_session(chat.session)
    assert chat.session.said == ""


def test_halves_of_danger_are_recorded_nowhere(chat: Conversation) -> None:
    first = chat.say("我吃了一整瓶")
    assert chat.effects == ()
    assert "医生" in first + chat.say("安眠药")
    assert "12356" in chat.say("然后呢")
    assert "安眠药" not in dump_session(chat.session)
    assert "一整瓶" not in dump_session(chat.session)


def test_beginning_is_forgotten_with_the_next_message(chat: Conversation) -> None:
    chat.say("我不想")
    chat.say("你好")
    assert chat.session.said == ""


def test_what_is_near_to_danger_is_no_miss_for_editors(chat: Conversation) -> None:
    chat.say("崩溃大陆这本书哪里借")
    assert [effect.name for effect in chat.effects if effect.name == "missed"] == []
    chat.say("食堂几点开饭")
    assert [effect.name for effect in chat.effects if effect.name == "missed"] == ["missed"]


@pytest.mark.parametrize("text", ["把药都找出来了", "想一个人静静待着"])
def test_who_may_be_in_danger_is_told_whom_to_call_before_the_reply(chat: Conversation, text: str) -> None:
    reply = chat.say(text)
    assert "12356" in reply.splitlines()[0]
    assert "没有收录" in reply or "您是不是想问" in reply
    assert chat.effects == ()
    assert text not in dump_session(chat.session)
    assert "12356" not in chat.say("第三条讲什么")


@pytest.mark.parametrize("text", ["食堂几点开饭", "小说里那个上吊的丫鬟叫什么", "笑死我了", "第三条讲什么"])
def test_who_is_in_no_danger_is_told_no_number(chat: Conversation, text: str) -> None:
    assert "12356" not in chat.say(text)


@pytest.mark.parametrize(
    ("word", "sees"), [("帮助", "答题"), ("答题", "第 1/10 题"), ("隐私", "OpenID"), ("目录", "按文件")]
)
def test_a_word_of_its_own_leads_out(chat: Conversation, word: str, sees: str) -> None:
    chat.say("我不想活了")
    assert sees in chat.say(word)


def test_quiz_goes_on_after_help_and_the_talk_is_free_again(chat: Conversation) -> None:
    chat.say("答题")
    assert "12356" in chat.say("我不想活了")
    assert "第 2/10 题" in chat.say("A")
    assert "出处：" in chat.say("第三条讲什么")


def test_joke_that_is_taken_back_ends_it(chat: Conversation) -> None:
    chat.say("我不想活了")
    assert "那就好" in chat.say("开玩笑的")
    assert "出处：" in chat.say("第三条讲什么")


def test_new_danger_gets_its_own_lines(chat: Conversation) -> None:
    chat.say("我不想活了")
    assert "96110" in chat.say("我被骗了三万块")
    assert "120" in chat.say("我吃了很多安眠药")


def test_help_ends_with_the_context(chat: Conversation) -> None:
    chat.say("我不想活了")
    chat.now_ms += 601_000
    assert "出处：" in chat.say("第三条讲什么")
    assert chat.session.care == ""


@pytest.mark.parametrize("text", ["有人在网上骂我", "网恋被骗", "网上有人人肉我"])
def test_question_that_the_knowledge_has_stays_a_question(chat: Conversation, text: str) -> None:
    assert "《" in chat.say(text)


def test_my_data_tells_of_the_help_and_not_of_the_words(snapshot: Snapshot, chat: Conversation) -> None:
    chat.say("我不想活了")
    listing = chat.say("我的数据")
    assert "求助的电话" in listing
    assert "不想活" not in listing


def test_sure_question_leads_out_of_help_that_was_only_supposed(chat: Conversation) -> None:
    text = "昨晚又站到阳台边上去了，想跳，腿发软"
    assert chat.snapshot.alarms.said(text) is None
    assert "12356" in chat.say(text)
    assert "12356" in chat.say("没用")
    assert "\n出处：" in chat.say("第五条说了什么")
    assert "\n出处：" in chat.say("第六条说了什么")


def test_question_does_not_lead_out_of_help_that_was_asked_for(chat: Conversation) -> None:
    chat.say("我不想活了")
    assert "出处" not in chat.say("第五条说了什么")


def test_goodbye_ends_help_with_money(chat: Conversation) -> None:
    chat.say("骗了钱咋个办")
    assert chat.say("谢谢，再见") == chat.snapshot.content.replies["care.better"].strip()


def test_question_in_pinyin_that_the_base_answers_raises_no_alarm(snapshot: Snapshot) -> None:
    """With meaning its letters lie near those of lines of danger in pinyin; how it is read says what it asks."""
    assert _is_known_of(
        "jiu bu zhun qi tiao di xian zai na ge chang yi li", Context(snapshot, 0, seed="0" * 32)
    )
