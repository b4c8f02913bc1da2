"""The Redis of our own: its program, its data folder, and what brings it back; it knows no key of ours."""
