"""Talk, repair, commands in one's own words and other languages: understood, and nothing taken from the knowledge."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.matching.index.meaning import DIMENSIONS, Meaning
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation
from tests.published import Published

DATA = Path(__file__).parents[2] / "data"
LINES = [line.split("\t") for line in (DATA / "talk/talk.tsv").read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def chat(snapshot: Snapshot) -> Conversation:
    return Conversation(snapshot)


def test_talk_is_understood(snapshot: Snapshot) -> None:
    read = ((kinds, text, snapshot.talk.read(text)) for kinds, text in LINES)
    missed = [text for kinds, text, intent in read if not intent or intent.id not in kinds.split(",")]
    assert len(LINES) >= 80
    assert missed == []


def test_talk_takes_no_question(snapshot: Snapshot) -> None:
    asked = {text for e in snapshot.content.entries.values() for text in (e.question, *e.phrasings)}
    asked |= {case.question for case in snapshot.content.cases}
    for path in (DATA / "questions").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            asked |= {turn["q"] for turn in record.get("turns", [record])}
    assert len(asked) > 6000
    assert [text for text in sorted(asked) if snapshot.talk.read(text)] == []


def test_talk_says_only_what_is_published_and_notes_nothing(snapshot: Snapshot, chat: Conversation) -> None:
    published = Published(snapshot.content)
    for _, text in LINES:
        intent = snapshot.talk.read(text)
        if intent and intent.replies:
            assert published.unknown_lines(chat.say(text)) == [], text
            assert chat.effects == (), text


def test_same_talk_again_gets_other_words(chat: Conversation) -> None:
    first, second = chat.say("你是不是傻"), chat.say("你好笨哦")
    assert first != second
    chat.say("第五条")
    assert chat.say("你是不是傻") == first


def test_talk_leaves_the_subject_of_the_talk(chat: Conversation) -> None:
    chat.say("第五条")
    last = chat.session.last
    chat.say("谢谢你哈")
    assert chat.session.last == last


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("开始考试", "quiz"),
        ("dati", "quiz"),
        ("查下成绩", "scores"),
        ("看看排名", "board"),
        ("我要找真人", "service"),
        ("有哪些功能", "menu"),
        ("都有些什么内容", "browse"),
        ("题目有问题", "feedback"),
        ("GNKVM-A8CB", "proof"),
        ("7K3M-9QPX", "verify"),
    ],
)
def test_command_in_own_words_is_the_command(chat: Conversation, text: str, skill: str) -> None:
    chat.say(text)
    assert chat.turn
    assert chat.turn.skill == skill


def test_short_form_is_one_sentence_of_the_answer_and_more_gives_all(chat: Conversation) -> None:
    whole = chat.say("未备案的网站能不能接入")
    short = chat.say("没听懂，说简单点")
    assert "不为未备案网站提供接入" in short
    assert "出处：" in short
    assert len(short) < len(whole)
    assert chat.say("更多") == whole


def test_correction_sets_the_answer_aside_and_counts_against_it(chat: Conversation) -> None:
    chat.say("第四条")
    assert "第五条 提供互动信息服务" in chat.say("不是，我问的是第五条")
    (vote, told) = chat.effects
    assert (vote.name, vote.fields["question"], vote.fields["value"]) == ("voted", "第四条", "useless")
    assert told.name == "told"


def test_correction_without_an_answer_is_a_question(chat: Conversation) -> None:
    assert "第五条" in chat.say("我问的是第五条")
    assert [effect.name for effect in chat.effects] == ["told"]


def test_two_tries_in_vain_lead_to_the_catalogue_and_to_people(chat: Conversation) -> None:
    chat.say("第四条")
    chat.say("不对")
    assert [effect.name for effect in chat.effects] == ["voted"]
    reply = chat.say("答非所问")
    assert "目录" in reply
    assert "人工" in reply


def test_other_language_gets_a_fixed_sentence(chat: Conversation) -> None:
    for text in ("Whatever became of it?", "会議はいつですか", "회의는 언제입니까"):
        assert "Chinese only" in chat.say(text)
        assert chat.effects == ()


@pytest.mark.parametrize("text", ["huiyi shenme shihou kai de", "asdf qwer", "qq haoma", "GNKVM", "wifi"])
def test_pinyin_names_and_noise_are_no_other_language(chat: Conversation, text: str) -> None:
    assert "Chinese only" not in chat.say(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("When was it held?", "10月12日下午"),
        ("Where was the meeting held?", "在成都召开"),
        ("how many people attended", "共90余人"),
        ("who signed the declaration", "10家互联网企业代表"),
        ("who is Li Zhigang", "机关党委书记李志刚"),
        ("What did Jing Xu say?", "青年好网民"),
    ],
)
def test_english_is_answered_word_for_word_without_meaning(chat: Conversation, text: str, words: str) -> None:
    reply = chat.say(text)
    assert reply.startswith("The official words exist in Chinese only.")
    assert words in reply


@pytest.mark.parametrize("text", ["who are you", "thank you so much", "tell me a joke"])
def test_english_talk_stays_talk(chat: Conversation, text: str) -> None:
    assert "Chinese only" not in chat.say(text)


def test_article_asked_in_english_is_quoted(chat: Conversation) -> None:
    reply = chat.say("What does article 5 say?")
    assert "Chinese only" in reply
    assert "第五条 提供互动信息服务" in reply
    assert "出处：" in reply


@pytest.mark.parametrize(("near", "band"), [(0.9, "told"), (0.825, "clarified"), (0.81, ""), (0.5, "")])
def test_english_finds_its_entry_by_meaning(snapshot: Snapshot, near: float, band: str) -> None:
    def at(cosine: float) -> np.ndarray:
        vector = np.zeros(DIMENSIONS, np.float32)
        vector[0], vector[1] = cosine, np.sqrt(1 - cosine**2)
        return vector

    targets = ("m-time", "m-place", "m-what")
    vectors = np.stack([at(near), at(near - 0.05), at(near - 0.06)])
    meaning = Meaning(lambda text: at(1.0), targets, vectors)
    chat = Conversation(replace(snapshot, meaning=meaning))
    reply = chat.say("Whatever became of it?")
    assert "Chinese only" in reply
    assert [effect.name for effect in chat.effects] == ([band] if band else [])
    assert ("10月12日" in reply) == (band == "told")
    assert ("您是不是想问" in reply) == (band == "clarified")
    if band == "clarified":
        assert "10月12日" in chat.say("1")


def test_nods_again_and_again_get_no_sentence_three_times_running(snapshot: Snapshot) -> None:
    chat = Conversation(snapshot)
    said = [chat.say(text) for text in ("哈哈", "哈哈", "嗯", "哦", "哦哦", "哈哈", "嗯")]
    assert all(len(set(said[i : i + 3])) > 1 for i in range(len(said) - 2))


def test_wrong_is_heard_before_anything_was_answered(snapshot: Snapshot) -> None:
    assert "没有要改的回答" in Conversation(snapshot).say("你答错了")


def test_beginning_that_may_end_in_anything_is_waited_for(snapshot: Snapshot) -> None:
    assert "您接着说" in Conversation(snapshot).say("我不想")


def test_who_wants_another_answer_gets_one_after_an_answer_and_a_quiz_elsewhere(chat: Conversation) -> None:
    assert "第 1/" in chat.say("重新答")
    chat.say("退出")
    chat.say("第三条说了什么")
    assert "抱歉没有答对" in chat.say("重新答")
