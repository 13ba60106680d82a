"""Says the same thing in another language, and accounts for everything that did not carry over."""

from hatools.convert.accounting import Account
from hatools.convert.conversion import Conversion, Request, convert
from hatools.reading import recognise

__all__ = ["Account", "Conversion", "Request", "convert", "recognise"]
