"""A VRRP instance moves no address: only its scripts, or its routes, act on who is MASTER."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import Topology, VirtualRouter
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import (
    KeepalivedRule,
    Owner,
    in_globals,
    said,
    topology,
)

ACTS = ("notify", "notify_master", "virtual_routes", "virtual_rules")
FIFOS = ("notify_fifo", "vrrp_notify_fifo")


class RouterThatOnlyRunsScripts(KeepalivedRule):
    """A VRRP instance moves no address: only its scripts, or its routes, act on who is MASTER.

    Why: keepalived -t leaves with 5 ("at least one is sensible"), so whatever checks before it
    deploys stops here. keepalived itself runs it, and where the network gives addresses to
    machines, as clouds do, notify_master that moves one is what is meant.

    Instead: write the address, too, where the node may hold it. Where it may not, and nothing
    asks keepalived -t, say so in hatools.toml, or at the place:

        [lint.severity]
        KA355 = "info"

        vrrp_instance cloud {    # hatools: ignore KA355 notify.sh moves the address

    Reference: man keepalived.conf, virtual_ipaddress, notify_master; tried with keepalived 2.2.7.
    """

    code = "KA355"
    severity = Severity.ERROR
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        for router in found.routers:
            if not router.addresses and not router.excluded_addresses and acts(router, subject):
                yield self.found(
                    f"{router.name} has no virtual_ipaddress: its scripts or routes alone act,"
                    " and keepalived -t refuses the file",
                    router.origin.span(),
                    "write the addresses, too, or silence this where the scripts move something",
                )


def acts(router: VirtualRouter, subject: Subject) -> bool:
    """Tell whether something but addresses happens when *router* becomes MASTER."""
    found: Topology = topology(subject)
    owners: list[Owner] = [
        router,
        *(group for group in found.groups if router.name in group.members),
    ]
    return any(True for owner in owners for _ in said(owner, *ACTS)) or bool(
        in_globals(subject, *FIFOS)
    )
