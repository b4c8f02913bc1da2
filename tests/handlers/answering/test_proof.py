"""A code leads back to the words of any answer, and 为什么 tells how it was chosen."""

from __future__ import annotations

import re

import pytest

from knowledge.matching.snapshot import Snapshot
from knowledge.sources.codes import code_of, find_by_code
from tests.handlers.conversation import Conversation


def test_every_entry_and_passage_has_a_code_of_its_own(snapshot: Snapshot) -> None:
    content = snapshot.content
    addresses = [*content.entries, *content.passages]
    codes = {code_of(content, address): address for address in addresses}
    assert len(codes) == len(addresses)
    for code, address in codes.items():
        assert find_by_code(content, code) == (address, content.version[:4].upper())


@pytest.mark.parametrize(
    "form", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c} ", lambda c: c.replace("0", "O")]
)
def test_code_is_read_as_people_copy_it(snapshot: Snapshot, form: object) -> None:
    code = code_of(snapshot.content, "a-4")
    assert find_by_code(snapshot.content, form(code))[0] == "a-4"  # type: ignore[operator]


def test_check_gives_the_passage_between_its_neighbours(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    code = re.search(r"核对码：(\S+)", talk.say("自律倡议书第四条说了什么"))
    assert code
    pages = [talk.say(f"核对{code.group(1)}")]
    while "更多" in pages[-1]:
        pages.append(talk.say("更多"))
    assert all("\n出处：" in page for page in pages)
    texts = [snapshot.content.passages[f"self-discipline#article-{n}"].text for n in ("3.5", "4", "5")]
    places = ["".join(pages).index(text) for text in texts]
    assert places == sorted(places)


def test_code_of_another_release_is_said_to_be(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    code = code_of(snapshot.content, "a-4").partition("-")[0]
    text = talk.say(f"核对 {code}-0000")
    assert "回答时的版本：0000" in text
    assert "新的版本" in text


def test_why_names_the_words_that_fit_and_how_sure_it_was(snapshot: Snapshot) -> None:
    talk = Conversation(snapshot)
    talk.say("李志钢讲了啥子")
    text = talk.say("为什么")
    assert "李志刚（省教育厅）讲了什么" in text
    assert "对得上的词：李志刚" in text
    assert re.search(r"把握：\d+（满分100", text)
    assert "出处：" not in text
