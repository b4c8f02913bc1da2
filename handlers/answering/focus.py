"""What the talk is about: the speaker, organisation, document and topics of the last answer."""

from __future__ import annotations

from msgspec import Struct

from handlers.model.session import LastAnswer, Session
from handlers.model.turn import Context
from knowledge.language.analyze import Terms
from knowledge.matching.decision import Hit
from knowledge.model.entries import Entry
from knowledge.model.sources import Passage, Speaker
from knowledge.sources.structure import is_within, speaker_of

GUESS_AT = 0.45
"""Below this confidence a suggestion is a guess about anything, and changes the subject of nobody's talk."""
FAR = "far"
"""The rule of a suggestion that is such a guess."""


class Focus(Struct, frozen=True):
    """The subject of the last answer; what is not known is "" or empty.

    `people` are the persons that the question or the quoted words name, in order; `person` is the one who is
    meant. `document` is a source id, `listed` are the titles of documents that were named side by side last.
    """

    entry: Entry | None
    question: str
    passages: tuple[Passage, ...]
    told: tuple[str, ...]
    person: str
    organisation: str
    document: str
    topics: tuple[str, ...]
    people: tuple[str, ...]
    listed: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a question may have left out, the most telling first."""
        return tuple(filter(None, (self.person, self.organisation, *self.topics)))


def is_withdrawn(context: Context, last: LastAnswer | None) -> bool:
    """Return whether an answer was taken back since: its entry is not served, or a passage of it is not there any more."""
    snapshot = context.snapshot
    if last is None:
        return False
    gone = any(passage_id not in snapshot.content.passages for passage_id in last.passages)
    return gone or (bool(last.entry_id) and last.entry_id not in snapshot.entry_ids)


def guessed(session: Session) -> LastAnswer | None:
    """Return the suggestion that the talk is about; None where there is none, or one so far off that the talk stays with the last answer."""
    hinted = session.hinted
    return None if hinted and hinted.rule == FAR and session.last else hinted


def read_focus(context: Context, session: Session) -> Focus | None:
    """Return what the last answer was about; None when there was none, or its passages are not live any more."""
    content, last = context.snapshot.content, guessed(session) or session.last
    if last is None:
        return None
    entry = content.entries.get(last.entry_id)
    ids = last.passages or (tuple(quote.passage_id for quote in entry.quotes) if entry else ())
    passages = tuple(content.passages[i] for i in ids if i in content.passages)
    if not passages:
        return None
    about = entry.about if entry else {}
    analyze, terms = context.snapshot.analyzer.analyze, context.snapshot.terms
    asked = _people(context, analyze(f"{last.question}，{entry.question if entry else ''}"))
    quoted = _people(context, terms("".join(p.text for p in passages)))
    said = {s.id: s for s in (speaker_of(content, p) for p in passages) if s}
    speaker = next(iter(said.values()), None) if len(said) == 1 else None
    speaker = speaker or next(
        (context.snapshot.structure.speakers.get(i) for i in about.get("speaker", ())), None
    )
    if entry and entry.gap and speaker is None:
        speaker = _speaker_for(context, last.question)
    person = speaker.name if speaker else next(iter(asked), "") or _meant(last.question, passages, quoted)
    organisations = about.get("organisation", ())
    return Focus(
        entry=entry,
        question=last.question,
        passages=passages,
        told=last.told,
        person=person,
        organisation=speaker.organisation if speaker else next(iter(organisations), ""),
        document=passages[0].source_id,
        topics=about.get("topic", ()),
        people=tuple(dict.fromkeys((*quoted, *asked))),
        listed=last.listed,
    )


def _people(context: Context, terms: Terms) -> tuple[str, ...]:
    kinds = context.snapshot.content.lexicon.kinds
    return tuple(name for name in terms.entities if kinds.get(name) == "person")


def _speaker_for(context: Context, question: str) -> Speaker | None:
    """Return who spoke for the one body that a question names: what was not told of it was still asked of it."""
    named = context.snapshot.analyzer.analyze(question).entities
    found = [s for s in context.snapshot.structure.speakers.values() if s.organisation in named]
    return found[0] if len(found) == 1 else None


def _meant(question: str, passages: tuple[Passage, ...], people: tuple[str, ...]) -> str:
    """Return the one of `people` whose name stands behind the words of the question; "" when none stands out.

    内江派谁来 means 谢庆彪 where the text says 内江市委网信办主任…谢庆彪.
    """
    text = "".join(passage.text for passage in passages)
    pairs = {question[i : i + 2] for i in range(len(question) - 1)}
    shared = []
    for name in people:
        before, _, text = text.partition(name)
        shared.append((sum(pair in before for pair in pairs), name))
    ranked = sorted(shared, key=lambda found: -found[0])
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        return ""
    return ranked[0][1] if ranked else ""


def is_about(context: Context, focus: Focus, hit: Hit) -> bool:
    """Return whether a hit speaks of the same speaker, organisation, document or words as the last answer."""
    content = context.snapshot.content
    quoted = [content.passages[quote.passage_id] for quote in hit.quotes]
    if any(is_within(a, b) or is_within(b, a) for a in quoted for b in focus.passages):
        return True
    people = {s.name for s in (speaker_of(content, p) for p in quoted) if s}
    if focus.person:
        # What another speaker says of the same body is that speaker's.
        of_body = focus.organisation in subjects_of(context, hit, "organisation")
        return focus.person in people or (of_body and not people)
    return any(p.source_id == focus.document for p in quoted)


def subjects_of(context: Context, hit: Hit, kind: str) -> tuple[str, ...]:
    """Return what a hit is about, of one kind (speaker, organisation, document): as its entry says, or by where it stands."""
    content = context.snapshot.content
    entry = content.entries.get(hit.entry_id)
    if entry:
        return entry.about.get(kind, ())
    passage = content.passages[hit.passage_id]
    speaker = speaker_of(content, passage)
    found = {
        "speaker": passage.speaker,
        "organisation": speaker.organisation if speaker else "",
        "document": passage.source_id,
    }
    return tuple(filter(None, (found.get(kind, ""),)))
