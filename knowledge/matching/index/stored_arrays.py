"""Arrays stored so that they need not be read: in a file they lie as they do in memory.

Each is a .npy of its own, one after the other, and begins at a multiple of `ALIGNED` bytes, as a processor wants it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from knowledge.matching.index.tokens import Array

ALIGNED = 64
"""What stored arrays are to begin at a multiple of, counted from where the first does."""
_MOST_HEAD = 1 << 10


def write_arrays(file: BinaryIO, arrays: Sequence[Array]) -> None:
    """Write arrays to a file that is empty yet."""
    for array in arrays:
        npy.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
        file.write(bytes(-file.tell() % ALIGNED))


def read_arrays(stored: memoryview, n: int) -> Iterator[Array]:
    """Yield the `n` arrays that `write_arrays` wrote, each the stored bytes themselves.

    Raises:
        ValueError: those are no such arrays.
    """
    at = 0
    for _ in range(n):
        head = BytesIO(stored[at : at + _MOST_HEAD])
        npy.read_magic(head)
        shape, _, kind = npy.read_array_header_1_0(head)
        at += head.tell()
        # There is no array of nothing at the end of a buffer.
        held = np.frombuffer(stored, kind, math.prod(shape), at) if 0 not in shape else np.empty(0, kind)
        yield held.reshape(shape)
        at += held.nbytes + -held.nbytes % ALIGNED
