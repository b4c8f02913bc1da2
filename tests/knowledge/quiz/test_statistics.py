"""The examiner's figures equal those of a slow, obvious count."""

from __future__ import annotations

import random
import statistics as standard
from dataclasses import replace

import pytest

from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.problems import Mark
from knowledge.model.sources import Quote
from knowledge.quiz.past_attempts import read_attempts
from knowledge.quiz.statistics import PastAnswer, PastAttempt, correlation, remarks, statistics
from knowledge.release.build import parse_files


def item(item_id: str, kind: str = "single", key: tuple[int, ...] = (0,), n_options: int = 4) -> Item:
    return Item(
        item_id,
        kind,
        "题干",
        tuple(f"选项{i}" for i in range(n_options)),
        key,
        "因为",
        Quote("a#b", "原文"),
        "共同",
        (),
        1,
        Mark("quiz/x.yaml", 1, 1),
        accepted=("十",) if kind == "fill" else (),
    )


def run(n_takers: int, n_items: int, seed: int) -> list[PastAttempt]:
    """Return attempts of takers of different strength at items of different difficulty."""
    rng = random.Random(seed)
    hardness = {f"q-{i}": rng.random() for i in range(n_items)}
    attempts = []
    for number in range(n_takers):
        strength = rng.random()
        drawn = rng.sample(sorted(hardness), min(10, n_items))
        answers = []
        for item_id in drawn[: 10 if number % 5 else rng.randint(1, 9)]:
            right = rng.random() < (strength + 1 - hardness[item_id]) / 2
            answers.append(
                PastAnswer(item_id, "0" if right else str(rng.randint(1, 3)), rng.choice((1.0, 0.5)) * right)
            )
        attempts.append(PastAttempt("default", tuple(answers), 0.5 if len(answers) == 10 else None))
    return attempts


def slow_facility(attempts: list[PastAttempt], item_id: str) -> float:
    marks = [a.fraction for s in attempts for a in s.answers if a.item_id == item_id]
    return sum(marks) / len(marks)


def slow_discrimination(attempts: list[PastAttempt], item_id: str) -> float | None:
    own, rest = [], []
    for attempt in attempts:
        if attempt.score is not None and any(a.item_id == item_id for a in attempt.answers):
            own.append(next(a.fraction for a in attempt.answers if a.item_id == item_id))
            rest.append(standard.mean(a.fraction for a in attempt.answers if a.item_id != item_id))
    try:
        return standard.correlation(own, rest)
    except standard.StatisticsError:
        return None


@pytest.mark.parametrize("seed", range(5))
def test_facility_and_discrimination_equal_the_slow_count(seed: int) -> None:
    attempts = run(200, 25, seed)
    found = statistics(attempts, {})
    assert set(found.items) == {a.item_id for s in attempts for a in s.answers}
    defined = 0
    for item_id, one in found.items.items():
        assert one.facility == pytest.approx(slow_facility(attempts, item_id))
        slow = slow_discrimination(attempts, item_id)
        assert one.discrimination == (None if slow is None else pytest.approx(slow))
        assert one.n == sum(a.item_id == item_id for s in attempts for a in s.answers)
        defined += slow is not None
    assert defined == 25


def test_four_attempts_counted_by_hand() -> None:
    attempts = [
        PastAttempt(
            "default", (PastAnswer("a", "0", 1), PastAnswer("b", "0", 1), PastAnswer("c", "0", 1)), 1.0
        ),
        PastAttempt(
            "default", (PastAnswer("a", "0", 1), PastAnswer("b", "2", 0), PastAnswer("c", "0", 1)), 2 / 3
        ),
        PastAttempt(
            "default", (PastAnswer("a", "3", 0), PastAnswer("b", "2", 0), PastAnswer("c", "1", 0)), 0.0
        ),
        PastAttempt("default", (PastAnswer("a", "3", 0),)),
    ]
    found = statistics(attempts, {name: item(name) for name in "abc"})
    assert {name: one.facility for name, one in found.items.items()} == {
        "a": 0.5,
        "b": pytest.approx(1 / 3),
        "c": pytest.approx(2 / 3),
    }
    # a: marks 1, 1, 0 against 1, 1/2, 0 on the others: covariance 1/6·…, by hand √3/2.
    assert found.items["a"].discrimination == pytest.approx(3**0.5 / 2)
    assert (found.items["a"].n, found.items["a"].n_compared) == (4, 3)
    assert dict(found.items["a"].choices) == {0: 2, 3: 2}
    assert found.scores == (1, pytest.approx(2 / 3), 0)
    assert found.bins == (1, 0, 0, 0, 0, 0, 1, 0, 0, 1)


def test_item_that_was_not_reached_earned_nothing_as_in_its_paper() -> None:
    """Moodle gives an item that was left blank in a finished attempt 0 of its mark: 2 of 5 is .40, not .67."""
    reached = [("0", 1.0), ("0", 1.0), ("1", 0.0)]
    attempts = [
        PastAttempt("exam", (PastAnswer("a", "0", 1.0), PastAnswer("b", given, mark)), (1 + mark) / 2)
        for given, mark in reached
    ]
    attempts += [PastAttempt("exam", (PastAnswer("a", "1", 0.0),), 0.0, unreached=("b",))] * 2
    found = statistics(attempts, {name: item(name) for name in "ab"}).items
    assert (found["b"].n, found["b"].n_unreached, found["b"].facility) == (3, 2, pytest.approx(0.4))
    assert (found["a"].n, found["a"].n_unreached, found["a"].facility) == (5, 0, pytest.approx(0.6))
    # Item against the rest over all five papers: marks 1, 1, 0, 0, 0 against 1, 1, 1, 0, 0.
    assert found["b"].n_compared == 5
    assert found["b"].discrimination == pytest.approx(standard.correlation([1, 1, 0, 0, 0], [1, 1, 1, 0, 0]))


