"""The sub-commands of `qinglang`: a module each, registered with one line in `bot/cli.py`."""
