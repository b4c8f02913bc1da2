"""What a taker's words mean while an item is open; nothing is marked here."""
