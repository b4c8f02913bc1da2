"""How many turns of sample dialogues are answered right: `python -m bench.dialogues [FOLDER] [--wrong]`.

Each dialogue of `dialogues*.jsonl` is one conversation with the router, begun without a history. A turn is
right when the reply it gets, the one page the user sees, holds every string of one of the turn's alternatives,
whitespace aside. Lines beginning 出处 count only where the turn has `cite`; a reply without a citation is no
answer, and the related questions below one are no part of it. Follow-ups are all turns but the first.
The single questions of the folder are asked after an unrelated answer too: a question that stands on its own
must not be taken for a follow-up.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.questions import CONTENT, SAMPLES, is_right
from handlers.model.messages import Message
from handlers.model.session import Session
from handlers.model.turn import Context
from handlers.replies import reply_text
from handlers.router import route
from knowledge.matching.snapshot import Snapshot
from knowledge.release.build import build

_OPENINGS = ("李志刚讲了什么", "自律倡议书第四条说了什么", "会议在哪里开的", "诚信宣言说了什么")
_START_MS = 1_790_000_000_000


def converse(snapshot: Snapshot, turns: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Return the reply to each turn and whether it is right."""
    session, judged = Session(subject="bench"), []
    for number, row in enumerate(turns):
        now_ms = _START_MS + number * 20_000
        context = Context(snapshot, now_ms, seed=f"{number:032}")
        turn = route(Message(f"p{number}", "u", "text", row["q"], received_ms=now_ms), session, context)
        session = turn.session
        text = turn.reply.text.partition("\n" + reply_text(context, "related.head"))[0]
        judged.append((text, "\n出处：" in f"\n{text}" and is_right(row, text)))
    return judged


def after_another(snapshot: Snapshot, folder: Path) -> Iterator[str]:
    """Yield how questions that stand on their own fare after an unrelated answer: the same as first words?"""
    for kind in ("answerable", "unanswerable"):
        rows = [row for path in sorted(folder.glob(f"{kind}*.jsonl")) for row in read(path)]
        same, answered, answered_first = 0, 0, 0
        for number, row in enumerate(rows):
            opening = {"q": _OPENINGS[number % len(_OPENINGS)], "must_any": []}
            asked = row | {"must_any": []}
            first = converse(snapshot, [asked])[0][0]
            later = converse(snapshot, [opening, asked])[1][0]
            same += first == later
            answered_first += is_answer(first)
            answered += is_answer(later)
        n = max(1, len(rows))
        yield (
            f"{kind:12} {len(rows):4}  same reply after another answer {same / n:.1%}  "
            f"answered {answered / n:.1%} (as first words {answered_first / n:.1%})"
        )


def is_answer(text: str) -> bool:
    """Return whether a reply gives what was asked: words with a citation, and no 没有收录."""
    return "\n出处：" in text and "没有收录" not in text


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a question file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    """Print the shares, and with `--wrong` every turn that was not right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--wrong", action="store_true", help="list what was not right")
    options = parser.parse_args()
    snapshot = build(CONTENT)
    first, following = [], []
    for path in sorted(options.folder.glob("dialogues*.jsonl")):
        for dialogue in read(path):
            judged = converse(snapshot, dialogue["turns"])
            first.append(judged[0][1])
            following += [right for _, right in judged[1:]]
            if options.wrong and not all(right for _, right in judged):
                print(f"--- {dialogue['id']}")
                for row, (text, right) in zip(dialogue["turns"], judged, strict=True):
                    print(
                        f"{'ok   ' if right else 'WRONG'} {row['q']}\n      | "
                        + text.replace("\n", "\n      | ")
                    )
    for name, results in (("first turns", first), ("follow-ups", following)):
        print(f"{name:12} {len(results):4}  right {sum(results) / max(1, len(results)):.1%}")
    print("\n".join(after_another(snapshot, options.folder)))


if __name__ == "__main__":
    main()
