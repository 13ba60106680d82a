"""Registers the haproxy format."""
