"""Answers from the source itself: sentences in their context, beside entries and without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit
from knowledge.matching.index.meaning import Vectors, digest_of, middles, restored, rounded
from knowledge.matching.index.sentences import quotes_of, sentences_of
from knowledge.matching.passages import search_sentences
from knowledge.matching.query import read_query
from knowledge.matching.sentence_features import features_of_sentences
from knowledge.matching.snapshot import Snapshot
from knowledge.model.content import Content
from knowledge.release.build import assemble, parse_files

NOTICE = """---
id: notice
title: 关于举办读书月活动的通知
kind: 通知
date: 2026-03-02
publisher: 青松街道办事处
rights: 公开
---

# 一、活动时间 {#time}

2026年4月1日至4月30日。

# 二、参加办法 {#how}

有下列情形之一的，可以免费借阅：

## （一）学生 {#how-1}

（一）持学生证的在校学生；

## （二）老人 {#how-2}

（二）年满六十五周岁的老人。

# 三、奖励 {#prizes}

评出一等奖10名，颁发证书。其中学生组不少于4名。获奖名单在街道公告栏公布。
"""
RULES = """---
id: rules
title: 图书室管理规定
kind: 规定
date: 2025-01-01
publisher: 青松街道办事处
rights: 公开
---

# 第一条 {#article-1 article=1}

第一条 图书室每天九点开门。

# 第二条 {#article-2 article=2}

第二条 不得在书上涂画。
"""


def content(**files: str) -> Content:
    """Return the content of a few source files, without one entry."""
    parsed, _ = parse_files({f"sources/{name}.md": text for name, text in files.items()})
    return parsed


@pytest.fixture(scope="module")
def bare() -> Snapshot:
    return assemble(content(notice=NOTICE, rules=RULES.replace("article-1 article=1", "article-1 article=1")))


def test_question_is_answered_by_a_sentence_word_for_word(bare: Snapshot) -> None:
    decision = decide(bare, "一等奖评几名")
    assert decision.band is Band.ANSWER
    hit = decision.hits[0]
    assert (hit.entry_id, hit.passage_id) == ("", "notice#prizes")
    text = bare.content.sources["notice"].text
    assert all(quote.text in text for quote in hit.quotes)


def test_item_of_a_short_list_is_sent_with_the_whole_list(bare: Snapshot) -> None:
    item = next(s for s in bare.sentences.values() if s.text.startswith("（二）"))
    said = [quote.text for quote in quotes_of(bare.content, bare.structure, item)]
    assert said == [bare.content.passages["notice#how"].text]
    assert (item.passage_id, item.inner_id) == ("notice#how", "notice#how-2")


def test_item_of_a_long_list_is_sent_under_the_words_that_lead_in_to_it() -> None:
    long = NOTICE.replace("持学生证的在校学生", "持学生证的在校学生" * 30)
    snapshot = assemble(content(notice=long))
    item = next(s for s in snapshot.sentences.values() if s.text.startswith("（二）"))
    said = [quote.text for quote in quotes_of(snapshot.content, snapshot.structure, item)]
    assert said == ["有下列情形之一的，可以免费借阅：", "（二）年满六十五周岁的老人。"]


def test_nothing_that_must_not_answer_is_sent_along() -> None:
    silent = NOTICE.replace("{#how-1}", "{#how-1 answers=no}")
    snapshot = assemble(content(notice=silent))
    item = next(s for s in snapshot.sentences.values() if s.text.startswith("（二）"))
    assert item.passage_id == "notice#how-2"


def test_sentence_that_refers_back_has_the_one_before_as_context(bare: Snapshot) -> None:
    sentence = next(s for s in bare.sentences.values() if s.text.startswith("其中学生组"))
    assert "评出一等奖10名，颁发证书。" in sentence.context
    assert "三、奖励" in sentence.context


def test_clause_is_sent_by_its_number_without_any_entry(bare: Snapshot) -> None:
    decision = decide(bare, "第二条说了什么")
    assert decision.band is Band.ANSWER
    assert decision.hits[0].quotes[0].text == "第二条 不得在书上涂画。"
    assert decide(bare, "第九条").rule == "no-such-clause"


TWO_PARAGRAPHS = """---
id: hall
title: 礼堂使用办法
kind: 办法
date: 2026-03-02
publisher: 青松街道办事处
rights: 公开
---

# 第十二条 {#article-12 article=12}

## 第一款 {#article-12.p1 article=12}

