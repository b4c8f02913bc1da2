"""How many sample questions get the right reply: `python -m bench.questions [FOLDER] [--wrong]`.

A question is right when a reply holds every string of one of its alternatives, whitespace aside; lines
beginning 出处 count only where the row has `cite`. "Clarified" counts a question whose right answer is one
of the choices offered. The peer is rapidfuzz `ratio` over the same phrasings, answering from its best
threshold on these very questions (an advantage that we don't take).
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from bot.editing.explain import describe
from handlers.answering.answer import entry_pages
from handlers.model.turn import Context
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build

SAMPLES = Path(__file__).parent.parent / "tests/data/questions"
CONTENT = Path(__file__).parent.parent / "knowledge/content"


def plain(text: str, cite: bool) -> str:
    """Return what of a reply counts, without whitespace."""
    lines = [line for line in text.splitlines() if cite or not line.startswith("出处")]
    return re.sub(r"\s", "", "".join(lines))


def is_right(row: dict[str, Any], text: str) -> bool:
    """Return whether a reply answers the row."""
    counted = plain(text, bool(row.get("cite")))
    return any(all(re.sub(r"\s", "", s) in counted for s in alternative) for alternative in row["must_any"])


def entry_text(snapshot: Snapshot, entry_id: str) -> str:
    """Return the whole answer of an entry, all pages."""
    context = Context(snapshot, 0, "")
    return "\n".join(entry_pages(context, snapshot.content.entries[entry_id]))


def _choice_text(snapshot: Snapshot, choice: dict[str, Any]) -> str:
    """Return what a choice sends: an entry's answer, or the passage of a source."""
    if "passage" in choice:
        return snapshot.content.passages[choice["passage"]].text
    return entry_text(snapshot, choice["entry"])


def judge(snapshot: Snapshot, row: dict[str, Any]) -> str:
    """Return right, clarified, wrong or declined for an answerable question."""
    found, _ = describe(snapshot, row["q"])
    text = entry_text(snapshot, found["entry"]) if found["entry"] else found["text"]
    if is_right(row, text) and (found["entry"] or found["outcome"] == "command"):
        return "right"
    if any(is_right(row, _choice_text(snapshot, choice)) for choice in found["choices"]):
        return "clarified" if found["outcome"] == "clarify" else "near"
    return {"answer": "wrong", "clarify": "wrong choices"}.get(found["outcome"], "declined")


def peer(snapshot: Snapshot, rows: list[dict[str, Any]], unanswerable: list[str]) -> tuple[float, float]:
    """Return the peer's shares of right answers and of questions rightly not answered, at its best threshold."""
    texts = [(row.text, row.entry_id) for row in snapshot.rows if not row.quoted]
    choices = [text for text, _ in texts]
    scored = []
    for row in rows:
        _, score, i = process.extractOne(row["q"], choices, scorer=fuzz.ratio)
        scored.append((score, is_right(row, entry_text(snapshot, texts[i][1]))))
    others = [process.extractOne(q, choices, scorer=fuzz.ratio)[1] for q in unanswerable]

    def shares(threshold: float) -> tuple[float, float]:
        right = sum(ok and score >= threshold for score, ok in scored) / len(scored)
        return right, sum(score < threshold for score in others) / max(1, len(others))

    return max((shares(t) for t in range(101)), key=sum)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--wrong", action="store_true", help="list what was not right")
    options = parser.parse_args()
    snapshot = build(CONTENT)
    read = lambda p: [json.loads(line) for line in p.read_text(encoding="utf-8").splitlines() if line]  # noqa: E731
    answerable = [row for p in sorted(options.folder.glob("answerable*.jsonl")) for row in read(p)]
    unanswerable = [row for p in sorted(options.folder.glob("unanswerable*.jsonl")) for row in read(p)]
    started = time.process_time()
    judged = [(judge(snapshot, row), row) for row in answerable]
    outcomes = [(describe(snapshot, row["q"])[0], row) for row in unanswerable]
    each_ms = (time.process_time() - started) / max(1, len(judged) + len(outcomes)) * 1000
    counts = Counter(verdict for verdict, _ in judged)
    n, m = len(judged), len(outcomes)
    right, clarified = counts["right"] / n, counts["clarified"] / n
    held = sum(found["outcome"] != "answer" for found, _ in outcomes) / m
    asked = sum(found["outcome"] == "clarify" for found, _ in outcomes) / m
    peer_right, peer_held = peer(snapshot, answerable, [row["q"] for row in unanswerable])
    print(
        f"answerable   {n:4}  right {right:.1%}  with clarification {right + clarified:.1%}  {dict(counts)}"
    )
    print(f"unanswerable {m:4}  not answered {held:.1%}  of them asked back {asked:.1%}")
    print(
        f"peer (rapidfuzz ratio)  right {peer_right:.1%} ({right / max(peer_right, 0.01):.2f}x)  not answered {peer_held:.1%}"
    )
    print(f"CPU {each_ms:.1f} ms a question")
    by_kind = Counter((row["kind"], verdict == "right") for verdict, row in judged)
    kinds = sorted({kind for kind, _ in by_kind})
    print("  ".join(f"{k} {by_kind[k, True]}/{by_kind[k, True] + by_kind[k, False]}" for k in kinds))
    if options.wrong:
        for verdict, row in judged:
            if verdict != "right":
                found, decision = describe(snapshot, row["q"])
                hits = [(h.entry_id, round(h.score, 2)) for h in decision.hits]
                print(f"{verdict:14} {row['q']}  [{row['source']}]  {decision.rule} {hits}")
        for found, row in outcomes:
            if found["outcome"] == "answer":
                print(f"ANSWERED       {row['q']}  {found['entry']} {found['score']}")


if __name__ == "__main__":
    main()
