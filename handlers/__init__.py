"""What to say: one file per conversation skill, all of them pure functions of message, session and context."""
