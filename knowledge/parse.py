"""Files → content, with a Problem for everything that can't be read as it stands.

User content never raises here: a record with a fault is reported and left out, the rest is read on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from knowledge.model import (
    Content,
    Entry,
    Files,
    Item,
    Lexicon,
    Mark,
    Paper,
    Passage,
    Problem,
    Quote,
    Source,
)
from knowledge.parse_source import parse_source
from knowledge.yamltext import Node, Report, compose, flat, number

Marks = Mapping[tuple[str, ...], Mark]
"""Where a part of a record stands, by kind, id and field: entry, its id, quote, number."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_ENTRY_KEYS = (
    "id",
    "question",
    "phrasings",
    "answer",
    "quote",
    "about",
    "related",
    "gap",
    "status",
    "owner",
    "review_by",
)
_ABOUT_KEYS = ("speaker", "organisation", "document", "article", "topic")
_ITEM_KEYS = ("id", "kind", "track", "difficulty", "tags", "stem", "options", "key", "why", "source")
_ITEM_REQUIRED = ("id", "kind", "track", "stem", "options", "key", "why", "source")
_PAPER_KEYS = ("id", "title", "n_items", "tracks", "pass_line")
_KINDS = ("person", "organisation", "document", "topic")
_LETTERS = "ABCDEFGH"
_Record = TypeVar("_Record", Entry, Item, Paper)


@dataclass(slots=True)
class _Draft:
    """What has been read so far."""

    report: Report = field(default_factory=Report)
    marks: dict[tuple[str, ...], Mark] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    passages: dict[str, Passage] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    menu: dict[str, str] = field(default_factory=dict)


