"""The outline of a document: its lines → passages that stand in each other; judges nothing, and knows no entry."""
