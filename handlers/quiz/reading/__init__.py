"""What a taker's words mean: which step in the quiz, which answer to the item that is open; nothing is marked here."""
