"""Quiz: papers, attempts and what is said in them; never answers a question of knowledge."""
