"""What users asked and said becomes work for editors: topics, passages, opinions; nothing is published here."""
