"""What a yes/no question may state besides a value: in which clause something stands, and who or whose somebody is.

By rule alone: the words that answer the question behind it say whether it is so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.answering.answer import of_hit
from handlers.answering.premises.premise import DENIES, Premise
from handlers.answering.premises.titles import TITLE, TITLES, told_of
from handlers.model.turn import Context
from handlers.replies import reply_text
from knowledge.language.claims import ClaimedValue, read_claim
from knowledge.language.numerals import numeral
from knowledge.language.tables import places
from knowledge.language.tidy import plain, tidy
from knowledge.matching.decide import SURE_AT, decide
from knowledge.matching.decision import Band, Hit
from knowledge.sources.structure import count_of

_NUMERAL = r"[一二三四五六七八九十\d]{1,3}"
_PLACED = (
    rf"(?P<said>第(?P<number>{_NUMERAL})(?:个)?(?P<unit>条|项|段|点|方面)"
    rf"(?:(?<=条)(?:的|里面?)?第?[（(]?(?P<item>{_NUMERAL})[）)]?[项款点])?)"
)
_CLAUSE = re.compile(
    rf"(?P<what>.{{2,24}}?)(?:[这那]一?[条句点个])?(?:的?内容|的?规定)?(?:是|在|属于|归|写在|出自|来自|见于)+(?P<document>.{{0,14}}?)的?"
    rf"{_PLACED}(?:里面?|中)?(?:规定|说|讲|写|要求|提|管|内容|倡议|工作)*(?:到|了)?的?"
)
_SAYS = re.compile(
    rf"(?P<document>.{{0,14}}?)(?:说|讲|提)?的?{_PLACED}(?:工作|倡议|内容)?(?:里面?|中)?的?(?:规定|说|讲|写|要求|提|管|谈|是|就)+(?:到|了)?(?:的?是)?(?P<what>.{{2,24}})"
)
_POST = re.compile(rf"(?:是|任|当|担任|在|做)(?:的?是|的)?(?P<post>.{{0,20}}?(?P<title>{TITLES}))的?")
_FROM = re.compile(
    r"(?:是|来自|从|在|属于?|归|代表|管的?是?|负责的?是?)+(?P<body>[\u4e00-\u9fff]{2,16}?)(?:那边|那里|这边)?(?:派?来|派|工作|上班|干活|讲话|发言|出席|参会)?的?"
)
_SENT = re.compile(
    rf"(?P<body>[\u4e00-\u9fff]{{2,20}}?)(?:那边|那里)?(?:派|来|去|参会|到会|出席|参加|发言|讲话|分享)(?:来|去|会|发言|讲话)*的(?:人|领导|代表|那位|那个)*(?:是|当)(?:个|位)?(?P<post>.{{0,12}}?(?P<title>{TITLES}))的?"
)
_NAME_WITHIN = 14
_FORBIDS = re.compile(r"不准|不许|不能|不得|不可以?|不让|不给|禁止|严禁|不允许")
_BODY_SHAPE = re.compile(
    r"厅$|局$|委$|办$|行$|公司$|部$|院$|大学$|学校$|协会$|联合会$|联$|工会$|集团$|中心$|所$|科技$|政府$"
)


def check_stated(context: Context, text: str) -> Premise | None:
    """Return what the knowledge says of a clause, a post or a body that `text` states to be somebody's or something's; None for neither."""
    claim, asks = read_claim(tidy(text))
    snapshot = context.snapshot
    if snapshot.rows_by_canonical.get(snapshot.analyzer.analyze(text).canonical):
        return None
    if not claim or not asks:
        return None
    return _of_clause(context, claim) or _of_person(context, claim) or _of_delegate(context, claim)


def _of_clause(context: Context, claim: str) -> Premise | None:
    placed = _CLAUSE.fullmatch(claim)
    match = placed or _SAYS.fullmatch(claim)
    if match is None or (placed and not _names_a_document(context, placed["document"])):
        return None
    number = int(match["number"]) if match["number"].isdecimal() else numeral(match["number"])
    what = match["what"].rstrip("的")
    question = f"{what}是第几条" if match["unit"] == "条" else f"{match['document'] or ''}{what}"
    hit = _answering(context, question)
    counted = set(_counted(context, hit, match["unit"])) if hit else set()
    if hit is None or not counted or not number:
        return None
    if DENIES.search(what) and not _is_denied_too(what, hit):
        return None
    if match["item"] and number in counted:
        item = int(match["item"]) if match["item"].isdecimal() else numeral(match["item"])
        counted = {number} if item in set(_counted(context, hit, "项")) else set()
    if number in counted:
        # 第三条讲的是… may say of it what it does not say; only that it stands elsewhere is sure.
        return _premise(context, hit, match["said"], holds=True) if placed else None
    return _premise(context, hit, match["said"], holds=False, place=_place(context, hit))


def _is_denied_too(what: str, hit: Hit) -> bool:
    """Return whether the words of a hit deny what is said to be denied: 不用审核 is nowhere, though what answers it stands in some clause.

    不准接入 is 不为…提供接入, by a hit that is sure; 不用 and 不必 forbid nothing.
    """
    if any(plain(what) in plain(quote.text) for quote in hit.quotes):
        return True
    return (
        hit.score >= SURE_AT
        and bool(_FORBIDS.search(what))
        and any(DENIES.search(q.text) for q in hit.quotes)
    )


def _names_a_document(context: Context, said: str) -> bool:
    """Return whether words stand for no document, or are a part of what one of them is called: 自律, 那份倡议书."""
    name = plain(said).strip("这那份的里")
    return not name or any(
        name in title for names in context.snapshot.source_names.values() for title in names
    )


def _place(context: Context, hit: Hit) -> str:
    content = context.snapshot.content
    places = [content.passages[quote.passage_id].heading for quote in hit.quotes]
    return "、".join(dict.fromkeys(place for place in places if place.startswith("第")))


def _counted(context: Context, hit: Hit, unit: str) -> Iterator[int]:
    """Yield the numbers, counted in `unit`, of the passages that a hit quotes, or of what is around them."""
    content, structure = context.snapshot.content, context.snapshot.structure
    for passage in (content.passages[quote.passage_id] for quote in hit.quotes):
        article = passage.article.split(".")[0]
        if unit == "条":
            yield from [int(article)] if article.isdecimal() else []
            continue
        for outer in (passage, *structure.above(passage)):
            number, counted_in = count_of(outer)
            if number and (counted_in == unit or (counted_in == "项" and unit in "点方面")):
                yield number
                break


def _of_person(context: Context, claim: str) -> Premise | None:
    """Return that somebody is not what is said, where his title, his body, or the place it is of, is another one."""
    names = context.snapshot.analyzer.names_as_written
    people = {n: full for n, (kind, full) in names.items() if kind == "person" and n in claim[:_NAME_WITHIN]}
    name = max(people, key=len) if len(set(people.values())) == 1 else ""
    # 工会那个周键是工会主席
    end = claim.find(name) + len(name)
    post = _POST.fullmatch(claim, end) if name else None
    body = _FROM.fullmatch(claim, end) if name and end == len(name) and not post else None
    hit = _answering(context, f"{name}是谁") if post or body else None
    if hit is None:
        return None
    told = _told_in(context, hit, name)
    if post:
        return _of_post(context, hit, told, post)
    said = body["body"] if body else ""
    return _premise(context, hit, "", holds=False) if told and _is_elsewhere(context, said, told) else None


def _of_post(context: Context, hit: Hit, told: str, post: re.Match[str]) -> Premise | None:
    titles = set(TITLE.findall(told))
    elsewhere = any(place in post["post"] and place.rstrip("省市县区") not in told for place in places())
    if not titles or (post["title"] in titles and not elsewhere):
        return None
    return _premise(context, hit, post["post"], holds=False)


def _is_elsewhere(context: Context, said: str, told: str) -> bool:
    """Return whether a place or a body is not one of those that stand around somebody's name."""
    named = [place.rstrip("省市县区") for place in places() if place in said]
    if any(place not in told for place in named):
        return True
    known = context.snapshot.analyzer.analyze(said).entities
    names = [
        n
        for n, (_, full) in context.snapshot.analyzer.names_as_written.items()
        if full in known and n in said
    ]
    rest = said.removeprefix(max(names, key=len)) if names else ""
    if rest != said and _BODY_SHAPE.search(rest):
        # 妇联办公室, of somebody from 妇联宣传部
        return rest not in told
    # 团委 is how people shorten 团省委.
    return bool(_BODY_SHAPE.search(said)) and not known and not set(said) <= set(told)


