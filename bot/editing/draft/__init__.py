"""The draft: read, checked, prepared and tried, and what of that is kept for the next command."""
