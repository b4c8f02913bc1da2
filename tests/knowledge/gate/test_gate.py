"""The gate: a draft that would say something wrong stays a draft, and is told why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.gate.gate import Report, run_gate
from knowledge.gate.precision import measure, try_cases
from knowledge.gate.trial import Trial
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.matching.snapshot import Snapshot
from knowledge.model.entries import Case, Entry
from knowledge.model.problems import Mark
from knowledge.release.build import assemble, build
from tests.serving import copy_small_content

NOWHERE = Mark("tests/x.yaml", 1, 1)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("small")
    return build(copy_small_content(folder / "content"))


def edit(snapshot: Snapshot, entry_id: str, **changes: object) -> Snapshot:
    entries = dict(snapshot.content.entries)
    entries[entry_id] = replace(entries[entry_id], **changes)  # type: ignore[arg-type]
    return assemble(replace(snapshot.content, entries=entries))


def with_cases(snapshot: Snapshot, *cases: Case) -> Snapshot:
    return replace(snapshot, content=replace(snapshot.content, cases=cases))


def gate(draft: Snapshot, live: Snapshot | None, **options: object) -> Report:
    return run_gate(Trial(draft, live, **options))  # type: ignore[arg-type]


def codes(report: Report) -> dict[str, str]:
    return {finding.key: finding.code for finding in report.findings}


def test_draft_that_equals_live_passes(live: Snapshot) -> None:
    report = gate(live, live, asked=["未备案的网站能不能接入", "会议在哪里召开"])
    assert report.findings == ()
    assert report.flips == ()
    assert report.difference.edited == frozenset()


def test_added_entry_with_sound_phrasings_passes(live: Snapshot) -> None:
    draft = edit(live, "article-5", phrasings=("提供互动信息服务的企业要遵守什么", "论坛和评论区归哪条管"))
    assert gate(draft, live).findings == ()
    assert gate(draft, live).difference.changed == ("article-5",)


def test_broken_alternate_is_refused_by_name(live: Snapshot) -> None:
    draft = edit(live, "purpose", phrasings=("为什么要开推进会", "动员大家做什么"))
    report = gate(draft, live)
    assert codes(report)["开会图个啥"] == "phrasing-dropped"
    assert "开会图个啥" in next(f.message for f in report.findings if f.key == "开会图个啥")


@pytest.mark.parametrize(
    ("entry_id", "before", "after"),
    [
        ("article-4", "未备案的网站能不能接入", "已备案的网站能不能接入"),
        ("article-5", "提供互动信息服务的企业要遵守什么", "提供互动信息服务的企业不要遵守什么"),
        ("article-4", "自律倡议书第四条说了什么？", "自律倡议书第五条说了什么"),
    ],
)
def test_negated_or_renumbered_alternate_is_refused_by_name(
    live: Snapshot, entry_id: str, before: str, after: str
) -> None:
    entry = live.content.entries[entry_id]
    kept = tuple(text for text in entry.phrasings if text != before)
    report = gate(edit(live, entry_id, phrasings=(*kept, after)), live)
    assert codes(report)[after] in {"twin-adopted", "phrasing-lost"}
    assert before in " ".join(finding.message for finding in report.findings)


def test_phrasing_of_another_entry_is_refused_by_name(live: Snapshot) -> None:
    draft = edit(live, "place", phrasings=("会议什么时候开的", "开会地点", "未备案网站能不能接入"))
    draft = edit(draft, "article-4", phrasings=("未备案的网站能不能接入", "未备案网站能不能接入"))
    assert codes(gate(draft, live))["未备案网站能不能接入"] == "phrasing-lost"


def test_finding_about_a_new_phrasing_names_the_line_that_was_typed(live: Snapshot) -> None:
    entry = live.content.entries["article-4"]
    draft = edit(live, "article-4", phrasings=(*entry.phrasings, "没备案也能接入吧"))
    written = "\n" * (entry.mark.line - 1) + "- id: article-4\n  phrasings:\n    - 没备案也能接入吧\n"
    report = gate(draft, live, files={entry.mark.file: written})
    told = {f.key: f.message for f in report.findings if f.code == "phrasing-opposed"}
    assert f"（{entry.mark.file}:{entry.mark.line + 2}）" in told["没备案也能接入吧"]


def test_dropped_phrasing_is_refused_until_accepted(live: Snapshot) -> None:
    draft = edit(live, "purpose", phrasings=("为什么要开推进会",))
    dropped = "开会图个啥"
    assert codes(gate(draft, live)) == {dropped: "phrasing-dropped"}
    report = gate(draft, live, accepted=[dropped])
    assert report.findings == ()
    assert [finding.key for finding in report.accepted] == [dropped]


def test_phrasing_that_moved_to_another_entry_was_meant_to_go(live: Snapshot) -> None:
    draft = edit(live, "purpose", phrasings=("为什么要开推进会",))
    draft = edit(draft, "place", phrasings=("会议什么时候开的", "开会地点", "开会图个啥"))
    assert "phrasing-dropped" not in codes(gate(draft, live)).values()


def test_removed_entry_is_refused_until_accepted(live: Snapshot) -> None:
    entries = {k: v for k, v in live.content.entries.items() if k != "purpose"}
    draft = assemble(replace(live.content, entries=entries))
    assert codes(gate(draft, live))["purpose"] == "entry-removed"
    assert "purpose" not in codes(gate(draft, live, accepted=["purpose"]))


def test_past_question_that_an_unedited_entry_answered_may_not_flip(live: Snapshot) -> None:
    question = "未备案网站能否接入"
    assert decide(live, question).hits[0].entry_id == "article-4"
    draft = edit(live, "purpose", phrasings=("为什么要开推进会", "开会图个啥", question))
    report = gate(draft, live, asked=[question])
    assert codes(report)[question] == "answer-flipped"
    assert "article-4" in next(f.message for f in report.findings if f.key == question)
    assert question not in codes(gate(draft, live, asked=[question], accepted=[question]))


def test_past_question_that_was_declined_may_find_the_edited_entry(live: Snapshot) -> None:
    question = "会务组安排的午餐在哪个厅"
    assert decide(live, question).band is not Band.ANSWER
    draft = edit(live, "place", phrasings=("会议什么时候开的", "开会地点", question))
    report = gate(draft, live, asked=[question])
    assert question not in codes(report)
    assert [(flip.question, flip.inside) for flip in report.flips] == [(question, True)]


def test_twin_of_a_new_phrasing_that_gets_its_words_is_refused(
    live: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.gate import twins as minimal_pairs

    draft = edit(live, "article-4", phrasings=("未备案的网站能不能接入", "网站应该怎么接入"))
    careless = decide(draft, "未备案的网站能不能接入")
    monkeypatch.setattr(minimal_pairs, "decide", lambda *_: careless)
    found = codes(gate(draft, live))
    assert found["网站不应该怎么接入"] == "twin-answered"
    placed = Case("网站不应该怎么接入", ("article-4",), (), must=False, mark=NOWHERE)
    assert "网站不应该怎么接入" not in codes(gate(with_cases(draft, placed), live))


def test_failed_case_can_not_be_accepted(live: Snapshot) -> None:
    case = Case("未备案的网站能不能接入", ("article-5",), (), must=True, mark=NOWHERE)
    report = gate(with_cases(live, case), live, accepted=[case.question])
    assert codes(report)[case.question] == "case-failed"
    assert "tests/x.yaml:1" in report.findings[0].message


@pytest.mark.parametrize(
    ("ids", "says", "holds"),
    [
        (("article-4",), (), True),
        (("article-5", "article-4"), (), True),
        ((), ("不为未备案网站提供接入",), True),
        ((), ("不为未备案网站提供接入", "另一句"), False),
        ((), (), False),
    ],
)
def test_case_may_name_entries_or_words(
    live: Snapshot, ids: tuple[str, ...], says: tuple[str, ...], holds: bool
) -> None:
    draft = with_cases(live, Case("未备案的网站能不能接入", ids, says, must=True, mark=NOWHERE))
    assert (gate(draft, live).findings == ()) is holds


def test_contract_counts_direct_answers_only(live: Snapshot) -> None:
    cases = [
        Case("未备案的网站能不能接入", ("article-4",), (), must=False, mark=NOWHERE),
        Case("会议在哪里召开", ("article-4",), (), must=False, mark=NOWHERE),
        Case("哪些企业签了诚信宣言", (), (), must=False, mark=NOWHERE),
        Case("今天天气怎么样", (), (), must=False, mark=NOWHERE),
    ]
    draft = with_cases(live, *cases)
    contract = measure(draft, try_cases(draft), 0.9)
    assert (contract.n_cases, contract.n_answered, contract.n_right) == (4, 2, 1)
    assert codes(gate(draft, live, min_precision=0.9)) == {"precision": "below-contract"}
    assert gate(draft, live, min_precision=0.5).findings == ()


def test_only_edited_entries_are_tried_and_all_of_them_in_full(live: Snapshot) -> None:
    n_all = sum(1 + len(entry.phrasings) for entry in live.content.entries.values())
    draft = edit(live, "purpose", lead="报道写了会议的目的：")
    assert gate(draft, live).n_phrasings == 3
    assert gate(draft, live, full=True).n_phrasings == n_all
    assert gate(live, None).n_phrasings == n_all


def test_archived_entry_stops_answering_and_its_case_says_so(live: Snapshot) -> None:
    entry: Entry = live.content.entries["purpose"]
    draft = edit(live, "purpose", status="archived")
    draft = with_cases(draft, Case("这次会议的目的是什么？", (entry.id,), (), must=True, mark=NOWHERE))
    undated = replace(draft.content.entries["purpose"], valid_from="", valid_to="")
    draft = replace(
        draft, content=replace(draft.content, entries={**draft.content.entries, "purpose": undated})
    )
    # A sentence of its source answers in its place: not what the case asks for, the only one there is.
    found = codes(gate(draft, live))
    assert found == {"这次会议的目的是什么？": "case-failed", "precision": "below-contract"}


def test_shipped_content_passes_its_own_gate(snapshot: Snapshot) -> None:
    report = run_gate(Trial(snapshot, snapshot, min_precision=0.99))
    assert report.findings == ()
    assert report.contract.n_answered > 80
