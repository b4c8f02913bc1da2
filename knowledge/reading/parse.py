"""Files → content, with a Problem for everything that can't be read as it stands.

User content never raises here: a record with a fault is reported and left out, the rest is read on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of

from knowledge.language.tables import traits_by_source_kind
from knowledge.model.content import Content
from knowledge.model.entries import Entry, Lexicon
from knowledge.model.problems import Files, Mark, Problem
from knowledge.model.sources import Quote, SourceKind
from knowledge.reading.fields import (
    Draft,
    Marks,
    add_record,
    flag,
    identity,
    marked_texts,
    read_quote,
    text_field,
    text_fields,
)
from knowledge.reading.gate import read_cases, read_protected
from knowledge.reading.papers import read_papers
from knowledge.reading.quiz import read_items
from knowledge.reading.repeals import with_repeals
from knowledge.reading.service import read_care, read_menu, read_pledge, read_sensitive
from knowledge.reading.source import parse_source
from knowledge.reading.spared import Spared
from knowledge.reading.talk import read_talk
from knowledge.reading.yamltext import Node, ProblemLog, compose, flat

ENTRY_KEYS = (
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
    "valid_from",
    "valid_to",
)
"""The fields of an entry, in the house order."""
ABOUT_KEYS = ("speaker", "organisation", "document", "article", "topic")
_KINDS = ("person", "organisation", "document", "topic")
_WORD_LISTS = ("words", "filler", "unknown", "facts", "posts")
_TRAITS = tuple(field.name for field in fields_of(SourceKind))


def version_of(files: Files) -> str:
    """Return the identity of a content folder: 16 hex digits that change with any file's name or text."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{len(name)}:{name}{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def parse(
    files: Files, saved: Mapping[str, int] | None = None, spared: Spared | None = None
) -> tuple[Content, Marks, tuple[Problem, ...]]:
    """Return the content of `files`, where its parts stand, and every Problem of reading it.

    Sources are read first, whatever their names, because everything else refers to them. No files at all
    give empty content without a Problem. `saved` says when each file was last saved, `spared` which files need not be
    searched for slips again.
    """
    draft = Draft(report=ProblemLog(spared=spared or Spared()), saved=saved or {})
    sources = {name for name in files if name.startswith("sources/") and name.endswith(".md")}
    for name in sorted(sources):
        _read_source(draft, name, files[name])
    for name in sorted(files.keys() - sources):
        _read_file(draft, name, files[name])
    return _content(draft, version_of(files)), draft.marks, tuple(sorted(set(draft.report.problems)))


def _read_file(draft: Draft, name: str, text: str) -> None:
    reader = _reader_of(name)
    if reader is None:
        message, hint = "这个文件放在这里不会被读", "放到 sources、faq、quiz、lexicon 里，或删掉"
        draft.report.add(Mark(name, 0, 0), "unknown-file", message, hint)
        return
    root = compose(text, name, draft.report)
    if root is not None:
        reader(draft, root)
    elif not draft.report.tells_of(name):
        draft.report.add(Mark(name, 0, 0), "empty-file", "文件里什么也没有", "补上内容，或删掉文件")


def _content(draft: Draft, version: str) -> Content:
    words = (draft.words.get(key, ()) for key in _WORD_LISTS)
    return Content(
        version=version,
        sources=with_repeals(draft.sources),
        passages=draft.passages,
        entries=draft.entries,
        items=draft.items,
        papers=draft.papers,
        tracks=draft.tracks or {item.track: () for item in draft.items.values()},
        lexicon=Lexicon(draft.aliases, draft.kinds, *words),
        replies=draft.replies,
        menu=draft.menu,
        cases=tuple(draft.cases),
        protected=tuple(draft.protected),
        buttons=draft.buttons,
        scenes=draft.scenes,
        care=draft.care,
        intents=draft.intents,
        sensitive=draft.sensitive,
        pledge=draft.pledge,
        source_kinds={**_usual_source_kinds(), **draft.source_kinds},
    )


def _reader_of(name: str) -> Callable[[Draft, Node], None] | None:
    fixed = {
        "replies.yaml": _read_replies,
        "menu.yaml": read_menu,
        "care.yaml": read_care,
        "pledge.yaml": read_pledge,
        "talk.yaml": read_talk,
        "lexicon/sensitive.yaml": read_sensitive,
        "lexicon/aliases.yaml": _read_aliases,
        "lexicon/words.yaml": _read_words,
        "lexicon/protected.yaml": read_protected,
        "lexicon/source_kinds.yaml": _read_source_kinds,
        "quiz/papers.yaml": read_papers,
    }
    if name in fixed:
        return fixed[name]
    folder = name.partition("/")[0]
    readers = {"faq": _read_entries, "quiz": read_items, "tests": read_cases}
    return readers.get(folder) if name.endswith((".yaml", ".yml")) else None


