"""Workbooks and banks of other programs: downloaded, uploaded, looked at cell by cell, and then written into the draft."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from starlette.responses import Response

from bot.editing.bank.bank_format import FORMATS, READ_FORMATS, bank_format
from bot.editing.refused import Refused
from bot.web.admin.desk import EXAMINERS, WRITERS, Ask
from bot.web.admin.forms import Fault
from bot.web.admin.views.documents import chosen_file
from bot.web.admin.words import worded
from knowledge.exchange.workbook.package import MAX_FILE_BYTES

MAX_UPLOAD_BYTES = MAX_FILE_BYTES
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gift": "text/plain; charset=utf-8",
    "aiken": "text/plain; charset=utf-8",
}


async def show_exchange(ask: Ask) -> Response:
    """Show what can be downloaded and uploaded."""
    draft, is_now = await ask.lately()
    content = draft.content
    return ask.page(
        "exchange.html",
        n_entries=len(content.entries),
        n_items=len(content.items),
        tracks=list(content.tracks),
        formats=FORMATS,
        may_entries=ask.account.role in WRITERS,
        may_bank=ask.account.role in EXAMINERS,
        max_bytes=MAX_UPLOAD_BYTES,
        is_now=is_now,
        once=secrets.token_hex(16),
    )


async def upload_entries(ask: Ask) -> Response:
    """Begin to look what a workbook of entries would change; nothing is written."""
    upload = chosen_file(ask)
    held = ask.desk.tray.put(upload, ask.account.name)
    return await ask.begin("plan_entries", upload=held, hidden=bool(ask.text("hidden")))


async def upload_bank(ask: Ask) -> Response:
    """Begin to look what a file of items would change; nothing is written."""
    upload = chosen_file(ask)
    form = ask.text("format") or bank_format(upload.name, READ_FORMATS)
    if form not in READ_FORMATS:
        raise Refused(worded("exchange.what_format", name=upload.name))
    held = ask.desk.tray.put(upload, ask.account.name)
    hidden, track = bool(ask.text("hidden")), ask.text("track")
    return await ask.begin("plan_bank", upload=held, form=form, track=track, hidden=hidden)


async def write_entries(ask: Ask) -> Response:
    """Begin to write a workbook of entries into the draft, if the draft is the one that was looked at."""
    hidden, seen = bool(ask.text("hidden")), ask.text("seen")
    return await ask.begin("write_entries", upload=ask.text("upload"), hidden=hidden, seen=seen)


async def write_bank(ask: Ask) -> Response:
    """Begin to write a file of items into the draft, if the draft is the one that was looked at."""
    if ask.text("form") not in READ_FORMATS:
        raise Fault(400, "no_form")
    return await ask.begin(
        "write_bank",
        upload=ask.text("upload"),
        form=ask.text("form"),
        track=ask.text("track"),
        hidden=bool(ask.text("hidden")),
        seen=ask.text("seen"),
    )


async def download(ask: Ask) -> Response:
    """Send the entries or the bank of the draft as a file."""
    what, _, form = ask.path("file").partition(".")
    if (what, form) != ("entries", "xlsx") and (what != "bank" or form not in FORMATS):
        raise Fault(404, "not_found")
    made = await ask.desk.do_apart("export", {"what": what, "form": form, "by": ask.account.name})
    if "upload" not in made:
        raise Refused(str(made.get("why") or worded("fault.broken")))
    held = ask.desk.tray.get(made["upload"], ask.account.name)
    ask.desk.tray.drop(made["upload"])
    return as_file(held.upload.data, worded(f"exchange.{what}_file", form=form), _TYPES[form])


def as_file(data: bytes, name: str, media_type: str) -> Response:
    """Return a response that a browser saves under this name."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
    return Response(data, media_type=media_type, headers=headers)
