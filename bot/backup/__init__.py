"""What is kept of a place in one file, and put back elsewhere; knows how things are stored, not what they mean."""
