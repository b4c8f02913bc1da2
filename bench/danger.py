"""Fit what knows words of danger by likeness (`knowledge.language.speech.likeness`, `told`), and say how good it is.

`python -m bench.danger` judges by batches: a batch of lines is judged by models that saw none of it; with `--writers 25 26` only those
batches are judged, each by models that saw all the others. `--write` then fits on
all lines and writes `danger.npz` and `told.npz` of `knowledge/language/tables`. Lines of danger are `tests/data/talk/{told,danger}.tsv`; harmless are
`calm.tsv`, `harmless.txt`, `offices.txt`, `others.tsv`, the talk, and all that is shipped: ways to ask, items, sample questions, sentences. `--more FOLDER` adds
folders of sample questions. Without the encoder only the first model is judged, and nothing is written. `--vectors FILE` keeps the
vectors from one run to the next. Needs scikit-learn, which `make .venv/bench` installs.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bench.questions import CONTENT
from bot.releases.encoder import Encoder, can_encode
from knowledge.language.speech.danger import is_overruled
from knowledge.language.speech.likeness import (
    ASKED_MORE,
    FILE,
    KIND_AT,
    MORE_WITH_MEANING,
    N_KIND_SIGNS,
    N_SIGNS,
    NEAR_AT,
    SHARE_OF_MEANING,
    SOFT_AT,
    SOFT_WHERE_SAID_AT,
    SOFT_WITH_MEANING_AT,
    SURE_AT,
    UNSURE,
    asks_for_rule,
    read_signs,
)
from knowledge.language.speech.told import FILE as TOLD
from knowledge.language.speech.told import LEVELS, N_AXES, Neighbours, odds_nearby, shortened
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build

DATA = Path("tests/data/talk")
QUESTIONS = Path("tests/data/questions")
DOCUMENTS = Path("tests/data/document-questions")
DIALOGUES = Path("tests/data/context")
_N_FOLDS = 7
_ALWAYS = -1
"""The fold of lines that the sayings were made for: every model sees them, none is judged by them."""
_SHIPPED_WEIGHT = 0.5
_PENALTY, _PENALTY_OF_KINDS = 50.0, 1000.0
_N_CALM = 5000
"""So many lines that are no danger are kept as vectors: those nearest to any that is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, the kind of danger it tells of ("" for none), its fold and its weight; `is_hard`: written to be judged by."""

    text: str
    kind: str
    fold: int
    weight: float = 1.0
    is_hard: bool = False


def main() -> None:
    """Judge, and write when that is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.danger")
    parser.add_argument("--more", type=Path, nargs="*", default=[])
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--writers", type=int, nargs="*", default=[])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    snapshot = build(CONTENT)
    lines = read_lines(snapshot, options.more, options.writers)
    signs = sign_matrix([line.text for line in lines], N_SIGNS)
    vectors = read_vectors([line.text for line in lines], options.vectors) if can_encode() else None
    judge(lines, signs, vectors, snapshot)
    if options.write and vectors is not None:
        write(lines, signs, vectors)


def read_lines(snapshot: Snapshot, more: Sequence[Path], writers: Sequence[int]) -> list[Line]:
    """Return all lines there are, each text once."""

    def fold_of(batch: int) -> int:
        if not writers:
            return batch % _N_FOLDS
        return writers.index(batch) if batch in writers else _ALWAYS

    told = [line.split("\t") for line in lines_of(DATA / "told.tsv")]
    calm = [line.split("\t") for line in lines_of(DATA / "calm.tsv")]
    lines = [Line(text, kind, fold_of(int(batch)), is_hard=True) for batch, kind, text in told]
    lines += [Line(text, "", fold_of(int(batch)), is_hard=True) for batch, text in calm]
    for line in lines_of(DATA / "danger.tsv"):
        text = line.split("\t")[1]
        danger = snapshot.alarms.said(text)
        if danger:
            lines.append(Line(text, "other" if danger.is_other else danger.kind, _ALWAYS))
    talk = [line.split("\t")[-1] for name in ("talk.tsv", "said.tsv") for line in lines_of(DATA / name)]
    talk += lines_of(DATA / "asked.txt")
    talk += [json.loads(line)["q"] for line in lines_of(DATA / "second.jsonl")]
    talk += [
        text for intent in snapshot.content.intents.values() for text in (*intent.like, intent.say) if text
    ]
    lines += [Line(text, "", _ALWAYS) for text in (*lines_of(DATA / "harmless.txt"), *talk)]
    # What people ask an office of their own money, illness and trouble is the nearest to danger that is none.
    asked = {q for folder in (DOCUMENTS, DIALOGUES, *more) for q in questions_in(folder)}
    asked = sorted(asked | set(lines_of(DATA / "offices.txt")))
    lines += [Line(text, "", _ALWAYS if writers else i % _N_FOLDS) for i, text in enumerate(asked)]
    # An office is judged by models that saw no question of it, as a new one is.
    others = [row.split("\t") for row in lines_of(DATA / "others.tsv")]
    offices = sorted({office for office, _ in others})
    lines += [
        Line(text, "", _ALWAYS if writers else offices.index(office) % _N_FOLDS) for office, text in others
    ]
    shipped = sorted(shipped_texts(snapshot) | set(questions_in(QUESTIONS)))
    lines += [
        Line(text, "", _ALWAYS if writers else i % _N_FOLDS, _SHIPPED_WEIGHT)
        for i, text in enumerate(shipped)
    ]
    return list({line.text: line for line in reversed(lines)}.values())


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file that hold anything."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def shipped_texts(snapshot: Snapshot) -> set[str]:
    """Return all that a content asks, says and offers."""
    content = snapshot.content
    texts = {text for entry in content.entries.values() for text in (entry.question, *entry.phrasings)}
    texts |= {text for item in content.items.values() for text in (item.stem, *item.options)}
    texts |= {case.question for case in content.cases}
    texts |= {sentence for p in content.passages.values() for sentence in re.split("[。；\n]", p.text)}
    texts |= {word for paper in content.papers.values() for word in paper.words}
    return {text for text in texts if text.strip()}


