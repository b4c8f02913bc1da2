"""Items → GIFT, the text format of Moodle; `gift.parse_gift` reads them back as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from knowledge.checks.quiz import BLANK
from knowledge.exchange.bank.answers import FULL
from knowledge.exchange.bank.gift import parse_gift
from knowledge.exchange.bank.gift_text import escape_gift, label, one_line
from knowledge.exchange.bank.markup import words_of
from knowledge.exchange.bank.moodle_gift import Reading, as_moodle_reads
from knowledge.model.bank import Item

_ENTITIES = re.compile(r"[<>&]")


def render_gift(items: Iterable[Item], tracks: Sequence[str]) -> tuple[str, tuple[Item, ...]]:
    """Return the items as GIFT, by track in the order of `tracks`, and those that GIFT can't hold as they are."""
    by_track: dict[str, list[str]] = {}
    left_out = []
    for item in sorted(
        items, key=lambda item: tracks.index(item.track) if item.track in tracks else len(tracks)
    ):
        head, block = f"$CATEGORY: {escape_gift(item.track)}\n", _render(item)
        # What does not come back as it was is not written.
        if _comes_back(f"{head}\n{block}", item) and _moodle_reads(block, item):
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
    form = _form(item)
    stem, why = _formed(item.stem, form), f"####{_formed(item.why, form)}"
    prefix = f"[{form}]" if form != "moodle" and not stem.startswith("[") else ""
    if item.kind == "truefalse":
        return f"{prefix}{stem}{{{'TRUE' if item.key == (0,) else 'FALSE'}{why}}}"
    if item.kind == "fill":
        head, _, tail = item.stem.strip().partition(BLANK)
        answers = " ".join(f"={_short(text.strip())}" for text in item.accepted)
        head = _formed(head, form) if head.strip() else ""
        return f"{prefix}{head}{{{answers} {why}}}{escape_gift(tail)}"
    share = f"%{_share(item):.7g}%"
    lines = []
    for i, option in enumerate(item.options):
        if item.kind == "multiple":
            lines.append(f"\t~{share if i in item.key else '%-100%'}{_formed(option, form)}")
        else:
            lines.append("\t" + "~="[i in item.key] + _formed(option, form, signs="[%"))
    return "\n".join([f"{prefix}{stem}{{", *lines, f"\t{why}", "}"])


def _share(item: Item) -> float:
    return round(FULL / max(1, len(item.key)), 5)


def _form(item: Item) -> str:
    """Return the format in which Moodle shows all texts of an item as they are."""
    texts = (item.stem, item.why, *(item.options if item.kind != "truefalse" else ()))
    is_plain = any(_ENTITIES.search(text) or words_of(text, "moodle").text != text.strip() for text in texts)
    return "plain" if is_plain else "moodle"


def _formed(text: str, form: str, signs: str = "[") -> str:
    """Return a text escaped, with its format before it where its own beginning would be taken for one."""
    text = text.strip() if signs == "[%" else text.lstrip()
    return (f"[{form}]" if text.startswith(tuple(signs)) else "") + escape_gift(text)


def _short(text: str) -> str:
    """Return a short answer: `*` stands for itself, and nothing in it for a weight or a format."""
    prefix = f"%{FULL:g}%" if text.startswith(("%", "[")) else ""
    return prefix + ("[plain]" if text.startswith("[") else "") + escape_gift(text.replace("*", "\\*"))


def _moodle_reads(block: str, item: Item) -> bool:
    """Return whether Moodle, by its own rules, reads the item as it is."""
    found = as_moodle_reads(block)
    if found is None:
        return False
    stem, tail = item.stem.strip(), item.stem.strip().partition(BLANK)[2]
    if item.kind == "fill":
        stem = stem.replace(BLANK, f"{BLANK}_", 1) if tail.strip() else stem.removesuffix(BLANK).strip()
        answers = [(text.strip().replace("*", "\\*"), FULL) for text in item.accepted]
    elif item.kind == "truefalse":
        answers = []
    else:
        part, wrong = (_share(item), -FULL) if item.kind == "multiple" else (FULL, 0.0)
        answers = [(text.strip(), part if i in item.key else wrong) for i, text in enumerate(item.options)]
    right = item.kind == "truefalse" and item.key == (0,)
    return found == Reading(item.kind, stem, tuple(answers), item.why.strip(), right)


def _comes_back(block: str, item: Item) -> bool:
    questions, problems = parse_gift(block, "", (item.track,))
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
