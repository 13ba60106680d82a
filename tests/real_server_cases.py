"""Services with direct routing and tunnels, as models: what real servers are set up for."""

from __future__ import annotations

from hatools.model import Listener, Pool, RealServer, Scheduler, Service, Topology, Tunnel

VIP4, VIP6 = "10.0.0.10", "2001:db8::10"
RS4, RS6 = "10.0.0.2", "2001:db8::2"
RS4_CHECKED, RS6_CHECKED = "10.0.0.4", "2001:db8::4"  # one tunnel takes them with, one without

# how packets get there, the virtual address, the server's address
CASES: dict[str, tuple[Tunnel | None, str, str]] = {
    "direct routing": (None, VIP4, RS4),
    "direct routing over IPv6": (None, VIP6, RS6),
    "ipip": (Tunnel(), VIP4, RS4),
    "ipip: IPv6 in IPv4": (Tunnel(), VIP6, RS4),
    "ipip: IPv4 in IPv6": (Tunnel(), VIP4, RS6),
    "ipip: IPv6 in IPv6": (Tunnel(), VIP6, RS6),
    "gre": (Tunnel("gre"), VIP4, RS4),
    "gre with checksums": (Tunnel("gre", None, "csum"), VIP4, RS4_CHECKED),
    "gre with checksums over IPv6": (Tunnel("gre", None, "csum"), VIP4, RS6_CHECKED),
    "gre: IPv6 in IPv6": (Tunnel("gre"), VIP6, RS6),
    "gue": (Tunnel("gue", 5555), VIP4, RS4),
    "gue with checksums": (Tunnel("gue", 5555, "csum"), VIP4, RS4),
    "gue with remote checksums": (Tunnel("gue", 5555, "remcsum"), VIP4, RS4),
    "gue: IPv6 in IPv4": (Tunnel("gue", 5556), VIP6, RS4),
    "gue: IPv4 in IPv6": (Tunnel("gue", 5557), VIP4, RS6),
    "gue: IPv6 in IPv6": (Tunnel("gue", 5557), VIP6, RS6),
}


def topology(*cases: tuple[Tunnel | None, str, str], mark: int | None = None) -> Topology:
    """Return a service on port 80, 81, … for each of *cases*; with *mark*, one by mark as well."""
    made = Topology()
    for number, (tunnel, address, server) in enumerate(cases):
        port, family = 80 + number, 6 if ":" in address else 4
        listener = Listener(address, (port, port), family=family)
        _add(made, f"s{number}", listener, _server(server, port, tunnel))
    if mark is not None:
        _add(made, "marked", Listener(None, None, "any", mark, 4), _server(RS4, None, None))
    return made


def _server(address: str, port: int | None, tunnel: Tunnel | None) -> RealServer:
    forwarding = "tunnel" if tunnel else "direct"
    return RealServer(address, port, forwarding=forwarding, tunnel=tunnel)


def _add(made: Topology, name: str, listener: Listener, server: RealServer) -> None:
    made.services.append(Service(name, [listener], default_pool=name))
    made.pools.append(Pool(name, Scheduler("rr"), [server]))
