"""Write the middles of the encoder's vectors beside the matching: `python -m bench.middles FOLDER…`.

Each FOLDER has documents as `bench.documents` reads them: the mean vector of their questions, and of all that may answer in them
(sentences alone and in their place, and what can be asked of them). They are what any question, and any answer, has in common.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from bench.sentences import documents_in, snapshot_of
from bench.sets import read_rows
from bot.releases.encoder import Encoder
from knowledge.language.dialect import standard
from knowledge.matching.index.meaning import MIDDLES
from knowledge.matching.query import read_query


def main() -> None:
    """Encode the documents and write the file."""
    parser = argparse.ArgumentParser(prog="python -m bench.middles")
    parser.add_argument("folders", type=Path, nargs="+")
    encoder = Encoder(n_threads=2)
    questions, answers = [], []
    for document in documents_in(parser.parse_args().folders):
        snapshot = snapshot_of(document, encoder)
        answers.append(encoder.sentences([text for _, text in snapshot.texts()]))
        rows = [
            row for kind in ("answerable", "unanswerable") for row in read_rows(document / f"{kind}.jsonl")
        ]
        questions += [encoder.question(standard(read_query(snapshot, row["q"]).text)) for row in rows]
    told = np.array([vector for vector in questions if vector is not None])
    with MIDDLES.open("wb") as file:
        np.savez(file, questions=told.mean(axis=0), answers=np.concatenate(answers).mean(axis=0))
    print(f"{len(told)} questions, {sum(map(len, answers))} answers")


if __name__ == "__main__":
    main()
