"""Fit what knows talk by likeness (`knowledge.language.speech.addressed`, `knowledge.matching.talking`), and say how good it is.

`python -m bench.talk` judges messages by models that saw none of their fold; `--by-intent` folds by intent, so that a message is judged by models
that never saw its intent, as it is with one that editors add. The meaning is not judged, for these are the lines it is fitted on; `--write`, where the encoder is there, fits both on all (`--vectors FILE` keeps the vectors) and writes
`knowledge/language/tables/talk.npz`; the weights of `talking` are printed, to be put in by hand. Talk is `tests/data/talk/{said,talk}.tsv` and the examples of `talk.yaml`, each judged without itself; questions are `asked.txt`, which are worded like talk, `others.tsv`, in which people speak of themselves to other offices,
`offices.txt`, and all that is shipped and asked in `tests/data`. `--misses` lists what is not understood or taken. Needs scikit-learn, which `make .venv/bench` installs.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.danger import (
    CONTENT,
    DATA,
    DIALOGUES,
    DOCUMENTS,
    QUESTIONS,
    lines_of,
    questions_in,
    read_vectors,
    shipped_texts,
    sign_matrix,
    small,
)
from bench.documents import ingest
from bench.sentences import documents_in
from bot.releases.encoder import can_encode
from knowledge.language.speech.addressed import FILE
from knowledge.language.speech.likeness import N_SIGNS
from knowledge.matching.snapshot import Snapshot
from knowledge.matching.talking import OF_INTENT, OF_TALK, likely_intents, talking
from knowledge.release.build import assemble, build, load_folder, parse_files

_N_FOLDS = 7
_PENALTY_OF_SIGNS, _PENALTY_OF_MEANING, _PENALTY = 30.0, 30.0, 1.0
_SHIPPED_WEIGHT = 0.3
_EXAMPLE_WEIGHT = 0.5
_N_RIVALS = 6
_LEVELS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, the intents it may be (none: a question), its fold, its weight, which example of the content it is, and the document it is asked of."""

    text: str
    intents: frozenset[str]
    fold: int
    weight: float = 1.0
    example: int | None = None
    is_judged: bool = False
    document: str = ""