第十二条 租用礼堂应当提交：

### 第（一）项 {#article-12.1 article=12.1}

（一）申请书；

### 第（二）项 {#article-12.2 article=12.2}

（二）负责人的身份证明。

## 第二款 {#article-12.p2 article=12}

押金当日退还。
"""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("第12条第一款第二项", "（二）负责人的身份证明。"),
        ("第十二条第1款第（一）项讲什么", "（一）申请书；"),
        ("第十二条第二项", "（二）负责人的身份证明。"),
    ],
)
def test_item_of_a_paragraph_of_an_article_is_sent_by_its_numbers(asked: str, said: str) -> None:
    decision = decide(assemble(content(hall=TWO_PARAGRAPHS)), asked)
    assert decision.band is Band.ANSWER
    assert decision.hits[0].quotes[-1].text == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("第十二条第二款", "押金当日退还。"),
        ("第12条的第2款说了什么", "押金当日退还。"),
        ("第十三条第一款是什么", "第十三条 本办法自印发之日起施行。"),
    ],
)
def test_paragraph_of_an_article_is_sent_by_its_number_and_is_no_item(asked: str, said: str) -> None:
    last = "\n# 第十三条 {#article-13 article=13}\n\n第十三条 本办法自印发之日起施行。\n"
    decision = decide(assemble(content(hall=TWO_PARAGRAPHS + last)), asked)
    assert decision.band is Band.ANSWER
    assert decision.hits[0].quotes[-1].text == said


@pytest.mark.parametrize("asked", ["第12条第二款第二项", "第12条第一款第四项", "第12条第三款"])
def test_item_that_its_paragraph_has_not_is_declined(asked: str) -> None:
    assert decide(assemble(content(hall=TWO_PARAGRAPHS)), asked).rule == "no-such-clause"


PARTS = """---
id: plan
title: 防汛预案
kind: 办法
date: 2026-03-02
publisher: 青松街道办事处
rights: 公开
---

# 第一章 总则 {#chapter-1}

第一章 总则

## 第一节 目的 {#chapter-1.section-1}

为了防汛，制定本预案。

# 第二章 响应 {#chapter-2}

第二章 响应

## 第一节 四级 {#chapter-2.section-1}

巡堤每公里三人。

# 4 附则 {#part-4}

## 4.1 解释 {#part-4.1}

由区应急局解释。

## 4.10 其他 {#part-4.10}

每年演练一次。
"""


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("第二章第一节讲什么", ["plan#chapter-2.section-1"]),
        ("第一节", ["plan#chapter-1.section-1", "plan#chapter-2.section-1"]),
        ("4.1讲什么", ["plan#part-4.1"]),
        ("第4.10条的内容", ["plan#part-4.10"]),
    ],
)
def test_part_is_sent_by_its_numbers(asked: str, sent: list[str]) -> None:
    decision = decide(assemble(content(plan=PARTS)), asked)
    assert decision.rule == "clause"
    assert [hit.passage_id for hit in decision.hits] == sent


def test_day_is_the_same_spoken_and_written() -> None:
    days = RULES.replace("第一条 图书室每天九点开门。", "7月7日东村停水。\n\n7月8日西村停水。")
    decision = decide(assemble(content(rules=days)), "7月8号哪里停水")
    assert "7月8日西村停水。" in decision.hits[0].quotes[-1].text
    assert decision.hits[0].phrasing == "7月8日西村停水。"


def test_clause_that_two_documents_have_is_asked_back() -> None:
    second = RULES.replace("id: rules", "id: more").replace("图书室管理规定", "阅览室公约")
    decision = decide(assemble(content(rules=RULES, more=second)), "第二条")
    assert decision.band is Band.CLARIFY
    assert {hit.passage_id for hit in decision.hits} == {"rules#article-2", "more#article-2"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rights: 公开\n", "rights: 公开\nanswers: no\n"),
        ("# 三、奖励 {#prizes}", "# 三、奖励 {#prizes answers=no}"),
    ],
)
def test_source_and_passage_can_be_taken_out(before: str, after: str) -> None:
    snapshot = assemble(content(notice=NOTICE.replace(before, after, 1)))
    assert decide(snapshot, "一等奖评几名").band is not Band.ANSWER
    assert not any(s.passage_id == "notice#prizes" for s in snapshot.sentences.values())


def test_fact_of_another_kind_is_no_answer(bare: Snapshot) -> None:
    for text in ("一等奖奖金多少钱", "街道的电话是多少", "获奖名单发到哪个邮箱"):
        assert decide(bare, text).band is not Band.ANSWER, text


CLUB = """---
id: club
title: 棋社活动记录
kind: 记录
date: 2026-03-02
publisher: 青松街道办事处
rights: 公开
---

