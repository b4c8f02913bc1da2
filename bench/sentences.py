"""Fit how bare sentences are judged: `python -m bench.sentences FOLDER… [--without]`.

Each FOLDER has documents as `bench.documents` reads them. Every question is asked three ways: as it is; of the document
without the sentences that answer it, where nothing is right any more; and those that nothing answers. It prints JUDGEMENT as
fitted on all documents, beside the present one, and how both do on documents that the weights were not fitted on (four folds):
the right passage first, AUROC against near misses and against answers taken out, and how often a stated confidence was right.
`--without` leaves out each feature in turn. Whoever fits on a document cannot use it to say how good the result is.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.documents import publish
from bench.fitting import Choice, Floats, fit_judgement
from bench.measures import auroc
from bench.questions import is_right
from bench.sets import read_rows
from bot.releases.encoder import Encoder
from knowledge.matching.decision import Hit
from knowledge.matching.guards import held_by
from knowledge.matching.meaning import Vectors
from knowledge.matching.passages import BIAS, JUDGEMENT, candidates
from knowledge.matching.query import read_query
from knowledge.matching.sentence_features import features_of_sentences
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import assemble, load_folder, parse_files

NAMES = tuple(JUDGEMENT)
_N_FOLDS = 4
_TAKEN_OUT_WEIGHT = 0.6
_PENALTY, _LISTWISE = 0.0005, 0.5
_SENTENCES = re.compile(r"[^。；;]+[。；;]*")
_SURE = (0, 0.1, 0.2, 0.4, 0.6, 0.8, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a document: `kind` is "answerable", "taken out" or "unanswerable"."""

    document: str
    kind: str
    choice: Choice


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sentences")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--without", action="store_true", help="leave out each feature in turn")
    options = parser.parse_args()
    encoder = Encoder(n_threads=2)
    documents = [p.parent for f in options.folders for p in sorted(f.glob("*/answerable.jsonl"))]
    asked = [one for document in documents for one in asked_of(document, encoder)]
    columns = list(range(len(NAMES)))
    fitted = _fit(asked, columns)
    for name, weights in (("JUDGEMENT", fitted), ("  present", np.array([*JUDGEMENT.values(), BIAS]))):
        told = {n: round(float(w), 2) for n, w in zip((*NAMES, "bias"), weights, strict=True)}
        print(f"{name:12} {json.dumps(told)}")
    _print("unseen", _unseen(asked, columns), calibrated=True)
    for i in columns if options.without else ():
        _print(f"- {NAMES[i]}", _unseen(asked, [c for c in columns if c != i]))


def asked_of(document: Path, encoder: Encoder) -> Iterator[Asked]:
    """Yield every question of a document with the features of what may answer it."""
    with tempfile.TemporaryDirectory() as name:
        publish(document, Path(name))
        files = load_folder(Path(name) / "content")
    kept: dict[str, Vectors] = {}
    snapshot = _snapshot(files, encoder, kept)
    for row in read_rows(document / "answerable.jsonl"):
        yield Asked(
            document.name, "answerable", _choice(snapshot, row["q"], lambda t, row=row: is_right(row, t))
        )
        less = without_answer(files, row)
        if less != files:
            yield Asked(
                document.name, "taken out", _choice(_snapshot(less, encoder, kept), row["q"], lambda t: False)
            )
    for row in read_rows(document / "unanswerable.jsonl"):
        yield Asked(document.name, "unanswerable", _choice(snapshot, row["q"], lambda t: False))


def without_answer(files: dict[str, str], row: dict[str, Any]) -> dict[str, str]:
    """Return the files without the sentences of the source that hold a string of an answer."""
    wanted = [re.sub(r"\s", "", s) for alternative in row["must_any"] for s in alternative]
    name = next(name for name in files if name.startswith("sources/"))
    head, mark, body = files[name].partition("\n---\n")
    lines = [
        line
        if line.startswith("#")
        else "".join(
            part for part in _SENTENCES.findall(line) if not any(w in re.sub(r"\s", "", part) for w in wanted)
        )
        for line in body.split("\n")
    ]
    return {**files, name: head + mark + "\n".join(lines)}


def _snapshot(files: dict[str, str], encoder: Encoder, kept: dict[str, Vectors]) -> Snapshot:
    content, _ = parse_files(files)
    snapshot = assemble(content)
    texts = [text for _, text in snapshot.texts()]
    new = [text for text in dict.fromkeys(texts) if text not in kept]
    kept.update(zip(new, encoder.sentences(new), strict=True))
    return snapshot.with_meaning(encoder.question, np.array([kept[text] for text in texts]))


def _choice(snapshot: Snapshot, text: str, right: Callable[[str], bool]) -> Choice:
    query = read_query(snapshot, text)
    near = snapshot.meaning.near(query.text) if snapshot.meaning and query.text else {}
    found = features_of_sentences(snapshot, query, candidates(snapshot, query, near), near)
    hits = [Hit(key, 0.5, snapshot.sentences[key].text, 0.0, snapshot.quotes(key)) for key in found]
    hits = [hit for hit in hits if not held_by(snapshot, query, hit)]
    features = np.array([[found[hit.target].get(name, 0.0) for name in NAMES] for hit in hits])
    sent = [snapshot.content.passages[hit.passage_id].text for hit in hits]
    return Choice(features.reshape(-1, len(NAMES)), np.array([float(right(words)) for words in sent]))


def _fit(asked: Sequence[Asked], columns: list[int]) -> Floats:
    choices = [
        Choice(
            a.choice.features[:, columns], a.choice.right, _TAKEN_OUT_WEIGHT if a.kind == "taken out" else 1.0
        )
        for a in asked
        if len(a.choice.right)
    ]
    return fit_judgement(choices, np.zeros(len(columns) + 1), _PENALTY, _LISTWISE)


def _unseen(asked: Sequence[Asked], columns: list[int]) -> list[tuple[str, float, bool]]:
    """Return kind, log odds and rightness of the first sentence of each question, by weights of other documents."""
    names = sorted({a.document for a in asked})
    found = []
    for fold in range(_N_FOLDS):
        mine = set(names[fold::_N_FOLDS])
        weights = _fit([a for a in asked if a.document not in mine], columns)
        for a in (a for a in asked if a.document in mine and len(a.choice.right)):
            scores = a.choice.features[:, columns] @ weights[:-1] + weights[-1]
            found.append((a.kind, float(scores.max()), bool(a.choice.right[scores.argmax()])))
    return found


def _print(name: str, found: list[tuple[str, float, bool]], *, calibrated: bool = False) -> None:
    asked = [(score, right) for kind, score, right in found if kind == "answerable"]
    good = [score for score, right in asked if right]
    others = {kind: [s for k, s, _ in found if k == kind] for kind in ("unanswerable", "taken out")}
    told = "  ".join(f"AUROC {kind} {auroc(good, scores):.3f}" for kind, scores in others.items() if scores)
    print(f"{name:18} first {np.mean([right for _, right in asked]):.3f}  {told}", flush=True)
    if calibrated:
        sure = np.array([1 / (1 + np.exp(-score)) for _, score, _ in found])
        right = np.array([float(right) for *_, right in found])
        for low, high in itertools.pairwise(_SURE):
            some = (sure >= low) & (sure <= high)
            print(
                f"  {some.sum():4} of confidence {low}-{high}: {sure[some].mean():.2f} said, {right[some].mean():.2f} right"
            )


if __name__ == "__main__":
    main()
