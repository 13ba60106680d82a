"""How haproxy.cfg writes times, sizes and whole numbers."""

from __future__ import annotations

from functools import lru_cache

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_LONGEST = 2147483.647  # haproxy counts milliseconds in 31 bits
_ACCEPTED = "us, ms, s, m, h and d are the units, a bare number is milliseconds"


def read_number(text: str, least: int = 0, most: int = 2147483647) -> int | None:
    """Return *text* as a whole number from *least* to *most*, None when it is none."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        value = int(text)
        if least <= value <= most:
            return value
    return None


@lru_cache(maxsize=1024)
def read_time(text: str) -> tuple[float | None, str]:
    """Return the seconds that *text* says, and a complaint, empty when it is fine.

    A time with a complaint is still given where haproxy only warns (``5sec``).
    """
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(digits) :]
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        return None, f"'{text}' is not a time: {_ACCEPTED}"
    complaint = ""
    if unit and unit not in _UNITS:
        known = unit[:2] if unit[:2] in _UNITS else unit[:1]
        if known not in _UNITS:
            return None, f"'{text}' is not a time: {_ACCEPTED}"
        complaint = f"'{unit}' is not a unit of time; haproxy takes it for '{known}' and warns"
        unit = known
    # whole thousandths divide exactly where a factor such as 1e-3 would not
    value = int(digits) / 1000 if unit in ("", "ms") else int(digits) * _UNITS[unit]
    if value > _LONGEST:
        return None, f"'{text}' is too long a time: 2147483647 ms (24.8 days) is the longest"
    return value, complaint


def read_size(text: str) -> int | None:
    """Return the number of bytes or entries that *text* says (k, m, g are powers of 1024)."""
    digits = text.rstrip("kmgKMG")
    unit = text[len(digits) :].lower()
    if unit in _SIZES and digits.isascii() and digits.isdigit() and len(digits) < 20:
        return int(digits) * _SIZES[unit]
    return None
