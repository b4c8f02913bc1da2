"""Question banks: GIFT and Aiken ⇄ items of the bank; knows nothing of workbooks."""
