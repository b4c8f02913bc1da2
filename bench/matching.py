"""How well and how fast a row is found, beside its peers: `python -m bench.matching [FOLDER]`.

FOLDER holds sets of questions (see `bench.sets`); without one the project's own questions are asked.
`--only a,b` takes some sets, `--quick` a tenth of the work, `--ablate` adds what our engine loses without
each of its parts, `--json FILE` and `--chart FILE.svg` keep the figures. What a column means is in
`bench.measures`; compare methods within one run, for no labels are complete.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench import ablation, chart, speed
from bench.measures import Found, Worth, difference, hits, reciprocal_ranks, worth
from bench.peers import METHODS, OURS, PEERS, RECIPE, Method
from bench.perturb import changed, changes
from bench.sets import QuestionSet, load_sets, own_sets, scale_lines

QUICK = (200, 100)
N_ROBUST = 200
N_TIMED = 340
_COLUMNS = ("hit@1", "hit@3", "MRR@10", "AUROC in", "AUROC out", "hit@1@90rej")

Results = dict[str, dict[str, list[Found]]]
"""What each method found for the answerable questions, by set and method."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every table."""
    options = _options(arguments)
    if options.folder:
        sets, lines = load_sets(options.folder, options.only), scale_lines(options.folder)
    else:
        print("No FOLDER given: the project's own phrasings and sample questions are asked instead.\n")
        sets, lines = own_sets(), ()
    if options.quick:
        sets = [s.first(*QUICK) for s in sets]
    methods = [m for m in METHODS if m.available]
    missing = [m.name for m in METHODS if not m.available]
    if missing:
        print(f"Skipped, not installed (make .venv/bench): {', '.join(missing)}\n")
    kept: dict[str, Any] = {"sets": {}, "skipped": missing}
    results: Results = {}
    for s in sets:
        results[s.name], kept["sets"][s.name] = _quality(s, methods)
    if len(sets) > 1:
        kept["mean"] = _mean(kept["sets"], methods)
    kept["differences"] = _differences(sets, results)
    kept["robustness"] = _robustness(sets, methods, quick=options.quick)
    if options.ablate:
        kept["ablation"] = ablation.run(sets)
    kept["speed"] = _speed(sets, lines, methods, quick=options.quick)
    if options.json:
        options.json.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    if options.chart:
        options.chart.write_text(chart.draw(kept), encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.matching")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", type=lambda names: names.split(","), default=[], help="sets, by name")
    parser.add_argument("--quick", action="store_true", help="fewer questions, no 100,000 rows")
    parser.add_argument("--ablate", action="store_true", help="also drop each part of our engine")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--chart", type=Path, metavar="FILE.svg")
    return parser.parse_args(arguments)


def _quality(s: QuestionSet, methods: Sequence[Method]) -> tuple[dict[str, list[Found]], dict[str, Any]]:
    """Print the measures of each method on a set; return what was found and the measures."""
    print(
        f"{s.name}: {len(s.rows)} rows, {len(s.asked)} questions, "
        f"{len(s.inside)} unanswerable of the domain, {len(s.outside)} of others"
    )
    _head("", _COLUMNS)
    found, measured = {}, {}
    for method in methods:
        searcher = method.build(s.rows)
        asked = s.asked[: method.sample]
        found[method.name] = [searcher.search(a.text) for a in asked]
        w = worth(
            found[method.name],
            [a.gold for a in asked],
            [searcher.search(text).sure for text in s.inside[: method.sample]],
            [searcher.search(text).sure for text in s.outside[: method.sample]],
        )
        measured[method.name] = asdict(w)
        _row(_name(method), list(asdict(w).values()))
    print()
    return found, measured


def _name(method: Method) -> str:
    return f"{method.name} (first {method.sample})" if method.sample else method.name


def _mean(by_set: dict[str, dict[str, Any]], methods: Sequence[Method]) -> dict[str, Any]:
    print(f"mean of {len(by_set)} sets")
    _head("", _COLUMNS)
    means = {}
    for method in methods:
        each = [list(measured[method.name].values()) for measured in by_set.values()]
        means[method.name] = dict(
            zip(Worth.__dataclass_fields__, np.mean(each, axis=0).tolist(), strict=True)
        )
        _row(_name(method), list(means[method.name].values()))
    print()
    return means


