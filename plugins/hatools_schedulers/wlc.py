"""wlc: the server with the fewest connections for its weight (``ip_vs_wlc.c``)."""

from __future__ import annotations

from hatools_schedulers.lc import LeastConnection


class WeightedLeastConnection(LeastConnection):
    """The kernel's default: overhead / weight, the first in the list among equals."""

    weighted = True
