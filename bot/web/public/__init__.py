"""Public pages, for whoever holds a code: what was said, what a card is worth, what is kept; nothing here names anybody."""
