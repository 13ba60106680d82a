"""The rule HP320: a server by name that is looked up only once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.model import RealServer
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _named(server: RealServer) -> bool:
    """Tell whether the address of *server* is a name that is asked for at the start alone."""
    address = server.address
    if not re.fullmatch(r"[A-Za-z][\w.-]*", address) or address == "localhost" or "$" in address:
        return False
    return not any(words[0] in ("resolvers", "init-addr") for words in server.own)


class ServerNameLookedUpOnce(HaproxyRule):
    """A server by name that is looked up only once.

    Without resolvers haproxy asks for the address when it starts, and never again; when the name
    cannot be found then, haproxy does not start at all.

    Instead: name a resolvers section, and say what to do at the start::

        server a app.example.com:80 check resolvers dns init-addr last,libc,none

    Reference: HAProxy configuration manual, 5.3, server IP address resolution using DNS.
    """

    code = "HP320"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            found = [each for each in (part.pool.servers if part.pool else []) if _named(each)]
            if found:
                at = found[0].origin.at
                more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
                yield self.told(
                    setup,
                    at,
                    f"server '{setup.words(at)[1]}'{more} is found by name once, at the start;"
                    " where that fails haproxy does not start",
                    "add resolvers NAME init-addr last,libc,none",
                )
