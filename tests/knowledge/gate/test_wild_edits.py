"""Wrong edits as somebody wrote them who has not read the checks: thefts, opposites and made-up facts are named."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.gate.gate import Finding, run_gate
from knowledge.gate.own_words.facts import Made, made_in_lead
from knowledge.gate.stolen import Newcomer, contradiction
from knowledge.gate.trial import Trial
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.model.entries import Entry
from knowledge.model.sources import Quote
from knowledge.release.build import assemble

WILD = Path(__file__).parents[2] / "data/gate"


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (WILD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def entry_of(content: Content, passage: str) -> Entry:
    """Return the entry that quotes a passage (an address or words of it) with the fewest words around it."""
    served = [entry for entry in content.entries.values() if not entry.gap and len(entry.quotes) == 1]
    plain = "".join(passage.split())
    fitting = [
        entry
        for entry in served
        if entry.quotes[0].passage_id == passage
        or plain in "".join(entry.quotes[0].text.split())
        or "".join(entry.quotes[0].text.split()) in plain
    ]
    return max(fitting, key=lambda entry: _likeness(entry, plain))


def _likeness(entry: Entry, plain: str) -> float:
    quoted = "".join(entry.quotes[0].text.split())
    return min(len(quoted), len(plain)) / max(len(quoted), len(plain))


def named(live: Snapshot, edits: dict[str, Entry]) -> list[Finding]:
    draft = assemble(replace(live.content, entries={**live.content.entries, **edits}))
    return list(run_gate(Trial(draft, live)).findings)


def named_phrasings(live: Snapshot, pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Return which phrasings the gate names, each put under the entry of its passage."""
    pairs = list(pairs)
    edits: dict[str, Entry] = {}
    for passage, phrasing in pairs:
        entry = entry_of(live.content, passage)
        entry = edits.get(entry.id, entry)
        edits[entry.id] = replace(entry, phrasings=(*entry.phrasings, phrasing))
    keys = {finding.key for finding in named(live, edits)}
    return {phrasing for _, phrasing in pairs if phrasing in keys}


def named_leads(live: Snapshot, name: str) -> set[str]:
    """Return which leads of a file the gate names, each written for a new entry with the passage's own quote."""
    edits = {}
    for number, row in enumerate(rows(name)):
        entry = entry_of(live.content, row["passage"])
        edits[f"x-{number}"] = replace(
            entry, id=f"x-{number}", question=f"试写的引导语{number}", phrasings=(), lead=row["lead"]
        )
    texts = {entry_id: entry.lead for entry_id, entry in edits.items()}
    return {texts[f.key] for f in named(live, edits) if f.code == "made-up" and f.key in texts}


# The claim is nine of ten named and nobody accused wrongly. The four sets are seen: kinds of mistakes were mended after
# the first look (26, 3, 16 and 1 accused), so what they show is that none comes back.
def test_thefts_are_named(snapshot: Snapshot) -> None:
    wild = rows("thefts")
    found = named_phrasings(snapshot, ((row["put_under"], row["phrasing"]) for row in wild))
    assert len(found) >= 27, sorted({row["phrasing"] for row in wild} - found)


def test_loosely_worded_opposites_are_named(snapshot: Snapshot) -> None:
    wild = rows("opposites")
    found = named_phrasings(snapshot, ((row["passage"], row["phrasing"]) for row in wild))
    assert len(found) >= 18, sorted({row["phrasing"] for row in wild} - found)


def against(snapshot: Snapshot, row: dict[str, str]) -> str:
    entry = snapshot.content.entries[row["entry"]]
    return contradiction(snapshot, snapshot, Newcomer(entry, row["phrasing"]))


# The sets called entries were written before the gate was read; it named 83, 70, 55 and 85 of 100 at first sight,
# and accused 7 of 60, 6, 2 and 2 of 30. Kinds of mistakes were mended after each look.
@pytest.mark.parametrize("name", ["opposites_dev", "opposites_entries"])
def test_opposites_written_for_this_are_named_nine_of_ten(snapshot: Snapshot, name: str) -> None:
    written = rows(name)
    missed = [row for row in written if not against(snapshot, row)]
    assert len(missed) <= len(written) // 10, missed


@pytest.mark.parametrize("name", ["agreeing_dev", "agreeing_entries"])
def test_phrasings_that_agree_with_their_quote_are_left_alone_in_the_same_styles(
    snapshot: Snapshot, name: str
) -> None:
    accused = [row for row in rows(name) if against(snapshot, row)]
    assert len(accused) <= len(rows(name)) // 100, accused


def test_no_shipped_phrasing_is_taken_for_an_opposite(snapshot: Snapshot) -> None:
    newcomers = [
        Newcomer(entry, text)
        for entry in snapshot.content.entries.values()
        for text in (entry.question, *entry.phrasings)
    ]
    assert not {new.text for new in newcomers if contradiction(snapshot, snapshot, new)}


def test_made_up_facts_are_named(snapshot: Snapshot) -> None:
    found = named_leads(snapshot, "made_up")
    assert len(found) >= 18, sorted({row["lead"] for row in rows("made_up")} - found)


def test_harmless_leads_are_left_alone(snapshot: Snapshot) -> None:
    assert not named_leads(snapshot, "leads_ok")


