"""What must hold of the sources before anybody is told their words."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.model.problems import UNFINISHED, Problem
from knowledge.sources.codes import code_of


def sources_are_finished(c: Checked) -> Iterator[Problem]:
    """A source that a published entry quotes says who published it, whose it is, and who its speakers are."""
    for entry in c.content.entries.values():
        quoted = {quote.passage_id.partition("#")[0] for quote in entry.quotes}
        for source_id in sorted(quoted & c.content.sources.keys()) if entry.status == "published" else ():
            source = c.content.sources[source_id]
            speakers = [text for s in source.speakers.values() for text in (s.post, s.organisation)]
            if UNFINISHED in (source.title, source.publisher, source.rights, *speakers):
                yield c.problem(
                    ("entry", entry.id, "status"),
                    entry.mark,
                    "unfinished-source",
                    f"{source.mark.file} 里还有“{UNFINISHED}”，不能发布",
                    f"在 {source.mark.file} 开头填好，或把这一条改回 draft",
                )


def codes_are_apart(c: Checked) -> Iterator[Problem]:
    """No two addresses share the code that leads from an answer to its words: the one would prove the other's.

    A code has 25 bits: among ten thousand addresses one pair or two are expected to meet.
    """
    holder: dict[str, str] = {}
    for address in (*c.content.passages, *c.content.entries):
        other = holder.setdefault(code_of(c.content, address), address)
        if other == address:
            continue
        entry = c.content.entries.get(address)
        mark = entry.mark if entry else c.content.sources[address.partition("#")[0]].mark
        yield c.problem(
            ("entry", address, "id"),
            mark,
            "same-code",
            f"{address} 和 {other} 的核对码是同一个",
            "换一个编号（条目的 id，或原文里 {#……} 的名字）",
        )