# 一、开课 {#class}

社长 万红梅介绍，棋社每周三下午开课，由12名志愿者轮流讲课。

# 二、场地 {#hall}

在老粮站设临时停车场，由物业负责。
"""


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        ("棋社的社长是谁", "棋社的会计是谁"),
        ("有多少名志愿者讲课", "有多少名学生讲课"),
        ("棋社下午有没有课", "棋社上午有没有课"),
    ],
)
def test_fact_that_a_sentence_on_the_same_thing_lacks_makes_it_less_likely(asked: str, missed: str) -> None:
    club = assemble(content(club=CLUB))
    found = [search_sentences(club, read_query(club, text), {})[0] for text in (asked, missed)]
    assert found[0].passage_id == "club#class"
    assert found[0].score > found[1].score + 0.1


def test_word_of_several_titles_before_a_clause_asks_which_document() -> None:
    second = RULES.replace("id: rules", "id: more").replace("图书室管理规定", "自习室管理规定")
    snapshot = assemble(content(rules=RULES, more=second))
    for text in ("管理规定第二条", "管理规定第二条讲什么"):
        decision = decide(snapshot, text)
        assert decision.band is Band.CLARIFY, text
        assert {hit.passage_id for hit in decision.hits} == {"rules#article-2", "more#article-2"}


def test_every_sentence_stands_in_its_source_and_in_one_passage(snapshot: Snapshot) -> None:
    for sentence in sentences_of(snapshot.content, snapshot.structure):
        source = snapshot.content.sources[snapshot.content.passages[sentence.passage_id].source_id]
        assert source.text[sentence.start : sentence.end].strip() == sentence.text
        assert source.answers


def test_entry_with_the_same_words_wins(snapshot: Snapshot) -> None:
    for question in ("会议是哪天开的", "接入服务商不能给没备案的网站接入吧"):
        decision = decide(snapshot, question)
        assert decision.band is not Band.ANSWER or decision.hits[0].entry_id


def near_to(snapshot: Snapshot, wanted: str) -> Snapshot:
    """Return the snapshot with made-up vectors: every question means just what one passage says."""
    texts = snapshot.texts()
    vectors = np.zeros((len(texts), 384), np.float32)
    vectors[:, 0], vectors[:, 1] = 0.8, 0.6
    for row, (target, _) in enumerate(texts):
        if target.startswith(f"{wanted}@"):
            vectors[row, :2] = 1.0, 0.0
    question: Vectors = np.eye(384, dtype=np.float32)[0]
    return snapshot.with_meaning(lambda text: question, vectors)


def test_meaning_puts_first_what_characters_do_not_share(bare: Snapshot) -> None:
    query = read_query(bare, "看门人几时来")
    meant = near_to(bare, "rules#article-1")
    near: Mapping[str, float] = meant.meaning.near(query.text) if meant.meaning else {}
    assert search_sentences(meant, query, near)[0].passage_id == "rules#article-1"


def test_sentence_of_which_the_same_can_be_asked_is_put_first(bare: Snapshot) -> None:
    texts = bare.texts()
    assert ("notice#prizes@0?number", "三、奖励 评出一等奖多少名") in texts
    vectors = np.zeros((len(texts), 384), np.float32)
    vectors[:, 0], vectors[:, 1] = 0.8, 0.6
    vectors[[target == "notice#prizes@0?number" for target, _ in texts], :2] = 1.0, 0.0
    meant = bare.with_meaning(lambda text: np.eye(384, dtype=np.float32)[0], vectors)
    query = read_query(bare, "夺魁的有多少")
    assert meant.meaning
    near = meant.meaning.near(query.text)
    assert not any("?" in target for target in near)
    best = search_sentences(meant, query, near)[0]
    assert best.passage_id == "notice#prizes"
    assert best.features["cloze"] > best.features["apart"]
    assert best.features["same_cloze"] > 0


def test_what_all_questions_and_all_answers_have_in_common_does_not_count(bare: Snapshot) -> None:
    questions, answers = middles()
    texts = bare.texts()
    own = np.eye(384, dtype=np.float32)
    vectors = np.array([answers + own[row] * 0.1 for row, _ in enumerate(texts)])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    row = next(row for row, (target, _) in enumerate(texts) if target == "rules#article-2@0")
    asked = questions + own[row] * 0.1
    meant = bare.with_meaning(lambda text: asked / np.linalg.norm(asked), vectors)
    assert meant.meaning
    near = meant.meaning.near("书能画吗")
    assert max(near.values()) - min(near.values()) < 0.1
    others = [cosine for key, cosine in near.sentences.items() if key != "rules#article-2@0"]
    assert near.sentences["rules#article-2@0"] > max(others) + 0.3


def test_sentence_is_as_near_as_alone_and_in_its_place_on_average(bare: Snapshot) -> None:
    texts = bare.texts()
    assert all("图书室管理规定" not in text for _, text in texts)
    twice = [target for target, _ in texts if target == "rules#article-2@0"]
    assert len(twice) == 2
    vectors = np.zeros((len(texts), 384), np.float32)
    rows = [row for row, (target, _) in enumerate(texts) if target == twice[0]]
    vectors[rows[0], 0], vectors[rows[1], 0] = 1.0, 0.5
    meant = bare.with_meaning(lambda text: np.eye(384, dtype=np.float32)[0], vectors)
    assert meant.meaning
    assert meant.meaning.near("书能画吗")["rules#article-2@0"] == pytest.approx(0.75)


def test_dialect_is_put_into_standard_words_before_its_meaning_is_asked(bare: Snapshot) -> None:
    asked: list[str] = []

    def encode(text: str) -> None:
        asked.append(text)

    meant = bare.with_meaning(encode, np.zeros((len(bare.texts()), 384), np.float32))
    assert meant.meaning
    assert meant.meaning.near("押金好多钱嘛") == {}
    assert asked == ["押金多少钱嘛"]


@pytest.mark.parametrize(
    ("asked", "missed"),
    [("证书在哪里领", "证书是哪家公司印的"), ("获奖名单在哪里公布", "去年获奖名单在哪里公布")],
)
def test_what_a_sentence_cannot_give_makes_it_less_likely(asked: str, missed: str) -> None:
    told = NOTICE.replace("颁发证书。", "在街道办事处二楼颁发证书。")
    prizes = assemble(content(notice=told))
    found = [search_sentences(prizes, read_query(prizes, text), {})[0] for text in (asked, missed)]
    assert found[0].passage_id == "notice#prizes"
    assert found[0].score > found[1].score + 0.1


def test_passage_that_leads_the_others_is_surer(bare: Snapshot) -> None:
    query = read_query(bare, "一等奖评几名")
    alone = search_sentences(bare, query, {})[0]
    twin = NOTICE.replace("id: notice", "id: twin").replace("读书月", "科普月")
    both = assemble(content(notice=NOTICE, twin=twin))
    assert search_sentences(both, read_query(both, "一等奖评几名"), {})[0].score < alone.score


def test_no_meaning_lets_a_held_answer_pass(bare: Snapshot) -> None:
    assert decide(near_to(bare, "notice#prizes"), "一等奖奖金多少钱").band is not Band.ANSWER


def test_meaning_is_not_asked_where_characters_are_sure(snapshot: Snapshot) -> None:
    asked: list[str] = []

    def encode(text: str) -> Vectors:
        asked.append(text)
        return np.zeros(384, np.float32)

    meant = snapshot.with_meaning(encode, np.zeros((len(snapshot.texts()), 384), np.float32))
    decide(meant, "未备案的网站能不能接入")
    decide(meant, "第四条")
    assert asked == []
    decide(meant, "网上的水军啷个收拾哦")
    assert asked


def test_kept_vectors_are_the_same_however_often_they_are_kept() -> None:
    vectors = np.random.default_rng(1).normal(size=(20, 384)).astype(np.float32)
    once = rounded(vectors)
    again = rounded(restored(once))
    assert np.array_equal(once, again)
    assert np.allclose(np.linalg.norm(restored(once), axis=1), 1)
    assert digest_of("甲") != digest_of("乙")


def test_release_without_sources_has_no_sentences() -> None:
    empty = assemble(replace(content(), sources={}, passages={}))
    assert empty.sentences == {}
    assert decide(empty, "有人吗").band is Band.DECLINE


@pytest.mark.parametrize(
    ("scores", "band", "n_hits"),
    [
        ((0.51, 0.3), Band.ANSWER, 1),
        ((0.49, 0.3), Band.CLARIFY, 2),
        ((0.46,), Band.ANSWER, 1),
        ((0.44,), Band.CLARIFY, 1),
        ((0.09, 0.02, 0.011), Band.CLARIFY, 3),
        ((0.09, 0.009), Band.CLARIFY, 1),
        ((0.07, 0.04), Band.DECLINE, 1),
    ],
)
def test_who_is_asked_back_may_choose_among_what_comes_less_near(
    bare: Snapshot, monkeypatch: pytest.MonkeyPatch, scores: tuple[float, ...], band: Band, n_hits: int
) -> None:
    keys = ("notice#time@0", "notice#how@0", "rules#article-2@0")
    hits = tuple(
        Hit(key, score, bare.sentences[key].text, 0.0, bare.quotes(key))
        for key, score in zip(keys, scores, strict=False)
    )
    monkeypatch.setattr("knowledge.matching.decide.search_sentences", lambda *_: hits)
    found = decide(near_to(bare, "notice#time"), "活动怎么参加")
    assert (found.band, len(found.hits)) == (band, n_hits)


def test_sentence_that_seems_to_give_another_kind_of_fact_is_offered_and_never_sent(bare: Snapshot) -> None:
    found = decide(near_to(bare, "notice#prizes"), "评出的一等奖发多少钱")
    assert (found.band, [hit.passage_id for hit in found.hits]) == (Band.CLARIFY, ["notice#prizes"])
    assert decide(near_to(bare, "notice#prizes"), "重庆评出的一等奖发多少钱").band is Band.DECLINE


def test_whom_something_is_only_for_answers_who_else_may_come() -> None:
    for only, missed in (("仅接待", 0.0), ("接待了一位", 1.0)):
        said = RULES.replace("不得在书上涂画", f"亲子阅览室{only}女士")
        snapshot = assemble(content(rules=said))
        query = read_query(snapshot, "亲子阅览室男的能进不")
        found = features_of_sentences(snapshot, query, ["rules#article-2@0"], {})
        assert found["rules#article-2@0"]["contrast"] == missed


HEARING = """---
id: hearing
title: 柳荫社区议事会记录
kind: 会议记录
date: 2026-03-02
publisher: 柳荫社区居民委员会
rights: 公开
speakers:
  bai: {name: 白静, post: 养老服务中心主任}
  xiong: {name: 熊世芳, post: 居民}
  long: {name: 龙小川, post: 居民}
  ran: {name: 冉鹏飞, post: 街道城管办}
