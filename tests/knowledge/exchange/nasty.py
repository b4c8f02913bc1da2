"""Texts that writers of workbooks trip over, and a small draft that holds them all."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from knowledge.exchange.workbook.cells import CELL_CHARS
from knowledge.model.problems import Files

TEXTS = (
    "前\t后", "\t开头的制表符", "末尾的制表符\t", "行一\n行二", "行一\n\n\n行四", "行一\r\n行二", "行一\r行二", "末尾换行\n",
    "字面的_x000D_在中间", "_x000D_", "_x005F_x000D_", "_x000d_小写", "_x0041_是A", "__x000A__", "_x00G0_不是",
    "#N/A", "#REF!", "#DIV/0!", "TRUE", "FALSE", "001", "3.10", "1e5", "2027-06-30", "10月12日", "15%", "1/2",
    "=1+1", "+86", "-5", "@SUM(A1)", "'=1", "''", "'单引号开头", "＝全角", "=HYPERLINK(\"x\")",
    "不断行\u00a0空格", "零宽\u200b空格", "\ufeff开头的BOM", "窄\u202f空格", "全角　空格", "两个  空格", " 两头有空格 ",
    "<b>&amp;</b>", "]]>", "&#10;", "\"双引号\"", "a,b;c|d", "表情👨‍👩‍👧‍👦和𠮷", "e\u0301组合", "العربية", "\u2028行分隔", "控制\x07符",
    "=" * 40, "长" * CELL_CHARS, ("甲" * 99 + "\n") * 640, "😀" * 16_000, "x" * 31_999 + "\n" + "尾" * 100,
)  # fmt: skip
"""More than forty of them, each of its own kind."""


def draft() -> Files:
    """Return a content folder with an entry a text, as its question, lead, phrasing, owner and topic, and an item a text."""
    entries = [_entry(n, text) for n, text in enumerate(TEXTS, start=1)]
    items = [_item(n, text) for n, text in enumerate(TEXTS, start=1) if len(text) < CELL_CHARS]
    source = "---\nid: src\nkind: article\ntitle: 来源\ndate: 2020-10-12\npublisher: 协会\nrights: 须许可\n---\n\n## 一 {#one}\n\n原文一句。\n"
    return {
        "sources/src.md": source,
        "faq/nasty.yaml": yaml.safe_dump(entries),
        "quiz/nasty.yaml": yaml.safe_dump(items),
    }


def _entry(n: int, text: str) -> Mapping[str, object]:
    brief = text[:40]
    return {
        "id": f"e-{n}",
        "question": brief,
        "phrasings": [text, f"{n} {brief}"],
        "answer": text,
        "quote": ["src#one"],
        "about": {"topic": [brief.strip() or "无"]},
        "status": "draft",
        "owner": brief,
        "review_by": "2027-06-30",
    }


def _item(n: int, text: str) -> Mapping[str, object]:
    return {
        "id": f"q-{n}",
        "kind": "single",
        "track": "共同",
        "difficulty": 1,
        "tags": [text],
        "stem": f"{text}{n}",
        "options": [text, f"{text}乙", f"丙{text}"],
        "key": "A",
        "why": text,
        "source": {"passage": "src#one", "text": "原文一句。"},
    }
