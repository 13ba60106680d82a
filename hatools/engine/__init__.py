"""Balancing, health, election and bonds as state machines without input or output."""
