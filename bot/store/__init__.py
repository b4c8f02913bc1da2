"""Store: Redis, what is remembered of users in two scripts that are each all or nothing, and our own server; knows no content."""
