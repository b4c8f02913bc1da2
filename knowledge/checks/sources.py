"""What must hold of the sources before anybody is told their words."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.model import UNFINISHED, Problem


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
