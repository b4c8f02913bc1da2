"""Everything that touches the outside world, and the wiring: the only package with I/O and async code."""
