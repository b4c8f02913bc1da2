"""Other languages: the official words exist in Chinese only, and a fixed sentence says so to whoever asks in another one.

Where meaning can be asked (`Snapshot.meaning`), a question in another language finds its entry.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.answering.answer import asked, numbered, of_entry, tell
from handlers.model import Choice, Context, Effect, Message, Reply, Session, Turn
from handlers.replies import answer, words
from knowledge.language.analyze import tidy

ANSWER_AT = 0.865
"""From this nearness (cosine) on an entry answers, when the next one is clearly farther."""
OFFER_AT = 0.835
_APART = 0.012
_N_CHOICES = 3
_MIN_WORDS = 2
_MIN_LETTERS = 3
_LATIN_WORD = re.compile(r"[a-z]{2,}(?:'[a-z]+)?|\b[ai]\b")
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
    if len(found) < _MIN_WORDS or sum(map(len, found)) < _MIN_LETTERS * _MIN_WORDS:
        return False
    # What reads as pinyin is Chinese.
    return not _CHINESE.search(context.snapshot.reader.read(tidied))


def handle(message: Message, session: Session, context: Context) -> Turn | None:
    """Answer in the official words, offer the nearest entries, or say what can be had."""
    if message.kind != "text" or not is_foreign(message.text, context):
        return None
    snapshot = context.snapshot
    near = snapshot.meaning.near(tidy(message.text)) if snapshot.meaning else {}
    ranked = sorted(
        ((c, t) for t, c in near.items() if t in snapshot.entry_ids), key=lambda ct: (-ct[0], ct[1])
    )
    if not ranked or ranked[0][0] < OFFER_AT:
        return answer(context, session, "foreign.none")
    best, runner_up = ranked[0], ranked[1] if len(ranked) > 1 else (0.0, "")
    if best[0] >= ANSWER_AT and best[0] - runner_up[0] >= _APART:
        entry = snapshot.content.entries[best[1]]
        lead = "\n".join(filter(None, (words(context, "foreign.found"), entry.lead.strip())))
        return tell(context, session, of_entry(entry, lead), message.text, "answer-band", best[0])
    entries = [snapshot.content.entries[target] for _, target in ranked[:_N_CHOICES]]
    choices = tuple(Choice(entry.id, entry.question) for entry in entries)
    listed = words(context, "clarify.ask", choices=numbered(choices))
    text = f"{words(context, 'foreign.ask')}\n{listed}"
    fields = {"rule": "foreign", "entries": " ".join(entry.id for entry in entries)}
    after = replace(session, offered=choices, asking=True, pages=())
    return Turn(
        Reply("text", text), after, (Effect("clarified", {**asked(context, message.text), **fields}),)
    )
