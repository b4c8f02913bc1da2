"""Sixty words sent alone: what names one thing is answered, what stands everywhere is asked back, a sign gets guidance."""

from __future__ import annotations

import pytest

from bot.editing.explain import describe
from knowledge.matching.snapshot import Snapshot

# The word, and what the reply must hold.
NAMES_ONE_THING = """
李志刚 机关党委书记 | 周键 省总工会党组成员 | 许静 团省委副书记 | 唐敏 省妇联宣传部部长 | 陈梅 副巡视员 | 黎召阳 省委网信办副主任
韩晗 数据科学家 | 曾薇 副总裁 | 秦红 成都市委网信办副主任 | 谢庆彪 内江市委网信办主任 | 教育厅 李志刚 | 总工会 周键
团省委 许静 | 妇联 唐敏 | 人民银行 陈梅 | 链安科技 曾薇 | 新网银行 韩晗 | 第一条 安全秩序 | 第五条 文责自负 | 第七条 科研、生产
第八条 监督和批评 | 先审后发 先审后发制度 | 文责自负 客观真实 | 立德树人 根本任务 | 同心圆 同心圆 | 半边天 “半边天”力量
川妹带川货 巾帼助力脱贫奔康 | 妇字号 川字号 | 双城经济圈 成渝地区 | 算法推荐 避免过度 | ICP 17029961 | 法律顾问 环球律师事务所
工作QQ 2136693690 | 通讯地址 天晖路360号 | 联系电话 85508997 | 诚信宣言 诚信 | 自律倡议书 网络空间 | 好网民倡议书 争做四川好网民
网信人才 培养基地 | 校园好网民 爱国主义精神 | 职工好网民 职工网上清朗空间 | 巾帼好网民 省妇联 | 金融好网民 金融 | 青年好网民 青年
计算机病毒 计算机病毒 | 知识产权 知识产权 | 真实身份认证 真实身份认证 | 未备案网站 不为未备案网站提供接入
""".replace("\n", "|")
STANDS_EVERYWHERE = ["诚信", "网民", "网络", "四川", "工作", "好网民", "互联网", "活动"]
SAYS_NOTHING = ["的", "？", "1", "😀", "啊", "..."]


@pytest.mark.parametrize("row", [row.strip() for row in NAMES_ONE_THING.split("|") if row.strip()])
def test_a_word_that_names_one_thing_is_answered(snapshot: Snapshot, row: str) -> None:
    word, said = row.split()
    found, _ = describe(snapshot, word)
    assert found["outcome"] == "answer"
    assert said in found["text"]


@pytest.mark.parametrize("word", STANDS_EVERYWHERE)
def test_a_word_that_stands_in_many_places_is_asked_back(snapshot: Snapshot, word: str) -> None:
    found, _ = describe(snapshot, word)
    assert found["outcome"] == "clarify"
    assert len(found["choices"]) > 1
    assert "出处" not in found["text"]


@pytest.mark.parametrize("sign", SAYS_NOTHING)
def test_a_sign_gets_guidance(snapshot: Snapshot, sign: str) -> None:
    found, _ = describe(snapshot, sign)
    assert found["outcome"] in {"decline", "command"}
    assert found["text"]
    assert "出处" not in found["text"]


def test_a_word_only_mentioned_is_said_to_be_no_more(snapshot: Snapshot) -> None:
    for word in ("九不准", "七条底线"):
        found, _ = describe(snapshot, word)
        assert found["outcome"] == "decline"
        assert "没有收录" in found["text"]
        assert word in found["text"]
