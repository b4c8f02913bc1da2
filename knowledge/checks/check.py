"""What must hold between the parts of a content folder: a tuple of checks, each returning all it finds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from knowledge.checks.base import Check, Checked
from knowledge.checks.dates import dates_are_days, entries_are_current
from knowledge.checks.giveaway import items_keep_each_others_keys
from knowledge.checks.guessable import options_are_of_a_kind, wrong_words_are_not_absolute
from knowledge.checks.phrasings import phrasings_are_apart, phrasings_are_unique, phrasings_ask_one_thing
from knowledge.checks.protected import protected_words_are_sourced, protected_words_stand
from knowledge.checks.quiz import (
    distractors_are_wrong,
    excluded_items_exist,
    hints_keep_the_key,
    items_can_be_asked,
    items_carry_no_link,
    items_tell_no_answer,
    keys_are_proven,
    no_letter_is_favoured,
    papers_can_be_drawn,
    words_start_one_paper,
)
from knowledge.checks.replies import replies_are_complete
from knowledge.checks.service import (
    danger_spares_the_content,
    lists_spare_the_content,
    menu_fits_the_platform,
    quotes_beside_are_verbatim,
)
from knowledge.checks.sources import codes_are_apart, sources_are_finished
from knowledge.checks.talk import intents_can_be_answered, sayings_lead_one_way, talk_takes_nothing
from knowledge.language.tidy import plain
from knowledge.model import Content, Mark, Problem, Quote
from knowledge.reading.fields import Marks
from knowledge.reading.spared import Spared
from knowledge.sources.cite import said_by, squeeze

NOT_COVERED = "没有收录"
MAX_WORDS_BYTES = 1500
_STATUSES = ("draft", "published", "archived")
_SIGN = re.compile(r"[\W_]")
_OPENING = "“‘《（(▲"
_SPOKEN = re.compile(r"“([^“”]{6,})”")


def check(
    content: Content,
    marks: Marks,
    today: str = "",
    saved: Mapping[str, int] | None = None,
    spared: Spared | None = None,
) -> tuple[Problem, ...]:
    """Return every Problem of every check, sorted by place; one without errors is fit to be published."""
    checked = Checked(content, marks, today, saved or {}, spared or Spared())
    return tuple(sorted({problem for rule in CHECKS for problem in rule(checked)}))


def quotes_are_verbatim(c: Checked) -> Iterator[Problem]:
    """Each quote's passage exists, and its words stand there letter for letter."""
    for entry in c.content.entries.values():
        for i, quote in enumerate(entry.quotes):
            yield from _check_quote(c, quote, ("entry", entry.id, "quote", str(i)), entry.mark)
    for item in c.content.items.values():
        yield from _check_quote(c, item.source, ("item", item.id, "source"), item.mark)


def _check_quote(c: Checked, quote: Quote, path: tuple[str, ...], fallback: Mark) -> Iterator[Problem]:
    passage = c.content.passages.get(quote.passage_id)
    if passage is None:
        near = _nearest_address(quote.passage_id, list(c.content.passages))
        hint = f"是不是 {near}？" if near else "先在 sources/ 里给这一段加上地址"
        message = f"没有 {quote.passage_id} 这一段原文"
        yield c.problem((*path, "passage"), fallback, "unknown-passage", message, hint)
    elif quote.text not in passage.text or not quote.text.strip():
        yield c.problem(
            (*path, "text"),
            fallback,
            "not-verbatim",
            f"引文和原文 {quote.passage_id} 不一致",
            _difference(quote.text, passage.text),
        )
    elif path[0] == "entry" and not _is_whole(quote.text, passage.text):
        # The proof of a quiz item may be a few words; what an entry sends is a clause at least.
        yield c.problem(
            (*path, "text"),
            fallback,
            "cut-quote",
            f"引文在原文 {quote.passage_id} 的一句话中间断开",
            _neighbours(quote.text, passage.text),
        )