def _differences(sets: Sequence[QuestionSet], results: Results) -> dict[str, Any]:
    """Print ours minus the best peer and minus the recipe, question by question, with 95 % intervals."""
    print("ours minus another, paired bootstrap, 95 % interval")
    kept: dict[str, Any] = {}
    for s in sets:
        gold = [a.gold for a in s.asked]
        whole = [m.name for m in PEERS if m.name in results[s.name] and not m.sample]
        for label, score in (("hit@1", hits), ("MRR@10", reciprocal_ranks)):
            of = {
                name: score(found, gold) for name, found in results[s.name].items() if len(found) == len(gold)
            }
            best = max(whole, key=lambda name: of[name].mean())
            for other in (best, RECIPE.name):
                mean, low, high = difference(of[OURS.name], of[other])
                kept.setdefault(s.name, {})[f"{label} {other}"] = [mean, low, high]
                print(f"  {s.name:16}{label:8}{other:20}{mean:+.3f} [{low:+.3f}, {high:+.3f}]")
    print()
    return kept


def _robustness(sets: Sequence[QuestionSet], methods: Sequence[Method], *, quick: bool) -> dict[str, Any]:
    """Print the mean hit@1 of clean questions and how much of it each change costs."""
    n = N_ROBUST // 4 if quick else N_ROBUST
    by_name = changes(text for s in sets for text in s.rows)
    shares: dict[str, dict[str, list[float]]] = {m.name: {} for m in methods}
    for s in sets:
        asked, gold = [a.text for a in s.asked[:n]], [a.gold for a in s.asked[:n]]
        altered = {"clean": asked} | {name: changed(asked, name, c) for name, c in by_name.items()}
        for method in (m for m in methods if not m.sample):
            searcher = method.build(s.rows)
            for name, texts in altered.items():
                share = hits([searcher.search(text) for text in texts], gold).mean()
                shares[method.name].setdefault(name, []).append(float(share))
    shares = {name: found for name, found in shares.items() if found}
    print(
        f"robustness: mean hit@1 of the first {n} questions of each set, and its change (pinyin only: hit@1); "
        f"without {', '.join(m.name for m in methods if m.sample)}, too slow to be asked so much"
    )
    _head("", ("clean", *by_name))
    for method_name, found in shares.items():
        clean = float(np.mean(found["clean"]))
        _row(method_name, [clean, *(_change(name, found[name], clean) for name in by_name)])
    for s_number, s in enumerate(sets):
        _row(f"  ours, {s.name}", [found_ours[s_number] for found_ours in shares[OURS.name].values()])
    print()
    return {"questions": n, "hit1": {name: dict(found) for name, found in shares.items()}}


def _change(name: str, shares: list[float], clean: float) -> float:
    return float(np.mean(shares)) - (0.0 if name == "pinyin only" else clean)


def _speed(
    sets: Sequence[QuestionSet], lines: Sequence[str], methods: Sequence[Method], *, quick: bool
) -> dict[str, Any]:
    """Print CPU time, building and memory by the number of rows."""
    lines = lines or max((s.rows for s in sets), key=len)
    sizes = [n for n in speed.SIZES if n <= len(lines) and not (quick and n > 10_000)] or [len(lines)]
    texts = [a.text for s in sets for a in s.asked[: N_TIMED // (10 if quick else 1)]]
    print(
        f"speed: CPU of one question in ms (its analysis included), of building in s; {len(texts)} questions at most"
    )
    _head("", ("rows", "questions", "p50", "p99", "max", "build s"))
    kept: dict[str, Any] = {"cpu": {}, "ours": {}}
    for n in sizes:
        for method in methods:
            if method is RECIPE and n > 10_000:
                print(f"{method.name:28}{n:>13}  not timed: written here to be read, not to be fast")
                continue
            found = speed.measure(method, lines[:n], texts)
            kept["cpu"].setdefault(method.name, []).append(asdict(found))
            _row(method.name, list(asdict(found).values()))
    for n in sizes:
        held = kept["ours"][n] = speed.footprint(lines[:n])
        print(
            f"ours at {n} rows: arrays {held['arrays_mib']:.0f} MiB, resident {held['resident_mib']:+.0f} MiB "
            f"(while building {held['peak_mib']:+.0f}), saved {held['saved_mib']:.0f} MiB, "
            f"loaded in {held['load_s']:.2f} s"
        )
    _linear(kept["cpu"][OURS.name])
    return kept


def _linear(measured: list[dict[str, Any]]) -> None:
    """Print how much more the largest size takes than the one before, by what and by how many rows."""
    if len(measured) > 1:
        small, large = measured[-2:]
        more = " ".join(f"{key} x{large[key] / small[key]:.1f}" for key in ("p50", "p99", "build_s"))
        print(f"ours, rows x{large['n_rows'] / small['n_rows']:.1f}: {more}")


def _head(name: str, columns: Sequence[str]) -> None:
    print(f"{name:28}" + "".join(f"{column:>13}" for column in columns))


def _row(name: str, values: Sequence[float]) -> None:
    print(
        f"{name:28}" + "".join(f"{v:>13}" if isinstance(v, int) else f"{v:>13.3f}" for v in values),
        flush=True,
    )


if __name__ == "__main__":
    main()
