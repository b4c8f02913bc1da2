"""What a yes/no question states, held against the words of the sources; it chooses no answer."""
