"""A drawing on standard input, its PNG on standard output: a process of its own, because the library keeps the interpreter to itself."""

from __future__ import annotations

import os
import sys

import resvg_py

_NICE = 10


def main() -> None:
    """Draw after everybody else on the machine."""
    os.nice(_NICE)
    sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(svg_string=sys.stdin.read())))


if __name__ == "__main__":
    main()
