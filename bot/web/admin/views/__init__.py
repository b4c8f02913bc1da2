"""The pages of the console, a file each: what was asked for becomes a page; none knows another's work."""
