"""Learning: unanswered questions and new documents → drafts; publishes nothing."""
