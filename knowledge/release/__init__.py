"""Release: a folder → a snapshot that can be asked, and its prepared form; knows no store."""
