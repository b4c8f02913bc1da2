"""Files of the gate → what must hold: the questions of `tests/` and the protected words of the lexicon."""

from __future__ import annotations

from knowledge.model.entries import Case, Protected
from knowledge.reading.fields import Draft, text_field, text_fields
from knowledge.reading.yamltext import Node

DECLINE = "decline"
"""What a case writes in place of an entry when none may be sent."""
_LABELLED = "labelled"
_KINDS = ("name", "post", "phrase")


def read_cases(draft: Draft, root: Node) -> None:
    """Read a file of questions; those of a file whose name begins with `labelled` measure and don't block."""
    must = not root.file.rpartition("/")[2].startswith(_LABELLED)
    for node in root.items("测试文件"):
        fields = node.fields("测试", ("question", "entry", "says", "note"), ("question",))
        question = text_field(fields, "question")
        entries, says = text_fields(fields, "entry"), text_fields(fields, "says")
        if bool(entries) == bool(says):
            hint = "写 entry: 条目（或 decline），或者写 says: 原文字句，二者选一"
            draft.report.add(node.mark, "missing-key", "测试要写 entry 或 says", hint)
        elif question:
            wanted = () if entries == (DECLINE,) else entries
            mark = fields["entry" if entries else "says"].mark
            draft.cases.append(Case(question, wanted, says, must, mark))


def read_protected(draft: Draft, root: Node) -> None:
    """Read the words that must stand as they are."""
    for node in root.items("保护用语文件"):
        fields = node.fields("保护用语", ("words", "kind", "person", "wrong"), ("words", "kind"))
        words, kind = text_field(fields, "words"), text_field(fields, "kind")
        person = text_field(fields, "person")
        if kind and kind not in _KINDS:
            hint = f"只能是 {'、'.join(_KINDS)}"
            draft.report.add(fields["kind"].mark, "wrong-value", f"kind“{kind}”不认识", hint)
        elif kind == "post" and "person" not in fields:
            draft.report.add(node.mark, "missing-key", "职务缺少“person”", "补上 person: 姓名")
        elif words and kind:
            mark = fields["words"].mark
            draft.protected.append(Protected(words, kind, person, text_fields(fields, "wrong"), mark))
