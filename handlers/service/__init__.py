"""Service: what is no question of knowledge: guidance, events, people, reports, privacy."""
