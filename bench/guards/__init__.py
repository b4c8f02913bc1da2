"""The guards that `python -m bench.mutants` breaks: what each keeps off, and what is put in its place."""

from __future__ import annotations

from bench.guards.console import CONSOLE
from bench.guards.content import CONTENT
from bench.guards.door import DOOR
from bench.guards.mutant import Mutant, place_of
from bench.guards.store import STORE

MUTANTS: tuple[Mutant, ...] = (*DOOR, *STORE, *CONSOLE, *CONTENT)

__all__ = ["MUTANTS", "Mutant", "place_of"]
