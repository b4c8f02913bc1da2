"""Which paragraph, and which sentence of it, answers a question: `python -m bench.passages FOLDER [--json]`.

FOLDER, or each folder in it, has `paragraphs.jsonl` (`id`, `text`) and `questions.jsonl` (`qid`, `text`, `paragraph`,
`answers`). Nothing is written for the paragraphs: each is one passage of one source. A paragraph is found when it, or a
sentence of it, comes first; the sentence when one of the answers stands in it. Nothing is declined here. The peers, in
the same run over the same sentences: bm25s over characters and pairs, the encoder alone, and both added.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import bm25s
import numpy as np

from bench.sets import read_rows
from bot.releases.encoder import Encoder, can_encode
from knowledge.matching.index.sentences import Sentence
from knowledge.matching.passages import search_sentences
from knowledge.matching.query import read_query
from knowledge.matching.snapshot import Snapshot
from knowledge.model.problems import Mark
from knowledge.model.sources import Passage, Source
from knowledge.release.build import assemble, content_of

_NOWHERE = Mark("", 0, 0)
_ADDED = 80.0
Ranked = Callable[[str], Sequence[Sentence]]


def snapshot_of(paragraphs: Sequence[dict[str, str]]) -> Snapshot:
    """Return a snapshot whose only source has these paragraphs as its passages."""
    passages, text = {}, ""
    for row in paragraphs:
        start, words = len(text), row["text"].replace("\n", " ")
        text += words + "\n"
        passage = Passage(
            f"set#{row['id'].lower()}", "set", "", start, start + len(words), words, "", "", _NOWHERE
        )
        passages[passage.id] = passage
    source = Source("set", "", "", "2020-01-01", "", "", text, {}, _NOWHERE)
    return assemble(replace(content_of({}), sources={"set": source}, passages=passages))


def tokens(text: str) -> list[str]:
    """Return the characters of a text and the pairs of them."""
    plain = "".join(c for c in text.lower() if c.isalnum())
    return [*plain, *(plain[i : i + 2] for i in range(len(plain) - 1))]


def rankings(snapshot: Snapshot) -> dict[str, Ranked]:
    """Return how ours and each peer ranks the sentences of a snapshot for a question."""
    sentences = list(snapshot.sentences.values())
    bm25 = bm25s.BM25()
    bm25.index([tokens(sentence.text) for sentence in sentences], show_progress=False)

    def by_words(question: str) -> np.ndarray:
        known = [token for token in tokens(question) if token in bm25.vocab_dict]
        return np.asarray(bm25.get_scores(known)) if known else np.zeros(len(sentences))

    def best(scores: np.ndarray) -> list[Sentence]:
        return [sentences[i] for i in np.argsort(-scores, kind="stable")[:40]]

    def ours(question: str) -> list[Sentence]:
        query = read_query(snapshot, question)
        near = snapshot.meaning.near(query.text) if snapshot.meaning else {}
        return [snapshot.sentences[hit.target] for hit in search_sentences(snapshot, query, near)]

    found: dict[str, Ranked] = {"ours": ours, "bm25s": lambda q: best(by_words(q))}
    if can_encode():
        encoder = Encoder(n_threads=2)
        vectors = encoder.sentences([sentence.text for sentence in sentences])
        snapshot = snapshot.with_meaning(
            encoder.question, encoder.sentences([text for _, text in snapshot.texts()])
        )

        def both(question: str) -> list[Sentence]:
            words = by_words(question)
            return best(
                (words - words.mean()) / (words.std() + 1e-9)
                + _ADDED * (vectors @ encoder.question(question))
            )

        found["encoder"] = lambda q: best(vectors @ encoder.question(q))
        found["both"] = both
    return found


def measure(folder: Path) -> dict[str, dict[str, float]]:
    """Return the shares of one set, by method."""
    questions = list(read_rows(folder / "questions.jsonl"))
    methods = rankings(snapshot_of(list(read_rows(folder / "paragraphs.jsonl"))))
    return {name: _shares(ranked, questions) for name, ranked in methods.items()}


def _shares(ranked: Ranked, questions: Sequence[dict[str, object]]) -> dict[str, float]:
    first = three = sentence = 0
    for row in questions:
        best = ranked(str(row["text"]))
        wanted = f"set#{str(row['paragraph']).lower()}"
        paragraphs = list(dict.fromkeys(s.passage_id for s in best))[:3]
        first += paragraphs[:1] == [wanted]
        three += wanted in paragraphs
        answers = row["answers"]
        sentence += bool(best) and any(answer in best[0].text for answer in answers)
    n = max(1, len(questions))
    return {"paragraph": first / n, "among_three": three / n, "first_sentence": sentence / n}


def main() -> None:
    """Print a row for each method, or the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.passages")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    folders = [options.folder] if (options.folder / "questions.jsonl").exists() else []
    folders = folders or sorted(path.parent for path in options.folder.glob("*/questions.jsonl"))
    found = {folder.name: measure(folder) for folder in folders}
    if options.as_json:
        print(json.dumps(next(iter(found.values())) if len(found) == 1 else found))
        return
    for name, methods in found.items():
        print(f"{name:16} {'paragraph':>10} {'among 3':>8} {'sentence':>9}")
        for method, shares in methods.items():
            print(
                f"  {method:14} {shares['paragraph']:10.3f} {shares['among_three']:8.3f} {shares['first_sentence']:9.3f}"
            )


if __name__ == "__main__":
    main()
