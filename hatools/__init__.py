"""hatools: convert and compare Linux high-availability configurations."""

__version__ = "0.1.0"
