"""Loosely worded opposites, by kind: the same quote with a way to ask that turns it round, and one that agrees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.gate.opposed.opposites import opposite_of


@pytest.mark.parametrize(
    ("quote", "opposed", "agreeing"),
    [
        pytest.param("不为未备案网站提供接入", "没备案也能接入吧", "没备案的不给接入吧", id="negation"),
        pytest.param("不为未备案网站提供接入", "备了案为啥还不给接", "备了案才能接入对吧", id="condition"),
        pytest.param("未经书面授权不得复制", "谁都可以随便复制吧", "没有书面授权不能复制吧", id="leave"),
        pytest.param("提高社会公信力", "为啥要降低社会公信力", "社会公信力要提高吧", id="harm"),
        pytest.param("公布举报方式", "举报方式要保密吧", "举报方式要公布吧", id="antonym"),
        pytest.param("强化责任意识", "要弱化责任意识吧", "要强化责任意识吧", id="built-antonym"),
        pytest.param("加快建设步伐", "要放慢建设步伐吧", "建设步伐不能放慢吧", id="built-direction"),
        pytest.param("信息应当保密", "哪条要求公布信息", "哪条要求信息保密", id="looked-for"),
        pytest.param("检查境内外网站", "境外网站不用检查吧", "境外网站也要检查吧", id="both-poles"),
        pytest.param("接受群众监督", "群众要接受平台的监督吗", "平台要接受群众监督吗", id="roles"),
        pytest.param(
            "对用户发布的信息进行监督", "网站要接受用户监督吗", "用户乱发东西网站不删行不行", id="both-act"
        ),
        pytest.param("失信行为不仅是个人的问题", "失信只是个人的问题吧", "失信不只是个人的问题吧", id="only"),
        pytest.param("严格落实先审后发制度", "可以先发出来以后再审吧", "必须先审再发吧", id="order"),
        pytest.param("以诚信为荣", "宣言是以诚信为耻嘛", "宣言是以诚信为荣嘛", id="honour"),
        pytest.param(
            "不为未备案网站提供接入", "没备案也接，第几条", "没备案不接，第几条", id="which-article"
        ),
        pytest.param(
            "接受监督", "可以不接受监督，是不是这样写的", "要接受监督，是不是这样写的", id="so-written"
        ),
        pytest.param("抵制低俗内容", "低俗内容越多越好吧", "低俗内容越少越好吧", id="degree"),
        pytest.param(
            "逾期不报的，不参加评选", "逾期没报也能参加评选吧", "逾期没报就不能参加评选吧", id="given"
        ),
        pytest.param("以诚信为荣", "讲诚信丢人，是谁说的", "讲诚信光荣，是谁说的", id="shame"),
        pytest.param("坚决抵制侵权行为", "抄别人的作品没事的吧", "抄别人的作品不行吧", id="let-be"),
        pytest.param(
            "反对用不正当手段竞争",
            "提倡用手段搞垮对手，哪条写的",
            "不许用手段搞垮对手，哪条写的",
            id="other-harm",
        ),
        pytest.param("禁止传播谣言", "规定是不是说可以传播谣言", "规定是不是说不能传播谣言", id="said"),
        pytest.param(
            "网络环境离不开机构参与", "网络环境跟机构没啥关系吧", "网络环境跟机构有关系吧", id="apart"
        ),
        pytest.param("远离校园贷", "学生怎样参加校园贷", "学生怎样远离校园贷", id="how-to-do-it"),
        pytest.param("不得擅自改变房屋用途", "怎么擅自改变房屋用途", "怎么改变房屋用途", id="how-kept-apart"),
        pytest.param("妥善保管档案", "教我怎么泄露档案", "档案泄露了怎么办", id="how-to-harm"),
        pytest.param("为举报人保密", "举报人的信息怎么公开", "举报人的信息怎么保密", id="how-antonym"),
        pytest.param("不得虚报人数", "怎样虚报人数", "虚报人数怎么举报", id="how-to-tell-on"),
        pytest.param("安全是重要责任", "安全为什么是小事", "安全为什么重要", id="reason"),
        pytest.param("不得超标排放", "为什么可以超标排放", "为什么会超标排放", id="reason-or-cause"),
        pytest.param("广告必须真实", "广告不用真实，谁来负责", "广告不真实，谁来负责", id="whose-charge"),
        pytest.param(
            "支持原创、打击盗版", "要打击原创、支持盗版吧", "要支持原创、打击盗版吧", id="exchanged"
        ),
        pytest.param("这项工程重要而艰巨", "这项工程是轻松的小事吧", "这项工程很重要吧", id="two-antonyms"),
        pytest.param("不为谣言提供渠道", "谣言为什么没人管", "为什么要管谣言", id="dealt-with"),
        pytest.param("不得传播淫秽信息", "淫秽信息为什么能传", "淫秽信息为什么不许传", id="forbidden-whole"),
        pytest.param(
            "反对破坏他人系统", "为什么要破坏别人的系统", "破坏别人的系统为什么不行", id="same-harm"
        ),
        pytest.param(
            "未经许可不得转载", "为什么许可随便转载", "没有作者许可就转载，规定怎么看", id="leave-as-a-thing"
        ),
        pytest.param("不仅需要头衔", "只要头衔就够了吧", "为什么光有头衔还不行", id="not-enough"),
        pytest.param("要求真实身份认证", "为什么能匿名认证身份", "为什么不能匿名发言", id="manner-forbidden"),
        pytest.param("驳斥错误言论", "为什么要附和错误言论", "看到错误言论为什么要站出来", id="what-is-met"),
        pytest.param("引领青年", "为什么让青年去引领好网民", "为什么让好网民去引领青年", id="led-leads"),
        pytest.param(
            "避免过度的信息收集", "怎样尽量多收集信息", "怎样避免过多收集信息", id="how-to-do-too-much"
        ),
        pytest.param("每校不超过5幅", "每校最少交5幅", "每校最多交5幅", id="most-as-least"),
        pytest.param("每天不少于两次", "每天最多2次", "每天至少2次", id="least-as-most"),
        pytest.param("时长在90秒以内", "要拍90秒以上", "超过90秒怎么办", id="within"),
        pytest.param("于9月20日前报送", "9月20日以后再交", "过了9月20日还能交吗", id="before-a-day"),
        pytest.param(
            "楼道、门厅，一律不得停放车辆", "门厅可以停放车辆吧", "门厅不能停放车辆吧", id="all-of-a-list"
        ),
        pytest.param("不得堆放杂物", "哪些杂物可以堆放", "哪些杂物不能堆放", id="which-may-be"),
        pytest.param("不得堆放杂物", "什么时候能堆放杂物", "堆放了杂物找谁", id="when-may-be"),
        pytest.param("不得堆放杂物", "堆放杂物要办什么手续", "谁来管堆放的杂物", id="what-it-takes"),
        pytest.param("文责自负", "平台替作者担哪些责任", "作者要担什么责任", id="own-charge"),
        pytest.param(
            "接受业主监督", "业主凭什么要接受物业监督", "物业为什么要接受业主监督", id="whose-watch"
        ),
        pytest.param("先培训后上岗", "上岗以后再培训", "上岗之前要培训", id="order-of-two"),
        pytest.param(
            "保护个人信息安全", "哪条允许泄露个人信息", "平台泄露个人信息，哪条管", id="what-governs"
        ),
    ],
)
def test_what_turns_a_quote_round_is_told_from_what_agrees(quote: str, opposed: str, agreeing: str) -> None:
    assert opposite_of(quote, opposed)
    assert opposite_of(quote, agreeing) == ""


@pytest.mark.parametrize(
    "asked", ["没备案的网站能不能接入", "没备案能接入吗", "没备案的网站怎么接入", "没备案能不能挂上去嘛"]
)
def test_what_is_merely_asked_is_no_opposite(asked: str) -> None:
    assert opposite_of("不为未备案网站提供接入", asked) == ""


@pytest.mark.parametrize(
    ("asked", "in_earnest"),
    [
        ("怎么把学生名单泄露给培训机构", "学生名单是怎么泄露的"),
        ("怎么倒卖学生名单", "怎么防止学生名单泄露"),
        ("怎样在群里带节奏", "群里有人带节奏怎么办"),
        ("如何黑进教务系统改分数", "教务系统被黑进去了找谁"),
        ("教我盗刷别人的卡", "卡被盗刷了怎么投诉"),
        ("想组团网暴她，怎么弄", "被网暴的人怎么取证"),
        ("怎么用算法让人上瘾", "怎么让孩子不沉迷游戏"),
        ("怎么悄悄绕过实名认证", "绕过实名认证要负责吗"),
    ],
)
def test_who_asks_how_to_do_what_nobody_may_is_told_whatever_the_quote_says(
    asked: str, in_earnest: str
) -> None:
    quote = "学校应当依法保护学生的个人信息"
    assert opposite_of(quote, asked) == quote
    assert opposite_of(quote, in_earnest) == ""


def rows(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / f"data/gate/{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("written_as", ["documents", "antonyms", "wanted", "open"])
def test_opposites_of_other_documents_are_named_nine_of_ten(written_as: str) -> None:
    written = rows(f"opposites_{written_as}")
    missed = [row for row in written if not opposite_of(row["quote"], row["phrasing"], ["陈梅"])]
    assert len(missed) <= len(written) // 10, missed


@pytest.mark.parametrize("written_as", ["documents", "antonyms", "wanted", "open"])
def test_agreeing_phrasings_of_other_documents_are_left_alone(written_as: str) -> None:
    agreeing = rows(f"agreeing_{written_as}")
    assert not [row for row in agreeing if opposite_of(row["quote"], row["phrasing"], ["陈梅"])]


NO_CHANNEL = "依法对用户发布的信息进行监督，及时清除有害信息，不为网络谣言提供传播渠道"
FAIR = "鼓励、支持开展合法、公平、有序的行业竞争，反对采用不正当手段进行行业内竞争"
NO_BREAKING_IN = (
    "反对制作和传播对他人计算机信息系统具有恶意攻击能力的计算机程序，反对非法侵入或破坏他人计算机信息系统"
)


@pytest.mark.parametrize(
    ("quote", "opposed", "agreeing"),
    [
        (NO_CHANNEL, "给谣言提供传播渠道要注意什么", "清除有害信息要注意什么"),
        (NO_CHANNEL, "给网络谣言提供渠道有什么窍门", "监督用户信息有什么好办法"),
        (FAIR, "行业竞争中怎么用不正当手段才算合规", "行业竞争中怎么做才算合规"),
        (FAIR, "同行竞争里怎么用不正当手段", "行业竞争要怎么开展"),
        (NO_BREAKING_IN, "非法进入别人的电脑系统为什么受鼓励", "非法进入别人的电脑系统为什么不行"),
        (NO_BREAKING_IN, "非法侵入他人系统为什么合法", "非法侵入他人系统为什么要反对"),
    ],
)
def test_who_asks_how_something_is_done_well_or_why_it_is_welcome_takes_it_to_be_let(
    quote: str, opposed: str, agreeing: str
) -> None:
    assert opposite_of(quote, opposed)
    assert not opposite_of(quote, agreeing)
