"""The haproxy language."""