def questions_in(folder: Path) -> set[str]:
    """Return the questions of all sets in a folder."""
    rows = (json.loads(line) for path in sorted(folder.rglob("*.jsonl")) for line in lines_of(path))
    return {turn["q"] for row in rows for turn in (row, *row.get("turns", ())) if "q" in turn}


def sign_matrix(texts: Sequence[str], n_signs: int) -> Any:
    """Return the signs of texts as a sparse matrix, a row of length 1 each."""
    begins, signs, values = [0], [], []
    for text in texts:
        found = [sign % n_signs for sign in read_signs(text)]
        signs += found
        values += [1 / np.sqrt(max(len(found), 1))] * len(found)
        begins.append(len(signs))
    return csr_matrix((values, signs, begins), shape=(len(texts), n_signs))


def read_vectors(texts: Sequence[str], kept: Path | None) -> Any:
    """Return the vectors of texts, a row each; those in the file `kept` are not made again."""
    known: dict[str, Any] = pickle.loads(kept.read_bytes()) if kept and kept.exists() else {}  # noqa: S301
    encoder = Encoder()
    for text in texts:
        if text not in known:
            known[text] = encoder.question(text)
    if kept:
        kept.write_bytes(pickle.dumps(known))
    return np.array([known[text] for text in texts])


def _fit(x: Any, is_danger: Any, weight: Any, penalty: float) -> LogisticRegression:
    return LogisticRegression(C=penalty, max_iter=600).fit(x, is_danger, sample_weight=weight)


