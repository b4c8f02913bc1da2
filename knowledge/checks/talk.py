"""What must hold for `talk.yaml`: nothing is taken from the knowledge or the quiz, and each intent leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.checks.base import Checked
from knowledge.language.speech.talk import Talk
from knowledge.language.tidy import plain
from knowledge.model.problems import Mark, Problem
from knowledge.reading.papers import COMMANDS
from knowledge.reading.spared import look_digest

_MAX_REPLY_BYTES = 1500
_FEW = 50
_TALK = Mark("talk.yaml", 0, 0)


def talk_takes_nothing(c: Checked) -> Iterator[Problem]:
    """No way to ask, no option of an item and no accepted answer reads as talk.

    A way to ask an entry stays a question whatever talk says; who means it as talk should know.
    """
    says = look_digest(repr([(intent.id, intent.says) for intent in c.content.intents.values()])).hex()
    texts = [
        (digest, where, text)
        for where, text in _texts(c)
        if not c.spared.knows(digest := look_digest("talk", says, text))
    ]
    talk = Talk(c.content.intents.values(), [text for _, _, text in texts] if len(texts) <= _FEW else None)
    for digest, where, text in texts:
        intent = talk.read(text)
        if intent is None:
            c.spared.sound.add(digest)
        else:
            message = f"{where}也是闲聊 {intent.id} 的说法：照条目或题目答，别的说法照闲聊答"
            yield c.warning(
                (), intent.mark, "talk-takes", message, "不是闲聊的，把那里的说法从 talk.yaml 里去掉"
            )


def _texts(c: Checked) -> Iterator[tuple[str, str]]:
    for entry in c.content.entries.values():
        yield from ((f"条目 {entry.id} 的问法“{text}”", text) for text in (entry.question, *entry.phrasings))
    for item in c.content.items.values():
        yield from ((f"题目 {item.id} 的答案“{text}”", text) for text in (*item.options, *item.accepted))


def sayings_lead_one_way(c: Checked) -> Iterator[Problem]:
    """No saying stands in two intents."""
    seen: dict[str, str] = {}
    for intent in c.content.intents.values():
        for saying in intent.says:
            other = seen.setdefault(saying, intent.id)
            if other != intent.id:
                message = f"“{saying[:30]}”在闲聊 {other} 里已经有了"
                yield c.problem(("talk", saying), intent.mark, "duplicate-saying", message, "只留一处")


def intents_can_be_answered(c: Checked) -> Iterator[Problem]:
    """A reply fits and fills no place; what is said instead is a command that exists."""
    papers = {word for paper in c.content.papers.values() for word in (paper.title, *paper.words)}
    for intent in c.content.intents.values():
        path = ("intent", intent.id)
        for number, reply in enumerate(intent.replies):
            if len(reply.encode()) > _MAX_REPLY_BYTES or "{" in reply or "}" in reply:
                message = f"闲聊 {intent.id} 的第 {number + 1} 段回复太长，或有花括号"
                yield c.problem(
                    (*path, "reply", str(number)),
                    _TALK,
                    "bad-reply",
                    message,
                    "一段最多约 500 字，照原样发出去",
                )
        if intent.say and plain(intent.say) not in COMMANDS | papers:
            message = f"闲聊 {intent.id} 的 say“{intent.say}”不是命令"
            yield c.problem(
                (*path, "say"), _TALK, "unknown-command", message, "写“帮助”里有的命令，或一份卷子的名字"
            )
