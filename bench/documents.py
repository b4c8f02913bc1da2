"""How a document is answered that nobody wrote entries for: `python -m bench.documents FOLDER [--json] [--wrong]`.

FOLDER has a folder for each document: `source.txt` as an editor gets it (or `source.md`, `source.docx`), and questions in
`answerable.jsonl` (`q`, `must_any`) and `unanswerable.jsonl` (`q`). Each document becomes a base of its own through the
commands: `kb new`, `kb ingest --yes`, `kb publish --new`, then every question goes through `ask`. Nothing is written by
hand in between. A question is right when the words sent hold every string of one alternative, clarified when one of the
choices leads there. The peers rank the document's sentences in the same run and decline nothing: bm25s over characters
and pairs, and the encoder alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.dialogues import is_answer
from bench.passages import rankings
from bench.questions import is_right
from bench.sets import read_rows
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build

QINGLANG = Path(sys.executable).parent / "qinglang"
_SUFFIXES = (".txt", ".md", ".docx")
_PAGES = 3


def run(folder: Path, *arguments: str, text: str = "") -> str:
    """Return what a command prints, in a deployment of its own below `folder`.

    Raises:
        RuntimeError: with what it says, when it fails.
    """
    environment = os.environ | {
        "QINGLANG_DATA_DIR": str(folder / "data"),
        "QINGLANG_CONTENT_DIR": str(folder / "content"),
    }
    done = subprocess.run(
        [QINGLANG, *arguments], env=environment, input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


def publish(document: Path, folder: Path) -> None:
    """Make a base of its own of one document and publish it, the way an office would."""
    ingest(document, folder)
    run(folder, "kb", "publish", "-m", "试用", "--new")


def ingest(document: Path, folder: Path) -> None:
    """Make a content folder of one document below `folder`."""
    source = next(document / f"source{s}" for s in _SUFFIXES if (document / f"source{s}").exists())
    run(folder, "kb", "new", str(folder / "content"), "--title", document.name)
    about = ("--id", "document", "--publisher", "发布单位", "--rights", "公开文件", "--yes")
    run(folder, "kb", "ingest", str(source), *about)


def words_of(snapshot: Snapshot, found: dict[str, Any]) -> str:
    """Return the words that an outcome, or the choice of one, sends: all pages of them."""
    if found.get("passage"):
        passage = snapshot.content.passages[found["passage"]]
        return f"{found.get('text', '')}\n{passage.text}"
    entry = snapshot.content.entries.get(found.get("entry") or "")
    quoted = "\n".join(quote.text for quote in entry.quotes) if entry else ""
    return f"{found.get('text', '')}\n{quoted}"


def judge(snapshot: Snapshot, row: dict[str, Any], found: dict[str, Any]) -> str:
    """Return right, clarified, wrong or held back for an answerable question."""
    if found["outcome"] == "clarify":
        chosen = (words_of(snapshot, choice) for choice in found["choices"])
        return "clarified" if any(is_right(row, text) for text in chosen) else "held back"
    if found["outcome"] == "decline":
        return "held back"
    return "right" if is_right(row, words_of(snapshot, found)) else "wrong"


def measure(document: Path, *, wrong: bool = False) -> dict[str, Any]:
    """Return the shares of one document, ours and the peers'."""
    asked = list(read_rows(document / "answerable.jsonl"))
    others = list(read_rows(document / "unanswerable.jsonl"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        publish(document, folder)
        snapshot = build(folder / "content")
        lines = "\n".join(row["q"].replace("\n", " ") for row in (*asked, *others))
        found = [json.loads(line) for line in run(folder, "ask", "--json", "-", text=lines).splitlines()]
    verdicts = [judge(snapshot, row, out) for row, out in zip(asked, found[: len(asked)], strict=True)]
    answered = [is_answer(out["text"]) for out in found[len(asked) :]]
    if wrong:
        for row, verdict, out in zip(asked, verdicts, found, strict=False):
            if verdict != "right":
                print(
                    f"  {verdict:10} {row['q']} | {out.get('passage')} {out['entry']} {out['score']} {out['text'][:80]!r}"
                )
        for row, out in zip(others, found[len(asked) :], strict=True):
            if is_answer(out["text"]):
                print(f"  ANSWERED   {row['q']} | {out.get('passage')} {out['entry']} {out['score']}")
    counts, n = Counter(verdicts), max(1, len(asked))
    return {
        "questions": len(asked),
        "right": counts["right"] / n,
        "with_clarification": (counts["right"] + counts["clarified"]) / n,
        "wrong": counts["wrong"] / n,
        "held_back": counts["held back"] / n,
        "unanswerable_not_answered": 1 - sum(answered) / max(1, len(answered)),
        "unanswerable_asked_back": sum(out["outcome"] == "clarify" for out in found[len(asked) :])
        / max(1, len(others)),
        "peers": _peers(snapshot, asked),
    }


def _peers(snapshot: Snapshot, asked: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    methods = {name: ranked for name, ranked in rankings(snapshot).items() if name != "ours"}
    n = max(1, len(asked))
    shares = {}
    for name, ranked in methods.items():
        best = [[sentence.text for sentence in ranked(row["q"])[:_PAGES]] for row in asked]
        right = [[is_right(row, text) for text in texts] for row, texts in zip(asked, best, strict=True)]
        shares[name] = {
            "right": sum(any(r[:1]) for r in right) / n,
            "among_three": sum(any(r) for r in right) / n,
        }
    return shares


def main() -> None:
    """Print a line for each document, or the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.documents")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--wrong", action="store_true", help="list what was not right")
    options = parser.parse_args()
    found = {}
    for path in sorted(options.folder.glob("*/answerable.jsonl")):
        found[path.parent.name] = measure(path.parent, wrong=options.wrong)
        if not options.as_json:
            _print(path.parent.name, found[path.parent.name])
    if options.as_json:
        print(json.dumps(found, ensure_ascii=False))


def _print(name: str, shares: dict[str, Any]) -> None:
    peers = "  ".join(
        f"{peer} {of['right']:.2f}/{of['among_three']:.2f}" for peer, of in shares["peers"].items()
    )
    print(
        f"{name:18} {shares['questions']:3}  right {shares['right']:.2f}  with clarification "
        f"{shares['with_clarification']:.2f}  wrong {shares['wrong']:.2f}  unanswerable not answered "
        f"{shares['unanswerable_not_answered']:.2f} (asked back {shares['unanswerable_asked_back']:.2f})  peers: {peers}",
        flush=True,
    )


if __name__ == "__main__":
    main()
