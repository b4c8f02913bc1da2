"""Conformance: a pretend WeChat, and what any bot's answers to it tell; knows nothing of what this bot says."""
