"""How long an editor of ten thousand entries waits: `python -m bench.editing [N]`.

The base is made up: N entries with three phrasings each on a source of N clauses, then an edit of one entry in a
hundred. "check" finds every Problem of the folder; "gate" is the whole `kb test` of that edit with 200 past
questions, live and draft built from their files as the command does; "publish" stores the release in a real Redis and on
disk; "swap" is what a worker does when it notices, while it goes on answering from the old release.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import Redis, Settings
from bot.process import open_parts
from bot.releases.records import Note
from knowledge.gate.gate import run_gate
from knowledge.gate.trial import Trial
from knowledge.release.build import assemble, content_of, load_folder, survey
from knowledge.sources.codes import address_signs

CONTENT = Path(__file__).parent.parent / "knowledge/content"
N_ENTRIES = 10_000
LIMITS_S = {"check": 20, "gate": 60, "publish": 10}
_PLACES = [
    "青松",
    "白鹭",
    "红岩",
    "金沙",
    "银杏",
    "石桥",
    "柳林",
    "梅岭",
    "竹溪",
    "兰亭",
    "桂湖",
    "枫叶",
    "荷塘",
    "稻香",
    "麦垄",
    "茶坪",
    "橘洲",
    "桃源",
    "杏坛",
    "梨园",
]
_LEVELS = ["区", "县", "镇", "街道", "园区"]
_MATTERS = [
    "低保复核",
    "校车备案",
    "古树认领",
    "网吧年检",
    "献血预约",
    "渔船登记",
    "旧衣回收",
    "路灯报修",
    "医保转移",
    "户口迁入",
]
_STEPS = ["材料", "时限", "窗口", "条件", "收费", "流程", "回执", "投诉", "代办", "补正"]
_CLAUSES_A_SOURCE = 30_000
_HEAD = """---
id: {id}
title: {title}
kind: 规定
date: 2026-01-01
publisher: 测试
rights: 测试
---
"""
_ASKED = ("{p}{m}的{s}是怎么规定的？", "在{p}{m}，{s}有啥讲究", "{m}{s}{p}咋个要求的")


def _source_of(number: int) -> str:
    """Return the source of an entry: no file may be larger than one that people can open."""
    return "rules" if number < _CLAUSES_A_SOURCE else f"rules-{number // _CLAUSES_A_SOURCE}"


def _numbers_apart() -> Iterator[int]:
    """Yield numbers of entries whose 核对码, and those of their passages, are all different, as a check wants them."""
    held: set[str] = set()
    for number in itertools.count():
        codes = {address_signs(f"e-{number}"), address_signs(f"{_source_of(number)}#c-{number}")}
        if len(codes) == 2 and held.isdisjoint(codes):
            held |= codes
            yield number


def make_folder(folder: Path, n: int, rng: random.Random) -> None:
    """Write a content folder of `n` made-up entries, two hundred thousand at most, with the shipped sentences, menu and quiz
    papers left as they are.
    """
    for name in ("replies.yaml", "menu.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CONTENT / name, folder / name)
    for name in ("quiz", "lexicon", "sources", "wordlists"):
        if (CONTENT / name).exists():
            shutil.copytree(CONTENT / name, folder / name)
    (folder / "lexicon/protected.yaml").unlink()
    (folder / "faq").mkdir()
    places = [place + level for place in _PLACES for level in _LEVELS]
    if n > len(places) * len(_MATTERS) * len(_STEPS):
        places = [outer + place for outer in _PLACES for place in places]
    kinds = list(itertools.product(places, _MATTERS, _STEPS))
    rng.shuffle(kinds)
    sources: defaultdict[str, list[str]] = defaultdict(list)
    entries: list[str] = []
    for number, (place, matter, step) in zip(_numbers_apart(), kinds[:n], strict=False):
        length = rng.randint(1, 9999)
        name = _source_of(number)
        sources[name] += [
            f"# {place}{matter}{step} {{#c-{number}}}",
            "",
            f"{place}办理{matter},{step}按第{length}号办法执行。",
            "",
        ]
        question, *phrasings = (form.format(p=place, m=matter, s=step) for form in _ASKED)
        entries += [
            f"- id: e-{number}",
            f"  question: {question}",
            f"  phrasings: [{', '.join(phrasings)}]",
            f"  quote: [{name}#c-{number}]",
            "  status: published",
            "  owner: 测试",
            "  review_by: 2030-01-01",
        ]
    for name, clauses in sources.items():
        head = _HEAD.format(id=name, title=name.replace("rules", "办事规定").replace("-", "之"))
        (folder / f"sources/{name}.md").write_text(head + "\n".join(clauses), encoding="utf-8")
    per_file = 7 * 500
    for number, at in enumerate(range(0, len(entries), per_file)):
        text = "\n".join(entries[at : at + per_file]) + "\n"
        (folder / f"faq/part-{number:02}.yaml").write_text(text, encoding="utf-8")


def edit(folder: Path) -> int:
    """Reword one phrasing of one entry in a hundred; return how many."""
    n = 0
    for path in sorted((folder / "faq").glob("*.yaml")):
        lines = path.read_text(encoding="utf-8").split("\n")
        for at in range(2, len(lines), 700):
            lines[at] = lines[at].replace("有啥讲究", "上有没有什么讲究")
            n += 1
        path.write_text("\n".join(lines), encoding="utf-8")
    return n


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Print how long a step took, beside its limit."""
    started, cpu = time.monotonic(), time.process_time()
    yield
    took, used = time.monotonic() - started, time.process_time() - cpu
    limit = (
        f"  limit {LIMITS_S[name]} s {'met' if took < LIMITS_S[name] else 'MISSED'}"
        if name in LIMITS_S
        else ""
    )
    print(f"{name:8} {took:6.1f} s  (CPU {used:.1f} s){limit}", flush=True)


async def measure(folder: Path, data_dir: Path, rng: random.Random) -> None:
    """Check, try, publish and swap an edit of the folder, a line for each."""
    before = load_folder(folder)
    n_edited = edit(folder)
    with timed("check"):
        found = survey(folder, "2026-12-01")
    files, problems, reached = found.files, found.problems, found.coverage
    assert not [p for p in problems if p.severity == "error"], problems[:5]
    print(
        f"         {len(problems)} warnings, {reached.share:.0%} of {reached.n_sentences} sentences reached"
    )
    with timed("gate"):
        live = assemble(content_of(before))
        draft = assemble(content_of(files))
        asked = rng.sample([row.question for row in live.content.entries.values()], 200)
        report = run_gate(Trial(draft, live, asked))
    print(
        f"         {n_edited} entries edited, {report.n_phrasings} phrasings tried, {len(report.findings)} findings"
    )
    async with open_parts(Settings(data_dir=data_dir, content_dir=folder, redis=Redis())) as parts:
        await parts.releases.publisher.publish(before, Note("bench", "", 0))
        await parts.releases.start()
        with timed("publish"):
            await parts.releases.publisher.publish(files, Note("bench", "", 1))
        with timed("swap"):
            await parts.releases.look()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("n", nargs="?", type=int, default=N_ENTRIES)
    n = parser.parse_args().n
    rng = random.Random(2026)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "content"
        make_folder(folder, n, rng)
        print(f"{n} entries, {3 * n} phrasings")
        asyncio.run(measure(folder, Path(scratch) / "data", rng))


if __name__ == "__main__":
    main()
