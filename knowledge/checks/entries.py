"""What must hold of entries, and of the questions that must lead to them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.language.tidy import plain
from knowledge.model.entries import Entry
from knowledge.model.problems import Mark, Problem
from knowledge.sources.cite import said_by, squeeze

_NOT_COVERED = "没有收录"
_MAX_WORDS_BYTES = 1500
_STATUSES = ("draft", "published", "archived")


def gaps_say_so(c: Checked) -> Iterator[Problem]:
    """An entry marked as a gap says 没有收录 in its lead, and no other entry does."""
    for entry in c.content.entries.values():
        says = _NOT_COVERED in entry.lead
        if entry.gap and not says:
            hint = f"在 answer 里说明原文{_NOT_COVERED}什么"
            yield _of_lead(c, entry, "gap-not-said", f"gap 条目的引导语里没有“{_NOT_COVERED}”", hint)
        elif says and not entry.gap:
            hint = "加上 gap: true，或改引导语"
            yield _of_lead(c, entry, "gap-not-marked", f"引导语说“{_NOT_COVERED}”，但没有标 gap: true", hint)


def entries_are_complete(c: Checked) -> Iterator[Problem]:
    """Each entry quotes something, has a known status."""
    for entry in c.content.entries.values():
        # A quote that is absent or malformed was reported by the parser; this one is an empty list.
        if ("entry", entry.id, "quote") in c.marks:
            yield c.problem(
                ("entry", entry.id, "quote"),
                entry.mark,
                "no-quote",
                f"条目 {entry.id} 没有引用原文",
                "在 quote 里写段落地址",
            )
        if entry.status and entry.status not in _STATUSES:
            hint = f"只能是 {'、'.join(_STATUSES)}"
            yield c.problem(
                ("entry", entry.id, "status"),
                entry.mark,
                "wrong-value",
                f"status“{entry.status}”不认识",
                hint,
            )


def related_entries_exist(c: Checked) -> Iterator[Problem]:
    """Each related id is another entry's."""
    for entry in c.content.entries.values():
        for i, other in enumerate(entry.related):
            if other not in c.content.entries:
                near = difflib.get_close_matches(other, list(c.content.entries), n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else "改正，或删掉"
                yield c.problem(
                    ("entry", entry.id, "related", str(i)),
                    entry.mark,
                    "unknown-entry",
                    f"没有条目 {other}",
                    hint,
                )


def words_fit_a_reply(c: Checked) -> Iterator[Problem]:
    """A lead or fixed sentence leaves room for the rest of a reply."""
    for entry in c.content.entries.values():
        if len(entry.lead.encode()) > _MAX_WORDS_BYTES:
            yield _of_lead(c, entry, "too-long", "引导语太长", "一条回复最多约 600 字，请缩短")
    for key, text in c.content.replies.items():
        if len(text.encode()) > _MAX_WORDS_BYTES:
            yield c.problem(
                ("reply", key),
                Mark("replies.yaml", 0, 0),
                "too-long",
                f"{key} 太长",
                "一条回复最多约 600 字，请缩短",
            )


def cases_name_entries(c: Checked) -> Iterator[Problem]:
    """Each question of the tests leads to an entry or to words that are there, and stands in them once."""
    seen: dict[str, Mark] = {}
    sendable = "\n".join(said_by(entry) for entry in c.content.entries.values())
    for case in c.content.cases:
        folded = plain(case.question)
        for entry_id in case.entry_ids:
            if entry_id not in c.content.entries:
                near = difflib.get_close_matches(entry_id, list(c.content.entries), n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else "改正，或写 decline"
                yield c.problem((), case.mark, "unknown-entry", f"没有条目 {entry_id}", hint)
        for words in case.says:
            if squeeze(words) not in sendable:
                message = f"没有哪个条目会说“{words}”"
                yield c.problem((), case.mark, "unsaid-words", message, "照条目的原话写")
        if folded in seen:
            message = f"“{case.question}”在 {seen[folded].file}:{seen[folded].line} 已经有了"
            yield c.problem((), case.mark, "duplicate-case", message, "只留一处")
        seen.setdefault(folded, case.mark)


def _of_lead(c: Checked, entry: Entry, code: str, message: str, hint: str) -> Problem:
    return c.problem(("entry", entry.id, "answer"), entry.mark, code, message, hint)
