"""A talk about documents that nobody wrote entries for: taken in, published and asked through signed pushes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serving import Server

RULES = """江湾区图书馆读者管理办法

第一章 总则

第一条 为了维护阅览秩序，方便读者借阅，制定本办法。
第二条 本办法适用于江湾区图书馆及其各分馆。

第二章 办证与借阅

第三条 年满14周岁的市民可以凭身份证办理读者证，不收取工本费。
第四条 办理读者证应当提交下列材料：
（一）身份证明；
（二）近期照片1张；
（三）联系方式。
服务台应当自收到材料之日起2个工作日内办结。
第五条 每证限借图书6册，借期30天，可以续借1次，续借期15天。
第六条 逾期不还的，每册每日收取滞纳金0.1元；逾期超过90天的，暂停借阅半年。

第三章 阅览室管理

第七条 自习室设在主楼四层，由读者服务部管理，每日8:30至21:00开放。
第八条 少儿阅览室对14周岁以下儿童开放，家长应当陪同。咨询电话0835-5560071。
第九条 阅览室内不得饮食、吸烟、大声喧哗。

第四章 附则

第十条 本办法自2025年6月1日起施行，有效期3年。

江湾区图书馆
2025年5月12日
"""


@pytest.fixture
def say(tmp_path: Path, make_server: Callable[..., Server]) -> Callable[..., list[str]]:
    """Ask several things in a row, as one user, of a base that is this document alone."""
    content, told = tmp_path / "base", tmp_path / "办法.txt"
    told.write_text(RULES, encoding="utf-8")
    office = Server(tmp_path, {"QINGLANG_CONTENT_DIR": str(content)})
    for command in (
        ("new", str(content), "--title", "江湾区图书馆"),
        ("ingest", str(told), "--id", "rules", "--publisher", "江湾区图书馆", "--rights", "公开", "--yes"),
    ):
        run = office.call("kb", *command)
        assert run.exit_code == 0, run.output
    wechat = make_server(CONTENT_DIR=str(content)).wechat()

    def talk(*texts: str) -> list[str]:
        return [wechat.say(f"o{texts[0]}", text) for text in texts]

    return talk


def test_articles_count_on_through_the_chapters(say: Callable[..., list[str]]) -> None:
    replies = say("第六条讲什么", "下一条呢", "第九条呢", "再往后", "再往后", "第二条呢")
    assert [
        number for number, r in zip(("六", "七", "九", "十"), replies, strict=False) if f"第{number}条" in r
    ] == list("六七九十")
    assert "一共十条" in replies[4]
    assert "各分馆" in replies[5]
    items = say("第四条讲什么", "第三项", "下一条")
    assert ["联系方式" in items[1], "第五条" in items[2]] == [True, True]


def test_fact_is_told_of_the_last_words_or_said_to_be_missing_of_them(say: Callable[..., list[str]]) -> None:
    replies = say("自习室在哪", "几点开门", "谁管", "几楼", "电话呢")
    assert all("第七条 自习室设在主楼四层" in reply for reply in replies[:4])
    assert replies[4].startswith("关于自习室，原文没有收录您问的这一点。")
    assert "0835" not in replies[4]
    assert "0835-5560071" in say("少儿阅览室的电话是多少")[0]
    within = say("第五条讲什么", "这条里头对续借怎么说", "下一条")
    assert ["续借期15天" in within[1], "滞纳金" in within[2]] == [True, True]
    assert "近期照片1张" in say("第四条第二项")[0]
    # That something stands in the same document makes it no answer.
    other = say("第五条讲什么", "办证要排队吗")
    assert "出处" not in other[1]


def test_wrong_value_is_set_beside_the_words_that_state_another(say: Callable[..., list[str]]) -> None:
    for text, true in (
        ("有效期是5年吧", "有效期3年"),
        ("续借期是20天对吗", "续借期15天"),
        ("每证限借图书8册对不对", "每证限借图书6册"),
        ("暂停借阅要逾期超过60天，没错吧", "超过90天"),
        ("滞纳金每册每日0.5元是吧", "滞纳金0.1元"),
    ):
        reply = say(text)[0]
        assert "没有收录" in reply.split("原文是")[0], text
        assert true in reply
    assert "没有收录" not in say("每证限借图书6册对不对")[0]
