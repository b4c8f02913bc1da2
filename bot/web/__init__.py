"""Web: pages for people at a browser; talks to the bot as the platform does, decides nothing and keeps nothing."""
