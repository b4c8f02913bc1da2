"""Cards: pledges and certificates that their holder can show and anybody can verify; marks nothing."""
