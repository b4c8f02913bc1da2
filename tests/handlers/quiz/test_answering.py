"""What a verdict says and what an answer earns; what is no answer is never wrong."""

from __future__ import annotations

import dataclasses

import pytest
from msgspec.structs import replace

from knowledge.matching.snapshot import Snapshot
from tests.taker import DAY_MS, Taker, card_in, finish, with_item, with_paper


def test_item_shown_again_looks_the_same(taker: Taker) -> None:
    shown = taker.say("答题")
    for _ in range(3):
        assert card_in(taker.say("继续")) == card_in(shown)
        shown = taker.say(taker.wrong)
    taker.say("退出")
    taker.now_ms += 80 * DAY_MS
    assert card_in(taker.say("继续")) == card_in(shown)


def test_verdict_has_key_proof_citation_progress_and_entry(taker: Taker) -> None:
    taker.say("答题")
    item = taker.item
    reply = taker.say(taker.wrong)
    assert reply.startswith("答错了，正确答案是 ")
    assert item.source.text in reply
    assert "\n出处：" in reply
    assert "（已答 1/10，用时 " in reply
    assert "可以直接问：" in reply


def test_every_verdict_with_every_next_item_fits_a_reply(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    items = list(content.items.values())
    longest = max(items, key=lambda item: len("".join((item.stem, *item.options)).encode()))
    taker.say("答题")
    for item in items:
        ids = (item.id, longest.id if item is not longest else items[0].id)
        attempt = replace(taker.attempt, item_ids=ids, open_id=item.id, responses=(), before_id="")
        before = taker.session
        taker.session = replace(before, attempt=attempt)
        reply = taker.say(taker.wrong)
        assert "\n出处：" in reply, item.id
        assert "第 2/2 题" in reply, item.id
        taker.session = before


def test_long_proof_is_cut_around_the_key_and_marked(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    base = next(item for item in content.items.values() if item.kind == "single")
    passage = max(content.passages.values(), key=lambda p: len(p.text))
    word = passage.text[len(passage.text) // 2 :][:6]
    # As large as `kb check` lets an item be.
    options = (word, "乙" * 40, "丙" * 40, "丁" * 40)
    face = {"stem": "问" * 130 + "？", "options": options, "key": (0,), "why": "因" * 80}
    proof = dataclasses.replace(base.source, passage_id=passage.id, text=passage.text)
    large = [dataclasses.replace(base, id=f"q-large-{n}", source=proof, **face) for n in range(2)]
    for item in large:
        taker.publish(with_item(taker.snapshot.content, item))
    taker.say("答题")
    ids = ("q-large-0", "q-large-1")
    taker.session = replace(taker.session, attempt=replace(taker.attempt, item_ids=ids, open_id=ids[0]))
    reply = taker.say(taker.wrong)
    assert "……" in reply
    assert word in reply.split("第 2/2 题", maxsplit=1)[0].replace("正确答案是", "", 1)
    quoted = next(line for line in reply.split("\n") if "……" in line).strip("…")
    assert quoted in passage.text
    assert "\n出处：" in reply
    assert "第 2/2 题" in reply


def test_each_kind_earns_full_partial_and_no_credit(taker: Taker, snapshot: Snapshot) -> None:
    content = snapshot.content
    for kind in ("single", "multiple", "truefalse", "fill"):
        item = next(item for item in content.items.values() if item.kind == kind)
        taker.say("重新开始")
        taker.say("答题")
        attempt = replace(taker.attempt, item_ids=(item.id, "q-none"), open_id=item.id)
        for answer, fraction in ((taker_answer(taker, attempt, "right"), 1.0), ("", 0.0)):
            taker.session = replace(taker.session, attempt=attempt)
            reply = taker.say(answer or taker.wrong)
            assert taker.attempt.responses[0].fraction == fraction
            assert reply.startswith("答对了" if fraction else "答错了")
        if kind == "multiple":
            taker.session = replace(taker.session, attempt=attempt)
            reply = taker.say(taker.letters_of(item.key[:1]))
            assert taker.attempt.responses[0].fraction == pytest.approx(1 / len(item.key))
            assert reply.startswith("答对一部分")


def taker_answer(taker: Taker, attempt: object, which: str) -> str:
    before = taker.session
    taker.session = replace(before, attempt=attempt)  # type: ignore[arg-type]
    text = str(getattr(taker, which))
    taker.session = before
    return text


def test_partial_rule_is_told_before_the_first_answer(taker: Taker, snapshot: Snapshot) -> None:
    for rule, said in (("share", "只选对一部分得相应的分"), ("none", "要全部选对才得分")):
        exam = with_paper(snapshot.content, "exam", kinds=("multiple",), partial=rule)
        taker.publish(with_paper(snapshot.content, "default", kinds=("multiple",), partial=rule))
        taker.say("重新开始")
        assert said in taker.say("答题")
        taker.publish(exam)
        assert said in taker.say("重新开始") + taker.say("正式测评")


@pytest.mark.parametrize(
    "text", ["E", "AC", "5", "不知道啊", "😀", "。。。", "1A2B3C", "第9题选A", "会议在哪里召开"]
)
def test_what_is_no_answer_is_never_wrong(snapshot: Snapshot, text: str) -> None:
    taker = Taker(snapshot)
    taker.publish(with_paper(snapshot.content, "default", kinds=("single",)))
    shown = taker.say("答题")
    before = taker.attempt
    reply = taker.say(text)
    assert taker.attempt == before
    assert "answered" not in taker.names()
    assert card_in(shown) in reply or "继续" in reply


def test_answer_without_an_attempt_is_told_what_to_do(taker: Taker) -> None:
    assert "没有正在答的题" in taker.say("A")
    taker.say("答题")
    finish(taker)
    assert "没有正在答的题" in taker.say("B")
    assert taker.names().count("answered") == 10


def test_answer_to_a_sleeping_attempt_is_not_counted(taker: Taker) -> None:
    taker.say("答题")
    taker.say("退出")
    assert "继续" in taker.say("A")
    assert "answered" not in taker.names()


def test_blank_is_not_asked_for_by_letters_alone(taker: Taker, snapshot: Snapshot) -> None:
    for n_items in (1, 2):
        taker.publish(with_paper(snapshot.content, "default", n_items=n_items, kinds=("fill",)))
        taker.say("重新开始")
        asked = taker.say("答题")
        assert "【填空】" in asked
        assert "\nA. " not in asked
        assert "请直接回复要填的字" in asked


def test_phone_number_in_a_blank_is_not_kept(taker: Taker, snapshot: Snapshot) -> None:
    taker.publish(with_paper(snapshot.content, "default", kinds=("fill",)))
    taker.say("答题")
    taker.session = replace(
        taker.session,
        attempt=replace(
            taker.attempt,
            open_id=max(taker.attempt.item_ids, key=lambda i: len(snapshot.content.items[i].accepted[0])),
        ),
    )
    taker.say("13812345678")
    assert taker.attempt.responses[0].text == "▢"
    assert "13812345678" not in str(taker.effects)
