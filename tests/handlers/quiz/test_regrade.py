"""After a key fix: what changes, for whom, and that a second time changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.model.messages import Effect
from handlers.quiz.ranking import Ranking
from handlers.quiz.regrade import regrade, regraded
from knowledge.matching.snapshot import Snapshot
from knowledge.model.bank import Item
from tests.taker import Taker, with_item

SECRET = b"secret"


def recorded(taker: Taker, effects: list[Effect] | None = None) -> list[dict[str, str]]:
    """Return effects as the streams have them."""
    return [
        {"name": e.name, "subject": taker.name, **{k: str(v) for k, v in e.fields.items()}}
        for e in (taker.effects if effects is None else effects)
    ]


@pytest.fixture
def taker(snapshot: Snapshot) -> Taker:
    return Taker(snapshot)


def take_exam(taker: Taker, wrong: set[int]) -> list[Item]:
    """Take a 正式测评 with the answers at some places wrong; return its items."""
    taker.say("正式测评")
    items = [taker.snapshot.content.items[i] for i in taker.attempt.item_ids]
    for place in range(10):
        taker.say(taker.wrong if place in wrong else taker.right)
    return items


def fixed(item: Item, taker: Taker) -> Item:
    """Return the item with the option that was given as its key, and its options in another order."""
    given = next(e.fields["given"] for e in taker.effects if e.fields.get("item") == item.id)
    if item.kind == "fill":
        return replace(item, accepted=(*item.accepted, str(given)))
    if item.kind == "truefalse":
        return replace(item, key=(int(given),))
    kept = item.options[int(given)]
    options = item.options[::-1]
    return replace(item, options=options, key=(options.index(kept),), kind="single")


def test_key_fix_raises_what_was_marked_wrong_and_tells_the_taker(taker: Taker) -> None:
    items = take_exam(taker, wrong={0, 1, 2, 3, 4})
    assert not taker.session.results[-1].passed
    live = with_item(taker.snapshot.content, fixed(items[2], taker))
    changes, unclear = regrade(recorded(taker), live, taker.releases)
    assert [(c.item_id, c.before, c.after) for c in changes] == [(items[2].id, 0.0, 1.0)]
    assert unclear == ()
    taker.session, effects = regraded(taker.session, changes, SECRET)
    result = taker.session.results[-1]
    assert (result.points, result.corrected_from, result.passed) == (6.0, 5.0, True)
    assert items[2].id not in {held.item_id for held in taker.session.wrong}
    assert "6/10（及格）（已更正，原来是 5 分）" in taker.say("我的成绩")
    assert "得分率：60%" in taker.say("证书")
    again, _ = regrade(recorded(taker) + recorded(taker, list(effects)), live, taker.releases)
    assert again == ()


def test_certificate_follows_the_points(taker: Taker) -> None:
    items = take_exam(taker, wrong={0, 1})
    assert "得分率：80%" in taker.say("证书")
    before = taker.session.results[-1].code
    live = with_item(taker.snapshot.content, fixed(items[1], taker))
    changes, _ = regrade(recorded(taker), live, taker.releases)
    taker.session, _ = regraded(taker.session, changes, SECRET)
    assert "9/10（及格）（已更正，原来是 8 分）" in taker.say("我的成绩")
    card = taker.say("证书")
    assert "得分率：90%" in card
    code = taker.session.results[-1].code
    assert code in card
    assert code != before
    # A certificate is on no list, so the first one can't be taken back: it says what it said on its day.
    assert "90%" in taker.say(f"验证 {code}")
    assert "80%" in taker.say(f"验证 {before}")


def test_key_fix_lowers_too_and_keeps_the_certificate_given(taker: Taker) -> None:
    items = take_exam(taker, wrong={0, 1, 2, 3})
    item = next(item for item in items[4:] if item.kind == "single")
    live = with_item(taker.snapshot.content, replace(item, key=((item.key[0] + 1) % len(item.options),)))
    changes, _ = regrade(recorded(taker), live, taker.releases)
    session, _ = regraded(taker.session, changes, SECRET)
    assert (session.results[-1].points, session.results[-1].passed) == (5.0, False)
    assert session.results[-1].code == taker.session.results[-1].code != ""


def test_running_attempt_is_left_alone(taker: Taker) -> None:
    taker.say("答题")
    item = taker.item
    taker.say(taker.wrong)
    live = with_item(taker.snapshot.content, fixed(item, taker))
    assert regrade(recorded(taker), live, taker.releases) == ((), ())


def test_options_that_only_moved_change_nothing(taker: Taker) -> None:
    items = take_exam(taker, wrong={0, 3})
    live = taker.snapshot.content
    for item in items:
        if item.kind in ("single", "multiple"):
            options = item.options[::-1]
            key = tuple(sorted(options.index(item.options[i]) for i in item.key))
            live = with_item(live, replace(item, options=options, key=key))
    assert regrade(recorded(taker), live, taker.releases) == ((), ())


def test_answer_whose_option_or_release_is_gone_is_named(taker: Taker) -> None:
    items = take_exam(taker, wrong=set(range(10)))
    item = next(item for item in items if item.kind == "single")
    options = tuple(f"{option}改" for option in item.options)
    live = with_item(taker.snapshot.content, replace(item, options=options))
    changes, unclear = regrade(recorded(taker), live, taker.releases)
    assert changes == ()
    assert [(u.item_id, u.reason) for u in unclear] == [(item.id, "option")]
    _, unclear = regrade(recorded(taker), live, {})
    assert {u.reason for u in unclear} == {"release"}


def test_ranking_is_the_best_of_each_and_forgets_who_left() -> None:
    def ranked(subject: str, attempt: str, points: float, seconds: int) -> dict[str, str]:
        fields = {"name": "ranked", "subject": subject, "attempt": attempt, "code_name": f"代号{subject}"}
        return {**fields, "points": str(points), "n": "10", "seconds": str(seconds)}

    ranking = Ranking()
    for effect in (
        ranked("a", "1", 7, 100),
        ranked("a", "2", 9, 300),
        ranked("b", "3", 9, 200),
        ranked("c", "4", 10, 900),
        {"name": "answered", "subject": "d"},
    ):
        ranking.take(effect)
    assert [row.code_name for row in ranking.rows(10)] == ["代号c", "代号b", "代号a"]
    ranking.take(ranked("a", "2", 10, 100))
    ranking.take({"name": "unranked", "subject": "c"})
    ranking.take({"name": "erased", "subject": "b"})
    assert [(row.code_name, row.points) for row in ranking.rows(10)] == [("代号a", 10.0)]
