"""The console: pages for people who signed in; what they do is done by `bot/editing`, as the commands do it."""
