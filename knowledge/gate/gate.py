"""The gate: what a draft must show before it may replace the live release.

Nothing here knows where releases or questions are kept: two snapshots and texts in, a report out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from knowledge.gate.cases import failed_cases, outcome, sent
from knowledge.gate.difference import Difference
from knowledge.gate.own_words.facts import made_up
from knowledge.gate.precision import Contract, Tried, measure, try_cases
from knowledge.gate.stolen import contradiction, newcomers, owner_of, shown
from knowledge.gate.trial import Flip, Trial, replay
from knowledge.gate.twins import NEGATED, RENUMBERED, RESUBJECTED, Failure, attack, twins
from knowledge.language.tidy import plain
from knowledge.matching.decide import decide
from knowledge.model.entries import Entry
from knowledge.model.places import line_of

_KIND_WORDS = {NEGATED: "意思相反", RENUMBERED: "换了数字", RESUBJECTED: "换了人或单位"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason not to publish. `key` is what an editor accepts it by: a question, or an entry's id.

    `acceptable` says whether a person may decide that it is meant so; the others must be mended.
    """

    code: str
    key: str
    message: str
    acceptable: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What the gate found: `findings` hold the draft up, `accepted` were meant so, `flips` are all answers that change."""

    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    flips: tuple[Flip, ...]
    contract: Contract
    difference: Difference
    n_phrasings: int


@dataclass(frozen=True, slots=True)
class Examined:
    """What the gate finds in a draft whatever people asked and whoever accepts it: the long part of its work."""

    findings: tuple[Finding, ...]
    contract: Contract


def look_over(trial: Trial) -> Examined:
    """Return what the two releases alone say of the draft; it stays true as long as both and the day are the same."""
    entries = _entries_to_try(trial)
    tried = try_cases(trial.draft)
    found = (
        *_failed_cases(trial, tried),
        *_stolen_phrasings(trial),
        *_lost_phrasings(trial, entries),
        *_dropped_phrasings(trial),
        *_made_up_facts(trial),
        *_adopted_twins(trial),
        *_answered_twins(trial, entries),
        *_removed_entries(trial),
    )
    return Examined(found, measure(trial.draft, tried, trial.min_precision))


def run_gate(trial: Trial, examined: Examined | None = None) -> Report:
    """Return what keeps the draft from going live; no findings means it may. `examined` is what was found of it before."""
    entries = _entries_to_try(trial)
    flips = replay(trial)
    known = examined or look_over(trial)
    contract = replace(known.contract, min_precision=trial.min_precision)
    found = [*known.findings, *_flipped_answers(flips), *_broken_contract(contract)]
    once = {(finding.code, finding.key): finding for finding in found}.values()
    accepted = tuple(f for f in once if f.acceptable and f.key in trial.accepted)
    return Report(
        findings=tuple(f for f in once if f not in accepted),
        accepted=accepted,
        flips=flips,
        contract=contract,
        difference=trial.changed,
        n_phrasings=sum(1 + len(entry.phrasings) for entry in entries),
    )


def _entries_to_try(trial: Trial) -> list[Entry]:
    entries = trial.draft.content.entries
    everything = trial.full or trial.live is None or trial.changed.reaches_everything
    ids = entries if everything else trial.changed.edited
    return [entries[i] for i in sorted(ids) if i in entries and i in trial.draft.entry_ids]


def _failed_cases(trial: Trial, tried: Tried) -> Iterator[Finding]:
    for case, message in failed_cases(trial.draft, tried):
        yield Finding("case-failed", case.question, message, acceptable=False)


def _lost_phrasings(trial: Trial, entries: Iterable[Entry]) -> Iterator[Finding]:
    """Every phrasing of what was edited leads to its own entry, and no phrasing of the rest means two."""
    tried = set()
    for entry in entries:
        for phrasing in (entry.question, *entry.phrasings):
            tried.add((entry.id, phrasing))
            yield from _lost(trial, entry.id, phrasing)
    rows = trial.draft.rows
    for numbers in trial.draft.rows_by_canonical.values():
        if len({rows[number].entry_id for number in numbers}) > 1:
            for number in numbers:
                if (rows[number].entry_id, rows[number].text) not in tried:
                    yield from _lost(trial, rows[number].entry_id, rows[number].text)


def _lost(trial: Trial, entry_id: str, phrasing: str) -> Iterator[Finding]:
    decision = decide(trial.draft, phrasing)
    if sent(decision) != entry_id:
        message = f"条目 {entry_id} 的问法“{phrasing}”得不到它自己，现在是{outcome(decision)}"
        yield Finding("phrasing-lost", phrasing, message, acceptable=False)


def _dropped_phrasings(trial: Trial) -> Iterator[Finding]:
    """What could be asked for on the live release and was taken out still leads to its entry, or was meant to go."""
    for entry_id in trial.changed.changed if trial.live else ():
        before, after = (
            snapshot.content.entries[entry_id] for snapshot in (trial.live, trial.draft) if snapshot
        )
        kept = {after.question, *after.phrasings}
        for phrasing in (before.question, *before.phrasings):
            if phrasing in kept or before.status != "published" or after.status != "published":
                continue
            decision = decide(trial.draft, phrasing)
            now = trial.draft.content.entries.get(sent(decision))
            moved = now is not None and phrasing in (now.question, *now.phrasings)
            if sent(decision) != entry_id and not moved:
                message = f"条目 {entry_id} 去掉了问法“{phrasing}”，这样问现在是{outcome(decision)}"
                yield Finding("phrasing-dropped", phrasing, message, acceptable=True)


def _adopted_twins(trial: Trial) -> Iterator[Finding]:
    """No phrasing turned into its own twin: who negates one, or swaps its number or name, asks for other words."""
    if trial.live is None:
        return
    for entry_id in trial.changed.changed:
        before, after = trial.live.content.entries[entry_id], trial.draft.content.entries[entry_id]
        old = (before.question, *before.phrasings)
        new = {plain(text): text for text in (after.question, *after.phrasings) if text not in old}
        for phrasing in old if new and entry_id in trial.live.entry_ids else ():
            for twin in twins(trial.live, before, phrasing, every=True):
                if text := new.get(plain(twin.text)):
                    changed = _KIND_WORDS[twin.kind]
                    message = f"条目 {entry_id}（{_place(trial, after, text)}）新加的问法“{text}”是“{phrasing}”{changed}，却要得到同样的原话"
                    yield Finding("twin-adopted", text, message, acceptable=True)


def _place(trial: Trial, entry: Entry, phrasing: str) -> str:
    """Return where a phrasing was typed."""
    return f"{entry.mark.file}:{line_of(trial.files, entry.mark.file, entry.mark.line, phrasing)}"


def _stolen_phrasings(trial: Trial) -> Iterator[Finding]:
    """No new phrasing is what live answers with another quote, or asks for the opposite of its own."""
    for new in newcomers(
        trial.draft, trial.live, sorted(trial.changed.edited & trial.draft.content.entries.keys())
    ):
        whose = f"条目 {new.entry.id}（{_place(trial, new.entry, new.text)}）的新问法“{new.text}”"
        if against := contradiction(trial.draft, trial.live, new):
            yield Finding(
                "phrasing-opposed", new.text, f"{whose}和它的引文对不上：{against}", acceptable=True
            )
        elif trial.live and (owner := owner_of(trial.draft, trial.live, new)):
            message = f"{whose}线上{owner}，草稿要回答 {new.entry.id}（{shown(new.entry)}）"
            yield Finding("phrasing-stolen", new.text, message, acceptable=True)


def _made_up_facts(trial: Trial) -> Iterator[Finding]:
    """No number, day, name or body stands in our own words that neither what they stand beside nor the lexicon has."""
    for made in made_up(trial.draft, trial.live, full=trial.full):
        message = (
            f"{made.key} 里的{'、'.join(f'“{fact}”' for fact in made.facts)}，引文和词表里都没有：{made.text}"
        )
        yield Finding("made-up", made.key, message, acceptable=True)


def _answered_twins(trial: Trial, entries: Iterable[Entry]) -> Iterator[Finding]:
    """No twin of a phrasing is sent the words of its original; what live did already is no news."""
    if trial.live is None and not trial.full:
        # A first release can spoil nothing; what is weak in it shows when everything is tried.
        return
    placed = {plain(case.question) for case in trial.draft.content.cases}
    for failure in attack(trial.draft, [entry.id for entry in entries], placed):
        if _is_new(trial, failure):
            changed = _KIND_WORDS[failure.twin.kind]
            message = (
                f"条目 {failure.entry_id} 的问法“{failure.phrasing}”{changed}以后，"
                f"“{failure.twin.text}”也会得到条目 {failure.answered_by} 的原话"
            )
            yield Finding("twin-answered", failure.twin.text, message, acceptable=True)


def _is_new(trial: Trial, failure: Failure) -> bool:
    live = trial.live
    if trial.full or live is None:
        return True
    before = live.content.entries.get(failure.entry_id)
    if before is None or failure.phrasing not in (before.question, *before.phrasings):
        return True
    return sent(decide(live, failure.twin.text)) != failure.answered_by


def _removed_entries(trial: Trial) -> Iterator[Finding]:
    for entry_id in trial.changed.removed:
        message = f"条目 {entry_id} 不见了：没有这个 id 了（停用请把 status 改成 archived）"
        yield Finding("entry-removed", entry_id, message, acceptable=True)


def _flipped_answers(flips: Iterable[Flip]) -> Iterator[Finding]:
    for flip in flips:
        if not flip.inside:
            message = (
                f"以前有人问“{flip.question}”，线上是{flip.before}，草稿是{flip.after}，而那个条目没有改"
            )
            yield Finding("answer-flipped", flip.question, message, acceptable=True)


def _broken_contract(contract: Contract) -> Iterator[Finding]:
    if contract.precision < contract.min_precision:
        message = (
            f"标注问题里直接回答的 {contract.n_answered} 个只有 {contract.precision:.1%} 正确，"
            f"约定至少 {contract.min_precision:.0%}"
        )
        yield Finding("below-contract", "precision", message, acceptable=False)
