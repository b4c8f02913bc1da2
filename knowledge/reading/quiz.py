"""Quiz files → items and papers, with a Problem for everything that can't be read as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.language.analyze import strip_punctuation, tidy
from knowledge.model import Item, Mark, Paper
from knowledge.reading.fields import Draft, flag, identity, keep, read_quote, text_field, text_fields
from knowledge.reading.served_days import is_day
from knowledge.reading.yamltext import Node, number

KINDS = ("single", "multiple", "truefalse", "fill")
TRUE_FALSE = ("正确", "错误")
LETTERS = "ABCDEFGH"
_COMMON = ("id", "kind", "track", "difficulty", "tags", "stem", "key", "why", "source", "excludes")
_ALL = (*_COMMON, "options", "claim", "truth")
_REQUIRED = ("id", "kind", "track", "stem", "key", "why", "source")
_OF_KIND = {"single": ("options",), "multiple": ("options",), "truefalse": ("claim", "truth"), "fill": ()}
MODE_WORDS: Mapping[str, tuple[str, ...]] = {
    "practice": ("答题", "开始答题", "我要答题", "做题", "开始做题", "来一套", "再来一套"),
    "topic": ("专项", "专项答题", "专项练习", "专项训练"),
    "daily": ("每日一答", "每日一题", "今日一题", "每日答题"),
    "challenge": ("挑战", "挑战答题", "闯关", "开始挑战"),
    "missed": ("错题", "错题本", "我的错题", "做错题", "练错题"),
    "exam": ("正式测评", "测评", "正式测试", "开始测评"),
    "probe": ("考考你", "考考我", "考我", "考我一题", "再来一题"),
}
"""The modes that a paper may have, each with the words that start the first paper of it."""
_EARLIER_MODES = {"default": "practice", **{mode: mode for mode in MODE_WORDS}}
"""The mode of a paper that says none, by its id: so it was before papers had a mode."""
_PAPER_KEYS = (
    "id",
    "mode",
    "title",
    "words",
    "n_items",
    "tracks",
    "tags",
    "kinds",
    "difficulties",
    "pass_line",
    "partial",
    "feedback",
    "until_mistake",
    "item_time_s",
    "paper_time_s",
    "attempts_per_day",
    "cool_down_s",
    "hours",
    "opens_on",
    "closes_on",
)
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MAX_S = 86_400


def _plain(text: str) -> str:
    return strip_punctuation(tidy(text))


def read_items(draft: Draft, root: Node) -> None:
    """Read a bank of items into `draft`."""
    for node in root.items("题库文件"):
        fields = node.fields("题目", _ALL, _REQUIRED)
        named = identity(fields, "题目")
        if named is None or not all(name in fields for name in _REQUIRED):
            continue
        kind = _choice(fields, "kind", KINDS, "")
        if kind and _has_the_keys_of(kind, node, fields):
            _read_item(draft, kind, fields, *named)


def _has_the_keys_of(kind: str, node: Node, fields: Mapping[str, Node]) -> bool:
    for name in fields:
        if name not in _COMMON and name not in _OF_KIND[kind]:
            message = f"{kind} 题没有“{name}”这一项"
            node.report.add(fields[name].mark, "unknown-key", message, "删掉，或改 kind")
    missing = [name for name in _OF_KIND[kind] if name not in fields and name != "truth"]
    for name in missing:
        node.report.add(node.mark, "missing-key", f"题目缺少“{name}”", f"补上 {name}: …")
    return not missing


def _read_item(draft: Draft, kind: str, fields: Mapping[str, Node], item_id: str, mark: Mark) -> None:
    for name in fields:
        draft.marks["item", item_id, name] = fields[name].mark
    source = read_quote(draft, fields["source"], ("item", item_id, "source"))
    options = _options(draft, kind, fields, item_id)
    accepted = text_fields(fields, "key") if kind == "fill" else ()
    key = () if kind == "fill" else _key(kind, fields["key"], len(options))
    difficulty = number(fields["difficulty"], "difficulty", int, 1, 3) if "difficulty" in fields else 1
    excludes = fields["excludes"].texts("excludes") if "excludes" in fields else ()
    for i, value in enumerate(excludes):
        draft.marks["item", item_id, "exclude", str(i)] = value.mark
    if fields["key"].is_empty_list:
        fields["key"].report.add(fields["key"].mark, "bad-key", "没有答案", "写上答案")
    # Whatever else is wrong is told with it: an item without a sound key goes on to the checks all the same.
    if source is None:
        return
    claim = text_field(fields, "claim")
    item = Item(
        id=item_id,
        kind=kind,
        stem=text_field(fields, "stem"),
        options=options,
        key=key,
        why=text_field(fields, "why"),
        source=source,
        track=text_field(fields, "track"),
        tags=text_fields(fields, "tags"),
        difficulty=int(difficulty or 1),
        mark=mark,
        accepted=accepted,
        claim=claim,
        truth=text_field(fields, "truth", claim),
        excludes=tuple(value.text for value in excludes),
    )
    keep(draft, draft.items, item, mark)


def _options(draft: Draft, kind: str, fields: Mapping[str, Node], item_id: str) -> tuple[str, ...]:
    if kind == "truefalse":
        return TRUE_FALSE
    options = fields["options"].texts("options") if "options" in fields else ()
    for i, value in enumerate(options):
        draft.marks["item", item_id, "option", str(i)] = value.mark
    return tuple(value.text for value in options)


def _key(kind: str, node: Node, n_options: int) -> tuple[int, ...]:
    signs = ("true", "false") if kind == "truefalse" else tuple(LETTERS[:n_options])
    key: list[int] = []
    for value in node.texts("key"):
        sign = value.text.strip()
        sign = sign.lower() if kind == "truefalse" else sign.upper()
        if sign not in signs:
            hint = f"只能是 {'、'.join(signs)}"
            node.report.add(value.mark, "bad-key", f"答案“{value.text}”不在选项里", hint)
        elif signs.index(sign) in key:
            node.report.add(value.mark, "bad-key", f"答案“{value.text}”写了两次", "只留一个")
        else:
            key.append(signs.index(sign))
    return tuple(sorted(key))


def read_papers(draft: Draft, root: Node) -> None:
    """Read the tracks and the papers into `draft`; a list of papers alone declares no tracks, as once was usual."""
    if root.is_list:
        _read_papers(draft, root)
        return
    fields = root.fields("试卷文件", ("tracks", "papers"), ("tracks", "papers"))
    if "tracks" in fields:
        _read_tracks(draft, fields["tracks"])
    if "papers" in fields:
        _read_papers(draft, fields["papers"])


def _read_tracks(draft: Draft, root: Node) -> None:
    """Read the tracks in their order: a name, or a name with the other names that it goes by."""
    for node in root.items("tracks"):
        if node.is_mapping:
            named = [(key, child.texts(key.text)) for key, child in node.pairs("领域")]
        else:
            name = node.scalar("领域")
            named = [(name, ())] if name and name.text.strip() else []
        for name, others in named:
            if name.text in draft.tracks:
                draft.report.add(name.mark, "duplicate-id", f"领域“{name.text}”写了两次", "只留一个")
            draft.tracks.setdefault(name.text, tuple(_plain(other.text) for other in others))


def _read_papers(draft: Draft, root: Node) -> None:
    for node in root.items("试卷列表"):
        fields = node.fields("试卷", _PAPER_KEYS, ("id", "title", "n_items", "pass_line"))
        named = identity(fields, "试卷")
        if named is None or "n_items" not in fields or "pass_line" not in fields:
            continue
        paper_id, mark = named
        for name in fields:
            draft.marks["paper", paper_id, name] = fields[name].mark
        n_items = number(fields["n_items"], "n_items", int, 1, 100)
        pass_line = number(fields["pass_line"], "pass_line", float, 0, 1)
        if n_items is None or pass_line is None:
            continue
        opens_at, closes_at = _hours(fields.get("hours"))
        title = text_field(fields, "title")
        words = fields["words"].texts("words") if "words" in fields else ()
        for value in words:
            draft.marks["paper", paper_id, "word", _plain(value.text)] = value.mark
        paper = Paper(
            id=paper_id,
            title=title,
            n_items=int(n_items),
            tracks=text_fields(fields, "tracks"),
            pass_line=pass_line,
            mark=mark,
            mode=_mode(node, fields, paper_id),
            words=tuple(dict.fromkeys(filter(None, map(_plain, (title, *(value.text for value in words)))))),
            tags=text_fields(fields, "tags"),
            kinds=_kinds(fields.get("kinds")),
            difficulties=_difficulties(fields.get("difficulties")),
            partial=_choice(fields, "partial", ("none", "share"), "none"),
            feedback=_choice(fields, "feedback", ("each", "end"), "each"),
            until_mistake=flag(fields, "until_mistake"),
            item_time_s=_whole(fields, "item_time_s", _MAX_S),
            paper_time_s=_whole(fields, "paper_time_s", _MAX_S),
            attempts_per_day=_whole(fields, "attempts_per_day", 100),
            cool_down_s=_whole(fields, "cool_down_s", 30 * _MAX_S),
            opens_at=opens_at,
            closes_at=closes_at,
            opens_on=_day(fields, "opens_on"),
            closes_on=_day(fields, "closes_on"),
        )
        keep(draft, draft.papers, paper, mark)


def main_papers(papers: Mapping[str, Paper]) -> dict[str, Paper]:
    """Return the paper of each mode that the mode's own words start: the first."""
    found: dict[str, Paper] = {}
    for paper in papers.values():
        found.setdefault(paper.mode, paper)
    return found


