"""Releases: what is live and what was, with all that is prepared for it, in Redis and on the disk; edits nothing, judges nothing."""
