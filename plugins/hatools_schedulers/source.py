"""source: by the client's address."""

from __future__ import annotations

from hatools.plugin import Connection
from hatools_schedulers.hashed import Hashed
from hatools_schedulers.proxy_hash import folded, packed


class Source(Hashed):
    """The words of the address, xored; the hash function does not matter, the avalanche does."""

    def key(self, connection: Connection) -> bytes | None:
        """Return the client's address."""
        return packed(connection.client) or b""

    def hashed(self, key: bytes) -> int:
        """Return the words of the address, xored."""
        return folded(key)
