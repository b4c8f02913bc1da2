"""Exchange: other programs' formats ⇄ ours; opens no file and writes none."""
