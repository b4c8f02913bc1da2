"""What examiners do with the bank: its files, its figures, its results, marking again; it knows no entry."""
