"""Facts of a document's head, asked of documents as they were ingested: the line that says so, or nothing."""

from __future__ import annotations

from functools import cache

import pytest

from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, parse_files
from tests.knowledge.learning.test_ingest import named, taken_in


@cache
def ingested(name: str) -> Snapshot:
    return assemble(taken_in(named(name)))


@pytest.mark.parametrize(
    ("document", "question", "said"),
    [
        ("notice", "文号是多少", "临教办〔2024〕17号"),
        ("notice", "这个通知是哪个单位发的", "临江区教育局办公室"),
        ("notice", "谁发的通知", "临江区教育局办公室"),
        ("notice", "请问通知是几号印发的？", "2024年8月26日"),
        ("notice", "发给谁的", "各镇（街道）中心校，区直各中小学、幼儿园："),
        ("notice", "主送单位是哪些", "各镇（街道）中心校，区直各中小学、幼儿园："),
        ("minutes", "会议什么时候开的", "时间：2026年10月20日 09:15"),
        ("minutes", "几点开会", "时间：2026年10月20日 09:15"),
        ("minutes", "会议在哪里开的", "地点：区政务中心四楼会议室"),
        ("minutes", "主持人是谁", "主持人：区住建局局长 岳鹏程"),
        ("minutes", "推进会是谁主持的", "主持人：区住建局局长 岳鹏程"),
        ("minutes", "谁做的记录", "记录：小田"),
        ("minutes", "纪要是哪天印发的", "2026年10月22日"),
        ("safety-minutes", "会是哪一天开的", "时间：2026年7月15日下午2:30"),
        ("safety-minutes", "多少人参加", "参加人员：各村（社区）书记、镇属企业负责人，共46人"),
        ("safety-minutes", "文号是多少", "会议编号：柳安委纪〔2026〕3号"),
        ("regulation", "条例什么时候施行", "本条例自2024年3月1日起施行。"),
        ("regulation", "从哪天开始生效", "本条例自2024年3月1日起施行。"),
        ("regulation", "哪次会议通过的", "第九届人民代表大会常务委员会第十四次会议通过"),
        ("regulation", "谁批准的", "第十四届人民代表大会常务委员会第八次会议批准"),
        ("pledge", "谁发布的公约", "江屿镇网络直播协会"),
        ("pledge", "公约什么时候发布的", "二〇二五年六月一日"),
        ("policy-qa", "解读是哪一天发的", "发布日期：2023-11-02"),
        ("report", "这篇侧记是谁发的", "来源：梅川县融媒体中心"),
        ("flood-report", "会议什么时候开的", "6月2日上午，全市防汛工作会议在市会议中心召开。"),
        ("flood-report", "会议在哪里开的", "在市会议中心召开。"),
        ("flood-report", "主持人是谁", "副市长郑凯主持会议"),
        ("flood-report", "多少人参加", "共120余人参加会议"),
        ("flood-report", "什么时候发的", "2026年6月3日"),
        ("issued-rules", "规范什么时候施行", "施行，有效期二年"),
        ("issued-rules", "附件有哪些", "附件：网约车驾驶员服务承诺书"),
        ("report", "这篇报道是谁写的", "（记者 梁晓 通讯员 陈一鸣）"),
        ("report", "这篇侧记是谁写的", "（记者 梁晓 通讯员 陈一鸣）"),
        ("parking-rules", "停车办法什么时候施行", "本办法自2025年12月1日起施行"),
        ("parking-rules", "施行日期是哪天", "本办法自2025年12月1日起施行"),
        ("parking-rules", "哪次会议审议通过的", "市政府第72次常务会议审议通过"),
    ],
)
def test_fact_of_the_head_is_answered_with_its_line(document: str, question: str, said: str) -> None:
    decision = decide(ingested(document), question)
    assert decision.band is Band.ANSWER, decision.rule
    assert said in "\n".join(quote.text for quote in decision.hits[0].quotes)


@pytest.mark.parametrize(
    ("document", "question"),
    [
        ("regulation", "文号是多少"),
        ("notice", "什么时候发奖"),
        ("notice", "谁发了红包"),
        ("minutes", "电梯什么时候开"),
        ("parking-rules", "谁发的停车卡"),
    ],
)
def test_question_about_something_else_is_not_answered_from_the_head(document: str, question: str) -> None:
    decision = decide(ingested(document), question)
    assert decision.rule != "head"
    if question == "文号是多少":
        assert decision.band is Band.DECLINE


def test_several_documents_are_asked_back_the_newest_first() -> None:
    def source(name: str, title: str, date: str) -> str:
        matter = f"id: {name}\ntitle: {title}\nkind: 通知\ndate: {date}\npublisher: 办公室\nrights: 公开"
        return f"---\n{matter}\n---\n\n# 文号 {{#number}}\n\n青办〔{date[:4]}〕3号\n"

    files = {
        "sources/a.md": source("a", "关于开展消防检查的通知", "2024-03-01"),
        "sources/b.md": source("b", "关于举办读书月活动的通知", "2026-03-01"),
    }
    both = assemble(parse_files(files)[0])
    decision = decide(both, "通知的文号是多少")
    assert decision.band is Band.CLARIFY
    assert [hit.passage_id for hit in decision.hits] == ["b#number", "a#number"]
    named_one = decide(both, "消防检查通知的文号是多少")
    assert named_one.band is Band.ANSWER
    assert named_one.hits[0].passage_id == "a#number"


def test_day_of_what_is_repealed_is_no_day_of_coming_into_force() -> None:
    matter = "id: a\ntitle: 公园管理规定\nkind: 规定\ndate: 2024-03-01\npublisher: 办公室\nrights: 公开"
    text = "第一条 2009年5月1日起施行的《公园管理办法》同时废止。\n第二条 本规定自印发之日起施行。"
    articles = "".join(f"\n# 第{n}条 {{#a-{n}}}\n\n{line}\n" for n, line in enumerate(text.split("\n"), 1))
    decision = decide(
        assemble(parse_files({"sources/a.md": f"---\n{matter}\n---\n{articles}"})[0]), "规定什么时候施行"
    )
    assert decision.rule == "head"
    assert "印发之日" in decision.hits[0].phrasing
