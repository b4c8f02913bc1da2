"""Quiz: what an answer earns, and what many answers tell of an item; knows no conversation."""
