"""Reading: files → content, with a place for every value and a Problem for what can't be read; judges nothing."""
