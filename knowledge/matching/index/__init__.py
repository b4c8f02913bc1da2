"""What a snapshot is searched by, made once when it is built; nothing here knows a question."""
