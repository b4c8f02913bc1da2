"""Erasing a user: at an operator's word, or because one who left during an outage is owed it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.rewriting import Rewritten, rewrite_session
from bot.store.wire.runner import StoreDown

if TYPE_CHECKING:
    from bot.store.store import Store

log = logging.getLogger(__name__)


async def erase(store: Store, user: str) -> bool:
    """Delete all that is held of a user, as 删除我的数据 does; return whether there was anything.

    Raises:
        StoreDown: nothing was deleted.
    """
    return await rewrite_session(store, user, _erased)


def _erased(stored: str) -> Rewritten:
    try:
        session = json.loads(stored)
        subject = session["subject"]
    except (ValueError, TypeError, KeyError):
        # Nobody can read it, and it goes all the same; which events were this user's, nobody can tell any more.
        return Rewritten(erase=True)
    effects = [{"name": "erased", "subject": subject, "event": "later"}]
    if session.get("code_name"):
        effects.append({"name": "unranked", "subject": subject, "code_name": session["code_name"]})
    return Rewritten(effects=effects, erase=True)


@dataclass(frozen=True, slots=True)
class Owed:
    """Users whose erasure the store could not do when they left: an empty file each, named by the user's hash.

    On disk, because the process may end before the store is back.
    """

    folder: Path

    def note(self, user: str) -> None:
        """Remember that a user is to be erased."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.folder / user).touch(mode=0o600)

    async def settle(self, store: Store) -> None:
        """Erase everyone who is owed it; one who can't be erased stays owed, and keeps nobody else.

        Raises:
            StoreDown: those not yet erased stay owed.
        """
        if not self.folder.is_dir():
            return
        down: StoreDown | None = None
        for note in sorted(self.folder.iterdir()):
            try:
                await erase(store, note.name)
            except StoreDown as error:
                down = error
            except Exception:
                log.exception("erasure still owed")
            else:
                note.unlink(missing_ok=True)
        if down:
            raise down
