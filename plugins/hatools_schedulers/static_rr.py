"""static-rr: round robin by weight over a fixed map (``lb_map.c``)."""

from __future__ import annotations

from hatools.plugin import Connection, Member
from hatools_schedulers.weight_map import WeightMap


class StaticRoundRobin(WeightMap):
    """Weights do not change while it runs.

    With no active server left and several backups the map mixes these, even
    where only the first of them should be used.
    """

    def pick_avoiding(
        self, connection: Connection, draw: float, avoid: Member | None
    ) -> Member | None:
        """Return the next server of the map that has room."""
        return self.following(avoid)
