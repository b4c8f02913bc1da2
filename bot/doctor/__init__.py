"""Doctor: whether everything that a service stands on is as it should be; changes nothing, and starts nothing."""
