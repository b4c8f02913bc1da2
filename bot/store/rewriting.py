"""Changing what is remembered of a user where no push asked for it: an erasure, a key put right."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.store import Conflict, Loaded, Replayed, Unsettled

if TYPE_CHECKING:
    from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a session becomes where no push asked for it; `erase` lets all that is held of its user go."""

    session: str = ""
    effects: Sequence[Mapping[str, str]] = ()
    cards: Sequence[tuple[str, str, str]] = ()
    erase: bool = False


async def rewrite_session(store: Store, user: str, change: Callable[[str], Rewritten | None]) -> bool:
    """Put what `change` makes of a user's session in its place; return whether it was changed.

    `change` is called again when a push was quicker; None leaves the session as it is. A user without a
    session is left alone.

    Raises:
        StoreDown: not recorded.
    """
    push = f"rewrite-{secrets.token_hex(8)}"
    while True:
        loaded = await store.load(user, push, counts=False)
        if isinstance(loaded, Replayed):
            return True
        if not isinstance(loaded, Loaded) or not loaded.session:
            return False
        after = change(loaded.session)
        if after is None:
            return False
        # Of an unsettled one the next load of the same push tells.
        with contextlib.suppress(Conflict, Unsettled):
            await store.commit(
                loaded,
                session=after.session,
                reply="{}",
                effects=after.effects,
                erase=after.erase,
                cards=after.cards,
            )
            return True
