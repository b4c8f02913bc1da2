"""What a text of ours may say of numbers, days and names, held against the words beside it; it asks no engine."""