def _nearest_address(written: str, addresses: list[str]) -> str:
    """Return the address that was meant: in the same document, and the written name whole in it, before likeness."""
    source, _, name = written.partition("#")
    same = [address for address in addresses if address.startswith(f"{source}#")]
    parts = [a for a in same if name and re.search(rf"(?:^|-){re.escape(name)}(?:-|$)", a.partition("#")[2])]
    pool = parts or same or addresses
    near = difflib.get_close_matches(written, pool, n=1, cutoff=0.0 if parts else 0.4)
    return near[0] if near else ""


def _is_whole(quoted: str, original: str) -> bool:
    """Return whether the words stand somewhere in the original between signs, as a clause of their own."""
    at = original.find(quoted)
    while at >= 0:
        begins = at == 0 or _SIGN.match(original[at - 1]) or quoted[0] in _OPENING
        following = original[at + len(quoted) : at + len(quoted) + 1]
        if begins and (not following or _SIGN.match(following) or _SIGN.match(quoted[-1])):
            return True
        at = original.find(quoted, at + 1)
    return False


def _neighbours(quoted: str, original: str) -> str:
    at = original.index(quoted)
    end = at + len(quoted)
    around = f"{original[max(0, at - 6) : at]}【{quoted[:6]}…{quoted[-6:]}】{original[end : end + 6]}"
    return f"从标点后面引起，引到标点为止；原文这里是“{around}”"


def _difference(quoted: str, original: str) -> str:
    match = difflib.SequenceMatcher(None, original, quoted, autojunk=False).find_longest_match()
    if not match.size:
        return "原文里找不到这句话，请从原文复制"
    if match.b > 0 and match.b >= len(quoted) - match.b - match.size:
        before = max(0, match.a - 12)
        return f"“{quoted[: match.b][-12:]}”原文是“{original[before : match.a]}”，后面接“{quoted[match.b : match.b + 8]}”"
    rest = quoted[match.b + match.size :]
    return f"“{quoted[match.b : match.b + match.size][-8:]}”之后，原文是“{original[match.a + match.size :][:12]}”，您写的是“{rest[:12]}”"


def gaps_say_so(c: Checked) -> Iterator[Problem]:
    """An entry marked as a gap says 没有收录 in its lead, and no other entry does."""
    for entry in c.content.entries.values():
        says = NOT_COVERED in entry.lead
        if entry.gap and not says:
            hint = f"在 answer 里说明原文{NOT_COVERED}什么"
            yield c.problem(
                ("entry", entry.id, "answer"),
                entry.mark,
                "gap-not-said",
                f"gap 条目的引导语里没有“{NOT_COVERED}”",
                hint,
            )
        elif says and not entry.gap:
            hint = "加上 gap: true，或改引导语"
            yield c.problem(
                ("entry", entry.id, "answer"),
                entry.mark,
                "gap-not-marked",
                f"引导语说“{NOT_COVERED}”，但没有标 gap: true",
                hint,
            )


def entries_are_complete(c: Checked) -> Iterator[Problem]:
    """Each entry quotes something, has a known status."""
    for entry in c.content.entries.values():
        # A quote that is absent or malformed was reported by the parser; this one is an empty list.
        if ("entry", entry.id, "quote") in c.marks:
            yield c.problem(
                ("entry", entry.id, "quote"),
                entry.mark,
                "no-quote",
                f"条目 {entry.id} 没有引用原文",
                "在 quote 里写段落地址",
            )
        if entry.status and entry.status not in _STATUSES:
            hint = f"只能是 {'、'.join(_STATUSES)}"
            yield c.problem(
                ("entry", entry.id, "status"),
                entry.mark,
                "wrong-value",
                f"status“{entry.status}”不认识",
                hint,
            )


