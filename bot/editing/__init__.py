"""What editors and reviewers do, as plain functions from values to values; they print nothing and know no terminal."""
