"""Who may work at the console: people, what each may do, and where they are signed in; knows no page and no content."""
