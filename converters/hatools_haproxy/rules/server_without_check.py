"""The rule HP311: several servers, and nobody looks whether one is down."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import RealServer
from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _watched(server: RealServer) -> bool:
    return any(words[0] in ("track", "observe", "agent-check") for words in server.own)


class ServerWithoutCheck(HaproxyRule):
    """Several servers, and nobody looks whether one is down.

    Without check a server counts as up for ever: its share of the connections fails while it is
    down.

    Instead: check each of them, or all through default-server::

        default-server check inter 2s fall 3
        server a 192.0.2.11:80
        server b 192.0.2.12:80

    Reference: HAProxy configuration manual, 5.2, check.
    """

    code = "HP311"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            servers = part.pool.servers if part.pool else []
            active = [each for each in servers if each.state != "maintenance"]
            bare = [each for each in active if not each.checks and not _watched(each)]
            if len(active) < 2 or not bare:
                continue
            if len(bare) == len(active):
                yield self.told(
                    setup,
                    bare[0].origin.at,
                    f"none of the {len(bare)} servers of '{part.name}' is"
                    " checked: one that is down keeps its share",
                    "write check on each server line",
                )
                continue
            for index in dict.fromkeys(each.origin.at for each in bare):
                yield self.told(
                    setup,
                    index,
                    f"server '{setup.words(index)[1]}' is not checked, others of '{part.name}' are",
                    "write check on its line",
                )
