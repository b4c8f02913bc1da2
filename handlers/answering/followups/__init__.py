"""Words that only mean something after an answer: what they leave out, and the moves they make from it."""
