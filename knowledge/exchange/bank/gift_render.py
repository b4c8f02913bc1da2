"""Items → GIFT, the text format of Moodle; `gift.parse_gift` reads them back as they were."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.checks.quiz import BLANK, TRACKS
from knowledge.exchange.bank.answers import FULL
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.gift_text import WEIGHT, escape, label, one_line
from knowledge.model import Item


def render_gift(items: Iterable[Item]) -> tuple[str, tuple[Item, ...]]:
    """Return the items as GIFT, by track, and those that GIFT can't hold as they are."""
    by_track: dict[str, list[str]] = {}
    left_out = []
    for item in sorted(items, key=lambda item: TRACKS.index(item.track) if item.track in TRACKS else 99):
        head, block = f"$CATEGORY: {escape(item.track)}\n", _render(item)
        # What does not come back as it was is not written.
        if _comes_back(f"{head}\n{block}", item):
            by_track.setdefault(head, []).append(block)
        else:
            left_out.append(item)
    return "\n".join(part for head, blocks in by_track.items() for part in (head, *blocks)), tuple(left_out)


def _render(item: Item) -> str:
    labels = [f"[id:{item.id}]", *(f"[tag:{label(tag)}]" for tag in item.tags)]
    ours = [
        ("difficulty", str(item.difficulty)),
        ("source", item.source.passage_id),
        ("quote", item.source.text),
        ("claim", item.claim),
        ("truth", item.truth if item.key == (1,) and item.kind == "truefalse" else ""),
        ("excludes", " ".join(item.excludes)),
    ]
    lines = [f"// {' '.join(labels)}"]
    lines += [f"// @{name} {one_line(value)}" for name, value in ours if value]
    lines.append(f"::{item.id}::{_body(item)}")
    return "\n".join(lines) + "\n"


def _body(item: Item) -> str:
    stem, why = escape(item.stem.strip()), f"####{escape(item.why.strip())}"
    if item.kind == "truefalse":
        return f"{stem}{{{'TRUE' if item.key == (0,) else 'FALSE'}{why}}}"
    if item.kind == "fill":
        head, _, tail = item.stem.strip().partition(BLANK)
        answers = " ".join("=" + _weighed(text, f"%{FULL:g}%") for text in item.accepted)
        return f"{escape(head)}{{{answers} {why}}}{escape(tail)}"
    share = f"%{round(FULL / max(1, len(item.key)), 5):g}%"
    lines = []
    for i, option in enumerate(item.options):
        if item.kind == "multiple":
            lines.append(f"\t~{share if i in item.key else '%-100%'}{escape(option.strip())}")
        else:
            right = i in item.key
            lines.append("\t" + "~="[right] + _weighed(option, f"%{FULL if right else 0:g}%"))
    return "\n".join([f"{stem}{{", *lines, f"\t{why}", "}"])


def _weighed(text: str, weight: str) -> str:
    """Return an answer, with its weight written out where its own words would be taken for one."""
    return (weight if WEIGHT.match(text.strip()) else "") + escape(text.strip())


def _comes_back(block: str, item: Item) -> bool:
    questions, problems = parse_gift(block, "")
    if problems or len(questions) != 1:
        return False
    q = questions[0]
    options = () if item.kind in ("truefalse", "fill") else tuple(text.strip() for text in item.options)
    truth = item.truth if item.kind == "truefalse" and item.key == (1,) else ""
    return (
        (q.id, q.kind, q.track, q.difficulty, q.tags)
        == (item.id, item.kind, item.track, item.difficulty, item.tags)
        and (q.stem, q.options, q.key) == (item.stem.strip(), options, item.key)
        and q.accepted == tuple(text.strip() for text in item.accepted)
        and (q.why, q.passage, q.quote) == (item.why.strip(), item.source.passage_id, item.source.text)
        and (q.claim, q.truth, q.excludes) == (item.claim, truth, item.excludes)
    )
