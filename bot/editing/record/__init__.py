"""One entry, item or paper, its own words changed in its file: nothing else moves, and nothing is published here."""