def beside_its_quote(snapshot: Snapshot, row: dict[str, str]) -> Made | None:
    """Return what is made up in a lead beside a quote, of the shipped sources or of any other document."""
    held = (p.id for p in snapshot.content.passages.values() if row["quote"].replace(",", "，") in p.text)
    entry = next(iter(snapshot.content.entries.values()))
    quote = Quote(next(held, "another#1"), row["quote"])
    return made_in_lead(snapshot, replace(entry, lead=row["lead"], quotes=(quote,)))


def test_facts_made_up_beside_other_documents_are_named_nine_of_ten(snapshot: Snapshot) -> None:
    written = rows("made_up_documents")
    missed = [row for row in written if not beside_its_quote(snapshot, row)]
    assert len(missed) <= len(written) // 10, missed


def test_honest_leads_beside_other_documents_are_left_alone(snapshot: Snapshot) -> None:
    found = {row["lead"]: beside_its_quote(snapshot, row) for row in rows("leads_ok_documents")}
    assert not {lead: made.facts for lead, made in found.items() if made}


def test_nothing_shipped_is_accused(snapshot: Snapshot) -> None:
    codes = {finding.code for finding in run_gate(Trial(snapshot, None)).findings}
    assert not codes & {"phrasing-stolen", "phrasing-opposed", "made-up"}


@pytest.mark.parametrize(
    ("entry_id", "phrasing", "code"),
    [
        ("a-4", "第五条讲什么", "phrasing-opposed"),
        ("a-4", "李志刚下一步怎么干", "phrasing-opposed"),
        ("a-4", "教育厅以后怎么干", "phrasing-opposed"),
        ("s-union-circle", "好网民倡议里的同心圆怎么讲", "phrasing-opposed"),
        ("a-2-privacy", "用户要为企业保密吗", "phrasing-opposed"),
        ("d-proverb", "失信行为只关系到个人吧", "phrasing-opposed"),
        ("s-league-influence", "把工作力量变成工作对象吧", "phrasing-opposed"),
        ("m-place", "谣言管不管", "phrasing-stolen"),
        ("a-3-5", "没备案能不能接入", "phrasing-stolen"),
        ("a-4-unfiled", "网站备了案为啥还不给接", "phrasing-opposed"),
        ("a-3-review", "先发后审是哪条规定", "phrasing-opposed"),
    ],
)
def test_wrong_phrasing_is_refused_until_a_person_accepts_it_by_name(
    snapshot: Snapshot, entry_id: str, phrasing: str, code: str
) -> None:
    entry = snapshot.content.entries[entry_id]
    entries = {**snapshot.content.entries, entry_id: replace(entry, phrasings=(*entry.phrasings, phrasing))}
    draft = assemble(replace(snapshot.content, entries=entries))
    found = {f.key: f for f in run_gate(Trial(draft, snapshot)).findings if f.code == code}
    assert found[phrasing].acceptable
    assert entry_id in found[phrasing].message
    assert f"{entry.mark.file}:{entry.mark.line}" in found[phrasing].message
    report = run_gate(Trial(draft, snapshot, accepted=[phrasing]))
    assert phrasing in {f.key for f in report.accepted}


def test_fact_that_the_quote_has_not_is_refused_in_leads_explanations_and_replies(snapshot: Snapshot) -> None:
    content = snapshot.content
    entry, item = content.entries["m-time"], next(iter(content.items.values()))
    lead, why, nod = "会议开了三个小时，主持人是王小明：", "这是2019年北京大学提出的。", "我们有12个分会。"
    draft = replace(
        snapshot,
        content=replace(
            content,
            entries={**content.entries, entry.id: replace(entry, lead=lead)},
            items={**content.items, item.id: replace(item, why=why)},
            replies={**content.replies, "nod": nod},
        ),
    )
    told = {f.key: f.message for f in run_gate(Trial(draft, snapshot)).findings if f.code == "made-up"}
    assert "三个" in told[entry.id]
    assert "王小明" in told[entry.id]
    assert "2019年" in told[item.id]
    assert "12个" in told["nod"]


@pytest.mark.parametrize(
    ("quote", "lead", "told"),
    [
        ("不为未备案网站提供接入", "违反者将被罚款，第四条规定：", ("罚款",)),
        ("不为未备案网站提供接入", "第四条说，不照做的列入黑名单：", ("黑名单",)),
        ("青年好网民需要的不仅仅是一个头衔", "评上的有补贴，许静说：", ("补贴",)),
        ("树立诚信,需要法律制度的完善和刚性执行", "失信的要追究责任，宣言写道：", ("追究",)),
        ("擅自占用的，处二百元以下罚款", "占用了会被处罚，办法写道：", ()),
        ("评为先进的，给予表彰", "评上了有奖励，办法写道：", ()),
        ("不为未备案网站提供接入", "原文没有收录处罚，只写了：", ()),
    ],
)
def test_consequence_that_the_quote_has_not_is_made_up(
    snapshot: Snapshot, quote: str, lead: str, told: tuple[str, ...]
) -> None:
    made = beside_its_quote(snapshot, {"quote": quote, "lead": lead})
    assert (made.facts if made else ()) == told
