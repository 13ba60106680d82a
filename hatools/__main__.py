"""Runs hatools as ``python -m hatools``."""

from hatools.cli import main

main()
