"""hatools: parse, lint, compare, convert and watch Linux high-availability setups."""

__version__ = "0.1.0"
