"""Other languages: the official words exist in Chinese only, and a fixed sentence says so to whoever asks in another one.

Where meaning can be asked (`Snapshot.meaning`), a question in another language finds its entry.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.answering.answer import Answer, asked, numbered, of_entry, of_hit, send
from handlers.model.messages import Effect, Message, Reply
from handlers.model.session import Choice, Session
from handlers.model.turn import Context, Turn
from handlers.replies import reply_text, say
from knowledge.language.english import in_chinese
from knowledge.language.pinyin import cut_syllables
from knowledge.language.tables import places
from knowledge.language.tidy import tidy
from knowledge.matching.decide import decide
from knowledge.matching.decision import Band, Hit
from knowledge.matching.intents import intent_of

ANSWER_AT = 0.83
"""From this nearness (cosine) on an entry answers, when the next one is clearly farther."""
OFFER_AT = 0.82
_APART = 0.004
_N_CHOICES = 3
_SOUNDED = frozenset({"person", "place"})
"""What of the names is written by its sounds in another language; a body's is translated."""
_MIN_WORDS = 2
_ARTICLE = re.compile(r"\b(?:article|clause|section) (?:no\.? ?|number )?(\d{1,2})\b")
_ASKS_ENGLISH = re.compile(
    r"\b(?:speak|understand|read|write|know|in) english\b|\benglish (?:version|please)\b"
)
_LATIN_WORD = re.compile(r"[a-z]{2,}(?:'[a-z]+)?|\b[ai]\b")
_ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "what",
        "when",
        "where",
        "who",
        "whom",
        "whose",
        "which",
        "how",
        "why",
        "do",
        "does",
        "did",
        "can",
        "could",
        "will",
        "would",
        "should",
        "may",
        "must",
        "have",
        "has",
        "had",
        "you",
        "your",
        "we",
        "our",
        "they",
        "their",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "with",
        "about",
        "by",
        "and",
        "or",
        "not",
        "no",
        "yes",
        "please",
        "tell",
        "show",
        "give",
        "say",
        "says",
        "said",
        "know",
        "want",
        "need",
        "my",
        "me",
        "i",
        "meeting",
        "article",
        "rule",
        "rules",
        "law",
        "internet",
        "website",
        "network",
    ]
)
"""Words that hardly any English sentence goes without."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
# Kana, hangul, Cyrillic, Arabic, Thai, Tibetan, Devanagari, Greek.
_OTHER_SCRIPT = re.compile(
    "[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f\u0f00-\u0fff\u0900-\u097f\u0370-\u03ff]"
)


def is_foreign(text: str, context: Context) -> bool:
    """Return whether a text is in another language; pinyin is Chinese, and so is a name or a code alone."""
    if _OTHER_SCRIPT.search(text):
        return True
    tidied = tidy(text)
    if _CHINESE.search(tidied):
        return False
    found = _LATIN_WORD.findall(tidied)
    # A name, a code or keys that were hit at random are no question in any language; pinyin is Chinese.
    if len(found) < _MIN_WORDS or not _ENGLISH.intersection(found) or all(map(cut_syllables, found)):
        return False
    if len(_ENGLISH.intersection(found)) >= _MIN_WORDS:
        # In “meeting” a syllable may be heard; beside two words of English it is none.
        return True
    return not _CHINESE.search(context.snapshot.reader.read(tidied))


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Answer in the official words, offer the nearest entries, or say what can be had."""
    if message.kind != "text" or not is_foreign(message.text, context):
        return None
    snapshot = context.snapshot
    hit = _asked_in_chinese(message.text, context)
    if hit:
        return _tell(of_hit(context, hit), message.text, hit.score, session, context)
    if intent_of(snapshot, message.text, nearly=True):
        return None
    if _ASKS_ENGLISH.search(tidy(message.text)):
        return say(context, session, "foreign.none")
    near = snapshot.meaning.near(tidy(message.text)) if snapshot.meaning else {}
    ranked = sorted(
        ((c, t) for t, c in near.items() if t in snapshot.entry_ids), key=lambda ct: (-ct[0], ct[1])
    )
    if not ranked or ranked[0][0] < OFFER_AT:
        return say(context, session, "foreign.none")
    best, runner_up = ranked[0], ranked[1] if len(ranked) > 1 else (0.0, "")
    if best[0] >= ANSWER_AT and best[0] - runner_up[0] >= _APART:
        return _tell(of_entry(snapshot.content.entries[best[1]]), message.text, best[0], session, context)
    entries = [snapshot.content.entries[target] for _, target in ranked[:_N_CHOICES]]
    choices = tuple(Choice(entry.id, entry.question) for entry in entries)
    listed = reply_text(context, "clarify.ask", choices=numbered(choices))
    text = f"{reply_text(context, 'foreign.ask')}\n{listed}"
    fields = {"rule": "foreign", "entries": " ".join(entry.id for entry in entries)}
    after = replace(session, offered=choices, asking=True, pages=())
    return Turn(
        Reply("text", text), after, (Effect("clarified", {**asked(context, message.text), **fields}),)
    )


def _asked_in_chinese(text: str, context: Context) -> Hit | None:
    """Return what answers the question in Chinese: the article that is named, or what each of its words asks for."""
    said = tidy(text)
    article = _ARTICLE.search(said)
    names = context.snapshot.analyzer.names_as_written
    known = [name for name, (kind, _) in names.items() if kind in _SOUNDED]
    asked = f"第{article.group(1)}条" if article else in_chinese(said, (*known, *places()))
    decision = decide(context.snapshot, asked) if asked else None
    return decision.hits[0] if decision and decision.band is Band.ANSWER else None


def _tell(answer: Answer, question: str, score: float, session: Session, context: Context) -> Turn:
    lead = "\n".join(filter(None, (reply_text(context, "foreign.found"), answer.lead)))
    return send(context, session, replace(answer, lead=lead), question, "answer-band", score)
