"""A new document: its words unchanged, its structure found, its drafts fit for the check. Two shapes of documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.learning.ingest import About, about_text, ingest
from knowledge.learning.people import find_people
from knowledge.learning.plain_text import outline, paragraphs_of
from knowledge.model import Content, Files
from knowledge.reading.load import read_folder
from knowledge.release.build import parse_files
from tests.serving import CONTENT, ROOT, copy_small_content

REPORT = ROOT / "tests/data/good-netizen-meeting-2020.txt"
FORUM = ROOT / "tests/data/community-forum.txt"
SIGNED = {"publisher": "某协会", "rights": "版权所有"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return read_folder(copy_small_content(tmp_path_factory.mktemp("small") / "content"))[0]


def taken_in(path: Path, files: Files) -> Content:
    """Return the content with a document ingested as `new`; fail on any error in it."""
    text = path.read_text(encoding="utf-8")
    about = about_text(text, About("new", **SIGNED))
    content, problems = parse_files({**files, **ingest(text, about, parse_files(files)[0], "2027-06-30")})
    assert [p for p in problems if p.severity == "error"] == []
    return content


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("path", [REPORT, FORUM], ids=["report", "forum"])
def test_every_word_of_the_document_is_in_the_source_in_its_order(path: Path, small: Files) -> None:
    text = path.read_text(encoding="utf-8")
    new = ingest(text, about_text(text, About("new", **SIGNED)), parse_files(small)[0], "2027-06-30")
    body = new["sources/new.md"].split("---\n", 2)[2]
    # Headings of our own are added between paragraphs; nothing of the document is missing or moved.
    position = 0
    plain = squeezed(re.sub(r" \{#[^}]*\}", "", body))
    for paragraph in paragraphs_of(text):
        pieces = re.split(r"(?<=[：:。；;])(?=[（(][一二三四五])", paragraph)
        for piece in pieces:
            position = plain.index(squeezed(piece), position)
    content = taken_in(path, small)
    titles = {p.title for p in outline(text).parts if not p.paragraphs}
    lines = {line for line in paragraphs_of(text) if line not in titles}
    sent = squeezed(content.sources["new"].text)
    assert all(
        squeezed(piece) in sent for line in lines for piece in re.split(r"(?<=[：:])(?=[（(]一)", line)
    )


def test_report_has_its_speakers_clauses_and_appended_documents(small: Files) -> None:
    content = taken_in(REPORT, small)
    shipped = parse_files(read_folder(CONTENT)[0])[0].sources["meeting-2020"].speakers
    found = content.sources["new"].speakers
    assert found.keys() == shipped.keys()
    # The report words one post in two ways; the shipped source took the other one.
    assert {i: s.post for i, s in found.items() if i != "tang-min"} == {
        i: s.post for i, s in shipped.items() if i != "tang-min"
    }
    assert found["tang-min"].post == "四川省妇女联合会宣传部部长"
    articles = {p.article for p in content.passages.values() if p.source_id == "new" and p.article}
    assert articles == {*map(str, range(1, 9)), *(f"3.{n}" for n in range(1, 6))}
    said = {p.speaker for p in content.passages.values() if "要影响有影响力的人" in p.text and p.speaker}
    assert said == {"xu-jing"}
    assert content.passages["new#document-1"].heading == "《四川互联网企业诚信宣言》"
    assert content.sources["new"].title == "2020年争做四川好网民工程推进会"
    assert content.sources["new"].date == "2020-10-12"


def test_transcript_with_chapters_has_its_turns_and_articles(small: Files) -> None:
    content = taken_in(FORUM, small)
    source = content.sources["new"]
    assert (source.title, source.date, source.kind) == (
        "青松街道“文明上网进楼栋”议事会实录",
        "2024-06-18",
        "实录",
    )
    assert {s.name: (s.post, s.organisation) for s in source.speakers.values()} == {
        "何秀兰": ("青松街道办事处副主任", "青松街道办事处"),
        "廖国强": ("青松街道派出所民警", "青松街道派出所"),
        "邹敏": ("幸福苑小区居民代表", "幸福苑小区"),
    }
    speakers = {
        p.text[:12]: p.speaker for p in content.passages.values() if p.source_id == "new" and p.speaker
    }
    assert speakers["群主不是官,是给大家跑腿"] == "he-xiulan"
    assert not any(text.startswith("主持人") for text in speakers)
    addresses = {p.id.partition("#")[2]: p.article for p in content.passages.values() if p.source_id == "new"}
    assert addresses["document-1-article-3.2"] == "3.2"
    assert {"part-2.1", "part-2.2", "part-2.3", "document-1-chapter-2"} <= addresses.keys()


@pytest.mark.parametrize("path", [REPORT, FORUM], ids=["report", "forum"])
def test_drafts_are_drafts_each_of_a_passage_and_ask_nothing_twice(path: Path, small: Files) -> None:
    content = taken_in(path, small)
    drafts = [entry for entry in content.entries.values() if entry.mark.file == "faq/new.yaml"]
    assert len(drafts) >= 20
    assert {entry.status for entry in drafts} == {"draft"}
    assert all(quote.passage_id.startswith("new#") for entry in drafts for quote in entry.quotes)
    assert sum(bool(entry.phrasings) for entry in drafts) / len(drafts) > 0.9
    parts = outline(path.read_text(encoding="utf-8")).parts
    # Nobody asks about a caption or the line 附.
    leaves = {p.anchor for p in parts if p.paragraphs and p.shape != "annex" and not p.anchor.endswith("-0")}
    quoted = {quote.passage_id.partition("#")[2] for entry in drafts for quote in entry.quotes}
    assert len(quoted & leaves) / len(leaves) > 0.8


def test_ingesting_what_is_there_already_repeats_no_question() -> None:
    files, _ = read_folder(CONTENT)
    content = taken_in(REPORT, files)
    assert any(entry.mark.file == "faq/new.yaml" for entry in content.entries.values())


def test_published_entry_of_an_unfinished_source_is_a_problem(small: Files) -> None:
    text = FORUM.read_text(encoding="utf-8")
    new = ingest(text, about_text(text, About("new")), parse_files(small)[0], "2027-06-30")
    faq = new["faq/new.yaml"].replace("status: draft", "status: published", 1)
    _, problems = parse_files({**small, **new, "faq/new.yaml": faq})
    assert {(p.file, p.code) for p in problems if p.severity == "error"} == {
        ("faq/new.yaml", "unfinished-source")
    }


def test_people_who_are_only_named_are_no_speakers() -> None:
    assert find_people(["出席会议的有省教育厅副厅长王小明。", "大家表示,要努力。"]) == {}


@given(st.text(alphabet="第一二三条章、（）()是附:：▲讲话李志刚表示，。“”《》#x\n "))
def test_no_paragraph_of_any_text_is_lost(text: str) -> None:
    parts = outline(text).parts
    kept = squeezed("".join([part.title + "".join(part.paragraphs) for part in parts]))
    for paragraph in paragraphs_of(text):
        for piece in re.split(r"(?=[（(])", re.sub(r"^#+\s*", "", paragraph)):
            assert squeezed(piece) in kept
