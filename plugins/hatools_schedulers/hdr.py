"""hdr: by the value of a header."""

from __future__ import annotations

from hatools.plugin import Connection
from hatools_schedulers.hashed import Hashed, encoded


class Header(Hashed):
    """``use_domain_only`` takes only what stands before the last dot, back to the dot before it."""

    def key(self, connection: Connection) -> bytes | None:
        """Return the header's value; an empty one is none."""
        value = connection.facts.get(f"hdr({self.argument.lower()})")
        if not value:
            return None
        return encoded(_domain(value) if "use_domain_only" in self.words else value)


def _domain(host: str) -> str:
    """Return ``example`` of ``www.example.com``; nothing of a name without a dot."""
    if "." not in host:
        return ""
    return host.rpartition(".")[0].rpartition(".")[2]
