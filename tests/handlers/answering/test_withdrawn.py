"""A source, or an entry, that is withdrawn while somebody reads on: they are told, and no word of it is sent any more."""

from __future__ import annotations

import pytest

from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, parse_files
from tests.handlers.conversation import Conversation
from tests.serving import CONTENT

HEAD = "---\nid: {id}\ntitle: {title}\nkind: 通知\ndate: 2026-03-02\npublisher: 青松街道办事处\nrights: 公开\n---\n"
LONG = "".join(f"第{n}个展台摆放{n * 7}种图书，由{n}号志愿者看管，欢迎大家前来借阅。" for n in range(10, 60))
FAIR = (
    HEAD.format(id="fair", title="图书集市公告") + f"\n# 第一条 {{#article-1 article=1}}\n\n第一条 {LONG}\n"
)
RULES = (
    HEAD.format(id="rules", title="阅览室规定")
    + "\n# 第二条 {#article-2 article=2}\n\n第二条 阅览室内不得饮食。\n"
)
ENTRY = """- id: stands
  question: 集市上有哪些展台？
  quote: ["fair#article-1"]
  status: published
  owner: 内容组
  review_by: 2027-06-30
"""


def base(**files: str) -> Snapshot:
    replies = (CONTENT / "replies.yaml").read_text(encoding="utf-8")
    named = {f"sources/{name}.md": text for name, text in files.items() if name != "faq"}
    entries = {"faq/fair.yaml": files["faq"]} if "faq" in files else {}
    return assemble(parse_files({**named, **entries, "replies.yaml": replies})[0])


@pytest.mark.parametrize("asked", ["第一条", "集市上有哪些展台？"])
@pytest.mark.parametrize("then", ["更多", "继续", "还有呢", "出处", "谁说的"])
def test_whoever_reads_on_in_withdrawn_words_is_told(asked: str, then: str) -> None:
    talk = Conversation(base(fair=FAIR, rules=RULES, faq=ENTRY))
    first = talk.say(asked)
    assert "第10个展台" in first
    assert talk.session.pages
    talk.snapshot = base(rules=RULES)
    told = talk.say(then)
    assert "撤下" in told
    assert "展台" not in told
    assert talk.say("第二条").startswith("第二条 阅览室内不得饮食。")


def test_archived_entry_is_not_read_on_in() -> None:
    talk = Conversation(base(fair=FAIR, faq=ENTRY))
    talk.say("集市上有哪些展台？")
    talk.snapshot = base(fair=FAIR, faq=ENTRY.replace("published", "archived"))
    assert "撤下" in talk.say("更多")
    assert "没有下一页" in talk.say("更多")


def test_release_that_keeps_the_words_lets_one_read_on() -> None:
    talk = Conversation(base(fair=FAIR, faq=ENTRY))
    talk.say("集市上有哪些展台？")
    talk.snapshot = base(fair=FAIR, rules=RULES, faq=ENTRY)
    assert "号志愿者看管" in talk.say("更多")


def test_list_goes_on_though_the_last_answer_was_withdrawn() -> None:
    talk = Conversation(base(fair=FAIR, rules=RULES), reply_bytes=420)
    talk.say("第二条")
    talk.snapshot = base(fair=FAIR)
    assert "撤下" not in talk.say("原文 展台")
    assert talk.session.pages
    assert "展台" in talk.say("更多")
