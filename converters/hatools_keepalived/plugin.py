"""Registers the keepalived format."""
