"""Repair: the last answer once more, shorter, or set aside because something else was meant.

What people say for it are the intents `shorter`, `again` and `wrong` of `talk.yaml`. Whoever is not helped by two tries is shown the
catalogue and the people behind the account.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.answer import Answer, of_entry, of_passages, send
from handlers.answering.premises.premise import values_of
from handlers.answering.votes import vote
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import LastAnswer, Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.numerals import numeral
from knowledge.language.tidy import plain, tidy
from knowledge.matching.intents import intent_of
from knowledge.model.service import Intent
from knowledge.model.sources import Quote
from knowledge.reading.talk import REPAIRS

_MAX_TRIES = 2
_CORRECTION = re.compile(
    r"^(?:(?:不是的?|不对|错了|错|你?理解错了|你?答错了|你?弄错了|你?搞错了|答非所问|no|no no)[\s,，。.!！、]*(?:这个|那个)?[\s,，。]*)?"
    r"我(?:是|要|想)?(?:问|说|指|想问|要问|在问|想知道|想了解)的?(?:其实)?(?:不是.{1,20}?[,，\s]+(?:而?是)|的?是|的)[\s:：,，]*(?P<asked>\S.+)$"
)
_ANOTHER = re.compile(
    r"(?:我(?:问|说|指|想问|要)的?)?(?:并)?不是[^,，。;；]{1,16}[,，。;；\s]+(?:而|我(?:问|说|指|要)的)?是(?P<meant>[^,，。;；?？]{1,16}?)[的啊呀哈嘛。!！]*(?<![吗吧不么])"
)
_SENTENCE_ASKED = re.compile(
    r"(?:请|把|麻烦|那|再)*(?:说|讲|念|看)?(?:一下|一遍)?第([一二三四五六七八九十]|\d{1,2})句话?(?:再|请)?(?:说|讲|念|重复|看|是|解释)?"
    r"(?:什么|啥子?|一下|一遍|一次|清楚|的|来|下|再说一遍|再来一遍|没看懂|没听懂|不懂|什么意思|啥意思)*"
)
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?[”’]?")
_MIN_SENTENCE_CHARS = 6
_WRONG = "答错了"
_ANSWER_AGAIN = re.compile(
    r"(?:请|麻烦|你|再|那|给我)*(?:重新?(?:再|回)?答|重新?来)(?:一遍|一次|一下|过|一哈|个)?[吧嘛呗啊哈了]?"
)
# Nothing but question marks after an answer: it was not understood.
_ONLY_ASKS = re.compile(r"[\s。.…!！]*[?？][\s?？!！]*")


def corrected(
    message: Message, session: Session, context: Context
) -> tuple[Message, Session, tuple[Effect, ...]]:
    """Return what 不是，我问的是… asks, without the answer that it sets aside, and the vote against that.

    重新答 after an answer wants another one; where no answer was given, it begins a quiz.
    """
    is_answered = session.last is not None and not session.last.is_of_item
    if message.kind == "text" and is_answered and _ANSWER_AGAIN.fullmatch(plain(message.text)):
        return replace(message, text=_WRONG), session, ()
    other = _ANOTHER.fullmatch(tidy(message.text)) if message.kind == "text" else None
    if other:
        # What was asked stays, and only of what is another one: 不是第三条，是第四条.
        meant = f"那{other['meant']}呢" if session.last else other["meant"]
        return replace(message, text=meant), session, _voted_down(session, context)
    match = _CORRECTION.match(tidy(message.text)) if message.kind == "text" else None
    if match is None:
        return message, session, ()
    aside = replace(session, last=None, offered=(), asking=False, pages=(), hinted=None)
    return replace(message, text=match["asked"]), aside, _voted_down(session, context)


def _voted_down(session: Session, context: Context) -> tuple[Effect, ...]:
    """Return the vote against the last answer, where there is one that can be judged."""
    if session.last is None or session.last.is_of_item or not context.can_save:
        return ()
    return (vote(context, session.last, "useless"),)


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Give the one sentence that answers, the sentence asked for, or all of it again."""
    if message.kind != "text":
        return None
    number = _SENTENCE_ASKED.fullmatch(plain(message.text))
    if number and session.last:
        return _sentence(numeral(number.group(1)), session, session.last, context)
    if session.last and _ONLY_ASKS.fullmatch(message.text):
        return _repaired(context.snapshot.content.intents.get("shorter"), session, context)
    return _repaired(intent_of(context.snapshot, message.text), session, context)


