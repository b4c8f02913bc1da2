"""The nouns of a conversation: what came in, what is remembered, what a skill is given and what it decides; all frozen."""