def _mode(node: Node, fields: Mapping[str, Node], paper_id: str) -> str:
    if "mode" not in fields and paper_id not in _EARLIER_MODES:
        message = f"试卷 {paper_id} 没有写怎么出题"
        hint = f"加一行 mode: …，{'、'.join(MODE_WORDS)} 里选一个"
        node.report.add(fields["id"].mark, "unknown-paper", message, hint)
    return _choice(fields, "mode", tuple(MODE_WORDS), _EARLIER_MODES.get(paper_id, "practice"))


def _choice(fields: Mapping[str, Node], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = text_field(fields, name, default)
    if value in allowed or name not in fields:
        return value
    hint = f"只能是 {'、'.join(allowed)}"
    fields[name].report.add(fields[name].mark, "wrong-value", f"{name}“{value}”不认识", hint)
    return default


def _whole(fields: Mapping[str, Node], name: str, high: int) -> int:
    return int(number(fields[name], name, int, 0, high) or 0) if name in fields else 0


def _kinds(node: Node | None) -> tuple[str, ...]:
    values = node.texts("kinds") if node else ()
    for value in values:
        if node and value.text not in KINDS:
            hint = f"只能是 {'、'.join(KINDS)}"
            node.report.add(value.mark, "wrong-value", f"题型“{value.text}”不认识", hint)
    return tuple(value.text for value in values if value.text in KINDS)


def _difficulties(node: Node | None) -> tuple[int, ...]:
    if node is None:
        return ()
    values = node.texts("difficulties")
    for value in values:
        if value.text not in ("1", "2", "3"):
            node.report.add(value.mark, "wrong-value", f"难度“{value.text}”不认识", "只能是 1、2、3")
    return tuple(int(value.text) for value in values if value.text in ("1", "2", "3"))


def _hours(node: Node | None) -> tuple[int, int]:
    value = node.scalar("hours") if node else None
    if node is None or value is None:
        return 0, 1440
    match = _HOURS.fullmatch(value.text)
    if match:
        h1, m1, h2, m2 = map(int, match.groups())
        opens_at, closes_at = h1 * 60 + m1, h2 * 60 + m2
        if opens_at < closes_at <= 1440:
            return opens_at, closes_at
    message = f"hours“{value.text}”不是一天里的一段时间"
    node.report.add(value.mark, "wrong-value", message, '写成 "08:00-22:00" 这样，前面的早于后面的')
    return 0, 1440


def _day(fields: Mapping[str, Node], name: str) -> str:
    value = text_field(fields, name)
    if value and not is_day(value):
        mark = fields[name].mark
        fields[name].report.add(mark, "wrong-value", f"{name}“{value}”不是日期", "写成 2026-12-31 这样")
        return ""
    return value
