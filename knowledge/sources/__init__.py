"""Sources: where words stand, what stands around them, how they are cited; knows no question."""
