"""The table of the console's pages: what may be asked for where, and by whom. There is no other way in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route

from bot.accounts.accounts import ROLES
from bot.config import FIRST, Settings
from bot.config_accounts import account_names, settings_of
from bot.process import Parts
from bot.web.admin.background.apart import Apart
from bot.web.admin.background.jobs import Jobs
from bot.web.admin.desk import EXAMINERS, HOME, WRITERS, Desk
from bot.web.admin.draft import DraftFolder
from bot.web.admin.guard import Entrance, guarded
from bot.web.admin.tray import Tray
from bot.web.admin.views import (
    documents,
    exchange,
    feedback,
    knowledge,
    misses,
    new_entry,
    new_record,
    overview,
    quiz,
    records,
    results,
    review,
    service,
    sign_in,
)
from bot.web.headers import AssetFiles
from knowledge.model.problems import Files

_STATIC = Path(__file__).parent.parent / "static/admin"
_ALL = frozenset(ROLES)
_DECIDE = frozenset({"approver"})
_MARK = frozenset({"approver", "examiner"})
_RUN = frozenset({"approver", "operator"})
_ERASE = frozenset({"operator"})

ENTRANCES = (
    Entrance("GET", "", overview.show_overview, _ALL),
    Entrance("GET", "/reading", overview.show_reading, _ALL),
    Entrance("GET", "/figures", overview.show_figures, _ALL),
    Entrance("GET", "/figures/people", overview.show_people, _ALL),
    Entrance("GET", "/knowledge", knowledge.show_knowledge, _ALL),
    Entrance("GET", "/try", knowledge.try_question, _ALL),
    Entrance("GET", "/new-entry", new_entry.show_new_entry, WRITERS),
    Entrance("POST", "/new-entry", new_entry.save_new_entry, WRITERS),
    Entrance("GET", "/knowledge/{entry}", knowledge.show_entry, _ALL),
    Entrance("POST", "/knowledge/{entry}", knowledge.save_entry, WRITERS),
    Entrance("POST", "/knowledge/{entry}/check", knowledge.check_entry, WRITERS),
    Entrance("GET", "/documents", documents.show_documents, _ALL),
    Entrance("POST", "/documents", documents.upload_document, WRITERS, documents.MAX_UPLOAD_BYTES),
    Entrance("GET", "/documents/new/{upload}", documents.show_upload, WRITERS),
    Entrance("POST", "/documents/new/{upload}", documents.take_document, WRITERS),
    Entrance("GET", "/documents/{source}", documents.show_document, _ALL),
    Entrance("POST", "/documents/{source}/answers", documents.switch_answers, WRITERS),
    Entrance("GET", "/feedback", feedback.show_feedback, _ALL),
    Entrance("POST", "/feedback/{ticket}", feedback.note_feedback, WRITERS),
    Entrance("GET", "/quiz", quiz.show_items, _ALL),
    Entrance("GET", "/quiz/figures", quiz.show_item_figures, _ALL),
    Entrance("GET", "/quiz/papers", quiz.show_papers, _ALL),
    Entrance("GET", "/quiz/new-item", new_record.show_new_item, EXAMINERS),
    Entrance("POST", "/quiz/new-item", new_record.save_new_item, EXAMINERS),
    Entrance("POST", "/quiz/new-item/check", new_record.check_new_item, EXAMINERS),
    Entrance("GET", "/quiz/new-paper", new_record.show_new_paper, EXAMINERS),
    Entrance("POST", "/quiz/new-paper", new_record.save_new_paper, EXAMINERS),
    Entrance("POST", "/quiz/new-paper/check", new_record.check_new_paper, EXAMINERS),
    Entrance("GET", "/quiz/papers/{paper}", records.show_paper, _ALL),
    Entrance("POST", "/quiz/papers/{paper}", records.save_paper, EXAMINERS),
    Entrance("POST", "/quiz/papers/{paper}/check", records.check_paper, EXAMINERS),
    Entrance("GET", "/quiz/items/{item}", quiz.show_item, _ALL),
    Entrance("POST", "/quiz/items/{item}", records.save_item, EXAMINERS),
    Entrance("POST", "/quiz/items/{item}/check", records.check_item, EXAMINERS),
    Entrance("GET", "/quiz/items/{item}/try", quiz.try_in_chat, _ALL),
    Entrance("GET", "/quiz/results", results.show_results, _ALL),
    Entrance("GET", "/quiz/results/figures", results.show_result_figures, _ALL),
    Entrance("GET", "/quiz/results/{what}.csv", results.download_results, _MARK | WRITERS),
    Entrance("GET", "/quiz/regrade", results.show_regrade, _MARK),
    Entrance("GET", "/quiz/regrade/plan", results.show_regrade_plan, _MARK),
    Entrance("POST", "/quiz/regrade", results.apply_regrade_seen, _MARK),
    Entrance("GET", "/exchange", exchange.show_exchange, _ALL),
    Entrance("GET", "/exchange/{file}", exchange.download, _ALL),
    Entrance("POST", "/exchange/entries", exchange.upload_entries, WRITERS, exchange.MAX_UPLOAD_BYTES),
    Entrance("POST", "/exchange/entries/write", exchange.write_entries, WRITERS),
    Entrance("POST", "/exchange/bank", exchange.upload_bank, EXAMINERS, exchange.MAX_UPLOAD_BYTES),
    Entrance("POST", "/exchange/bank/write", exchange.write_bank, EXAMINERS),
    Entrance("GET", "/misses", misses.show_misses, _ALL),
    Entrance("POST", "/misses/{topic}/adopt", misses.adopt_topic, WRITERS),
    Entrance("POST", "/misses/{topic}/ignore", misses.ignore_topic, WRITERS),
    Entrance("POST", "/misses/{topic}/reopen", misses.reopen_topic, WRITERS),
    Entrance("GET", "/review", review.show_review, _ALL),
    Entrance("GET", "/review/draft", review.show_draft, _ALL),
    Entrance("GET", "/review/draft/changes", review.show_draft_changes, _ALL),
    Entrance("POST", "/review/draft/publish", review.publish, WRITERS),
    Entrance("GET", "/review/jobs/{job}", review.show_job, _ALL),
    Entrance("GET", "/review/{version}", review.show_release, _ALL),
    Entrance("GET", "/review/{version}/changes", review.show_release_changes, _ALL),
    Entrance("POST", "/review/{version}/approve", review.approve_release, _DECIDE),
    Entrance("POST", "/review/{version}/return", review.return_release, _DECIDE),
    Entrance("POST", "/review/{version}/withdraw", review.withdraw_release, WRITERS),
    Entrance("POST", "/review/{version}/roll-back", review.roll_back_to, _DECIDE),
    Entrance("GET", "/service", service.show_service, _RUN),
    Entrance("GET", "/service/examined", service.show_examination, _RUN),
    Entrance("GET", "/users", service.show_users, _ERASE),
    Entrance("GET", "/users/kept", service.show_kept, _ERASE),
    Entrance("POST", "/users/erase", service.erase_by_code, _ERASE),
    Entrance("GET", "/log", review.show_log, _ALL),
    Entrance("POST", "/size", sign_in.switch_size, _ALL),
    Entrance("POST", "/sign-out", sign_in.sign_out, _ALL),
    Entrance("POST", "/sign-out-everywhere", sign_in.sign_out_everywhere, _ALL),
)


def admin_routes(settings: Settings, parts: Callable[[str], Parts]) -> list[BaseRoute]:
    """Return the routes of the console; `parts` gives those of an account in this process once it runs."""
    desk = _desk(settings, FIRST, parts)
    others = [_desk(settings, name, parts, desk) for name in settings.accounts]
    gate = [
        Route(HOME + path, sign_in.at_the_gate(desk, act), methods=["GET", "POST"])
        for path, act in (("/sign-in", sign_in.sign_in), ("/welcome", sign_in.welcome))
    ]
    doors = [
        Route(one.home + door.path, guarded(one, door), methods=[door.method])
        for one in (desk, *others)
        for door in ENTRANCES
    ]
    assets = Mount(f"{HOME}/static", AssetFiles(directory=_STATIC), middleware=[Middleware(GZipMiddleware)])
    nowhere = Route(HOME + "/{path:path}", sign_in.at_the_gate(desk, sign_in.no_page))
    return [*gate, *doors, assets, nowhere]


def _desk(
    settings: Settings,
    name: str,
    parts: Callable[[str], Parts],
    first: Desk | None = None,
) -> Desk:
    """Return the console of an account; all of one process take turns at heavy work with the `first`."""
    own = settings_of(settings, name)
    apart, soon = (first.apart, first.soon) if first else (Apart(settings), Apart(settings))

    async def read_apart(changed: Files) -> str:
        # Who saves waits for no publication.
        return str((await soon.do(name, "read", {"changed": dict(changed)})).get("read", ""))

    return Desk(
        account=name,
        accounts=account_names(settings),
        settings=own,
        parts=lambda: parts(name),
        people=lambda: parts(FIRST).store.redis,
        draft=DraftFolder(own, read_apart),
        jobs=Jobs(lambda: parts(name).store.redis),
        apart=apart,
        soon=soon,
        tray=Tray(own.data_dir / "uploads"),
        heavy=first.heavy if first else asyncio.Semaphore(1),
        passwords=first.passwords if first else asyncio.Semaphore(1),
    )
