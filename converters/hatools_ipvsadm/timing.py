"""A proxy's time limits as the one limit that IPVS has for idle TCP connections."""

from __future__ import annotations

from collections.abc import Iterable

_LIMITS = ("client", "server", "tunnel", "clitimeout", "srvtimeout")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1e-3}
LONGEST = 31 * 86400


def longest_timeout(own: Iterable[tuple[str, ...]]) -> int:
    """Return the longest of the idle limits among *own* in whole seconds, 0 without any."""
    longest = 0.0
    for words in own:
        name, value = (
            (words[1], words[2])
            if words[:1] == ("timeout",) and len(words) == 3
            else ((words[0], words[1]) if len(words) == 2 else ("", ""))
        )
        if name in _LIMITS:
            longest = max(longest, _seconds(value))
    return min(int(longest + 0.999), LONGEST)


def _seconds(text: str) -> float:
    digits = text.rstrip("usmhd")
    unit = text[len(digits) :]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 12 or unit not in _UNITS:
        return 0.0
    return int(digits) * _UNITS[unit]
