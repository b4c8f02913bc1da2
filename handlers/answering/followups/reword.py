"""A question that says whom it is about, put as the knowledge is asked: 唐敏呢，帮了哪些人, 教育厅以后又咋搞, 唐敏当什么官."""

from __future__ import annotations

import re

from handlers.answering.followups.intents import read_move
from handlers.answering.followups.switch import LEADING, subjects_meant
from handlers.model.turn import Context
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decide import SURE_AT, decide
from knowledge.matching.decision import Band, Decision

LATER = re.compile(
    r"(?:以后|今后|往后|接下来|将来|下来)(?:他们?|她们?)?(?:还|又)*(?:要|会|准备|打算)?"
    r"(?P<what>(?:有|是)?(?:什么|啥子?|哪些)?(?:新的?)?(?:说法|打算|计划|想法|动作|安排)(?:呢|嘛|没有|没|吗)?)?"
)
"""What asks of the time to come, as people say 下一步."""
# 唐敏呢，帮了哪些人
_OF_WHOM = re.compile(
    r"(?:那么?|要是|换成|换)?(?P<who>[^,，。？?呢]{2,14})[呢嘞咧喃][,，、\s]+(?P<rest>.{2,20})"
)


_WHICH_CLAUSE = re.compile(
    r"(?P<about>[\u4e00-\u9fff]{2,6}?)(?:的|那|这|一)*条?(?:规定|要求|内容)?(?:是|在|属于|算|写在)+(?:第几|哪一?)条[的里]?(?:来着|呢|啊|呀|嘛)*"
)
_THAT_ONE = re.compile(r"(?:那边|那块|那份|那个|那位|这个|这边|方面|的)+$")


def named_first(context: Context, text: str) -> str:
    """Return a text with its name where a question has it: 唐敏呢，帮了哪些人 asks 唐敏帮了哪些人."""
    match = _OF_WHOM.fullmatch(tidy(text))
    if match is None:
        return text
    if context.snapshot.analyzer.analyze(match["who"]).entities:
        return match["who"] + match["rest"]
    # 金融那个呢，谁讲的 means the one body whose topic that is.
    speakers = context.snapshot.structure.speakers
    meant = subjects_meant(context, _THAT_ONE.sub("", match["who"]))
    bodies = {speakers[name].organisation for name in meant if name in speakers}
    return f"{bodies.pop()}{match['rest']}" if len(bodies) == 1 and "" not in bodies else text


def in_other_words(context: Context, said: str, alone: Decision) -> tuple[str, Decision] | None:
    """Return a question that its own words do not get answered, in the words that do; None where there are none."""
    return (
        _asked_later(context, said, alone) or _who_is(context, alone) or _which_clause(context, said, alone)
    )


def _who_is(context: Context, alone: Decision) -> tuple[str, Decision] | None:
    """Return who somebody is, where a text asks the post or the body of the one person it names: 唐敏当什么官."""
    kinds = context.snapshot.content.lexicon.kinds
    people = [name for name in alone.query.terms.entities if kinds.get(name) == "person"]
    if alone.band is Band.ANSWER or len(people) != 1 or len(alone.query.terms.entities) != 1:
        return None
    move = read_move(alone.query.text.replace(people[0], "", 1))
    question = f"{people[0]}是谁"
    decision = decide(context.snapshot, question)
    is_asked = move is not None and move.kind in {"post", "unit"}
    return (question, decision) if is_asked and decision.band is Band.ANSWER else None


def _which_clause(context: Context, said: str, alone: Decision) -> tuple[str, Decision] | None:
    """Return what somebody calls by a word that stands in it, where he asks which clause that is: 病毒那条是第几条."""
    match = _WHICH_CLAUSE.fullmatch(said)
    if alone.band is Band.ANSWER or match is None:
        return None
    decision = decide(context.snapshot, match["about"])
    if decision.band is not Band.ANSWER:
        return None
    told = {context.snapshot.content.passages[quote.passage_id] for quote in decision.hits[0].quotes}
    is_there = len(told) == 1 and all(p.article and match["about"] in plain(p.text) for p in told)
    return (match["about"], decision) if is_there else None


def _asked_later(context: Context, said: str, alone: Decision) -> tuple[str, Decision] | None:
    """Return what somebody who is named is going to do, asked as the sources say it: 那教育厅以后又咋搞."""
    is_sure = alone.band is Band.ANSWER and alone.hits[0].score >= SURE_AT
    if is_sure or not alone.query.terms.entities or not LATER.search(said):
        return None
    question = LATER.sub("下一步", LEADING.sub("", said), count=1)
    decision = decide(context.snapshot, question)
    return (question, decision) if decision.band is Band.ANSWER else None
