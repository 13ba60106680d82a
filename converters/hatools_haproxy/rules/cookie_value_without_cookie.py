"""The rule HP326: servers have cookie values, and no cookie is used."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class CookieValueWithoutCookie(HaproxyRule):
    """Servers have cookie values, and no cookie is used.

    The values count only where the backend says cookie NAME, in mode http.

    Instead: name the cookie::

        cookie SRV insert indirect nocache

    Reference: HAProxy configuration manual, 4.2, cookie.
    """

    code = "HP326"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.pool is None or (part.http and part.said("cookie") is not None):
                continue
            for server in part.pool.servers:
                if any(words[0] == "cookie" for words in server.own):
                    why = "'cookie' is not said" if part.http else "cookies need mode http"
                    yield self.told(
                        setup,
                        server.origin.at,
                        f"the cookie values of the servers of '{part.name}' are"
                        f" without effect: {why}",
                        "write cookie NAME insert indirect nocache"
                        if part.http
                        else "write mode http, or take them out",
                    )
                    break
