"""The rule HP324: a server without a cookie value in a backend that sticks by cookie."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import RealServer
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _cookie(server: RealServer) -> bool:
    return any(words[0] == "cookie" for words in server.own)


class ServerWithoutCookie(HaproxyRule):
    """A server without a cookie value in a backend that sticks by cookie.

    Clients that it serves get no cookie, and their next request goes anywhere.

    Instead: give each server a value of its own::

        cookie SRV insert indirect nocache
        server a 192.0.2.11:80 check cookie a
        server b 192.0.2.12:80 check cookie b

    Reference: HAProxy configuration manual, 5.2, cookie.
    """

    code = "HP324"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            pool = part.pool
            if (
                pool is None
                or pool.persistence is None
                or pool.persistence.kind != "cookie"
                or not part.http
            ):
                continue
            words = pool.persistence.words
            if (
                "dynamic" in words
                or not {"insert", "rewrite", "prefix"} & {*words}
                or len(pool.servers) < 2
            ):
                continue
            bare = [each for each in pool.servers if each.role == "active" and not _cookie(each)]
            for at in dict.fromkeys(each.origin.at for each in bare):
                yield self.told(
                    setup,
                    at,
                    f"server '{setup.words(at)[1]}' has no cookie value: its clients do not come"
                    " back to it",
                    "add cookie NAME",
                )
