"""A question as another program's file has it → an item of the bank, or every reason why it can't be one.

Foreign files say little of what an item needs. What the bank already has under the same id or stem stays
as it is; a proof is looked for in the sources; what nobody can know is asked for, at its line.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from knowledge.language.tidy import strip_punctuation
from knowledge.model.bank import Item
from knowledge.model.content import Content
from knowledge.model.problems import Mark, Problem
from knowledge.model.sources import Quote
from knowledge.reading.quiz import TRUE_FALSE

NO_WHY = "见下面这句原文。"
TRUTHS = {
    "对": 0,
    "正确": 0,
    "true": 0,
    "t": 0,
    "√": 0,
    "是": 0,
    "错": 1,
    "错误": 1,
    "false": 1,
    "f": 1,
    "×": 1,
    "否": 1,
}
"""What people call right and wrong, by the number of the option."""
_NUMBER = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]+[)）、.．]")
_MIN_CLAIM = 4
_CLAUSE = re.compile(r"[^。；;\n]+[。；;]?")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file; `said` names the fields that the file speaks of, the others mean nothing.

    `places` tells where a field stands; a field without a place stands at `mark`.
    """

    mark: Mark
    said: frozenset[str]
    id: str = ""
    kind: str = ""
    stem: str = ""
    options: tuple[str, ...] = ()
    key: tuple[int, ...] = ()
    accepted: tuple[str, ...] = ()
    why: str = ""
    track: str = ""
    tags: tuple[str, ...] = ()
    difficulty: int = 1
    passage: str = ""
    quote: str = ""
    claim: str = ""
    truth: str = ""
    excludes: tuple[str, ...] = ()
    places: Mapping[str, Mark] = field(default_factory=dict)

    def problem(self, part: str, code: str, message: str, hint: str, severity: str = "error") -> Problem:
        """Return a Problem at a field of the question."""
        mark = self.places.get(part, self.mark)
        return Problem(mark.file, mark.line, mark.column, code, message, hint, severity)


def lost_markup(mark: Mark, lost: Iterable[str]) -> Problem:
    """Return the Problem that names what words can't stand for."""
    message = f"{'、'.join(sorted(lost))}没有照搬"
    hint = "看看题目少了它们还能不能答"
    return Problem(mark.file, mark.line, mark.column, "foreign-markup", message, hint, "warning")


def truth_of(text: str) -> str:
    """Return a word for right or wrong as `TRUTHS` has it, if it is one."""
    return text.lower().strip("。.（）() ")


def as_judgement(question: Question) -> Question:
    """Return a single choice between 对 and 错 as what it is: banks that hold no true-or-false items write them so."""
    said = [TRUTHS[word] for option in question.options if (word := truth_of(option)) in TRUTHS]
    is_pair = len(question.options) == len(set(said)) == len(said)
    if question.kind != "single" or not is_pair or len(said) != len(TRUE_FALSE) or len(question.key) != 1:
        return question
    return replace(question, kind="truefalse", options=TRUE_FALSE, key=(said[question.key[0]],))


@lru_cache(maxsize=20_000)  # every question is compared with the same stems and sentences
def comparable(text: str) -> str:
    """Return `text` without what doesn't matter when words are compared: width, case, punctuation."""
    return strip_punctuation(unicodedata.normalize("NFKC", text).lower())


def item_from(question: Question, content: Content, track: str) -> tuple[Item | None, tuple[Problem, ...]]:
    """Return the item that a question becomes, with warnings; or None and what is missing.

    Args:
        track: The track of questions that don't name one.
    """
    settler = _Settler(question, content, known_item(question, content), track)
    item = settler.item()
    return item, tuple(settler.problems)


def known_item(question: Question, content: Content) -> Item | None:
    """Return the item of the bank that a question is: of the same id, or, when it has none, of the same stem."""
    if question.id:
        return content.items.get(question.id)
    stem = comparable(question.stem)
    return next((item for item in content.items.values() if comparable(item.stem) == stem), None)


def new_id(stem: str) -> str:
    """Return an id for a question that has none: the same stem gives the same id whenever it is imported."""
    return f"q-{hashlib.sha256(comparable(stem).encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def id_by_options(question: Question, content: Content) -> str:
    """Return the id of the item with the stem and the options of a question, or a new one made of both."""
    stem, options = comparable(question.stem), {comparable(option) for option in question.options}
    for item in content.items.values():
        same = not options or {comparable(option) for option in item.options} == options
        if same and comparable(item.stem) == stem:
            return item.id
    return new_id("\n".join([question.stem, *sorted(options)])) if options else new_id(question.stem)


