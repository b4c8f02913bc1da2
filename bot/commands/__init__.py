"""Commands: what is typed and printed, a module each, listed in `bot/cli.py`; decides nothing and keeps nothing."""
