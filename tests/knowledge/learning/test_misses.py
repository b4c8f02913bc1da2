"""Topics of unanswered questions: what belongs together, and what an editor is offered."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from knowledge.learning.misses import (
    Miss,
    Settled,
    group_misses,
    group_of,
    topic_id,
)
from knowledge.learning.suggestions import suggest, unused_passages
from knowledge.learning.verdicts import verdict_on
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble

# None of these was looked at while the likeness was made.
TOPICS = {
    "身份证": ["身份证丢了怎么补", "补办身份证在哪里", "身份证补办要多久"],
    "房产证": ["房产证怎么办理", "办房产证要交多少税", "房产证多久能拿到"],
    "献血": ["在哪里可以献血", "献血有什么条件", "献血后多久能再献"],
    "快递": ["快递丢了怎么投诉", "投诉快递找哪个部门", "怎么投诉快递"],
    "黎召阳微信": ["黎召阳的微信号", "黎召阳微信多少"],
    "许静微信": ["许静的微信号", "许静微信多少"],
    "垃圾": ["垃圾分类怎么分", "垃圾分类标准", "不分类垃圾罚多少"],
    "徽章": ["好网民徽章在哪买", "好网民徽章多少钱", "怎么买好网民徽章"],
}


def miss(snapshot: Snapshot, question: str, at_ms: int, n: int = 1) -> Miss:
    return Miss(question, group_of(snapshot, question), n, at_ms, at_ms)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_same_topic_in_other_words_is_one_topic_in_any_order(snapshot: Snapshot, seed: int) -> None:
    questions = [question for group in TOPICS.values() for question in group]
    random.Random(seed).shuffle(questions)
    topics = group_misses(
        [miss(snapshot, q, i, n=i + 1) for i, q in enumerate(questions)], (), snapshot.content
    )
    assert sorted(sorted(topic.wordings) for topic in topics) == sorted(map(sorted, TOPICS.values()))
    assert sum(topic.n for topic in topics) == sum(range(1, len(questions) + 1))


def test_later_questions_never_change_the_id_of_a_topic(snapshot: Snapshot) -> None:
    first = [miss(snapshot, q, i) for i, q in enumerate(TOPICS["身份证"][:2])]
    later = [miss(snapshot, q, 100 + i, n=50) for i, q in enumerate(TOPICS["身份证"][2:])]
    (before,) = group_misses(first, (), snapshot.content)
    (after,) = group_misses(first + later, (), snapshot.content)
    assert before.id == after.id == topic_id("身份证丢了怎么补")
    assert after.n == 52


def test_what_is_asked_like_a_settled_topic_belongs_to_it(snapshot: Snapshot) -> None:
    old = miss(snapshot, "护照过期了怎么换", 1)
    settled = Settled(old.question, old.group, "ignored", 2)
    misses = [miss(snapshot, "换护照要多久", 5), miss(snapshot, "高考成绩怎么查", 6)]
    topics = {topic.state: topic for topic in group_misses(misses, (settled,), snapshot.content)}
    assert topics["ignored"].wordings == ("换护照要多久",)
    assert topics["new"].wordings == ("高考成绩怎么查",)


def test_no_misses_are_no_topics(snapshot: Snapshot) -> None:
    assert group_misses([], (Settled("a", "a", "done", 1),), snapshot.content) == ()


def test_questions_without_words_are_grouped_by_their_characters(snapshot: Snapshot) -> None:
    misses = [Miss("？？", "", 1, 1, 1), Miss("fghjkl", "", 2, 2, 2), Miss("fghjkl；", "", 1, 3, 3)]
    assert [topic.n for topic in group_misses(misses, (), snapshot.content)] == [3, 1]


def test_passage_that_no_entry_sends_is_suggested_for_its_words(snapshot: Snapshot) -> None:
    content = snapshot.content
    silent = {
        i: e for i, e in content.entries.items() if not any("article-6" in q.passage_id for q in e.quotes)
    }
    lacking = assemble(replace(content, entries=silent))
    assert [p.id for p in unused_passages(lacking.content)] == ["self-discipline#article-6"]
    asked = Miss("计算机病毒谁来防范", "计算机 病毒 防范", 3, 1, 1)
    (topic,) = group_misses([asked], (), lacking.content)
    for base, found in ((snapshot, []), (lacking, ["self-discipline#article-6"])):
        verdict = verdict_on(base, topic.question)
        assert verdict is not None
        assert [p.id for p in suggest(topic, verdict, unused_passages(base.content)).passages] == found


def test_passage_that_holds_a_smaller_one_is_not_the_innermost(snapshot: Snapshot) -> None:
    content = replace(snapshot.content, entries={})
    nobody_sends = {passage.id for passage in unused_passages(content)}
    for outer in content.passages.values():
        for inner in content.passages.values():
            if outer.source_id == inner.source_id and outer.start <= inner.start and inner.end <= outer.end:
                is_larger = len(inner.text) < len(outer.text)
                assert not (is_larger and outer.id in nobody_sends), (outer.id, inner.id)
    assert len(nobody_sends) > len(content.sources)


def test_unused_passages_of_a_long_document_are_found_at_once(snapshot: Snapshot) -> None:
    # Compared with one another, they would take minutes.
    content = snapshot.content
    (name, first), n = next(iter(content.passages.items())), 20_000
    one = replace(first, source_id="long", text="一。", start=0, end=2, outer=())
    many = {f"long#{i}": replace(one, id=f"long#{i}", start=3 * i, end=3 * i + 2) for i in range(n)}
    source = replace(content.sources[name.partition("#")[0]], id="long", text="一。\n" * n)
    long = replace(content, sources={"long": source}, passages=many, entries={})
    assert len(unused_passages(long)) == n
