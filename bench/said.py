"""What users say to a bot whose cost is measured: questions that nobody remembers, popular ones, talk that goes on, long texts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.language.speech import danger
from knowledge.matching import decide, intents

QUESTIONS = Path(__file__).parent.parent / "tests/data/questions"
KINDS = ("question", "popular", "follow-up", "answer", "command")
LONG = {"64 KiB": 65_536 // 3, "10 000 emoji": 10_000, "spoken": 2000}
"""Long texts that may be measured too, by how many characters they have; "spoken" is one without punctuation."""
N_POPULAR = 40
_LEADS = {"follow-up": (["第一条"], ["下一条"] * 5), "answer": (["答题"], ["A"] * 5)}
N_REMEMBERED = max(decide.N_KEPT, intents.N_KEPT, danger.N_KEPT)
"""How many texts a worker remembers what it made of them, at most."""
Talk = tuple[str, list[str], list[str]]
"""A user, the words that lead up to what is measured, and the measured words."""


def read_questions() -> list[str]:
    """Return all sample questions, answerable or not, each once."""
    lines = [
        line
        for path in sorted(QUESTIONS.rglob("*answerable*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return list(dict.fromkeys(json.loads(line)["q"] for line in lines if line))


def texts_of(kind: str, questions: list[str]) -> Iterator[str]:
    """Yield for ever the words of a kind that asks: questions go round all there are, so that none is remembered."""
    popular, others = questions[:N_POPULAR], questions[N_POPULAR:]
    assert len(others) > N_REMEMBERED, "a worker may remember what is asked"
    told = itertools.cycle("".join(filter(str.isalnum, text)) for text in others)
    match kind:
        case "question":
            yield from itertools.cycle(others)
        case "popular":
            yield from itertools.cycle(popular)
        case "spoken":
            # What somebody says without drawing breath: one question after the other.
            while True:
                yield "".join(itertools.islice(told, LONG[kind]))[: LONG[kind]]
        case "10 000 emoji":
            for number in itertools.count():
                yield "".join(chr(0x1F600 + (number * 7 + i * (number + 1)) % 79) for i in range(LONG[kind]))
        case "64 KiB":
            for text in itertools.cycle(others):
                yield (text * LONG[kind])[: LONG[kind]]
        case _:
            yield from itertools.repeat("帮助")


_USERS = itertools.count()


def talks_of(kind: str, n: int, texts: Iterator[str]) -> Iterator[Talk]:
    """Yield what is said of a kind in `n` measured pushes, by users that were never heard before."""
    if kind not in _LEADS:
        for words in itertools.islice(texts, n):
            yield f"oBench{next(_USERS):06}", [], [words]
        return
    lead, measured = _LEADS[kind]
    for _ in range(n // len(measured)):
        yield f"oBench{next(_USERS):06}", lead, measured


def min_apart(said: Sequence[str]) -> int:
    """Return how many different texts come between two that are the same, at the least; all of them where none comes again.

    >>> min_apart(["a", "b", "c", "a", "b"]), min_apart(["a", "b"])
    (2, 2)
    """
    last: dict[str, int] = {}
    least = len(set(said))
    for place, text in enumerate(said):
        if text in last:
            least = min(least, len(set(said[last[text] + 1 : place])))
        last[text] = place
    return least
