"""Editing: changes to content files that leave every other byte as it was; knows no file format but ours."""