def version_of(files: Files) -> str:
    """Return the identity of a content folder: 16 hex digits that change with any file's name or text."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{len(name)}:{name}{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def parse(files: Files) -> tuple[Content, Marks, tuple[Problem, ...]]:
    """Return the content of `files`, where its parts stand, and every Problem of reading it.

    Sources are read first, whatever their names, because everything else refers to them. No files at all
    give empty content without a Problem.
    """
    draft = _Draft()
    for name, text in sorted(files.items()):
        if name.startswith("sources/") and name.endswith(".md"):
            _read_source(draft, name, text)
    for name, text in sorted(files.items()):
        reader = _reader_of(name)
        if name.startswith("sources/") and name.endswith(".md"):
            continue
        if reader is None:
            draft.report.add(
                Mark(name, 0, 0),
                "unknown-file",
                "这个文件放在这里不会被读",
                "放到 sources、faq、quiz、lexicon 里，或删掉",
            )
            continue
        root = compose(text, name, draft.report)
        if root is not None:
            reader(draft, root)
    content = Content(
        version=version_of(files),
        sources=draft.sources,
        passages=draft.passages,
        entries=draft.entries,
        items=draft.items,
        papers=draft.papers,
        lexicon=Lexicon(
            draft.aliases,
            draft.kinds,
            *(draft.words.get(k, ()) for k in ("words", "filler", "unknown", "facts")),
        ),
        replies=draft.replies,
        menu=draft.menu,
    )
    return content, draft.marks, tuple(sorted(set(draft.report.problems)))


def _reader_of(name: str) -> Callable[[_Draft, Node], None] | None:
    fixed = {
        "replies.yaml": _read_replies,
        "menu.yaml": _read_menu,
        "lexicon/aliases.yaml": _read_aliases,
        "lexicon/words.yaml": _read_words,
        "quiz/papers.yaml": _read_papers,
    }
    if name in fixed:
        return fixed[name]
    folder = name.partition("/")[0]
    return (
        {"faq": _read_entries, "quiz": _read_items}.get(folder) if name.endswith((".yaml", ".yml")) else None
    )


def _read_source(draft: _Draft, name: str, text: str) -> None:
    read = parse_source(text, name, draft.report)
    if read is None:
        return
    source, passages = read
    if source.id in draft.sources:
        draft.report.add(
            source.mark,
            "duplicate-id",
            f"原文 {source.id} 在 {draft.sources[source.id].mark.file} 里已经有了",
            "换一个 id",
        )
        return
    draft.sources[source.id] = source
    for passage in passages:
        if passage.id in draft.passages:
            line = draft.passages[passage.id].mark.line
            draft.report.add(
                passage.mark, "duplicate-address", f"地址 {passage.id} 在第 {line} 行已经用了", "换一个地址"
            )
        else:
            draft.passages[passage.id] = passage


def _identity(fields: Mapping[str, Node], what: str) -> tuple[str, Mark] | None:
    value = fields["id"].scalar("id") if "id" in fields else None
    if value is None:
        return None
    if not _ID.fullmatch(value.text):
        fields["id"].report.add(
            value.mark, "bad-id", f"{what} id“{value.text}”只能用小写字母、数字和连字符", "改成例如 article-4"
        )
        return None
    return value.text, value.mark


def _keep(draft: _Draft, held: dict[str, _Record], record: _Record, mark: Mark) -> None:
    if record.id in held:
        other = held[record.id].mark
        draft.report.add(
            mark, "duplicate-id", f"id {record.id} 在 {other.file}:{other.line} 已经用了", "换一个 id"
        )
    else:
        held[record.id] = record


def _text(fields: Mapping[str, Node], name: str, default: str = "") -> str:
    value = fields[name].scalar(name) if name in fields else None
    if value is not None and name in fields and not value.text.strip():
        fields[name].report.add(value.mark, "empty-value", f"{name} 是空的", "写上内容，或者删掉这一行")
    return value.text if value is not None else default


def _texts(fields: Mapping[str, Node], name: str) -> tuple[str, ...]:
    return tuple(value.text for value in fields[name].texts(name)) if name in fields else ()


def _read_entries(draft: _Draft, root: Node) -> None:
    for node in root.items("问答文件"):
        fields = node.fields("条目", _ENTRY_KEYS, ("id", "question", "quote", "status", "owner", "review_by"))
        identity = _identity(fields, "条目")
        if identity is None:
            continue
        entry_id, mark = identity
        for name in ("question", "answer", "status", "review_by", "gap"):
            if name in fields:
                draft.marks["entry", entry_id, name] = fields[name].mark
        if "quote" in fields and fields["quote"].is_empty_list:
            draft.marks["entry", entry_id, "quote"] = fields["quote"].mark
        phrasings = fields["phrasings"].texts("phrasings") if "phrasings" in fields else ()
        for i, value in enumerate(phrasings):
            draft.marks["entry", entry_id, "phrasing", str(i)] = value.mark
        related = fields["related"].texts("related") if "related" in fields else ()
        for i, value in enumerate(related):
            draft.marks["entry", entry_id, "related", str(i)] = value.mark
        entry = Entry(
            id=entry_id,
            question=_text(fields, "question"),
            phrasings=tuple(value.text for value in phrasings),
            lead=_text(fields, "answer"),
            quotes=_quotes(draft, fields["quote"], ("entry", entry_id, "quote")) if "quote" in fields else (),
            about=_about(fields.get("about")),
            related=tuple(value.text for value in related),
            gap=_flag(fields, "gap"),
            status=_text(fields, "status"),
            owner=_text(fields, "owner"),
            review_by=_text(fields, "review_by"),
            mark=mark,
        )
        _keep(draft, draft.entries, entry, mark)


def _flag(fields: Mapping[str, Node], name: str) -> bool:
    value = fields[name].scalar(name) if name in fields else None
    if value is not None and value.text not in ("true", "false"):
        fields[name].report.add(
            value.mark, "wrong-value", f"{name} 只能是 true 或 false", "改成 true 或 false"
        )
    return value is not None and value.text == "true"


def _about(node: Node | None) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    return {
        key: tuple(v.text for v in child.texts(key))
        for key, child in node.fields("about", _ABOUT_KEYS).items()
    }


def _quotes(draft: _Draft, node: Node, path: tuple[str, ...]) -> tuple[Quote, ...]:
    quotes = []
    for i, child in enumerate(node.items("quote")):
        quote = _quote(draft, child, (*path, str(i)))
        if quote:
            quotes.append(quote)
    return tuple(quotes)


def _quote(draft: _Draft, node: Node, path: tuple[str, ...]) -> Quote | None:
    if hasattr(node.raw, "value") and isinstance(node.raw.value, str):
        address, words = node.scalar("引文"), None
    else:
        fields = node.fields("引文", ("passage", "text"), ("passage", "text"))
        address = fields["passage"].scalar("passage") if "passage" in fields else None
        words = fields["text"].scalar("text") if "text" in fields else None
        if words is None:
            return None
    if address is None:
        return None
    draft.marks[(*path, "passage")] = address.mark
    if words:
        draft.marks[(*path, "text")] = words.mark
    passage = draft.passages.get(address.text)
    return Quote(address.text, words.text if words else passage.text if passage else "")


def _read_items(draft: _Draft, root: Node) -> None:
    for node in root.items("题库文件"):
        fields = node.fields("题目", _ITEM_KEYS, _ITEM_REQUIRED)
        identity = _identity(fields, "题目")
        if identity is None or not all(name in fields for name in _ITEM_REQUIRED):
            continue
        item_id, mark = identity
        for name in ("kind", "options", "key", "stem"):
            draft.marks["item", item_id, name] = fields[name].mark
        source = _quote(draft, fields["source"], ("item", item_id, "source"))
        options = fields["options"].texts("options")
        for i, value in enumerate(options):
            draft.marks["item", item_id, "option", str(i)] = value.mark
        difficulty = number(fields["difficulty"], "difficulty", int, 1, 3) if "difficulty" in fields else 1
        key = _key(fields["key"], len(options))
        if source is None or not key or difficulty is None:
            continue
        item = Item(
            id=item_id,
            kind=_text(fields, "kind"),
            stem=_text(fields, "stem"),
            options=tuple(value.text for value in options),
            key=key,
            why=_text(fields, "why"),
            source=source,
            track=_text(fields, "track"),
            tags=_texts(fields, "tags"),
            difficulty=int(difficulty),
            mark=mark,
        )
        _keep(draft, draft.items, item, mark)


def _key(node: Node, n_options: int) -> tuple[int, ...]:
    key = []
    for value in node.texts("key"):
        letter = value.text.strip().upper()
        if letter in _LETTERS[:n_options] and len(letter) == 1:
            key.append(_LETTERS.index(letter))
        else:
            allowed = "、".join(_LETTERS[:n_options])
            node.report.add(value.mark, "bad-key", f"答案“{value.text}”不在选项里", f"只能是 {allowed}")
    return tuple(key)


def _read_papers(draft: _Draft, root: Node) -> None:
    for node in root.items("试卷文件"):
        fields = node.fields("试卷", _PAPER_KEYS, ("id", "title", "n_items", "pass_line"))
        identity = _identity(fields, "试卷")
        if identity is None or "n_items" not in fields or "pass_line" not in fields:
            continue
        paper_id, mark = identity
        draft.marks["paper", paper_id, "n_items"] = fields["n_items"].mark
        n_items = number(fields["n_items"], "n_items", int, 1, 100)
        pass_line = number(fields["pass_line"], "pass_line", float, 0, 1)
        if n_items is None or pass_line is None:
            continue
        paper = Paper(
            paper_id, _text(fields, "title"), int(n_items), _texts(fields, "tracks"), pass_line, mark
        )
        _keep(draft, draft.papers, paper, mark)


def _read_aliases(draft: _Draft, root: Node) -> None:
    for node in root.items("别名文件"):
        fields = node.fields("别名", ("name", "kind", "aliases"), ("name", "kind"))
        name, kind = _text(fields, "name"), _text(fields, "kind")
        if kind and kind not in _KINDS:
            draft.report.add(
                fields["kind"].mark, "wrong-value", f"kind“{kind}”不认识", f"只能是 {'、'.join(_KINDS)}"
            )
        elif name in draft.aliases:
            draft.report.add(fields["name"].mark, "duplicate-id", f"“{name}”在别名文件里写了两次", "合成一条")
        elif name and kind:
            draft.aliases[name], draft.kinds[name] = _texts(fields, "aliases"), kind


def _read_words(draft: _Draft, root: Node) -> None:
    known = ("words", "filler", "unknown", "facts")
    draft.words |= {
        key: tuple(v.text for v in node.texts(key)) for key, node in root.fields("词语文件", known).items()
    }


def _read_replies(draft: _Draft, root: Node) -> None:
    for key, value in flat(root, "回复").items():
        draft.replies[key] = value.text
        draft.marks["reply", key] = value.mark


def _read_menu(draft: _Draft, root: Node) -> None:
    draft.menu |= {key: value.text for key, value in flat(root, "菜单").items()}
