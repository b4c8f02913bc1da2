"""The shipped content: the source word for word, and every way to ask leads home."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.matching.decide import decide
from knowledge.matching.decision import Band
from knowledge.matching.snapshot import Snapshot

ORIGINAL = Path(__file__).parent.parent / "data/good-netizen-meeting-2020.txt"
ORDER = [
    "meeting-2020",
    "integrity-declaration",
    "self-discipline",
    "good-netizen-pledge",
    "publisher-notice",
]


def test_sources_are_the_published_report_word_for_word(snapshot: Snapshot) -> None:
    lines = [line.strip() for line in ORIGINAL.read_text(encoding="utf-8").splitlines()]
    # 附: and the three titles standing alone are headings of ours, not passages.
    body = "".join(line for line in lines if line != "附:" and not re.fullmatch(r"《[^《》]*》", line))
    joined = "".join(snapshot.content.sources[name].text for name in ORDER)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", body)


def test_every_phrasing_finds_its_own_entry(snapshot: Snapshot) -> None:
    lost = []
    for entry in snapshot.content.entries.values():
        for text in (entry.question, *entry.phrasings):
            decision = decide(snapshot, text)
            if decision.band is not Band.ANSWER or decision.hits[0].entry_id != entry.id:
                lost.append((text, entry.id, decision.rule, [hit.entry_id for hit in decision.hits]))
    assert lost == []


def test_every_sentence_of_the_sources_is_reached_by_an_entry(snapshot: Snapshot) -> None:
    content = snapshot.content
    quoted = [(content.passages[q.passage_id], q.text) for e in content.entries.values() for q in e.quotes]
    missed = []
    for source in content.sources.values():
        covered = bytearray(len(source.text))
        for passage, text in quoted:
            if passage.source_id == source.id:
                start = passage.start + passage.text.index(text)
                covered[start : start + len(text)] = b"\x01" * len(text)
        missed += [
            m.group()
            for m in re.finditer(r"[^。\n]+", source.text)
            if sum(covered[m.start() : m.end()]) < len(m.group()) * 0.9
        ]
    assert missed == []
