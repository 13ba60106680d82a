"""Tells people by mail what fails, and when it works again."""
