"""What an edit changes: two contents compared, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.entries import Case, Entry, Protected
from knowledge.model.problems import Mark
from knowledge.model.service import Button
from knowledge.model.sources import Quote

_NOWHERE = Mark("", 0, 0)
_NOT_COMPARED = frozenset({"id", "mark"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry: the lines that went and that came; neither of them when only their order changed."""

    entry_id: str
    field: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands in one content and not in another, by entry id; `items` are the quiz items, `parts` what else differs."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    changes: tuple[Change, ...]
    parts: tuple[str, ...]
    items: tuple[str, ...] = ()

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
        items=_items(before.items if before else {}, after.items),
    )


def _items(before: Mapping[str, Item], after: Mapping[str, Item]) -> tuple[str, ...]:
    """Return the ids of the items that came, went, or say something else; where they stand does not matter."""
    old, new = (
        {key: replace(item, mark=_NOWHERE) for key, item in items.items()} for items in (before, after)
    )
    return tuple(sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key)))


def _compare(a: Entry, b: Entry) -> list[Change]:
    found = []
    for field in fields(Entry):
        was, now = getattr(a, field.name), getattr(b, field.name)
        if field.name not in _NOT_COMPARED and was != now:
            gone, new = lines_of(was), lines_of(now)
            found.append(Change(a.id, field.name, _without(gone, new), _without(new, gone)))
    return found


def _without(lines: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in lines if line not in others)


def lines_of(value: object) -> tuple[str, ...]:
    """Return what a field of an entry says, a line for each thing in it; quoted words stand behind their address."""
    if isinstance(value, tuple):
        return tuple(line for piece in value for line in lines_of(piece))
    if isinstance(value, Quote):
        return tuple(f"{value.passage_id}：{line}" for line in value.text.splitlines() if line.strip())
    if isinstance(value, Mapping):
        return tuple(f"{key}: {'、'.join(values)}" for key, values in value.items())
    if isinstance(value, bool):
        return ("是" if value else "否",)
    return tuple(line.strip() for line in str(value).splitlines() if line.strip())


def _parts(before: Content | None, after: Content) -> tuple[str, ...]:
    if before is None:
        return ("sources", "lexicon")
    return tuple(name for name, a, b in _compared(before, after) if a != b)


def _texts(content: Content) -> object:
    """Return the sources, each with its passages, without where they stand in their files."""
    passages: dict[str, list[tuple[str, int, int, str, str, str]]] = {
        source_id: [] for source_id in content.sources
    }
    for p in content.passages.values():
        passages[p.source_id].append((p.id, p.start, p.end, p.speaker, p.article, p.heading))
    return {
        (s.id, s.title, s.date, s.publisher, s.rights, s.text): sorted(passages[s.id])
        for s in content.sources.values()
    }


def _unmarked(records: Mapping[str, object]) -> object:
    return {
        key: [getattr(r, f.name) for f in fields(r) if f.name != "mark"]  # type: ignore[arg-type]
        for key, r in records.items()
    }


def _compared(before: Content, after: Content) -> list[tuple[str, object, object]]:
    return [
        ("sources", _texts(before), _texts(after)),
        ("lexicon", before.lexicon, after.lexicon),
        ("items", _unmarked(before.items), _unmarked(after.items)),
        (
            "papers",
            (_unmarked(before.papers), list(before.tracks)),
            (_unmarked(after.papers), list(after.tracks)),
        ),
        ("replies", before.replies, after.replies),
        ("menu", _menu(before), _menu(after)),
        ("care", before.care, after.care),
        ("talk", _unmarked(before.intents), _unmarked(after.intents)),
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
