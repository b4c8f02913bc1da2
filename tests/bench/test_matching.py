"""The matching benchmark: its measures against hand counts, and one whole run over a tiny made-up set."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from bench import matching
from bench.measures import Found, auroc, difference, hits, reciprocal_ranks, threshold, worth
from bench.peers import METHODS, PEERS, Fts5
from bench.perturb import Homophones, changed, changes
from bench.recipe import Recipe, divide
from bench.sets import load_sets

ROWS = ("怎么办理网站备案", "举报中心的电话是多少", "网络谣言怎么举报", "证书丢了怎么补", "活动什么时候开始")
GOLD = [frozenset({0}), frozenset({1}), frozenset({2}), frozenset({3})]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tiny").mkdir()
    files = {
        "corpus": [{"id": f"c{i}", "text": text} for i, text in enumerate(ROWS)],
        "queries": [
            {"qid": "q0", "text": "网站备案咋个办", "gold": ["c0"]},
            {"qid": "q1", "text": "谣言去哪里举报", "gold": ["c2"]},
            {"qid": "q2", "text": "证书弄丢了能补吗", "gold": ["c3"]},
        ],
        "noanswer": [
            {"qid": "n0", "text": "举报有没有奖励", "type": "heldout"},
            {"qid": "n1", "text": "成都明天下雨吗", "type": "ood"},
        ],
    }
    for name, rows in files.items():
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / "tiny" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return tmp_path


def test_hits_and_ranks_are_counted_as_by_hand() -> None:
    # right first, right third, right eleventh (too late), nothing found
    found = [Found([0, 4]), Found([0, 4, 1]), Found([*range(10, 20), 2]), Found([])]
    assert hits(found, GOLD).tolist() == [1, 0, 0, 0]
    assert hits(found, GOLD, 3).tolist() == [1, 1, 0, 0]
    assert reciprocal_ranks(found, GOLD).tolist() == pytest.approx([1, 1 / 3, 0, 0])


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    # of 6 pairs 4 are right and 1 is a tie
    assert auroc([0.9, 0.4], [0.1, 0.4, 0.8]) == pytest.approx((4 + 0.5) / 6)
    assert np.isnan(auroc([1.0], []))


def test_threshold_takes_as_many_of_either_kind() -> None:
    # 1 of each kind: 0.2 and 0.4; nine tenths of the way between them
    assert threshold([0.2, 9.0, 9.0], [0.4]) == pytest.approx(0.38)


def test_a_right_answer_below_the_threshold_is_not_counted() -> None:
    found = [Found([0], 0.9), Found([1], 0.3), Found([9], 0.8), Found([3], 0.7)]
    measured = worth(found, GOLD, [0.5], [0.1])
    assert measured.hit1 == 0.75
    assert measured.hit1_rejecting == 0.5


def test_difference_of_a_method_with_itself_is_nothing() -> None:
    once = np.array([1.0, 0.0, 1.0])
    assert difference(once, once) == (0.0, 0.0, 0.0)
    mean, low, high = difference(once, np.zeros(3))
    assert mean == pytest.approx(2 / 3)
    assert low <= mean <= high


def test_every_change_is_the_same_in_every_run_and_changes_what_it_says() -> None:
    texts = ["网站备案怎么办理", "证书丢了怎么补"]
    by_name = changes([*ROWS, "王占柏岸"])
    again = {name: changed(texts, name, change) for name, change in by_name.items()}
    for name, change in by_name.items():
        assert changed(texts, name, change) == again[name]
    assert all(len(a) == len(b) - 1 for a, b in zip(again["1 deleted"], texts, strict=True))
    assert all(sorted(a) == sorted(b) != a for a, b in zip(again["1 swapped"], texts, strict=True))
    assert again["traditional"][0] == "網站備案怎麼辦理"
    assert again["pinyin only"][1] == "zhengshudiulezenmebu"
    assert all(text in longer for text, longer in zip(texts, again["filler"], strict=True))


def test_a_homophone_sounds_the_same_and_is_another_character() -> None:
    assert Homophones(["网王"]).change("上网", random.Random(1), 1) == "上王"
    assert Homophones(["网"]).change("上网", random.Random(1), 1) == "上网"


def test_recipe_finds_by_characters_and_by_sound() -> None:
    recipe = Recipe(ROWS)
    assert recipe.search("网站备案如何办理").rows[0] == 0
    assert recipe.search("zhengshudiulezenmebu").rows[0] == 3
    assert recipe.search("😀").rows == []
    assert divide("http", frozenset({"hu"})) == []


def test_fts_needs_three_characters() -> None:
    peer = Fts5(ROWS)
    assert peer.search("补").rows == []
    assert peer.search('"网络谣言"').rows[0] == 2


def test_a_whole_run_prints_every_table_and_names_what_it_skips(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "METHODS", [m for m in METHODS if m.needs != "sklearn"])
    kept, picture = tmp_path / "kept.json", tmp_path / "chart.svg"
    matching.main([str(folder), "--quick", "--json", str(kept), "--chart", str(picture)])
    printed = capsys.readouterr().out
    for heading in ("tiny: 5 rows, 3 questions", "paired bootstrap", "robustness", "ours at 5 rows"):
        assert heading in printed
    figures = json.loads(kept.read_text(encoding="utf-8"))
    for method in PEERS:
        if method.needs != "sklearn":
            assert (method.name in figures["sets"]["tiny"]) != (method.name in figures["skipped"])
    assert figures["sets"]["tiny"]["ours"]["hit1"] == 1.0
    assert set(figures["robustness"]["hit1"]["ours"]) >= {"clean", "traditional", "pinyin only"}
    assert picture.read_text(encoding="utf-8").count("<rect") == 1 + len(figures["sets"]["tiny"])


def test_a_folder_without_sets_is_told_what_a_set_is(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"a set is a folder with corpus\.jsonl"):
        load_sets(tmp_path)


def test_a_broken_line_is_named(folder: Path) -> None:
    (folder / "tiny/corpus.jsonl").write_text('{"id": "c0", "text": "好"}\n{', encoding="utf-8")
    with pytest.raises(SystemExit, match=r"corpus\.jsonl:2: not JSON"):
        load_sets(folder)
