"""What a number must be for the formulas to mean something."""

from __future__ import annotations

import math

from hatools.errors import BadSetting

LEAST, MOST = 1e-60, 1e60  # wider than anybody has measured; products of them are still floats


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
    """Return *value*, which must be greater than 0 and a number that somebody could measure."""
    if not LEAST <= value <= MOST:
        raise BadSetting(f"{what} is {value!r}", "It must be a number greater than 0.")
    return float(value)


def duration(value: float, what: str) -> float:
    """Return *value*, which must be 0 or what `positive` takes; what is less than that is 0."""
    if not 0.0 <= value <= MOST:
        raise BadSetting(f"{what} is {value!r}", "It must be a number, 0 or greater.")
    return float(value) if value >= LEAST else 0.0


def lifetime(value: float, what: str) -> float:
    """Return *value*, which must be what `positive` takes, or infinite: it never fails."""
    if value == math.inf:
        return value
    return positive(value, what)


def whole(value: float, what: str, least: int, most: int | None = None) -> int:
    """Return *value*, which must be a whole number from *least* to *most*."""
    if not least <= value < math.inf or value != int(value):
        raise BadSetting(f"{what} is {value!r}", f"It must be a whole number, at least {least}.")
    if most is not None and value > most:
        raise BadSetting(f"{what} is {value!r}", f"It must be at most {most}.")
    return int(value)
