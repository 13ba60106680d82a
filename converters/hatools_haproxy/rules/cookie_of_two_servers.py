"""The rule HP325: two servers have the same cookie value."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import RealServer
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class CookieOfTwoServers(HaproxyRule):
    """Two servers have the same cookie value.

    haproxy takes the first one that matches: clients of the second go to the first with their next
    request.

    Instead: give each server a value of its own::

        server a 192.0.2.11:80 check cookie a
        server b 192.0.2.12:80 check cookie b

    Reference: HAProxy configuration manual, 5.2, cookie.
    """

    code = "HP325"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            seen: dict[str, RealServer] = {}
            for server in part.pool.servers if part.pool else []:
                values = [
                    words[1] for words in server.own if words[0] == "cookie" and len(words) > 1
                ]
                if not values or server.role != "active" or server.state == "maintenance":
                    continue
                first = seen.setdefault(values[-1], server)
                if first is not server and first.address != server.address:
                    at = server.origin.at
                    yield self.told(
                        setup,
                        at,
                        f"server '{server.name}' has the cookie value of '{first.name}': its"
                        " clients go to that one",
                        "give each server a value of its own",
                    )
