"""Workbooks: sheets and cells ⇄ entries and items; knows nothing of question banks."""
