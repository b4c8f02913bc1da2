"""Language: characters, sounds, words, numbers and what they ask for; knows no content and no release."""
