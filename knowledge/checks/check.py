"""What must hold between the parts of a content folder: a tuple of checks, each returning all it finds."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.checks.base import Check, Checked
from knowledge.checks.dates import dates_are_days, entries_are_current
from knowledge.checks.entries import (
    cases_name_entries,
    entries_are_complete,
    gaps_say_so,
    related_entries_exist,
    words_fit_a_reply,
)
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
from knowledge.checks.quotes import leads_quote_the_source, quotes_are_verbatim
from knowledge.checks.replies import replies_are_complete
from knowledge.checks.service import (
    danger_spares_the_content,
    lists_spare_the_content,
    menu_fits_the_platform,
    quotes_beside_are_verbatim,
)
from knowledge.checks.sources import codes_are_apart, sources_are_finished
from knowledge.checks.talk import intents_can_be_answered, sayings_lead_one_way, talk_takes_nothing
from knowledge.model.content import Content
from knowledge.model.problems import Problem
from knowledge.reading.fields import Marks
from knowledge.reading.spared import Spared


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
