"""`talk.yaml` → intents: what people say to the bot, and what it answers or is told to do."""

from __future__ import annotations

from knowledge.model.service import Intent
from knowledge.reading.fields import Draft, add_record, identity, text_field
from knowledge.reading.sayings import read_sayings, read_sets
from knowledge.reading.yamltext import Node

REPAIRS = ("shorter", "again", "wrong")
"""The intents that are about the last answer: what is said to them follows from that."""
_KEYS = ("id", "says", "like", "reply", "say")


def read_talk(draft: Draft, root: Node) -> None:
    """Read `talk.yaml`; an intent has replies or the command it stands for, and not both."""
    fields = root.fields("闲聊文件", ("sets", "intents"), ("intents",))
    sets = read_sets(fields)
    for node in fields["intents"].items("intents") if "intents" in fields else ():
        _read_intent(draft, node, sets)


def _read_intent(draft: Draft, node: Node, sets: dict[str, str]) -> None:
    fields = node.fields("闲聊", _KEYS, ("id", "says"))
    named = identity(fields, "闲聊")
    if named is None:
        return
    intent_id, mark = named
    n_ways = ("reply" in fields) + ("say" in fields)
    if n_ways != (0 if intent_id in REPAIRS else 1):
        hint = "只写一样：reply 是回的话，say 是当成哪个命令；shorter、again、wrong 都不写"
        draft.report.add(mark, "reply-or-say", f"闲聊 {intent_id} 的 reply 和 say 不对", hint)
        return
    values = fields["reply"].texts("reply") if "reply" in fields else ()
    for number, value in enumerate(values):
        draft.marks["intent", intent_id, "reply", str(number)] = value.mark
    if "say" in fields:
        draft.marks["intent", intent_id, "say"] = fields["say"].mark
    says = read_sayings(draft, fields, "says", "talk", sets)
    replies = tuple(value.text.strip() for value in values)
    like = tuple(value.text.strip() for value in fields["like"].texts("like")) if "like" in fields else ()
    add_record(
        draft, draft.intents, Intent(intent_id, says, replies, text_field(fields, "say"), mark, like), mark
    )
