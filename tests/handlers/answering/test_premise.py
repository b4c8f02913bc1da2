"""A value that a yes/no question states is borne out or set right by the words that state that very value, or left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handlers.answering.premises.denied import find_denied
from handlers.answering.premises.premise import Premise, find_premise
from handlers.answering.premises.stated import check_stated
from handlers.answering.premises.unsaid import find_unsaid
from handlers.model.turn import Context
from knowledge.matching.snapshot import Snapshot
from tests.handlers.conversation import Conversation

DATA = Path(__file__).parents[2] / "data"
PREMISES = [json.loads(line) for line in (DATA / "context/premises.jsonl").read_text("utf-8").splitlines()]
STATED = [row for row in PREMISES if "lead" in row]
LEFT_ALONE = [row["q"] for row in PREMISES if "lead" not in row]


def find(context: Context, text: str) -> Premise | None:
    """Return what any of the four readers of a claim finds, in the order that a question is read."""
    return (
        find_premise(context, text)
        or find_denied(context, text)
        or check_stated(context, text)
        or find_unsaid(context, text)
    )


@pytest.mark.parametrize("row", STATED, ids=lambda row: row["q"])
def test_stated_value_gets_the_words_that_state_it(snapshot: Snapshot, row: dict[str, Any]) -> None:
    reply = Conversation(snapshot).say(row["q"])
    assert reply.startswith(row["lead"])
    assert row["says"] in reply
    assert "\n出处：" in reply
    assert ("没有收录" in reply) is not row["holds"]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_value_that_no_words_state_is_neither_borne_out_nor_set_right(snapshot: Snapshot, text: str) -> None:
    assert find(Context(snapshot, 0, "0"), text) is None


def test_opposites_and_thefts_are_never_borne_out(snapshot: Snapshot) -> None:
    rows = [
        json.loads(line)
        for name in ("opposites", "thefts")
        for line in (DATA / f"gate/{name}.jsonl").read_text("utf-8").splitlines()
    ]
    context = Context(snapshot, 0, "0")
    assert [
        row["phrasing"] for row in rows if (found := find(context, row["phrasing"])) and found.holds
    ] == []


def test_phrasing_of_an_entry_is_set_right_by_nothing(snapshot: Snapshot) -> None:
    context = Context(snapshot, 0, "0")
    entries = snapshot.content.entries.values()
    found = {text: find(context, text) for e in entries for text in (e.question, *e.phrasings)}
    assert [text for text, finding in found.items() if finding and not finding.holds] == []


def test_quoted_words_stand_in_their_passage(snapshot: Snapshot) -> None:
    context = Context(snapshot, 0, "0")
    for row in STATED:
        finding = find(context, row["q"])
        assert finding
        for quote in finding.answer.quotes:
            assert quote.text in snapshot.content.passages[quote.passage_id].text


def test_value_without_a_subject_is_one_of_the_last_words(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("谁签的诚信宣言")
    assert talk.say("是12家吧").startswith("不是12家")
    assert "不是12家" not in Conversation(snapshot).say("是12家吧")
