"""Erasing a user: at an operator's word, or because one who left during an outage is owed it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.store import Rewritten

if TYPE_CHECKING:
    from bot.store.store import Store


async def erase(store: Store, user: str) -> bool:
    """Delete all that is held of a user, as 删除我的数据 does; return whether there was anything.

    Raises:
        StoreDown: nothing was deleted.
    """
    return await store.rewrite(user, _erased)


def _erased(stored: str) -> Rewritten:
    session = json.loads(stored)
    effects = [{"name": "erased", "subject": session["subject"], "event": "later"}]
    if session.get("code_name"):
        effects.append({"name": "unranked", "subject": session["subject"], "code_name": session["code_name"]})
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
        """Erase everyone who is owed it.

        Raises:
            StoreDown: those not yet erased stay owed.
        """
        if not self.folder.is_dir():
            return
        for note in sorted(self.folder.iterdir()):
            await erase(store, note.name)
            note.unlink(missing_ok=True)
