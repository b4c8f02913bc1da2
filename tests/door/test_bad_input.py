"""Messages that come at once, cut in two or without sense: each gets a calm reply of its own, and none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.conformance.pretend_wechat import PretendWechat
from tests.serving import Server


def at_once(wechat: PretendWechat, openid: str, said: list[str]) -> list[str]:
    """Send messages of one user in the same moment, and return the replies in their order."""
    pushes = [wechat.compose(openid, wechat.text(text)) for text in said]
    with ThreadPoolExecutor(len(pushes)) as pool:
        return [
            answer.text
            for answer in pool.map(
                lambda inner: wechat.open(wechat.request(inner, openid, fresh=True)), pushes
            )
        ]


def test_three_messages_within_a_second_get_three_replies(shipped: Server) -> None:
    replies = at_once(
        shipped.wechat(), "oBadThree", ["第三条讲了什么", "你到底是人还是机器", "第五条讲了什么"]
    )
    assert "第三条" in replies[0]
    assert "程序" in replies[1]
    assert "第五条" in replies[2]


def test_three_angry_messages_within_a_second_are_answered_calmly(shipped: Server) -> None:
    replies = at_once(shipped.wechat(), "oBadAngry", ["什么垃圾系统", "笨死算了", "滚远点"])
    assert all("出处" not in reply and "没有收录" not in reply for reply in replies)
    assert len(set(replies)) > 1


def test_an_item_is_answered_once_by_three_answers_at_once(shipped: Server) -> None:
    wechat = shipped.wechat()
    assert "第 1/10 题" in wechat.say("oBadTaps", "答题")
    at_once(wechat, "oBadTaps", ["A", "A", "A"])
    assert int(wechat.say("oBadTaps", "继续").partition("第 ")[2].partition("/")[0]) <= 4


def test_danger_among_three_messages_at_once_gets_help(shipped: Server) -> None:
    replies = at_once(shipped.wechat(), "oBadHelp", ["你好", "我不想活了", "第五条讲了什么"])
    assert "12356" in replies[1]


def test_danger_cut_in_two_pushes_gets_help(shipped: Server) -> None:
    wechat = shipped.wechat()
    wechat.say("oBadCut", "我刚才吃了一整瓶")
    assert "120" in wechat.say("oBadCut", "安眠药")