def test_item_that_nobody_reached_is_told_of() -> None:
    found = statistics(
        [PastAttempt("exam", (PastAnswer("a", "0", 1.0),), 0.5, unreached=("b",))], {"b": item("b")}
    )
    assert (found.items["b"].n, found.items["b"].n_unreached, found.items["b"].facility) == (0, 1, 0.0)


def test_what_never_varies_has_no_discrimination() -> None:
    assert correlation([]) is None
    assert correlation([(1, 0.5)]) is None
    assert correlation([(1, 0.5), (1, 0.7)]) is None
    assert correlation([(0, 0.5), (1, 0.5)]) is None


def test_multiple_counts_every_option_named_and_fill_the_words() -> None:
    bank = {"m": item("m", "multiple", (0, 1)), "f": item("f", "fill", (), 0)}
    found = statistics(
        [
            PastAttempt("default", (PastAnswer("m", "0,1", 1), PastAnswer("f", "十", 1)), 1.0),
            PastAttempt("default", (PastAnswer("m", "0,3", 0), PastAnswer("f", "2016", 0)), 0.0),
        ],
        bank,
    )
    assert dict(found.items["m"].choices) == {0: 2, 1: 1, 3: 1}
    assert dict(found.items["f"].written) == {"十": 1, "2016": 1}
    assert not found.items["f"].choices


def test_remarks_name_hard_easy_flat_and_doubtful_items() -> None:
    def told(given: list[str], rights: list[int]) -> tuple[str, ...]:
        attempts = [
            PastAttempt(
                "default",
                (PastAnswer("x", g, float(g == "0")), PastAnswer("y", "0", float(right))),
                0.5,
            )
            for g, right in zip(given, rights, strict=True)
        ]
        return remarks(statistics(attempts, {"x": item("x")}).items["x"], item("x"))

    half = [1, 0] * 10
    assert told(["0", "1"] * 5, [1, 0] * 5) == ()  # ten answers say nothing yet
    assert told(["0"] * 20, half) == ("easy", "idle")
    assert told(["1", "2", "3", "1"] * 5, half) == ("hard", "doubtful")
    assert told(["0", "1", "0", "2", "3"] * 4, [0, 1, 0, 1, 1] * 4) == ("flat",)
    assert told(["0", "1", "0", "2", "0", "3", "0", "1", "0", "2"] * 2, half) == ()


def content_of(item: Item) -> Content:
    return replace(parse_files({})[0], items={item.id: item})


def answered(attempt: str, given: str, fraction: float, release: str = "new") -> dict[str, str]:
    effect = {"name": "answered", "attempt": attempt, "item": "a", "given": given, "fraction": str(fraction)}
    return effect | {"release": release, "paper": "exam"}


def test_effects_become_attempts_and_foreign_effects_are_passed_over() -> None:
    effects = [
        {"name": "started", "attempt": "1", "paper": "exam"},
        {"name": "missed", "text": "今天天气"},
        answered("1", "2", 0),
        answered("0", "1", 1),
        answered("1", "1", 1),
        {"name": "finished", "attempt": "1", "paper": "exam", "points": "1.0", "n": "4"},
    ]
    assert read_attempts(effects, {"a": item("a")}, {"new": content_of(item("a"))}) == (
        PastAttempt("exam", (PastAnswer("a", "1", 1.0),), 0.25),
        PastAttempt("exam", (PastAnswer("a", "1", 1.0),)),
    )


def test_effect_names_what_was_not_reached() -> None:
    finished = {
        "name": "finished",
        "attempt": "1",
        "paper": "exam",
        "points": "1.0",
        "n": "3",
        "unreached": "b,c",
    }
    (attempt,) = read_attempts([answered("1", "2", 0), finished], {"a": item("a")}, {})
    assert attempt.unreached == ("b", "c")


def test_option_that_moved_keeps_its_meaning_and_one_that_is_gone_is_nobodys() -> None:
    before = replace(item("a"), options=("成都", "绵阳", "内江", "德阳"))
    now = replace(item("a"), options=("德阳", "成都", "内江", "宜宾"), key=(1,))
    effects = [answered("1", "0", 1, "old"), answered("2", "1", 0, "old"), answered("3", "0,3", 0, "old")]
    given = [s.answers[0].given for s in read_attempts(effects, {"a": now}, {"old": content_of(before)})]
    assert given == ["1", "", "1,0"]
    assert [s.answers[0].given for s in read_attempts(effects, {"a": now}, {})] == ["", "", ""]


def test_mark_that_was_put_right_counts_in_facility_and_score() -> None:
    effects = [
        answered("1", "2", 0),
        {"name": "finished", "attempt": "1", "paper": "exam", "points": "1.0", "n": "4"},
        {"name": "regraded", "attempt": "1", "item": "a", "fraction": "1.0"},
    ]
    (attempt,) = read_attempts(effects, {}, {})
    assert (attempt.answers[0].fraction, attempt.score) == (1.0, 0.5)
