"""A clause or a post that a yes/no question states is set right by the words that say otherwise, or left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handlers.answering.premises.stated import check_stated
from handlers.model.turn import Context
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    ("text", "begins", "says"),
    [
        ("先审后发是第五条规定的吗", "不是第五条", "第三条"),
        ("防范计算机病毒是第四条吧", "不是第四条", "第六条"),
        ("防范计算机病毒是第六条吧", "", "第六条"),
        ("谢庆彪是自贡市委网信办主任吗", "不是自贡市委网信办主任", "内江市委网信办主任"),
        ("陈梅是人民银行成都分行的行长吧", "不是人民银行成都分行的行长", "副巡视员"),
    ],
)
def test_clause_or_post_is_told_as_it_stands(snapshot: Snapshot, text: str, begins: str, says: str) -> None:
    reply = Conversation(snapshot).say(text)
    assert reply.startswith(begins)
    assert says in reply
    assert "\n出处：" in reply


@pytest.mark.parametrize(
    "text", ["谢庆彪是内江市委网信办主任吗", "第三条是什么", "谢庆彪是好人吗", "第五条是规定吗", ""]
)
def test_what_is_so_or_no_such_claim_is_not_denied(snapshot: Snapshot, text: str) -> None:
    finding = check_stated(Context(snapshot, 0, "0"), text)
    assert finding is None or finding.holds


def test_opposites_thefts_and_ways_to_ask_are_not_borne_out_or_denied(snapshot: Snapshot) -> None:
    rows = [
        json.loads(line)["phrasing"]
        for name in ("opposites", "thefts")
        for line in (DATA / f"gate/{name}.jsonl").read_text("utf-8").splitlines()
    ]
    context = Context(snapshot, 0, "0")
    assert [text for text in rows if (f := check_stated(context, text)) and f.holds] == []
    entries = snapshot.content.entries.values()
    asked = [text for e in entries for text in (e.question, *e.phrasings)]
    assert [text for text in asked if (f := check_stated(context, text)) and not f.holds] == []
