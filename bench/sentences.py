"""Fit how bare sentences are judged: `python -m bench.sentences FOLDER… [--shipped] [--folds N]
[--sample N] [--without]`.

Each FOLDER has documents as `bench.documents` reads them. It prints the two models that `knowledge.matching.passages` holds, as
fitted on all documents: ORDER says which passage is likeliest to answer, JUDGEMENT how sure one can be of it. Then it says how
both do on documents that the weights were not fitted on (five folds of documents; `--folds 0` leaves out each in turn): the right
passage first, and among three; AUROC of the first against questions that nothing answers; how many are answered right and wrong by
confidence; and how often a stated confidence was right. `--without` leaves out each feature in turn. Whoever fits on a document cannot use it to say how good the
result is.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.documents import ingest
from bench.fitting import Choice, Floats, fit_judgement, fit_logistic
from bench.measures import auroc
from bench.questions import CONTENT, SAMPLES, is_right
from bench.sets import read_rows
from bot.releases.encoder import Encoder
from knowledge.matching import passages
from knowledge.matching.decision import Hit
from knowledge.matching.guards import held_by
from knowledge.matching.index.meaning import Near
from knowledge.matching.query import read_query
from knowledge.matching.sentence_features import Features, features_of_sentences
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, load_folder, parse_files

_N_FOLDS = 5
_ORDER_PENALTY, _LISTWISE = 0.0005, 0.5
_JUDGEMENT_PENALTY = 0.002
_SURE = (0, 0.1, 0.2, 0.4, 0.6, 0.8, 1)
_ANSWER_AT = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7)
_NOTHING = -9.0
SHIPPED = "shipped"
"""The sample questions about the shipped documents, asked of these without their entries; near misses abound there."""
_SHIPPED_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a document with the sentences that may answer it: features, passage and whether it is right, one for one.

    A question that nothing answers is not `answerable`; one that is may still have no right sentence among those that were found.
    """

    document: str
    answerable: bool
    features: tuple[Features, ...]
    passages: tuple[str, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of a question: log odds of the first passage, and which of the first three are right."""

    document: str
    answerable: bool
    sure: float
    right: tuple[bool, ...]


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sentences")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--folds", type=int, default=_N_FOLDS, help="of documents; 0 leaves out each in turn")
    parser.add_argument(
        "--shipped", action="store_true", help="fit on the shipped documents too, a quarter as much"
    )
    parser.add_argument("--sample", type=int, help="take only so many documents, where time is short")
    parser.add_argument("--without", action="store_true", help="leave out each feature in turn")
    options = parser.parse_args()
    encoder = Encoder(n_threads=2)
    documents = documents_in(options.folders)[: options.sample]
    asked = [one for d in documents for one in asked_of(d, snapshot_of(d, encoder))]
    asked += asked_of_shipped(encoder) if options.shipped else []
    order, judgement = tuple(passages.ORDER), tuple(passages.JUDGEMENT)
    fitted = fit(asked, order, judgement)
    for name, names, weights in zip(("ORDER", "JUDGEMENT"), (order, judgement), fitted, strict=True):
        told = {n: round(float(w), 2) for n, w in zip((*names, "bias"), weights, strict=True)}
        print(f"{name:10} {json.dumps(told)}")
    n_folds = options.folds or len({a.document for a in asked})
    seen = unseen(asked, order, judgement, n_folds)
    report("unseen", seen)
    calibration(seen)
    for document in sorted({a.document for a in asked}):
        report(f"  {Path(document).name}", [j for j in seen if j.document == document])
    for name in (*order, *judgement) if options.without else ():
        less = [tuple(n for n in names if n != name) for names in (order, judgement)]
        report(f"- {name}", unseen(asked, *less, n_folds))


def documents_in(folders: Sequence[Path]) -> list[Path]:
    """Return the documents of some folders, in order."""
    return [path.parent for folder in folders for path in sorted(folder.glob("*/answerable.jsonl"))]


def snapshot_of(document: Path, encoder: Encoder) -> Snapshot:
    """Return what a document becomes by ingesting it, with the meaning of its sentences."""
    with tempfile.TemporaryDirectory() as name:
        ingest(document, Path(name))
        content, _ = parse_files(load_folder(Path(name) / "content"))
    return with_meaning(assemble(content), encoder)


def with_meaning(snapshot: Snapshot, encoder: Encoder) -> Snapshot:
    """Return a snapshot with the vectors of its texts."""
    return snapshot.with_meaning(encoder.question, encoder.sentences([text for _, text in snapshot.texts()]))


def asked_of(document: Path, snapshot: Snapshot) -> Iterator[Asked]:
    """Yield every question of a document with the features of what may answer it."""
    for kind in ("answerable", "unanswerable"):
        yield from _asked_all(snapshot, str(document), list(read_rows(document / f"{kind}.jsonl")))


def _asked_all(snapshot: Snapshot, document: str, rows: Sequence[dict[str, Any]]) -> Iterator[Asked]:
    sent = {key: "\n".join(quote.text for quote in snapshot.quotes(key)) for key in snapshot.sentences}
    for row in rows:
        right = {key for key, text in sent.items() if "must_any" in row and is_right(row, text)}
        yield _asked(snapshot, document, row, right)


def asked_of_shipped(encoder: Encoder) -> Iterator[Asked]:
    """Yield the sample questions about the shipped documents, as if nobody had written an entry."""
    content, _ = parse_files(load_folder(CONTENT))
    snapshot = with_meaning(assemble(replace(content, entries={})), encoder)
    for kind in ("answerable", "unanswerable"):
        rows = [row for path in sorted(SAMPLES.rglob(f"{kind}*.jsonl")) for row in read_rows(path)]
        yield from _asked_all(snapshot, SHIPPED, rows)


def _near(snapshot: Snapshot, text: str) -> Near:
    question = read_query(snapshot, text).text
    return snapshot.meaning.near(question) if snapshot.meaning and question else Near()


def _asked(snapshot: Snapshot, document: str, row: dict[str, Any], right: set[str]) -> Asked:
    query, near = read_query(snapshot, row["q"]), _near(snapshot, row["q"])
    found = features_of_sentences(snapshot, query, passages.candidates(snapshot, query, near), near)
    allowed = [key for key in found if not held_by(snapshot, query, _hit(snapshot, key))]
    return Asked(
        document,
        "must_any" in row,
        tuple(found[key] for key in allowed),
        tuple(snapshot.sentences[key].passage_id for key in allowed),
        tuple(key in right for key in allowed),
    )


def _hit(snapshot: Snapshot, key: str) -> Hit:
    return Hit(key, 0.5, snapshot.sentences[key].text, 0.0, snapshot.quotes(key))


def fit(asked: Sequence[Asked], order: Sequence[str], judgement: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the weights, and last the bias, of both models; the second is fitted on what the first puts first."""
    asked = [a for a in asked if a.features]
    choices = [Choice(_matrix(a.features, order), np.array(a.right, float), _weight(a)) for a in asked]
    first = fit_judgement(choices, np.zeros(len(order) + 1), _ORDER_PENALTY, _LISTWISE)
    ranked = [_ranked(a, order, first) for a in asked]
    rows = _matrix([features[0] for features, _ in ranked], judgement)
    labels = np.array([float(right[0]) for _, right in ranked])
    return first, fit_logistic(rows, labels, np.array([_weight(a) for a in asked]), _JUDGEMENT_PENALTY)


def _weight(a: Asked) -> float:
    return _SHIPPED_WEIGHT if a.document == SHIPPED else 1.0


def _matrix(features: Sequence[Features], names: Sequence[str]) -> Floats:
    return np.array([[f[name] for name in names] for f in features]).reshape(-1, len(names))


def _ranked(a: Asked, order: Sequence[str], weights: Floats) -> tuple[list[Features], list[bool]]:
    """Return the best sentence of each passage, with how far it leads, and whether it is right; the likeliest first."""
    scores = _matrix(a.features, order) @ weights[:-1] + weights[-1]
    best: dict[str, int] = {}
    for i in np.argsort(-scores, kind="stable").tolist():
        best.setdefault(a.passages[i], i)
    logits = [float(scores[i]) for i in best.values()]
    led = [
        a.features[i] | passages.lead(logit, logits, held=False)
        for i, logit in zip(best.values(), logits, strict=True)
    ]
    return led, [a.right[i] for i in best.values()]


def unseen(
    asked: Sequence[Asked], order: Sequence[str], judgement: Sequence[str], n_folds: int
) -> list[Judged]:
    """Return what is made of each question by weights of other documents."""
    documents = sorted({a.document for a in asked})
    found = []
    for fold in range(n_folds):
        mine = set(documents[fold::n_folds])
        first, second = fit([a for a in asked if a.document not in mine], order, judgement)
        for a in (a for a in asked if a.document in mine):
            if not a.features:
                found.append(Judged(a.document, a.answerable, _NOTHING, (False,)))
                continue
            features, right = _ranked(a, order, first)
            sure = _matrix(features[:1], judgement) @ second[:-1] + second[-1]
            found.append(Judged(a.document, a.answerable, float(sure[0]), tuple(right[:3])))
    return found


def report(name: str, found: Sequence[Judged]) -> None:
    """Print how questions were judged."""
    asked = [j for j in found if j.answerable]
    others = [j.sure for j in found if not j.answerable]
    area = auroc([j.sure for j in asked if j.right[0]], others)
    first, three = (np.mean([any(j.right[:n]) for j in asked]) for n in (1, 3))
    print(
        f"{name:18} {len(asked):3} first {first:.3f}  among three {three:.3f}  AUROC {area:.3f}", flush=True
    )
    for at in _ANSWER_AT if name == "unseen" else (0.6,):
        logit = np.log(at / (1 - at))
        right, wrong = (
            np.mean([j.sure >= logit and j.right[0] is is_so for j in asked]) for is_so in (True, False)
        )
        held = np.mean(np.array(others) < logit)
        print(
            f"    answered from {at}: right {right:.2f}  wrong {wrong:.2f}  unanswerable not answered {held:.2f}"
        )


def calibration(found: Sequence[Judged]) -> None:
    """Print how often a stated confidence was right."""
    sure = np.array([1 / (1 + np.exp(-j.sure)) for j in found])
    right = np.array([float(j.right[0]) for j in found])
    for low, high in itertools.pairwise(_SURE):
        some = (sure >= low) & (sure <= high)
        print(
            f"  {some.sum():4} of confidence {low}-{high}: {sure[some].mean():.2f} said, {right[some].mean():.2f} right"
        )


if __name__ == "__main__":
    main()
