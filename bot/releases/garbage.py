"""What a server spares from the search for garbage: large things that stay, which every push would wait for."""

from __future__ import annotations

import gc


def spare_what_stays() -> None:
    """Have no later search for garbage go through what is there now: half a million values for a large base, and everything waits.

    What garbage there is among it stays until `search_what_was_spared`. A release that was replaced goes by itself, as nothing in
    it refers to itself, and a reading of the draft leaves hardly any.
    """
    gc.freeze()


def search_what_was_spared() -> None:
    """Take away what garbage lies among all that was spared, and spare the rest again; as long as a push may not wait."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
