"""Feedback: opinions as tickets with a state and a note, and the answers that people called useless."""

from __future__ import annotations

from starlette.responses import Response

from bot.editing.learning.opinions import TICKET_STATES, note_ticket, tickets, voted_down
from bot.web.admin.desk import WRITERS, Ask

_N_SHOWN = 100


async def show_feedback(ask: Ask) -> Response:
    """Show the tickets that nobody is done with, or all, and what was voted down."""
    show_all = "all" in ask.request.query_params
    found = await tickets(ask.parts)
    listed = [ticket for ticket in found if show_all or ticket.state != "done"]
    down = await voted_down(ask.parts)
    return ask.page(
        "feedback.html",
        tickets=listed[:_N_SHOWN],
        n_tickets=len(listed),
        n_all=len(found),
        show_all=show_all,
        down=down[:_N_SHOWN],
        entries=ask.parts.releases.live.content.entries,
        states=TICKET_STATES,
        may_edit=ask.account.role in WRITERS,
        noted=ask.request.query_params.get("noted", ""),
    )


async def note_feedback(ask: Ask) -> Response:
    """Keep the state and the note of a ticket."""
    number = ask.path("ticket")
    await note_ticket(ask.parts, number, ask.text("state"), ask.text("note"), ask.account.name)
    return ask.go(f"/feedback?noted={number}{'&all=1' if ask.text('all') else ''}")
