"""Reads sayings: each is checked where it stands, and its sets are put in."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.language.speech.saying_signs import SayingError, check_saying, expanded
from knowledge.reading.fields import Draft
from knowledge.reading.spared import look_digest
from knowledge.reading.yamltext import Node


def read_sets(fields: Mapping[str, Node]) -> dict[str, str]:
    """Return the sets of a file by name, as they are written; {} without any."""
    pairs = fields["sets"].pairs("sets") if "sets" in fields else []
    read = ((name.text, node.scalar(f"sets 的“{name.text}”")) for name, node in pairs)
    return {name: value.text.strip() for name, value in read if value}


def read_sayings(
    draft: Draft, fields: Mapping[str, Node], name: str, kind: str, sets: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the sayings of a field with their sets put in, marked under `kind`; one that can't be read is a Problem."""
    values = fields[name].texts(name) if name in fields else []
    n_problems, spared = len(draft.report.problems), draft.report.spared
    looked = look_digest(
        "sayings", *(value.text for value in values), *(f"{k}={sets[k]}" for k in sorted(sets))
    )
    is_known = spared.knows(looked)
    read = []
    for value in values:
        try:
            saying = expanded(value.text, sets)
            if not is_known:
                check_saying(saying)
        except SayingError as problem:
            hint = "照人说的写：（甲/乙）选一个，… 隔几个字，【组】写在 sets 里"
            draft.report.add(value.mark, "bad-saying", f"“{value.text[:30]}”读不了：{problem}", hint)
            continue
        draft.marks[kind, saying] = value.mark
        read.append(saying)
    if len(draft.report.problems) == n_problems:
        spared.sound.add(looked)
    return tuple(read)
