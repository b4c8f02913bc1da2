"""What a vote on the last answer records."""

from __future__ import annotations

from handlers.answering.answer import missed
from handlers.model.messages import Effect
from handlers.model.session import LastAnswer
from handlers.model.turn import Context


def vote(context: Context, last: LastAnswer, value: str) -> Effect:
    """Return the record of a vote, `useful` or `useless`; what was answered in vain is grouped with what was not answered at all."""
    asked_for = missed(context, last.question, last.rule, last.entry_id).fields
    fields = {**asked_for, "value": value, "before": last.vote, "code": last.code}
    entry = context.snapshot.content.entries.get(last.entry_id)
    if entry and entry.gap:
        # Its asking was recorded as a miss already: the vote is no second one.
        fields["missed"] = "1"
    return Effect("voted", fields)
