"""Keeps the history of a watch in SQLite: every change, and how long things were out."""
