"""Matching: a question → a decision; knows no draft, no gate and nothing of the talk around the question."""