@dataclass(slots=True)
class _Settler:
    question: Question
    content: Content
    known: Item | None
    track: str
    problems: list[Problem] = field(default_factory=list)

    def item(self) -> Item | None:
        q, known = self.question, self.known
        same_kind = known is not None and known.kind == q.kind
        track = q.track if "track" in q.said else known.track if known else self.track
        if not track:
            self._refuse("track", "missing-key", "不知道是哪个领域", "写上领域，或者加 --track 领域")
        words = self._proven_words(known if same_kind else None)
        source = self._source(words)
        if words is None or source is None or not track:
            return None
        claim, truth = words if q.kind == "truefalse" else ("", "")
        return Item(
            id=q.id or (known.id if known else new_id(q.stem)),
            kind=q.kind,
            stem=q.stem,
            options=TRUE_FALSE if q.kind == "truefalse" else q.options,
            key=q.key,
            why=self._why(),
            source=source,
            track=track,
            tags=q.tags if "tags" in q.said else known.tags if known else (),
            difficulty=q.difficulty if "difficulty" in q.said else known.difficulty if known else 1,
            mark=q.mark,
            accepted=q.accepted,
            claim=claim,
            truth=truth,
            excludes=q.excludes if "excludes" in q.said else known.excludes if known else (),
            hint=known.hint if known else "",
        )

    def _refuse(self, part: str, code: str, message: str, hint: str) -> None:
        self.problems.append(self.question.problem(part, code, message, hint))

    def _warn(self, part: str, code: str, message: str, hint: str) -> None:
        self.problems.append(self.question.problem(part, code, message, hint, "warning"))

    def _why(self) -> str:
        if self.question.why:
            return self.question.why
        if self.known and "why" not in self.question.said:
            return self.known.why
        self._warn("why", "no-why", f"没有解析，先写成“{NO_WHY}”", "导入以后补一句为什么")
        return NO_WHY

    def _proven_words(self, known: Item | None) -> tuple[str, ...] | None:
        """Return the words that the proof must contain; of a truefalse item claim and truth."""
        q = self.question
        if q.kind == "fill":
            return q.accepted[:1]
        if q.kind != "truefalse":
            return tuple(q.options[i] for i in q.key)
        if "claim" in q.said and (q.key == (0,) or q.truth):
            return (q.claim, q.claim if q.key == (0,) else q.truth)
        if known and known.key == q.key and comparable(known.claim) in comparable(q.stem):
            return known.claim, known.truth
        claim = self._longest_claim() if q.key == (0,) else ""
        if not claim:
            message = "判断题缺少依据：题干里哪几个字决定对错，原文写的是什么"
            self._refuse("claim", "no-proof", message, "补上 claim（题干里的字）和 truth（原文里的字）")
            return None
        return claim, claim

    def _longest_claim(self) -> str:
        """Return the longest words of a right statement that stand in a source; "" when they are too few."""
        parts = re.split(r"[，,。；;：:！!？?]", self.question.stem)
        sources = [comparable(source.text) for source in self.content.sources.values()]
        standing = [
            part
            for part in parts
            if comparable(part) and any(comparable(part) in source for source in sources)
        ]
        claim = max(standing, key=len, default="")
        return claim if len(comparable(claim)) >= _MIN_CLAIM else ""

    def _source(self, words: tuple[str, ...] | None) -> Quote | None:
        q, known = self.question, self.known
        if q.passage:
            passage = self.content.passages.get(q.passage)
            return Quote(q.passage, q.quote or (passage.text if passage else ""))
        if words is None:
            return None
        wanted = words[1:] if q.kind == "truefalse" else words
        if known and all(comparable(word) in comparable(known.source.text) for word in wanted):
            return known.source
        found = find_proof(self.content, q.stem, wanted)
        if found is None:
            message = f"原文里找不到“{'、'.join(wanted)}”，证明不了答案"
            self._refuse("passage", "no-proof", message, "写上出处和原话，或者换一道原文里有的题")
            return None
        message = f"出处是自动找的：{found.passage_id}“{found.text[:24]}”"
        self._warn("passage", "found-proof", message, "请核对，不对就写上出处和原话")
        return found


def find_proof(content: Content, stem: str, words: tuple[str, ...]) -> Quote | None:
    """Return the sentence of a source that holds all `words` and shares most pairs of characters with the stem.

    A short word stands anywhere: where a sentence says nothing of what the stem asks, it proves nothing, nor does the number of an item.
    """
    wanted = [comparable(word) for word in words]
    pairs, is_telling = _pairs(comparable(stem)), sum(map(len, wanted)) >= _MIN_CLAIM
    best: tuple[int, int, str, str] | None = None
    for passage_id, sentence in _sentences(content):
        there = comparable(_NUMBER.sub("", sentence))
        n_shared = len(pairs & _pairs(there))
        if all(word and word in there for word in wanted) and (n_shared or is_telling):
            rank = (n_shared, -len(there), passage_id, sentence)
            best = max(best, rank) if best else rank
    return Quote(best[2], best[3]) if best else None


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _sentences(content: Content) -> Iterator[tuple[str, str]]:
    """Yield every sentence once, with the smallest passage it stands in."""
    spans = sorted(content.passages.values(), key=lambda p: (p.end - p.start, p.id))
    seen: set[tuple[str, int]] = set()
    for passage in spans:
        for match in _CLAUSE.finditer(passage.text):
            place = (passage.source_id, passage.start + match.start())
            if place not in seen:
                seen.add(place)
                yield passage.id, match.group().strip()
