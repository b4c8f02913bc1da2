"""What is counted in a text: chapters, articles, and items in the way that 一、 or （1） counts them."""

from __future__ import annotations

import re

from knowledge.learning import marks
from knowledge.learning.document import TextLine
from knowledge.learning.marks import Marker
from knowledge.learning.outline.open_text import OpenText, Rank
from knowledge.learning.outline.passages import Branch

_TITLE = re.compile(r"[【〔\[]([^】〕\]]{1,20})[】〕\]]")
_DIVISION_ANCHORS = {
    "编": "book",
    "分编": "book",
    "篇": "book",
    "部分": "division",
    "章": "chapter",
    "节": "section",
}


def take_division(here: OpenText, text: str) -> bool:
    """Open a chapter or the like; return whether the line is its heading."""
    found = marks.division(text)
    if not found:
        return False
    rank = Rank.DIVISION + marks.division_rank(found.kind)
    here.leave(rank)
    anchor = here.address(f"{_DIVISION_ANCHORS[found.kind]}-{found.number}")
    here.begin(Branch(rank, found.kind, text, anchor, heads=True), text)
    return True


def take_decimal(here: OpenText, line: TextLine) -> bool:
    """Open what a number with dots begins, 4.1 or 4.1.2; return whether the line does."""
    found = here.decimals.get(line)
    if not found:
        return False
    figures = found.kind.split(".")
    rank = Rank.SECTION + len(figures)
    here.leave(rank)
    heads = marks.is_heading(line.text)
    words = line.text.rstrip("：:") if heads else marks.run_in(found) or found.kind
    prefix = f"{here.root.anchor}." if here.root.anchor else ""
    here.begin(Branch(rank, found.kind, words, f"{prefix}part-{found.kind}", heads=heads), line.text)
    return True


def take_article(here: OpenText, line: TextLine) -> bool:
    """Open an article; return whether the line begins the one that comes next."""
    found = marks.article(line.text, here.next_article())
    if not found:
        return False
    here.leave(Rank.ARTICLE)
    number = f"{found.number}{found.kind.removeprefix('条').replace('之', '-')}"
    if found.kind == "条":
        if found.number in here.articles:
            here.twice.append(
                f"{found.label}写了两次：第 {here.articles[found.number]} 行和第 {line.number} 行"
            )
        here.articles.setdefault(found.number, line.number)
    label = re.sub(r"[\s　]", "", found.label)
    heads = not found.words or (marks.is_heading(found.words) and not re.search("[，：:]", found.words))
    title = _TITLE.match(found.words)
    heading = f"{label} {title.group(1) if title else found.words if heads else ''}".strip()
    prefix = f"{here.root.anchor}-" if here.root.anchor else ""
    node = Branch(Rank.ARTICLE, "条", heading, f"{prefix}article-{number}", number, heads=heads)
    here.begin(node, *([line.text] if heads else []))
    if not heads:
        take_words(here, line.text)
    return True


def take_words(here: OpenText, text: str) -> None:
    """Put down what an article or an answer says: the items that it counts, and paragraphs."""
    for piece in marks.split_counted(text):
        if not take_counted(here, piece, -1):
            here.paragraph(piece, -1)


def take_counted(here: OpenText, text: str, i: int) -> bool:
    """Open an item; return whether the words, of line `i` or -1 for a part of one, begin with a mark that counts."""
    found = marks.marker(text)
    if not found:
        return False
    same = next((node for node in here.open if node.mark == found.kind), None)
    outer = here.open[: here.open.index(same)] if same else here.open
    heads = _is_heading(here, found, text, i, outer)
    if same:
        here.open = outer
    elif heads and found.kind == "一、" and not here.within("条", "答"):
        here.leave(Rank.SECTION)
    article = next((node for node in reversed(here.open) if node.mark == "条"), None)
    of_article = article is not None and not any(node.rank == Rank.COUNTED for node in here.open)
    number = found.number or sum(node.mark == found.kind for node in here.open[-1].inside) + 1
    heading = text.rstrip("。：:") if heads else marks.run_in(found) or marks.place(found, number)
    node = Branch(
        Rank.SECTION if heads and found.kind == "一、" else Rank.COUNTED, found.kind, heading, heads=heads
    )
    node.article, node.speaker = here.inherited("article"), here.inherited("speaker")
    node.anchor = here.address(f"part-{number}", f"{number}")
    if article and of_article:
        node.heading = f"{article.heading.split()[0]}第（{found.label.strip('（）()、.．')}）项"
        node.article = f"{article.article}.{number}"
        node.anchor = f"{article.anchor}.{number}"
    here.begin(node, text)
    return True


def _is_heading(here: OpenText, found: Marker, text: str, i: int, outer: list[Branch]) -> bool:
    """Return whether a counted line heads what follows it; `outer` is open around it and those that are counted alike."""
    following = here.following(i)
    # One of several that a paragraph counts inside itself stands above nothing.
    is_whole = i >= 0 and here.lines[i].text == text
    return (
        following is not None
        and (marks.is_heading(text) or (is_whole and marks.is_heading_sentence(found)))
        and not _ends_count(here, following, found, outer)
        and (bool(marks.marker(following.text)) or not _ends_bare_list(here, found))
    )


def _ends_bare_list(here: OpenText, found: Marker) -> bool:
    """Return whether the items before this one are bare words: what follows the last of those stands behind the list."""
    before = next((node for node in reversed(here.open) if node.mark == found.kind), None)
    if before is None:
        return False
    around = here.open[here.open.index(before) - 1].inside
    items = [node for node in around if node.mark == found.kind]
    return not any(node.heads or node.inside or "：" in node.lines[0] for node in items)


def _ends_count(here: OpenText, following: TextLine, found: Marker, outer: list[Branch]) -> bool:
    """Return whether the next line is a sibling, or of something further out."""
    if following in here.decimals:
        return True
    after = marks.marker(following.text)
    if after and (after.kind == found.kind or any(node.mark == after.kind for node in outer)):
        return True
    return bool(
        following.level
        or marks.division(following.text)
        or marks.article(following.text, here.next_article())
    )
