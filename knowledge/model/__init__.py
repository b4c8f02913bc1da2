"""The nouns of a content folder, and what can be wrong with one: frozen values, which read nothing and judge nothing."""
