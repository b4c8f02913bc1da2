"""What an edit changes: two contents compared, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from knowledge.model import Button, Case, Content, Entry, Mark, Protected

_NOWHERE = Mark("", 0, 0)
_NOT_COMPARED = frozenset({"id", "mark"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry, before and after; lists are compared piece by piece."""

    entry_id: str
    field: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands in one content and not in another, by entry id; `parts` are other things that differ."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    changes: tuple[Change, ...]
    parts: tuple[str, ...]

    @property
    def edited(self) -> frozenset[str]:
        """The ids of all entries that were touched."""
        return frozenset({*self.added, *self.removed, *self.changed})

    @property
    def reaches_everything(self) -> bool:
        """Whether the edit may change how any question is read: a source or a word of the lexicon."""
        return "sources" in self.parts or "lexicon" in self.parts


def difference(before: Content | None, after: Content) -> Difference:
    """Return what `after` changes; without a `before` every entry is added."""
    old: Mapping[str, Entry] = before.entries if before else {}
    new = after.entries
    changes = [
        change
        for entry_id in sorted(old.keys() & new.keys())
        for change in _compare(old[entry_id], new[entry_id])
    ]
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(dict.fromkeys(change.entry_id for change in changes)),
        changes=tuple(changes),
        parts=_parts(before, after),
    )


def _compare(a: Entry, b: Entry) -> list[Change]:
    found = []
    for field in fields(Entry):
        was, now = getattr(a, field.name), getattr(b, field.name)
        if field.name not in _NOT_COMPARED and was != now:
            gone, new = _pieces(was), _pieces(now)
            found.append(
                Change(
                    a.id,
                    field.name,
                    tuple(piece for piece in gone if piece not in new) or gone,
                    tuple(piece for piece in new if piece not in gone) or new,
                )
            )
    return found


def _pieces(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(getattr(piece, "text", None) or str(piece) for piece in value)
    if isinstance(value, Mapping):
        return tuple(f"{key}: {'、'.join(values)}" for key, values in value.items())
    return (str(value),) if value not in ("", None) else ()


def _parts(before: Content | None, after: Content) -> tuple[str, ...]:
    if before is None:
        return ("sources", "lexicon")
    return tuple(name for name, a, b in _compared(before, after) if a != b)


def _compared(before: Content, after: Content) -> list[tuple[str, object, object]]:
    def texts(content: Content) -> object:
        return {
            (s.id, s.title, s.date, s.publisher, s.rights, s.text): sorted(
                (p.id, p.start, p.end, p.speaker, p.article, p.heading)
                for p in content.passages.values()
                if p.source_id == s.id
            )
            for s in content.sources.values()
        }

    def unmarked(records: Mapping[str, object]) -> object:
        return {
            key: [getattr(r, f.name) for f in fields(r) if f.name != "mark"]  # type: ignore[arg-type]
            for key, r in records.items()
        }

    return [
        ("sources", texts(before), texts(after)),
        ("lexicon", before.lexicon, after.lexicon),
        ("items", unmarked(before.items), unmarked(after.items)),
        (
            "papers",
            (unmarked(before.papers), list(before.tracks)),
            (unmarked(after.papers), list(after.tracks)),
        ),
        ("replies", before.replies, after.replies),
        ("menu", _menu(before), _menu(after)),
        ("care", before.care, after.care),
        ("sensitive", before.sensitive, after.sensitive),
        ("pledge", before.pledge, after.pledge),
        ("tests", _unplaced(before.cases), _unplaced(after.cases)),
        ("protected", _unplaced(before.protected), _unplaced(after.protected)),
    ]


def _unplaced(records: tuple[Case, ...] | tuple[Protected, ...]) -> list[Case | Protected]:
    """Return records without where they stand: an entry that moved down a line is the same."""
    return [replace(record, mark=_NOWHERE) for record in records]


def _menu(content: Content) -> object:
    return content.menu, content.scenes, _unplaced_buttons(content.buttons)


def _unplaced_buttons(buttons: tuple[Button, ...]) -> list[Button]:
    return [
        replace(button, mark=_NOWHERE, buttons=tuple(_unplaced_buttons(button.buttons))) for button in buttons
    ]
