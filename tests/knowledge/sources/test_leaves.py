"""What an index is made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.model.problems import Mark
from knowledge.model.sources import Passage
from knowledge.sources.structure import leaves_of

BOUNDS = st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 5))


@given(st.lists(BOUNDS, max_size=12))
def test_a_leaf_is_a_passage_that_holds_no_other(bounds: list[tuple[str, int, int]]) -> None:
    passages = [
        Passage(f"{source}#{i}", source, "", start, start + length, "", "", "", Mark("", 0, 0))
        for i, (source, start, length) in enumerate(bounds)
    ]
    leaves = {
        p.id
        for p in passages
        if not any(
            q.id != p.id and q.source_id == p.source_id and p.start <= q.start and q.end <= p.end
            for q in passages
        )
    }
    assert {p.id for p in leaves_of(passages)} == leaves
