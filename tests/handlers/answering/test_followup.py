"""Follow-ups are read from their words, made from the last answer, and never made of a question of its own."""

from __future__ import annotations

import pytest

from bench.dialogues import converse, read
from bench.questions import SAMPLES
from handlers.answering.followups.intents import read_move
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

MOVES = {
    "who": "谁说的 这话谁说的 哪个讲的 是谁讲的 谁提的 谁在会上讲的这个 那是哪位领导说的啊 这是谁的原话 发言人是谁 这句話誰講的",
    "post": "职务呢 啥职位 他是什么职务 啥职务 她是干啥的 他是谁 什么身份 擔任什麼職務",
    "unit": "哪个单位的 哪个部门说的 是哪家公司的 哪个单位搞的哦 他哪个单位的",
    "more": "他还说了啥 还有呢 继续说 还讲了哪些 她还说了什么 接着说 还有吗 然后呢 还有别的没得 许静还说了啥",
    "whole": "详细点 原文 给我原文 全文 具体说说 说详细点 能不能展开讲讲 看看原话 这段的原文 再详细一点嘛",
}
STEPS = {
    "下一条": 1,
    "后面一条": 1,
    "往后翻一条": 1,
    "再下一条呢": 1,
    "下一项说了啥": 1,
    "上一条": -1,
    "前面那条": -1,
    "往前翻一条": -1,
}
NTH = {
    "第一条呢": (1, "条"),
    "(三)呢": (3, "项"),
    "第二个展开说说": (2, "个"),
    "第三个嘞": (3, "个"),
    "他第一条讲的什么": (1, "条"),
    "最后一小点": (-1, "小点"),
    "换成第八条看看": (8, "条"),
    "第一项详细说": (1, "项"),
    "第一段呢": (1, "段"),
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in MOVES.items() for t in texts.split()])
def test_move_is_read(kind: str, text: str) -> None:
    move = read_move(text)
    assert move
    assert move.kind == kind


@pytest.mark.parametrize(("text", "step"), STEPS.items())
def test_step_is_read(text: str, step: int) -> None:
    move = read_move(text)
    assert move
    assert (move.kind, move.number) == ("step", step)


@pytest.mark.parametrize(("text", "wanted"), NTH.items())
def test_ordinal_is_read(text: str, wanted: tuple[int, str]) -> None:
    move = read_move(text)
    assert move
    assert (move.kind, move.number, move.measure) == ("nth", *wanted)


@pytest.mark.parametrize(
    "text",
    [
        "自律倡议书第三条说了什么",
        "会议在哪里开的",
        "李志刚是谁",
        "谁签署了诚信宣言",
        "未备案的网站能不能接入",
        "网络暴力怎么说",
        "你好",
        "答题",
        "第三条第二项",
        "有多少人参加了大会",
        "立德树人是哪个单位提的",
        "今天天气怎么样",
        "陈梅的职务",
        "谁主持的会议",
    ],
)
def test_question_of_its_own_is_no_move(text: str) -> None:
    assert read_move(text) is None


def test_naming_another_speaker_is_no_follow_up(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("李志刚讲了什么")
    assert "出处：许静" in talk.say("许静还说了啥")


def test_more_tells_only_what_was_not_told(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    first = talk.say("团省委帮青年好网民解决什么困难")
    told = snapshot.content.passages["meeting-2020#xu-jing-support"].text
    assert told in first
    more = talk.say("她还说了什么")
    assert told not in more
    for anchor in ("work", "inspire", "combine"):
        assert snapshot.content.passages[f"meeting-2020#xu-jing-{anchor}"].text in more


def test_forgotten_context_is_said_and_a_number_picks_nothing(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    assert "相关问题" in talk.say("会议在哪里召开")
    talk.now_ms += talk.limits.context_s * 1000
    assert "接着上一个回答" in talk.say("下一条")
    assert "出处：" not in talk.say("1")


def test_every_clause_is_reached_by_next_and_back(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("自律倡议书第一条说了什么")
    clauses = [snapshot.content.passages[f"self-discipline#article-{n}"].text for n in range(1, 9)]
    for clause in clauses[1:]:
        assert clause in talk.say("下一条")
    assert "没有收录" in talk.say("下一条")
    for clause in clauses[-2::-1]:
        assert clause in talk.say("上一条")


@pytest.mark.parametrize(
    "question",
    [
        "会议在哪里开的",
        "自律倡议书第六条",
        "陈梅是谁",
        "川妹带川货是什么活动",
        "今天天气怎么样",
        "李志刚电话多少",
        "你们总编是谁",
    ],
)
def test_question_of_its_own_gets_the_same_reply_after_an_answer(snapshot: Snapshot, question: str) -> None:
    alone, later = Conversation(snapshot), Conversation(snapshot)
    later.say("许静讲了什么")
    assert later.say(question) == alone.say(question)


@pytest.mark.parametrize(
    ("says", "wanted"),
    [
        (("会上发布了哪些文件", "第三份讲了啥"), "争做四川好网民,依法上网、严格自律"),
        (("企业代表有哪些", "第一个是谁"), "韩晗是四川新网银行数据科学家"),
        (("企业代表有哪些", "后面那个是哪个公司的"), "曾薇是成都链安科技有限公司副总裁"),
        (("周键讲了什么", "青年那边咋个说的"), "出处：许静"),
        (("今年要突出抓好哪三方面工作", "第二点能展开说一下吗"), "二是善用新技术"),
        (("今年要突出抓好哪三方面工作", "倒数第一点"), "三是发展网络文化"),
        (("诚信宣言第一段讲什么", "再往下"), "人无信不立"),
    ],
)
def test_last_words_are_pointed_into(snapshot: Snapshot, says: tuple[str, ...], wanted: str) -> None:
    talk = Conversation(snapshot)
    assert wanted in [talk.say(text) for text in says][-1]


def test_nine_in_ten_follow_ups_of_the_samples_are_right(snapshot: Snapshot) -> None:
    dialogues = [row["turns"] for row in read(SAMPLES / "dialogues-dev.jsonl")]
    judged = [right for turns in dialogues for _, right in converse(snapshot, turns)[1:]]
    assert sum(judged) >= 0.9 * len(judged)