def handle_nearly(message: Message, session: Session, context: Context) -> Turn | None:
    """Do the same for what is only like an example, when nothing else took it."""
    if message.kind != "text" or values_of(context, tidy(message.text)):
        # 不是南充吧 says what was meant, and is held against the words.
        return None
    return _repaired(intent_of(context.snapshot, message.text, nearly=True), session, context)


def _repaired(intent: Intent | None, session: Session, context: Context) -> Turn | None:
    if intent is None or intent.id not in REPAIRS:
        return None
    n_tries = session.n_talk + 1 if session.talk in REPAIRS else 1
    session = replace(session, talk=intent.id, n_talk=n_tries)
    if n_tries > _MAX_TRIES:
        return say(context, session, "repair.stuck")
    if intent.id == "wrong":
        return _set_aside(session, context, n_tries)
    turn = _once_more(intent.id, session, session.last, context) if session.last else None
    return turn or say(context, session, "followup.none" if intent.id == "again" else "puzzled")


def _set_aside(session: Session, context: Context, n_tries: int) -> Turn | None:
    """Record that the last answer was none, and go on without it."""
    if session.last is None or session.last.is_of_item or not context.can_save:
        if n_tries == _MAX_TRIES:
            return say(context, session, "repair.stuck")
        # 不对 turns down a list that waits.
        return None if session.offered else say(context, session, "repair.nothing")
    aside = replace(session, last=None, offered=(), asking=False, pages=(), hinted=None)
    return Turn(
        Reply("text", reply_text(context, "repair.wrong")), aside, (vote(context, session.last, "useless"),)
    )


def _once_more(intent_id: str, session: Session, last: LastAnswer, context: Context) -> Turn | None:
    answer = _telling(last, context)
    if answer is None:
        return None
    whole = send(context, session, answer, last.question, last.rule)
    if intent_id == "again":
        return replace(whole, effects=())
    sentences = _sentences(answer)
    if len(sentences) < _MAX_TRIES:
        return None
    best = max(sentences, key=lambda quote: _shared(quote.text, last.question))
    return _shortened(best, "repair.short", whole, last, session, context)


def _sentence(number: int, session: Session, last: LastAnswer, context: Context) -> Turn | None:
    answer = _telling(last, context)
    if answer is None:
        return None
    sentences = _sentences(answer)
    if not 1 <= number <= len(sentences):
        return say(context, session, "repair.few", n=len(sentences))
    whole = send(context, session, answer, last.question, last.rule)
    return _shortened(sentences[number - 1], "repair.sentence", whole, last, session, context, n=number)


def _shortened(
    quote: Quote,
    key: str,
    whole: Turn,
    last: LastAnswer,
    session: Session,
    context: Context,
    **values: object,
) -> Turn:
    """Give one sentence of an answer; 更多 gives all of it, and the talk goes on from the whole."""
    said = Answer(
        reply_text(context, key, **values),
        (quote,),
        quote.passage_id,
        tail=reply_text(context, "repair.more"),
    )
    turn = send(context, session, said, last.question, last.rule)
    pages = (whole.reply.text, *whole.session.pages)
    return Turn(turn.reply, replace(session, pages=pages, offered=(), asking=False))


def _telling(last: LastAnswer, context: Context) -> Answer | None:
    content = context.snapshot.content
    entry = content.entries.get(last.entry_id)
    if entry:
        return of_entry(entry)
    passages = tuple(content.passages[i] for i in last.passages if i in content.passages)
    return of_passages(passages, "") if passages else None


def _sentences(answer: Answer) -> list[Quote]:
    return [
        Quote(quote.passage_id, text.strip())
        for quote in answer.quotes
        for text in _SENTENCE.findall(quote.text)
        if len(text.strip()) >= _MIN_SENTENCE_CHARS
    ]


def _shared(text: str, question: str) -> float:
    """Return how much of a question stands in a sentence, the shorter of two the more."""
    folded, asked = plain(text), plain(question)
    pairs = {asked[i : i + 2] for i in range(len(asked) - 1)}
    return sum(pair in folded for pair in pairs) - len(folded) / 1000
