"""What people say to the bot rather than ask the knowledge: danger, talk, sayings; it knows no entry."""