---

# 食堂 {#canteen}

## 白静一 {#bai-1 speaker=bai}

白静：食堂建在一楼东侧，午餐十二元。

## 熊世芳 {#xiong-1 speaker=xiong}

熊世芳：我一个人住，腿也不行，送上楼来要不要钱？

## 白静二 {#bai-2 speaker=bai}

白静：八十岁以上的免费，其他人一次收两元。提前一天登记。

## 龙小川 {#long-1 speaker=long}

龙小川：自行车棚拆了，我们的车停哪里？不能赶到马路上去。

## 冉鹏飞 {#ran-1 speaker=ran}

冉鹏飞：院子北门外有一块闲置地，可以停六十辆。
"""


@pytest.mark.parametrize(
    ("question", "passage"),
    [("送上楼来要不要钱", "hearing#bai-2"), ("自行车棚拆了车停哪里", "hearing#ran-1")],
)
def test_what_was_asked_aloud_is_answered_by_what_was_said_then(question: str, passage: str) -> None:
    hits = search_sentences(hearing := assemble(content(hearing=HEARING)), read_query(hearing, question), {})
    allowed = [hit for hit in hits if not hit.held]
    assert allowed[0].passage_id == passage
    assert all("？" not in hit.phrasing for hit in allowed)


def test_who_asks_what_somebody_asked_may_get_the_question() -> None:
    hearing = assemble(content(hearing=HEARING))
    hits = search_sentences(hearing, read_query(hearing, "熊世芳提了什么问题"), {})
    assert "hearing#xiong-1" in {hit.passage_id for hit in hits if not hit.held}


def test_a_question_leads_in_to_the_answer_and_to_nothing_behind_it() -> None:
    hearing = content(hearing=HEARING)
    places = {s.text: s.place for s in sentences_of(hearing, assemble(hearing).structure)}
    asked = "送上楼来要不要钱？"
    assert [text for text, place in places.items() if asked in place] == [
        "白静：八十岁以上的免费，其他人一次收两元。", "提前一天登记。"
    ]  # fmt: skip
