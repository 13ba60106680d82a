"""A proxy binds an address that this node does not always hold."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.model import Listener
from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity

ALLOWING = ("transparent",)


class BindToAnAddressOfThePeer:
    """A proxy binds an address that this node does not always hold.

    The node that is BACKUP does not have the virtual address. Without
    net.ipv4.ip_nonlocal_bind haproxy cannot start there, so that nothing listens
    after a takeover. What the kernel is told stands in no file that is read here.

    Instead: sysctl net.ipv4.ip_nonlocal_bind=1 (net.ipv6.ip_nonlocal_bind=1)
    on every node, bind with transparent, or bind all addresses.

    Reference: haproxy's configuration manual, 5.1, transparent;
    ip-sysctl in the kernel's documentation, ip_nonlocal_bind.
    """

    code = "XN015"
    severity = Severity.WARNING
    looks_at = "node"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each listener on a virtual router's address."""
        moving = {
            address.address: router
            for _, topology in subject.topologies
            for router in topology.routers
            for address in (*router.addresses, *router.excluded_addresses)
        }
        for _, topology in subject.topologies if moving else ():
            pools = {pool.name: pool for pool in topology.pools}
            for service in topology.services:
                pool = pools.get(service.default_pool)
                proxied = service.layer == 7 or (
                    pool is not None and any(one.forwarding == "proxy" for one in pool.servers)
                )
                for listener in service.listeners if proxied else ():
                    router = moving.get(listener.address or "")
                    allowed = any(words[0] in ALLOWING for words in listener.own)
                    if router is not None and not allowed:
                        yield Diagnostic(
                            self.code,
                            self.severity,
                            f"{listener.address} moves with virtual router {router.name}: while"
                            " this node is BACKUP haproxy cannot bind it unless"
                            f" {_setting(listener)} is 1",
                            listener.origin.span() or service.origin.span(),
                            f"set {_setting(listener)}=1 on every node, or add transparent here",
                        )


def _setting(listener: Listener) -> str:
    family = 6 if ":" in (listener.address or "") else 4
    return f"net.ipv{family}.ip_nonlocal_bind"