def _of_delegate(context: Context, claim: str) -> Premise | None:
    """Return whether whoever came from a body has the title that is said: 链安来的是董事长."""
    match = _SENT.fullmatch(claim)
    hit = _answering(context, f"{match['body']}来的是谁") if match else None
    if match is None or hit is None:
        return None
    body = set(context.snapshot.analyzer.analyze(match["body"]).entities)
    names = context.snapshot.analyzer.names_as_written
    said = "".join(quote.text for quote in hit.quotes)
    told = {
        name: told
        for name, (kind, _) in names.items()
        if kind == "person" and name in said and (told := _told_in(context, hit, name))
    }
    ones = [t for t in told.values() if body & set(context.snapshot.analyzer.analyze(t).entities)]
    titles = set(TITLE.findall(ones[0])) if len(ones) == 1 else set()
    return _premise(context, hit, match["title"], holds=match["title"] in titles) if titles else None


def _told_in(context: Context, hit: Hit, name: str) -> str:
    names = context.snapshot.analyzer.names_as_written
    people = [n for n, (kind, _) in names.items() if kind == "person" and n != name]
    return next((told_of(quote.text, name, people) for quote in hit.quotes if name in quote.text), "")


def _answering(context: Context, question: str) -> Hit | None:
    decision = decide(context.snapshot, question)
    hit = decision.hits[0] if decision.band is Band.ANSWER else None
    entry = context.snapshot.content.entries.get(hit.entry_id) if hit else None
    return None if entry and entry.gap else hit


def _premise(context: Context, hit: Hit, said: str, *, holds: bool, place: str = "") -> Premise:
    answer = of_hit(context, hit)
    if not said:
        # What people call a body is theirs, and not repeated.
        lead = reply_text(context, "premise.unsaid")
    elif place:
        lead = reply_text(context, "premise.wrong_place", said=said, place=place)
    else:
        lead = reply_text(context, "premise.right" if holds else "premise.wrong", said=said)
    value = ClaimedValue("stated", said, 0, len(said), (said,))
    return Premise(holds, value, type(answer)(lead, answer.quotes, answer.address, answer.entry))
