"""Two documents of different days: where the older would answer and the newer says otherwise, both are asked back."""

from __future__ import annotations

import pytest

from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Decision
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, parse_files
from tests.handlers.conversation import Conversation
from tests.serving import CONTENT


def document(name: str, title: str, date: str, *articles: str, more: str = "") -> str:
    """Return a source file with numbered articles."""
    numbers = "一二三四五六七八九"
    body = "".join(
        f"\n# 第{numbers[i]}条 {{#article-{i + 1} article={i + 1}}}\n\n第{numbers[i]}条 {text}\n"
        for i, text in enumerate(articles)
    )
    return (
        f"---\nid: {name}\ntitle: {title}\nkind: 办法\ndate: {date}\npublisher: 青松街道办事处\n"
        f"rights: 公开\n{more}---\n{body}"
    )


OLD = (
    "图书室每天上午九点开门，下午五点关门。",
    "借书证工本费每张10元，由本人到服务台办理。",
    "每人一次最多借五本书，借期一个月。",
    "图书室内不得吸烟，不得大声喧哗。",
    "损坏图书的，按定价两倍赔偿。",
    "街道文化站是图书室的主管部门。",
)
NEW = (
    "图书室每天上午八点开门，下午六点关门。",
    "借书证免收工本费，凭身份证在自助机上办理。",
    "每人一次最多借八本书，借期一个月。",
    "图书室内不得吸烟，不得大声喧哗。",
    "读者可以在网上续借一次。",
    "区图书馆是图书室的主管部门，负责采购、编目和人员培训。",
)
ENTRY = """- id: fee
  question: 办借书证要多少钱？
  phrasings: [借书证收费吗, 工本费多少]
  answer: 工本费是这样定的：
  quote: ["old#article-2"]
  about: {topic: 借书}
  status: published
  owner: 内容组
  review_by: 2027-06-30
"""


def snapshot(old: str, new: str, **files: str) -> Snapshot:
    sources = {"sources/old.md": old, "sources/new.md": new}
    replies = (CONTENT / "replies.yaml").read_text(encoding="utf-8")
    return assemble(parse_files({**sources, "replies.yaml": replies, **files})[0])


@pytest.fixture(scope="module")
def two() -> Snapshot:
    return snapshot(
        document("old", "图书室借阅办法", "2019-03-01", *OLD),
        document("new", "图书室服务规定", "2026-05-01", *NEW),
    )


def sources_of(decision: Decision) -> list[str]:
    return [hit.quotes[-1].passage_id.partition("#")[0] for hit in decision.hits]


@pytest.mark.parametrize(
    "question",
    [
        "图书室上午几点开门",
        "一次最多能借几本书",
        "每人最多借多少本",
        "图书室下午几点关门",
        "一次最多借五本书吗",
        "办借书证收多少工本费",
        "图书室的主管部门是谁",
    ],
)
def test_older_words_never_answer_alone_where_newer_ones_say_otherwise(two: Snapshot, question: str) -> None:
    decision = decide(two, question)
    if decision.band is Band.ANSWER:
        assert sources_of(decision) == ["new"]
    else:
        assert decision.band is Band.CLARIFY
        assert {"old", "new"} <= set(sources_of(decision))


def test_older_words_are_asked_back_with_both_days(two: Snapshot) -> None:
    text = Conversation(two).say("一次最多借五本书吗")
    assert "您是不是想问" in text
    assert "2019年3月1日" in text
    assert "2026年5月1日" in text


def test_picked_choice_is_answered_from_its_own_document(two: Snapshot) -> None:
    talk = Conversation(two)
    asked = talk.say("一次最多借五本书吗")
    number = 1 + [line for line in asked.splitlines() if line[:2] in ("1.", "2.")].index(
        next(line for line in asked.splitlines() if "2019年3月1日" in line)
    )
    told = talk.say(str(number))
    assert "最多借五本书" in told
    assert "出处：《图书室借阅办法》第三条，2019年3月1日" in told


def test_choices_of_different_days_show_them(two: Snapshot) -> None:
    text = Conversation(two).say("第三条")
    assert "（2019年3月1日）" in text
    assert "（2026年5月1日）" in text


