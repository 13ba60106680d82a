"""hash: by any sample expression that the driver can tell the value of."""

from __future__ import annotations

from hatools.plugin import Connection
from hatools_schedulers.hashed import URI, Hashed, encoded
from hatools_schedulers.proxy_hash import packed


class HashExpression(Hashed):
    """The fact named as the expression is written, else ``src``, ``dst``, ``path`` and ``url``."""

    def key(self, connection: Connection) -> bytes | None:
        """Return the value of the expression, an address as its bytes."""
        name, facts = self.argument, connection.facts
        if name in ("src", "dst"):
            return packed(connection.client if name == "src" else connection.address)
        value = facts.get(name) or facts.get(name.removeprefix("req."))
        if value is None and name in ("path", "pathq", "url"):
            value = facts.get(URI)
            if value is not None and name == "path":
                value = value.partition("?")[0]
        return None if value is None else encoded(value)
