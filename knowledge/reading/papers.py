"""The paper file → tracks and papers, with a Problem for everything that can't be read as it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.language.tidy import plain
from knowledge.model.bank import Paper
from knowledge.model.problems import Mark
from knowledge.reading.fields import Draft, add_record, choice, flag, identity, text_field, text_fields
from knowledge.reading.quiz import KINDS
from knowledge.reading.served_days import is_day
from knowledge.reading.yamltext import Node, number

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
COMMANDS = frozenset(
    (
        "帮助", "菜单", "目录", "更多", "出处", "原文", "核对", "为什么", "有用", "没用", "都不是", "继续", "跳过", "上一题", "退出",
        "我的成绩", "证书", "排行榜", "验证", "承诺", "意见", "举报", "人工", "隐私", "我的数据", "删除我的数据", "重新开始", "你好",
        "您好", "谢谢", *(forms[0] for forms in MODE_WORDS.values()),
    )
)  # fmt: skip
"""The words that do something by themselves: none is an answer to an item, and none can be given to a paper."""
_EARLIER_MODES = {"default": "practice", **{mode: mode for mode in MODE_WORDS}}
"""The mode of a paper that says none, by its id: so it was before papers had a mode."""
PAPER_KEYS = (
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
"""The fields of a paper, in the house order."""
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MAX_S = 86_400


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
            named = [(name, ())] if name else []
        for name, others in named:
            if not name.text.strip():
                draft.report.add(name.mark, "empty-value", "领域没有名字", "写上名字，或者删掉这一行")
                continue
            if name.text in draft.tracks:
                draft.report.add(name.mark, "duplicate-id", f"领域“{name.text}”写了两次", "只留一个")
            draft.tracks.setdefault(name.text, tuple(plain(other.text) for other in others))


def _read_papers(draft: Draft, root: Node) -> None:
    for node in root.items("试卷列表"):
        fields = node.fields("试卷", PAPER_KEYS, ("id", "title", "n_items", "pass_line"))
        named = identity(fields, "试卷")
        if named and "n_items" in fields and "pass_line" in fields:
            _read_paper(draft, node, fields, *named)


def _read_paper(draft: Draft, node: Node, fields: Mapping[str, Node], paper_id: str, mark: Mark) -> None:
    for name in fields:
        draft.marks["paper", paper_id, name] = fields[name].mark
    n_items = number(fields["n_items"], "n_items", int, 1, 100)
    pass_line = number(fields["pass_line"], "pass_line", float, 0, 1)
    if n_items is None or pass_line is None:
        return
    opens_at, closes_at = _hours(fields.get("hours"))
    title = text_field(fields, "title")
    paper = Paper(
        id=paper_id,
        title=title,
        n_items=int(n_items),
        tracks=text_fields(fields, "tracks"),
        pass_line=pass_line,
        mark=mark,
        mode=_mode(node, fields, paper_id),
        words=_words(draft, fields, paper_id, title),
        tags=text_fields(fields, "tags"),
        kinds=_kinds(fields.get("kinds")),
        difficulties=_difficulties(fields.get("difficulties")),
        partial=choice(fields, "partial", ("none", "share"), "none"),
        feedback=choice(fields, "feedback", ("each", "end"), "each"),
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
    add_record(draft, draft.papers, paper, mark)


def main_papers(papers: Mapping[str, Paper]) -> dict[str, Paper]:
    """Return the paper of each mode that the mode's own words start: the first."""
    found: dict[str, Paper] = {}
    for paper in papers.values():
        found.setdefault(paper.mode, paper)
    return found


def _words(draft: Draft, fields: Mapping[str, Node], paper_id: str, title: str) -> tuple[str, ...]:
    """Return the words that start a paper, its title the first of them."""
    values = fields["words"].texts("words") if "words" in fields else ()
    for value in values:
        draft.marks["paper", paper_id, "word", plain(value.text)] = value.mark
    return tuple(dict.fromkeys(filter(None, map(plain, (title, *(value.text for value in values))))))


def _mode(node: Node, fields: Mapping[str, Node], paper_id: str) -> str:
    if "mode" not in fields and paper_id not in _EARLIER_MODES:
        message = f"试卷 {paper_id} 没有写怎么出题"
        hint = f"加一行 mode: …，{'、'.join(MODE_WORDS)} 里选一个"
        node.report.add(fields["id"].mark, "unknown-paper", message, hint)
    return choice(fields, "mode", tuple(MODE_WORDS), _EARLIER_MODES.get(paper_id, "practice"))


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
