"""Checks: what must hold of content before anybody is told, a function a rule; opens no file, knows no release."""
