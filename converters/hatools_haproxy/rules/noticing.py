"""How long haproxy takes to notice that a server is silent."""

from __future__ import annotations

from hatools.engine.health import detection
from hatools.model import Check


def noticed(check: Check) -> tuple[float, float, float]:
    """Return the least, mean and most seconds until a silent server counts as down.

    A check that gets no connection ends after ``timeout connect`` or ``inter``,
    whichever is shorter.
    """
    if check.connect_timeout is not None and check.connect_timeout > check.interval:
        check = check._replace(connect_timeout=check.interval)
    return detection(check, proxy=True)