@pytest.mark.parametrize("question", ["损坏图书怎么赔", "损坏图书的赔偿"])
def test_what_only_the_older_document_says_is_answered(two: Snapshot, question: str) -> None:
    decision = decide(two, question)
    assert decision.band is Band.ANSWER
    assert sources_of(decision) == ["old"]


def test_what_both_say_in_the_same_words_is_not_told_as_otherwise(two: Snapshot) -> None:
    assert decide(two, "图书室里可以吸烟吗").rule != "newer"


def test_older_year_that_is_asked_for_is_answered_with_it(two: Snapshot) -> None:
    decision = decide(two, "2019年的办法一次最多借几本书")
    assert decision.rule != "newer"
    assert sources_of(decision)[:1] == ["old"]


def test_other_subject_of_a_newer_document_is_no_rival() -> None:
    swimming = ("游泳馆每人每次收费20元，限时两小时。", "游泳馆每天上午十点开门，下午九点关门。")
    two = snapshot(
        document("old", "图书室借阅办法", "2019-03-01", *OLD),
        document("new", "游泳馆管理规定", "2026-05-01", *swimming),
    )
    decision = decide(two, "图书室上午几点开门")
    assert decision.band is Band.ANSWER
    assert sources_of(decision) == ["old"]


def test_entry_that_quotes_older_words_is_asked_back_too_but_not_in_its_own_phrasing() -> None:
    newer = ("借书证工本费每张5元，由本人到服务台办理。",)
    two = snapshot(
        document("old", "图书室借阅办法", "2019-03-01", *OLD),
        document("new", "图书室服务规定", "2026-05-01", *newer),
        **{"faq/fees.yaml": ENTRY},
    )
    decision = decide(two, "请问办一张借书证工本费是多少")
    assert decision.band is Band.CLARIFY
    assert set(sources_of(decision)) == {"old", "new"}
    assert decide(two, "工本费多少").rule == "exact"


REPEALING = "本规定自2026年5月1日起施行。《图书室借阅办法》同时废止。"


@pytest.fixture(scope="module")
def repealed() -> Snapshot:
    return snapshot(
        document("old", "图书室借阅办法", "2019-03-01", *OLD),
        document("new", "图书室服务规定", "2026-05-01", *NEW, REPEALING),
    )


def test_repealed_document_answers_nothing_without_saying_so(repealed: Snapshot) -> None:
    assert repealed.content.sources["old"].repealed_by == "new"
    talk = Conversation(repealed)
    asked = talk.say("损坏图书怎么赔")
    assert "您是不是想问" in asked
    assert "2019年3月1日，已废止" in asked
    assert "，2019年3月1日，已由《图书室服务规定》废止" in talk.say("1")


@pytest.mark.parametrize(
    ("sentence", "is_repealed"),
    [
        ("《图书室借阅办法》（青办〔2019〕3号）同时废止。", True),
        ("青办〔2019〕3号文件自本规定施行之日起停止执行。", True),
        ("《图书室借阅办法》继续有效。", False),
        ("《图书室借阅办法》未废止的条款继续执行。", False),
        ("《图书室借书办法》同时废止。", False),
    ],
)
def test_document_is_repealed_only_where_a_newer_one_says_so(sentence: str, is_repealed: bool) -> None:
    old = document("old", "图书室借阅办法", "2019-03-01", *OLD, more="number: 青办〔2019〕3号\n")
    files = {"old": old, "new": document("new", "图书室服务规定", "2026-05-01", *NEW, sentence)}
    content, _ = parse_files({f"sources/{name}.md": text for name, text in files.items()})
    assert bool(content.sources["old"].repealed_by) == is_repealed
    assert content.sources["new"].repealed_by == ""


def test_edition_is_told_by_its_year() -> None:
    said = "2019年印发的《图书室借阅办法》同时废止。"
    editions = {
        "first": document("first", "图书室借阅办法（2015年）", "2015-03-01", *OLD),
        "second": document("second", "图书室借阅办法（2019年）", "2019-03-01", *OLD),
        "third": document("third", "图书室借阅办法（2026年）", "2026-05-01", *NEW, said),
    }
    content, _ = parse_files({f"sources/{name}.md": text for name, text in editions.items()})
    assert {s.id: s.repealed_by for s in content.sources.values()} == {
        "first": "",
        "second": "third",
        "third": "",
    }
