"""`qinglang quiz …`: the bank and its results, for examiners; each module reads its arguments, calls a use case and prints."""