def _read_source(draft: Draft, name: str, text: str) -> None:
    read = parse_source(text, name, draft.report)
    if read is None:
        return
    source, passages = read
    if source.id in draft.sources:
        message = f"原文 {source.id} 在 {draft.sources[source.id].mark.file} 里已经有了"
        draft.report.add(source.mark, "duplicate-id", message, "换一个 id")
        return
    draft.sources[source.id] = source
    for number, paragraph in enumerate(text.split("\n"), start=1):
        draft.marks.setdefault(("paragraph", source.id, paragraph.strip()), Mark(name, number, 1))
    for passage in passages:
        first = draft.passages.setdefault(passage.id, passage)
        if first is not passage:
            message = f"地址 {passage.id} 在第 {first.mark.line} 行已经用了"
            draft.report.add(passage.mark, "duplicate-address", message, "换一个地址")


def _read_entries(draft: Draft, root: Node) -> None:
    for node in root.items("问答文件"):
        fields = node.fields("条目", ENTRY_KEYS, ("id", "question", "quote", "status", "owner", "review_by"))
        named = identity(fields, "条目")
        if named is None:
            continue
        entry_id, mark = named
        for name in ("question", "answer", "status", "review_by", "gap", "valid_from", "valid_to"):
            if name in fields:
                draft.marks["entry", entry_id, name] = fields[name].mark
        if "quote" in fields and fields["quote"].is_empty_list:
            draft.marks["entry", entry_id, "quote"] = fields["quote"].mark
        entry = Entry(
            id=entry_id,
            question=text_field(fields, "question"),
            phrasings=marked_texts(draft, fields, "phrasings", ("entry", entry_id, "phrasing")),
            lead=text_field(fields, "answer"),
            quotes=_quotes(draft, fields["quote"], ("entry", entry_id, "quote")) if "quote" in fields else (),
            about=_about(fields.get("about")),
            related=marked_texts(draft, fields, "related", ("entry", entry_id, "related")),
            gap=flag(fields, "gap"),
            status=text_field(fields, "status"),
            owner=text_field(fields, "owner"),
            review_by=text_field(fields, "review_by"),
            mark=mark,
            valid_from=text_field(fields, "valid_from"),
            valid_to=text_field(fields, "valid_to"),
        )
        add_record(draft, draft.entries, entry, mark)


def _about(node: Node | None) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    return {
        key: tuple(v.text for v in child.texts(key))
        for key, child in node.fields("about", ABOUT_KEYS).items()
    }


def _quotes(draft: Draft, node: Node, path: tuple[str, ...]) -> tuple[Quote, ...]:
    quotes = []
    for i, child in enumerate(node.items("quote")):
        quote = read_quote(draft, child, (*path, str(i)))
        if quote:
            quotes.append(quote)
    return tuple(quotes)


def _read_aliases(draft: Draft, root: Node) -> None:
    for node in root.items("别名文件"):
        fields = node.fields("别名", ("name", "kind", "aliases"), ("name", "kind"))
        name, kind = text_field(fields, "name"), text_field(fields, "kind")
        if kind and kind not in _KINDS:
            draft.report.add(
                fields["kind"].mark, "wrong-value", f"kind“{kind}”不认识", f"只能是 {'、'.join(_KINDS)}"
            )
        elif name in draft.aliases:
            draft.report.add(fields["name"].mark, "duplicate-id", f"“{name}”在别名文件里写了两次", "合成一条")
        elif name and kind:
            draft.aliases[name], draft.kinds[name] = text_fields(fields, "aliases"), kind


def _read_words(draft: Draft, root: Node) -> None:
    draft.words |= {
        key: tuple(v.text for v in node.texts(key))
        for key, node in root.fields("词语文件", _WORD_LISTS).items()
    }


def _usual_source_kinds() -> dict[str, SourceKind]:
    kinds = traits_by_source_kind().items()
    return {kind: SourceKind(**{trait: trait in traits for trait in _TRAITS}) for kind, traits in kinds}


def _read_source_kinds(draft: Draft, root: Node) -> None:
    for node in root.items("原文种类文件"):
        fields = node.fields("原文种类", ("kind", *_TRAITS), ("kind",))
        kind = text_field(fields, "kind")
        if kind in draft.source_kinds:
            draft.report.add(fields["kind"].mark, "duplicate-id", f"“{kind}”写了两次", "合成一条")
        elif kind:
            draft.source_kinds[kind] = SourceKind(**{trait: flag(fields, trait) for trait in _TRAITS})


def _read_replies(draft: Draft, root: Node) -> None:
    for key, value in flat(root, "回复").items():
        draft.replies[key] = value.text
        draft.marks["reply", key] = value.mark
