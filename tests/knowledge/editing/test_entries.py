"""Edits in place: the field changes, every other byte of the file stays."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.entries import CannotRewrite, append_entries, edit_entries

FILE = """\
# 关于第四条

- id: article-4   # 不要改
  question: 第四条说了什么？  # 标准问
  phrasings:
    # 口语
    - 未备案的网站能不能接入
    - "12:30"   # 时间
    # 书面
    - 接入服务商有什么要求
  answer: |
    第四条：

    管的是接入。
  quote:
    - self-discipline#article-4
    - passage: meeting-2020#attendance
      text: "共90余人,参加"
  about:
    # 文件
    document: self-discipline
    article: "4"
  related: [article-3, article-5]   # 前后两条
  status: published

# 下一条

- id: other
  question: 别的
"""


def read(text: str) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (builds strings only)
    return entries


COMMENTS = re.findall(r"# .*$", FILE, re.MULTILINE)


def test_no_edit_is_no_change() -> None:
    assert (
        edit_entries(
            FILE, {"article-4": {"question": "第四条说了什么？", "related": ("article-3", "article-5")}}
        )
        == FILE
    )


def test_every_kind_of_field_changes_alone_and_comments_stay() -> None:
    wanted = {
        "question": "第四条：讲什么 # 呢？",
        "answer": "一行",
        "status": "archived",
        "related": ("a, b", "article-5"),
        "quote": ("self-discipline#article-4", {"passage": "x#y", "text": "甲: 乙\n丙"}),
        "phrasings": ("未备案的网站能不能接入", "no", "新的\n问法", "接入服务商有什么要求"),
    }
    for key, value in wanted.items():
        after = edit_entries(FILE, {"article-4": {key: value}})
        entry, other = read(after)
        expected = (
            [dict(v) if isinstance(v, dict) else v for v in value] if isinstance(value, tuple) else value
        )
        assert entry == {**read(FILE)[0], key: expected}
        assert other == read(FILE)[1]
        # Only what stood behind the item that was taken out goes with it.
        lost = ["# 时间"] if key == "phrasings" else []
        assert [comment for comment in COMMENTS if comment not in after] == lost, key


def test_one_aspect_of_about_changes_and_the_others_keep_their_comments() -> None:
    after = edit_entries(
        FILE, {"article-4": {"about": {"document": ("d",), "article": ("4",), "topic": ("网站", "接入")}}}
    )
    assert read(after)[0]["about"] == {"document": "d", "article": "4", "topic": ["网站", "接入"]}
    assert "    # 文件\n" in after


def test_empty_value_removes_the_key_and_nothing_else() -> None:
    for key, empty in {"answer": "", "phrasings": (), "related": (), "about": {}}.items():
        after = edit_entries(FILE, {"article-4": {key: empty}})
        before = read(FILE)[0]
        del before[key]
        assert read(after)[0] == before


def test_new_key_goes_to_its_place_in_the_house_order() -> None:
    after = edit_entries(
        FILE, {"other": {"phrasings": ("甲", "- 乙"), "gap": True, "review_by": "2027-06-30"}}
    )
    assert after.endswith(
        "  question: 别的\n  phrasings:\n    - 甲\n    - '- 乙'\n  gap: true\n  review_by: 2027-06-30\n"
    )


def test_comment_behind_a_line_moves_above_the_lines_that_replace_it() -> None:
    after = edit_entries(FILE, {"article-4": {"question": "甲\n乙"}})
    assert "  # 标准问\n  question: |-\n    甲\n    乙\n" in after


def test_entry_in_braces_is_refused() -> None:
    with pytest.raises(CannotRewrite):
        edit_entries("- {id: a, question: b}\n", {"a": {"question": "c"}})
    with pytest.raises(CannotRewrite):
        edit_entries(FILE, {"nobody": {"question": "c"}})


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1),
        max_size=6,
    ),
    st.text(st.sampled_from("甲 :#-'\"[]{}|>&*!%@`,?\n\\~a1")),
)
def test_any_text_is_read_back_as_it_was_written(phrasings: list[str], answer: str) -> None:
    after = edit_entries(FILE, {"article-4": {"phrasings": tuple(phrasings), "answer": answer}})
    entry, other = read(after)
    assert entry.get("phrasings", []) == phrasings
    assert entry.get("answer", "") == answer
    assert other == read(FILE)[1]
    new = read(append_entries(FILE, [{"id": "new", "phrasings": tuple(phrasings), "answer": answer}], "来处"))
    assert new[2].get("phrasings", []) == phrasings
    assert new[2].get("answer", "") == answer
