"""Spans of time and shares as people write them: 4h, 1h30m, 99.95%."""

from __future__ import annotations

import math
import re

from hatools.errors import BadSetting
from hatools.reliability.nines import JULIAN_YEAR

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
UNITS["y"] = JULIAN_YEAR
NEVER = ("never", "inf")
HOW = "write 30s, 90m, 4h, 2d, 6w or 5y, or several together: 1h30m"
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(ms|min|[smhdwy])", re.ASCII)


def span_of(text: str, what: str, endless: bool = False) -> float:
    """Return the seconds that *text* says; *what* is named in errors.

    ``never`` is infinite where *endless* allows it.  Raises `BadSetting`.
    """
    said = text.strip().lower()
    if endless and said in NEVER:
        return math.inf
    if said.startswith("-"):
        raise BadSetting(f"{what} is {text}: a time cannot be negative", HOW)
    parts = _PART.findall(said)
    if not parts or _PART.sub("", said).strip():
        bare = re.fullmatch(r"\d+(\.\d*)?", said)
        why = "has no unit" if bare else "is no span of time"
        raise BadSetting(f"{what}: {text or 'nothing'} {why}", f"write {text}h" if bare else HOW)
    return sum(float(number) * UNITS[unit] for number, unit in parts)


def share_of(text: str, what: str) -> float:
    """Return the share, 0 to 1, that *text* says: ``95%`` or ``0.95``; raises `BadSetting`."""
    said = text.strip()
    try:
        value = float(said.removesuffix("%"))
    except ValueError:
        raise BadSetting(f"{what} is {text or 'nothing'}: no share", "write 95% or 0.95") from None
    if said.endswith("%"):
        value /= 100
    elif value > 1:
        raise BadSetting(f"{what} is {text}: more than everything", f"write {said}%")
    if not 0 <= value <= 1:
        raise BadSetting(f"{what} is {text}: outside 0% to 100%", "write 95% or 0.95")
    return value


def said_span(seconds: float) -> str:
    """Return *seconds* as a person says them: ``3.6 s``, ``27.8 min``, ``5.2 h``, ``182 d``."""
    if math.isinf(seconds):
        return "never"
    for unit, size, most in (("s", 1.0, 120.0), ("min", 60.0, 120.0), ("h", 3600.0, 72.0),
                             ("d", 86400.0, 730.0)):  # fmt: skip
        if seconds < size * most:
            return f"{_short(seconds / size)} {unit}"
    return f"{_short(seconds / JULIAN_YEAR)} years"


def said_share(share: float, unavailable: float | None = None) -> str:
    """Return an availability with as many digits as tell something: ``99.9947 %``.

    *unavailable* is its complement where that is known with more digits.
    """
    rest = 1 - share if unavailable is None else unavailable
    digits = 2 if rest >= 0.01 else min(max(2, 1 - math.floor(math.log10(rest or 1e-12))), 9)
    return f"{100 * share:.{digits}f} %" if rest > 0 else "100 %"


def percent(share: float) -> str:
    """Return *share* as a percentage without needless digits: ``5 %``, ``97.5 %``."""
    return f"{100 * share:.4g} %"


def _short(value: float) -> str:
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(value)))
    text = f"{value:.{min(digits, 3)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