def judge(lines: Sequence[Line], signs: Any, vectors: Any, snapshot: Snapshot) -> None:
    """Print recall and false alarms of lines that the models did not see."""
    fold = np.array([line.fold for line in lines])
    danger = np.array([bool(line.kind) for line in lines])
    weight = np.array([line.weight for line in lines])
    by_signs, by_meaning = np.full(len(lines), -9.0), np.full(len(lines), -9.0)
    named = np.array([""] * len(lines), dtype=object)
    kinds = sign_matrix([line.text for line in lines], N_KIND_SIGNS)
    for k in sorted(set(fold[fold >= 0].tolist())):
        seen, held = fold != k, fold == k
        by_signs[held] = _fit(signs[seen], danger[seen], weight[seen], _PENALTY).decision_function(
            signs[held]
        )
        if vectors is not None:
            told = _told(vectors[seen], danger[seen], weight[seen] == 1)
            by_meaning[held] = [odds_nearby(vector, told) for vector in vectors[held]]
        of_kind = LogisticRegression(C=_PENALTY_OF_KINDS, max_iter=600)
        has_kind = seen & danger
        of_kind.fit(kinds[has_kind], [line.kind for line, has in zip(lines, has_kind, strict=True) if has])
        shares = of_kind.predict_proba(kinds[held])
        named[held] = [of_kind.classes_[row.argmax()] if row.max() >= KIND_AT else "" for row in shares]
    said = np.array([line.is_hard and bool(snapshot.alarms.said(line.text)) for line in lines])
    stands = said & np.array([not is_overruled(t.text, s) for t, s in zip(lines, by_signs, strict=True)])
    hard = np.array([line.is_hard for line in lines]) & (fold >= 0)
    unsure = (by_signs > UNSURE[0]) & (by_signs < UNSURE[1])
    both = np.where(unsure, by_signs + SHARE_OF_MEANING * by_meaning - MORE_WITH_MEANING, by_signs)
    rest = ~danger & ~hard & (fold >= 0)
    more = ASKED_MORE * np.array([asks_for_rule(line.text) for line in lines])
    for name, odds in {"characters": by_signs - more, "and meaning": both - more}.items():
        if name != "characters" and vectors is None:
            continue
        for at in (0.0, 0.3, SURE_AT, 1.0, 1.5):
            found = (odds >= at) | stands
            soft_at = SOFT_AT if name == "characters" else np.where(unsure, SOFT_WITH_MEANING_AT, SOFT_AT)
            read = by_signs if name == "characters" else np.where(unsure, odds, by_signs)
            # Of what is farther than this something is noted, and nothing said beside it.
            soft = ~found & (by_signs >= NEAR_AT)
            soft &= (read >= soft_at) | (said & (read >= SOFT_WHERE_SAID_AT))
            print(
                f"{name:12} sure at {at:4}: recall {found[danger & hard].mean():.3f}, "
                f"false alarms {found[~danger & hard].mean():.4f} of the hard, {int((odds >= at)[rest].sum())} of {int(rest.sum())} shipped; "
                f"told whom to call beside the reply {soft[danger & hard].mean():.3f} of danger, {soft[~danger & hard].mean():.4f} of the hard"
            )
    found = ((by_signs if vectors is None else both) - more >= SURE_AT) | stands
    by_kind = defaultdict(list)
    for i, line in enumerate(lines):
        if hard[i] and line.kind:
            by_kind[line.kind].append((found[i], named[i] == line.kind, named[i] == ""))
    for kind, rows in sorted(by_kind.items()):
        read, right, general = np.array(rows).mean(axis=0)
        print(
            f"  {kind:10} {len(rows):4} lines, read {read:.2f}, kind right {right:.2f}, left open {general:.2f}"
        )
    print(
        "sayings alone:",
        f"recall {said[danger & hard].mean():.3f}, false alarms {said[~danger & hard].mean():.4f}",
    )
    shares = f"{unsure[rest].mean():.3f} of the shipped, " if rest.any() else ""
    print(f"unsure: {shares}{unsure[danger & hard].mean():.3f} of danger")


def _told(vectors: Any, danger: Any, is_kept: Any) -> Neighbours:
    """Return the lines to go by; what is only shipped (`is_kept` is false) is far from all of them."""
    middle = vectors[is_kept].mean(axis=0).astype(np.float32)
    axes = np.linalg.svd(vectors[is_kept] - middle, full_matrices=False)[2][:N_AXES].T
    whole = Neighbours(middle, axes.astype(np.float16).astype(np.float32), np.empty((0, N_AXES), np.int8), 0)
    told = shortened(vectors[danger], whole)
    calm = shortened(vectors[~danger & is_kept], whole)
    nearest = np.argsort(-(calm @ told.T).max(axis=1), kind="stable")[:_N_CALM]
    lines = np.round(np.vstack([told, calm[np.sort(nearest)]]) * LEVELS).clip(-127, 127).astype(np.int8)
    return replace(whole, lines=lines, n_danger=len(told))


def write(lines: Sequence[Line], signs: Any, vectors: Any) -> None:
    """Fit on all lines, and write the weights."""
    danger = np.array([bool(line.kind) for line in lines])
    weight = np.array([line.weight for line in lines])
    by_signs = _fit(signs, danger, weight, _PENALTY)
    of_kind = LogisticRegression(C=_PENALTY_OF_KINDS, max_iter=600)
    of_kind.fit(
        sign_matrix([line.text for line in lines], N_KIND_SIGNS)[danger],
        [line.kind for line in lines if line.kind],
    )
    whole, scale = small(by_signs.coef_[0])
    whole_kinds, kind_scale = small(of_kind.coef_)
    np.savez_compressed(
        FILE,
        signs=whole,
        sign_scale=scale,
        bias=by_signs.intercept_[0],
        kinds=np.array(of_kind.classes_, dtype=str),
        kind_signs=whole_kinds,
        kind_scale=kind_scale,
        kind_bias=of_kind.intercept_.astype(np.float32),
    )
    told = _told(vectors, danger, weight == 1)
    axes = told.axes.astype(np.float16)
    np.savez_compressed(TOLD, middle=told.middle, axes=axes, lines=told.lines, n_danger=told.n_danger)
    for file in (FILE, TOLD):
        print(f"{file}: {file.stat().st_size} bytes")


def small(weights: Any) -> tuple[Any, float]:
    """Return weights as whole numbers of a byte, and what one of them is worth."""
    scale = float(np.abs(weights).max() / 127)
    return np.round(weights / scale).astype(np.int8), scale


if __name__ == "__main__":
    main()
