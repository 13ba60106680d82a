"""A virtual route names no interface."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, Owner, topology

DIGITS = "0123456789abcdef:"
PLACES = frozenset(("dev", "oif", "nexthop"))
"""Words that say by which interface a route goes."""


class RouteThatIsNotTracked(KeepalivedRule):
    """A virtual route names no interface.

    Why: keepalived cannot tell by which interface the route goes, so it does not notice
    when the kernel takes it away with the interface: the MASTER then lacks the route.

    Instead: dev NAME behind the route, or no_track where that is meant. keepalived 2.2
    complains of such a route all the same, with no_track, too.

    Reference: man keepalived.conf, virtual_routes, no_track.
    """

    code = "KA319"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        owners: list[tuple[Owner, bool]] = [(router, False) for router in found.routers]
        owners += [(each, True) for each in found.sections if each.kind == "static_routes"]
        for owner, inside in owners:
            for number, words in enumerate(owner.own):
                if words[0] in ("virtual_routes", "}"):
                    inside = words[0] == "virtual_routes"
                elif inside and PLACES.isdisjoint(words):
                    route = next((word for word in words if word[0] in DIGITS), words[0])
                    yield self.found(
                        f"the route {route} names no interface: keepalived does not track it",
                        owner.origin.span(f"own.{number}"),
                        "write dev NAME",
                    )
