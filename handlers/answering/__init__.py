"""Answering: from a question, or words that go on from the last answer, to official words; knows no quiz."""
