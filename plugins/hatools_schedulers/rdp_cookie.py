"""rdp-cookie: by a cookie of the Remote Desktop Protocol, ``mstshash`` unless named."""

from __future__ import annotations

from hatools.plugin import Connection
from hatools_schedulers.hashed import Hashed, encoded


class RdpCookie(Hashed):
    """Without the cookie servers take turns."""

    needs_key_when_alone = True

    def key(self, connection: Connection) -> bytes | None:
        """Return the cookie's value; an empty one is none."""
        value = connection.facts.get(f"rdp-cookie({self.argument or 'mstshash'})")
        return encoded(value) if value else None