def related_entries_exist(c: Checked) -> Iterator[Problem]:
    """Each related id is another entry's."""
    for entry in c.content.entries.values():
        for i, other in enumerate(entry.related):
            if other not in c.content.entries:
                near = difflib.get_close_matches(other, list(c.content.entries), n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else "改正，或删掉"
                yield c.problem(
                    ("entry", entry.id, "related", str(i)),
                    entry.mark,
                    "unknown-entry",
                    f"没有条目 {other}",
                    hint,
                )


def cases_name_entries(c: Checked) -> Iterator[Problem]:
    """Each question of the tests leads to an entry or to words that are there, and stands in them once."""
    seen: dict[str, Mark] = {}
    sendable = "\n".join(said_by(entry) for entry in c.content.entries.values())
    for case in c.content.cases:
        folded = plain(case.question)
        for entry_id in case.entry_ids:
            if entry_id not in c.content.entries:
                near = difflib.get_close_matches(entry_id, list(c.content.entries), n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else "改正，或写 decline"
                yield c.problem((), case.mark, "unknown-entry", f"没有条目 {entry_id}", hint)
        for words in case.says:
            if squeeze(words) not in sendable:
                message = f"没有哪个条目会说“{words}”"
                yield c.problem((), case.mark, "unsaid-words", message, "照条目的原话写")
        if folded in seen:
            message = f"“{case.question}”在 {seen[folded].file}:{seen[folded].line} 已经有了"
            yield c.problem((), case.mark, "duplicate-case", message, "只留一处")
        seen.setdefault(folded, case.mark)


def leads_quote_the_source(c: Checked) -> Iterator[Problem]:
    """Words in curly quotes inside a lead stand in some source."""
    everything = "\n".join(source.text for source in c.content.sources.values())
    titles = "\n".join(source.title for source in c.content.sources.values())
    for entry in c.content.entries.values():
        for words in _SPOKEN.findall(entry.lead):
            if words not in everything and words not in titles:
                hint = "改成原文的字句，或去掉引号"
                yield c.problem(
                    ("entry", entry.id, "answer"),
                    entry.mark,
                    "quote-drift",
                    f"引导语里的“{words}”不是原文",
                    hint,
                )


def words_fit_a_reply(c: Checked) -> Iterator[Problem]:
    """A lead or fixed sentence leaves room for the rest of a reply."""
    for entry in c.content.entries.values():
        if len(entry.lead.encode()) > MAX_WORDS_BYTES:
            yield c.problem(
                ("entry", entry.id, "answer"),
                entry.mark,
                "too-long",
                "引导语太长",
                "一条回复最多约 600 字，请缩短",
            )
    for key, text in c.content.replies.items():
        if len(text.encode()) > MAX_WORDS_BYTES:
            yield c.problem(
                ("reply", key),
                Mark("replies.yaml", 0, 0),
                "too-long",
                f"{key} 太长",
                "一条回复最多约 600 字，请缩短",
            )


CHECKS: tuple[Check, ...] = (
    quotes_are_verbatim,
    sources_are_finished,
    codes_are_apart,
    gaps_say_so,
    entries_are_complete,
    related_entries_exist,
    dates_are_days,
    entries_are_current,
    phrasings_are_unique,
    phrasings_are_apart,
    phrasings_ask_one_thing,
    cases_name_entries,
    protected_words_are_sourced,
    protected_words_stand,
    leads_quote_the_source,
    words_fit_a_reply,
    items_can_be_asked,
    keys_are_proven,
    distractors_are_wrong,
    no_letter_is_favoured,
    hints_keep_the_key,
    excluded_items_exist,
    items_tell_no_answer,
    items_carry_no_link,
    items_keep_each_others_keys,
    options_are_of_a_kind,
    wrong_words_are_not_absolute,
    papers_can_be_drawn,
    words_start_one_paper,
    replies_are_complete,
    lists_spare_the_content,
    danger_spares_the_content,
    talk_takes_nothing,
    sayings_lead_one_way,
    intents_can_be_answered,
    quotes_beside_are_verbatim,
    menu_fits_the_platform,
)
