"""Whether a way to ask takes for granted the opposite of the quote that would answer it; words alone, no engine."""
