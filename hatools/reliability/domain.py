"""What a number must be for the formulas to mean something."""

from __future__ import annotations

import math

from hatools.errors import BadSetting


def fraction(value: float, what: str) -> float:
    """Return *value*, which must lie in 0..1; *what* is named where it does not."""
    if not 0.0 <= value <= 1.0:  # not-a-number, too
        raise BadSetting(f"{what} is {value!r}", "It must lie between 0 and 1.")
    return float(value)


def inside(value: float, what: str) -> float:
    """Return *value*, which must lie between 0 and 1 and be neither."""
    if not 0.0 < value < 1.0:
        raise BadSetting(f"{what} is {value!r}", "It must be greater than 0 and less than 1.")
    return float(value)


def positive(value: float, what: str) -> float:
    """Return *value*, which must be finite and greater than 0."""
    if not 0.0 < value < math.inf:
        raise BadSetting(f"{what} is {value!r}", "It must be a number greater than 0.")
    return float(value)


def duration(value: float, what: str) -> float:
    """Return *value*, which must be finite and not less than 0."""
    if not 0.0 <= value < math.inf:
        raise BadSetting(f"{what} is {value!r}", "It must be a number, 0 or greater.")
    return float(value)


def lifetime(value: float, what: str) -> float:
    """Return *value*, which must be greater than 0; infinite means that it never fails."""
    if not value > 0.0:
        raise BadSetting(f"{what} is {value!r}", "It must be greater than 0.")
    return float(value)


def whole(value: float, what: str, least: int, most: int | None = None) -> int:
    """Return *value*, which must be a whole number from *least* to *most*."""
    if value != value or value in (math.inf, -math.inf) or value != int(value) or value < least:
        raise BadSetting(f"{what} is {value!r}", f"It must be a whole number, at least {least}.")
    if most is not None and value > most:
        raise BadSetting(f"{what} is {value!r}", f"It must be at most {most}.")
    return int(value)
