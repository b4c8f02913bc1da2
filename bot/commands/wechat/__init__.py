"""Commands of an account at the platform: its connection, its menu, its rules; the content is none of theirs."""
