"""Words that go on from an answer: the next in a count, what comes later, another body, the other one of two."""

from __future__ import annotations

import pytest

from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation


@pytest.mark.parametrize(
    ("before", "text", "says"),
    [
        (("自律倡议书第六条",), "再往后", "第七条 支持依法依规"),
        (("自律倡议书第六条",), "往前", "第五条 提供互动信息服务"),
        (("自律倡议书第七条", "往后"), "再往后呢", "这边已经到头了"),
        (("总工会的周键讲了什么",), "往后呢", "加强工会网上工作平台建设"),
        (("陈梅说了什么", "她是哪个单位的"), "以后还要做啥", "加强与相关部门的配合联动"),
        (("妇联讲话的是哪位", "她说妇联做了点啥"), "今后又有啥说法", "半边天"),
        (("总工会下一步打算做什么",), "那教育厅以后又咋搞", "把校园网建设管理作为重中之重"),
        (("企业代表有谁发言",), "后面那个呢", "曾薇是成都链安科技有限公司副总裁"),
        (("企业代表有谁发言", "后面那个呢"), "前面那个是干啥的", "韩晗是四川新网银行数据科学家"),
        (("网站把我信息卖了咋说",), "这是第几条里头的", "第二条 用社会主义核心价值观"),
        (("黎召阳的三方面工作第二点",), "那头一点倒回去说", "一是坚持人民中心"),
        ((), "黎召阳讲的第二点是啥", "二是善用新技术"),
        (("黎召阳讲的第二条是啥",), "那条里头对企业有啥要求", "避免过度的算法推荐"),
        (("黎召阳讲的第二条是啥",), "第三条又是啥", "三是发展网络文化"),
        (("陈梅是谁",), "以后打算怎么做", "加强与相关部门的配合联动"),
        (("黎召阳是谁",), "他讲了哪几件事", "提出三方面工作"),
        (("教育厅谁讲的话",), "职工那边呢，谁讲的", "副主席周键讲话"),
        (("自律倡议书第四条讲什么",), "念来听听", "完整的原文是"),
        (("网信人才培养基地是谁建的",), "在哪里", "没有收录基地的地点"),
        (("哪些地方分享了经验",), "他们具体说了什么", "没有收录他们分享的具体做法"),
        (("你们法律顾问是哪家",), "在哪个城市", "北京市环球律师事务所上海分所"),
    ],
)
def test_what_goes_on_from_an_answer_is_told(
    snapshot: Snapshot, before: tuple[str, ...], text: str, says: str
) -> None:
    talk = Conversation(snapshot)
    for said in before:
        talk.say(said)
    assert says in talk.say(text)


def test_another_body_is_not_told_of_by_who_was_spoken_of(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    for said in ("参会的有哪些领导", "妇联来的是谁", "人行来的呢"):
        talk.say(said)
    reply = talk.say("网信办呢")
    assert "陈梅" not in reply
    assert "省委网信办副主任" in reply


@pytest.mark.parametrize(
    ("before", "text", "others"),
    [
        ("妇联做了什么", "救了多少人", "90余人"),
        ("团省委怎么帮的", "具体帮了多少人", "90余人"),
        ("会上都有谁讲话", "他们具体说了什么", "三是发展网络文化"),
    ],
)
def test_what_others_said_or_counted_is_no_answer(
    snapshot: Snapshot, before: str, text: str, others: str
) -> None:
    talk = Conversation(snapshot)
    talk.say(before)
    assert others not in talk.say(text).split("别处相近的有")[0]
