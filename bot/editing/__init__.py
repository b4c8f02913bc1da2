"""Editing: what editors and reviewers do, as plain functions from values to values; prints nothing and knows no terminal."""
