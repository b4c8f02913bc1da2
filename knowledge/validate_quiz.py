"""What must hold for quiz items and papers."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.analyze import strip_punctuation, tidy
from knowledge.checked import Checked
from knowledge.model import Problem

PAPER = "default"


def items_can_be_asked(c: Checked) -> Iterator[Problem]:
    """Each item is of a kind the chat can ask, with one key and different options."""
    for item in c.content.items.values():
        if item.kind != "single":
            yield c.problem(
                ("item", item.id, "kind"),
                item.mark,
                "wrong-value",
                f"题型“{item.kind}”还不支持",
                "现在只能是 single",
            )
        if len(item.key) != 1:
            yield c.problem(
                ("item", item.id, "key"), item.mark, "bad-key", "单选题只能有一个答案", "只写一个字母"
            )
        if len(item.options) < 2:
            yield c.problem(
                ("item", item.id, "options"), item.mark, "too-few-options", "选项至少要有两个", "补上选项"
            )
        plain = [strip_punctuation(tidy(option)) for option in item.options]
        for i, option in enumerate(plain):
            if option in plain[:i]:
                path = ("item", item.id, "option", str(i))
                yield c.problem(
                    path, item.mark, "duplicate-option", f"选项“{item.options[i]}”重复", "换一个选项"
                )


def papers_can_be_drawn(c: Checked) -> Iterator[Problem]:
    """Each paper's tracks hold as many items as it draws, and the paper that 答题 starts exists."""
    for paper in c.content.papers.values():
        pool = [item for item in c.content.items.values() if not paper.tracks or item.track in paper.tracks]
        if len(pool) < paper.n_items:
            message = f"试卷 {paper.id} 要抽 {paper.n_items} 题，题库里只有 {len(pool)} 题"
            yield c.problem(
                ("paper", paper.id, "n_items"), paper.mark, "too-few-items", message, "减少 n_items，或补题"
            )
    if PAPER not in c.content.papers:
        yield Problem(
            "quiz/papers.yaml", 0, 0, "missing-paper", f"没有 id 为 {PAPER} 的试卷", "“答题”要用它，请补上"
        )
