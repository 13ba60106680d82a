"""Tells what differs in meaning between two configurations, in one language or in two."""

from hatools.diff.comparison import Comparison, Text, compare
from hatools.diff.findings import Difference, Said

__all__ = ["Comparison", "Difference", "Said", "Text", "compare"]
