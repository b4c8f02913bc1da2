"""`qinglang kb …`: the knowledge, for editors and reviewers; each module reads its arguments, calls a use case and prints."""
