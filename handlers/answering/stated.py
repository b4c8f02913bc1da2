"""Two things more that a yes/no question may state: in which clause something stands, and what somebody is.

By rule alone: the words that answer the question behind it say whether it is so.
"""

from __future__ import annotations

import re

from handlers.answering.answer import of_hit
from handlers.answering.premise import Premise
from handlers.model import Context
from handlers.replies import reply_text
from knowledge.language.claims import ClaimedValue, read_claim
from knowledge.language.numerals import numeral
from knowledge.language.tables import places
from knowledge.language.tidy import tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit

_CLAUSE = re.compile(
    r"(?P<what>.{2,24}?)(?:这一?[条句点]|的?内容|的?规定)?(?:是|在|属于|归|写在|出自|来自)(?:自律)?(?:倡议书|自律书|宣言)?的?"
    r"(?P<said>第(?P<number>[一二三四五六七八九十\d]{1,3})条)(?:里面?|中)?(?:规定|说|讲|写|要求|提|管|内容)?(?:到|了)?的?"
)
_TITLES = r"副?(?:主任|书记|部长|厅长|局长|处长|科长|行长|主席|会长|秘书长|总裁|总经理|经理|董事长|院长|校长|巡视员|科学家|总监|主编|记者)"
_TITLE = re.compile(_TITLES)
_POST = re.compile(rf"(?:是|任|当|担任|在)(?P<post>.{{0,20}}?(?P<title>{_TITLES}))的?")
_STOPS = re.compile(r"[。！？；\n]")


def check_stated(context: Context, text: str) -> Premise | None:
    """Return what the knowledge says of a clause or a post that `text` states to be somebody's or something's; None for neither."""
    claim, asks = read_claim(tidy(text))
    snapshot = context.snapshot
    if snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical):
        return None
    return (_of_clause(context, claim) or _of_post(context, claim)) if claim and asks else None


def _of_clause(context: Context, claim: str) -> Premise | None:
    match = _CLAUSE.fullmatch(claim)
    hit = _answering(context, f"{match['what']}是第几条") if match else None
    if match is None or hit is None:
        return None
    content = context.snapshot.content
    clauses = {content.passages[quote.passage_id].article.split(".")[0] for quote in hit.quotes}
    number = int(match["number"]) if match["number"].isdecimal() else numeral(match["number"])
    if len(clauses) != 1 or not (clause := clauses.pop()).isdecimal() or not number:
        return None
    return _premise(context, hit, match["said"], holds=int(clause) == number)


def _of_post(context: Context, claim: str) -> Premise | None:
    """Return that somebody is not what is said, where his title, or the place it is of, is another one."""
    names = context.snapshot.analyzer.names_as_written
    name = next((n for n, (kind, _) in names.items() if kind == "person" and claim.startswith(n)), "")
    match = _POST.fullmatch(claim, len(name)) if name else None
    hit = _answering(context, f"{name}是谁") if match else None
    if match is None or hit is None:
        return None
    people = [n for n, (kind, _) in names.items() if kind == "person" and n != name]
    told = next((_told_of(quote.text, name, people) for quote in hit.quotes if name in quote.text), "")
    titles = set(_TITLE.findall(told))
    elsewhere = any(place in match["post"] and place.rstrip("省市县区") not in told for place in places())
    if not titles or (match["title"] in titles and not elsewhere):
        return None
    return _premise(context, hit, match["post"], holds=False)


def _told_of(text: str, name: str, people: list[str]) -> str:
    """Return what stands around a name and belongs to it: since the sentence, or the person, before, and a title right behind."""
    before, _, after = tidy(text).partition(name)
    stretch = _STOPS.split(before)[-1]
    start = max((stretch.rfind(other) + len(other) for other in people if other in stretch), default=0)
    title = _TITLE.match(after)
    return stretch[start:] + (title.group() if title else "")


def _answering(context: Context, question: str) -> Hit | None:
    decision = decide(context.snapshot, question)
    hit = decision.hits[0] if decision.band is Band.ANSWER else None
    entry = context.snapshot.content.entries.get(hit.entry_id) if hit else None
    return None if entry and entry.gap else hit


def _premise(context: Context, hit: Hit, said: str, *, holds: bool) -> Premise:
    answer = of_hit(context, hit)
    lead = reply_text(context, "premise.right" if holds else "premise.wrong", said=said)
    value = ClaimedValue("stated", said, 0, len(said), (said,))
    return Premise(holds, value, type(answer)(lead, answer.quotes, answer.address, answer.entry))
