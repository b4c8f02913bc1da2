"""The way to any Redis: clients of every kind of address, scripts run in turns behind a breaker; no key is named here but by its prefix."""