def main() -> None:
    """Judge, and write when that is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.talk")
    parser.add_argument("--by-intent", action="store_true")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    snapshot = build(CONTENT)
    lines = read_lines(snapshot, by_intent=options.by_intent)
    judge(bases_of(snapshot), lines, tells_misses=options.misses)
    if options.write and can_encode():
        write(lines, read_vectors([line.text for line in lines], options.vectors))


def read_lines(snapshot: Snapshot, *, by_intent: bool) -> list[Line]:
    """Return all lines there are."""

    def line(text: str, intents: frozenset[str], weight: float = 1.0, example: int | None = None) -> Line:
        about = min(intents) if by_intent and intents else text
        return Line(text, intents, zlib.crc32(about.encode()) % _N_FOLDS, weight, example, example is None)

    said = [row.split("\t") for name in ("said.tsv", "talk.tsv") for row in lines_of(DATA / name)]
    lines = [line(text, frozenset(intents.split(","))) for intents, text in said]
    lines = [
        row for row in lines if row.text not in {text for i in snapshot.examples.intents for text in i.like}
    ]
    examples = [(i.id, text) for i in snapshot.examples.intents for text in i.like]
    lines += [
        line(text, frozenset([intent]), _EXAMPLE_WEIGHT, n) for n, (intent, text) in enumerate(examples)
    ]
    known = {line.text for line in lines}
    asked = {q for folder in (DIALOGUES, QUESTIONS) for q in questions_in(folder)}
    asked |= set(lines_of(DATA / "offices.txt"))
    lines += [line(text, frozenset()) for text in lines_of(DATA / "asked.txt")]
    sampled = sorted(asked - known)
    lines += [Line(text, frozenset(), zlib.crc32(text.encode()) % _N_FOLDS) for text in sampled]
    # An office is judged by models that saw no question of it, as a new one is.
    lines += [
        Line(text, frozenset(), zlib.crc32(office.encode()) % _N_FOLDS, is_judged=True)
        for office, text in (row.split("\t") for row in lines_of(DATA / "others.tsv"))
        if text not in known | asked
    ]
    # A document is asked as a base of its own, and judged by models that saw no question of it.
    lines += [
        Line(q, frozenset(), zlib.crc32(d.name.encode()) % _N_FOLDS, is_judged=True, document=d.name)
        for d in documents_in([DOCUMENTS])
        for q in sorted(questions_in(d))
    ]
    shipped = sorted(shipped_texts(snapshot) - asked - known)
    lines += [
        Line(text, frozenset(), zlib.crc32(text.encode()) % _N_FOLDS, _SHIPPED_WEIGHT) for text in shipped
    ]
    return lines


def bases_of(snapshot: Snapshot) -> dict[str, Snapshot]:
    """Return what is shipped, as "", and each document as a base of its own."""
    bases = {"": snapshot}
    for document in documents_in([DOCUMENTS]):
        with tempfile.TemporaryDirectory() as name:
            ingest(document, Path(name))
            content, _ = parse_files(load_folder(Path(name) / "content"))
        bases[document.name] = assemble(content)
    return bases


def _looks(lines: Sequence[Line]) -> Any:
    """Return the log odds of each line by what it looks like, from a model that saw none of its fold."""
    signs = sign_matrix([line.text for line in lines], N_SIGNS)
    talk = np.array([bool(line.intents) for line in lines])
    weight, fold = np.array([line.weight for line in lines]), np.array([line.fold for line in lines])
    odds = np.zeros(len(lines))
    for k in range(_N_FOLDS):
        seen = fold != k
        model = LogisticRegression(C=_PENALTY_OF_SIGNS, max_iter=600)
        model.fit(signs[seen], talk[seen], sample_weight=weight[seen])
        odds[~seen] = model.decision_function(signs[~seen])
    return odds


def judge(bases: Mapping[str, Snapshot], lines: Sequence[Line], *, tells_misses: bool) -> None:
    """Print the weights, and for each level how much talk is understood, rightly, and how many questions are taken."""
    odds = _looks(lines)
    print("weights of the order:", _fit_order(bases[""], lines))
    rows = [
        (line, found)
        for line, odd in zip(lines, odds, strict=True)
        if (found := talking(bases[line.document], line.text, float(odd), without=line.example))
    ]
    features = np.array([found.features for _, found in rows])
    right = np.array([found.intent.id in line.intents for line, found in rows])
    talk = np.array([bool(line.intents) for line, _ in rows])
    fold = np.array([line.fold for line, _ in rows])
    weight = np.array([line.weight for line, _ in rows])
    worth = np.zeros(len(rows))
    for k in range(_N_FOLDS):
        seen = fold != k
        worth[~seen] = _fit(features[seen], talk[seen], weight[seen]).decision_function(features[~seen])
    whole = _fit(features, talk, weight)
    print("weights of talk:", dict(zip(OF_TALK, np.round(whole.coef_[0], 2).tolist(), strict=True)))
    print("bias of talk:", round(float(whole.intercept_[0]), 2))
    judged = np.array([line.is_judged and bool(line.intents) for line, _ in rows])
    like_talk = np.array([line.is_judged and not line.intents for line, _ in rows])
    n = sum(line.is_judged and bool(line.intents) for line in lines)
    n_like, n_all = (
        sum(line.is_judged and not line.intents for line in lines),
        sum(not line.intents for line in lines),
    )
    placed = np.array([found.is_placed for _, found in rows])
    for at in _LEVELS:
        found = worth >= at
        print(
            f"talk at {at:4}: {int((found & judged).sum())} of {n} are talk, {int((found & judged & placed).sum())} placed, "
            f"{int((found & judged & placed & right).sum())} rightly; taken {int((found & like_talk).sum())} of {n_like} "
            f"worded like talk, {int((found & ~talk).sum())} of {n_all} questions, sentences and words"
        )
    if tells_misses:
        for (line, likely), value, is_right in zip(rows, worth, right, strict=True):
            if line.intents and line.is_judged and not (is_right and value >= 1):
                print(
                    f"  {value:5.1f} {min(line.intents)} {line.text} -> {likely.intent.id} {likely.ahead:.1f}"
                )
            elif not line.intents and value >= 0.5:
                print(f"  {value:5.1f} TAKEN {line.text} -> {likely.intent.id}")


def _fit(features: Any, is_talk: Any, weight: Any) -> LogisticRegression:
    return LogisticRegression(C=_PENALTY, max_iter=2000).fit(features, is_talk, sample_weight=weight)


def _fit_order(snapshot: Snapshot, lines: Sequence[Line]) -> dict[str, float]:
    """Return the weights that put the right intent before its rivals."""
    features, right, weight = [], [], []
    for line in lines:
        if not line.intents:
            continue
        terms = snapshot.analyzer.analyze(line.text)
        for likely in (
            likely_intents(snapshot.examples, terms, line.example)[:_N_RIVALS] if terms.canonical else ()
        ):
            features.append(likely.features)
            right.append(likely.intent.id in line.intents)
            weight.append(line.weight)
    model = _fit(np.array(features), np.array(right), np.array(weight))
    return dict(zip(OF_INTENT, np.round(model.coef_[0], 2).tolist(), strict=True))


def write(lines: Sequence[Line], vectors: Any) -> None:
    """Fit on all lines, and write the weights of the signs and of the meaning."""
    talk, weight = [bool(line.intents) for line in lines], [line.weight for line in lines]
    model = LogisticRegression(C=_PENALTY_OF_SIGNS, max_iter=600)
    model.fit(sign_matrix([line.text for line in lines], N_SIGNS), talk, sample_weight=weight)
    signs, scale = small(model.coef_[0])
    of_meaning = LogisticRegression(C=_PENALTY_OF_MEANING, max_iter=600)
    of_meaning.fit(vectors, talk, sample_weight=weight)
    np.savez_compressed(
        FILE,
        signs=signs,
        scale=scale,
        bias=model.intercept_[0],
        meaning=of_meaning.coef_[0].astype(np.float32),
        meaning_bias=of_meaning.intercept_[0],
    )
    print(f"{FILE}: {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
