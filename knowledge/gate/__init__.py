"""Gate: a draft against what is live, and how well either answers; decides nothing for a person."""
