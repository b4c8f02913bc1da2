"""A paper as the fields of a form, and these as the keys of its file."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import yaml

from bot.editing.record.edit_entry import FieldFault
from bot.editing.record.edit_record import Sort, Typed, bare_number, fault_at, lines_in
from knowledge.editing.entries import Bare, Fields, Part
from knowledge.model.bank import Paper
from knowledge.model.content import Content
from knowledge.model.problems import Files
from knowledge.reading.papers import PAPER_KEYS

_LISTS = ("words", "tracks", "tags", "kinds")
_TEXTS = ("title", "mode", "hours", "opens_on", "closes_on")
_NUMBERS = ("n_items", "item_time_s", "paper_time_s", "attempts_per_day", "cool_down_s")
_USUAL = {"partial": "none", "feedback": "each"}
_ALL_DAY = (0, 1440)
_FIELD_OF = {**{key: key for key in PAPER_KEYS}, "word": "words"}


def _shown(files: Files, content: Content, paper_id: str) -> Typed:
    """Return the fields of a paper; 0 and what is usual are "", the words that start it as they are written."""
    paper = content.papers[paper_id]
    at = (paper.opens_at, paper.closes_at)
    shown = {
        "title": paper.title,
        "mode": paper.mode,
        "words": "\n".join(_written_words(files, paper)),
        "tracks": "\n".join(paper.tracks),
        "tags": "\n".join(paper.tags),
        "kinds": "\n".join(paper.kinds),
        "difficulties": "\n".join(map(str, paper.difficulties)),
        "pass_line": _percent(paper.pass_line),
        "partial": paper.partial,
        "feedback": paper.feedback,
        "until_mistake": "true" if paper.until_mistake else "",
        **{name: str(getattr(paper, name) or "") for name in _NUMBERS},
        "hours": "" if at == _ALL_DAY else "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in at),
        "opens_on": paper.opens_on,
        "closes_on": paper.closes_on,
    }
    return {name: "\n".join(lines_in(text)) for name, text in shown.items()}


def _written_words(files: Files, paper: Paper) -> tuple[str, ...]:
    # A paper knows its words without spaces and signs; whoever wrote them should find them as they are.
    root = yaml.safe_load(files[paper.mark.file])
    papers = root["papers"] if isinstance(root, dict) else root
    written = {one.get("id"): one.get("words") for one in papers if isinstance(one, dict)}
    words = written.get(paper.id) or ()
    return (words,) if isinstance(words, str) else tuple(map(str, words))


def _percent(share: float) -> str:
    return f"{(Decimal(str(share)) * 100).normalize():f}"


def _required(typed: Typed) -> tuple[str, ...]:
    return ("title", "mode", "n_items", "pass_line")


def _unfit(typed: Typed) -> tuple[FieldFault, ...]:
    try:
        is_percent = not typed["pass_line"] or 0 <= Decimal(typed["pass_line"]) <= 100
    except InvalidOperation:
        is_percent = False
    message = f"及格线应该是 0 到 100 之间的数，现在是“{typed['pass_line']}”"
    return () if is_percent else (fault_at("pass_line", "wrong-value", message, "写百分之几，如 60"),)


def _written(typed: Typed, changed: frozenset[str]) -> Fields:
    fields: dict[str, Part] = {}
    for name in changed & {*_TEXTS, *_USUAL}:
        fields[name] = "" if typed[name] == _USUAL.get(name) else typed[name]
    for name in changed & {*_LISTS}:
        fields[name] = lines_in(typed[name])
    for name in changed & {*_NUMBERS}:
        fields[name] = bare_number(typed[name])
    if "difficulties" in changed:
        fields["difficulties"] = tuple(map(bare_number, lines_in(typed["difficulties"])))
    if "pass_line" in changed:
        fields["pass_line"] = Bare(f"{(Decimal(typed['pass_line']) / 100).normalize():f}")
    if "until_mistake" in changed:
        fields["until_mistake"] = Bare(typed["until_mistake"])
    return fields


PAPERS = Sort(
    "paper",
    "试卷",
    PAPER_KEYS,
    _required,
    _FIELD_OF,
    lambda content: content.papers,
    _shown,
    _written,
    _unfit,
    "quiz/papers.yaml",
    "papers",
)
"""How a paper is edited, and a new one written."""
