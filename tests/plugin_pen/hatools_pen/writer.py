"""How pen's command lines say a model."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import (
    KEPT,
    Fate,
    Listener,
    Origin,
    Outcome,
    Persistence,
    Pool,
    RealServer,
    Record,
    Scheduler,
    Service,
    Topology,
)
from hatools.plugin import OutFile, Writing

NOT_HERE = {"*": Fate(Outcome.DROPPED, "pen only passes connections on")}
SERVICE = {"": KEPT, "listeners": KEPT, "default_pool": KEPT, **NOT_HERE}
LISTENER = {"": KEPT, "address": KEPT, "ports": KEPT, "protocol": KEPT, **NOT_HERE}
UNCHECKED = Fate(Outcome.DROPPED, "pen checks no server: it sees that a connection fails")
IN_TURN = Fate(Outcome.APPROXIMATED, "pen takes the servers in turn")
POOL = {"": KEPT, "servers.checks": UNCHECKED, **NOT_HERE}
SERVER = {
    **dict.fromkeys(("", "address", "port", "upper_threshold", "role"), KEPT),
    "weight": Fate(Outcome.DROPPED, "pen is given no weights here"),
    "checks": UNCHECKED,
    "forwarding": Fate(Outcome.APPROXIMATED, "pen is a proxy: it opens connections of its own"),
    **NOT_HERE,
}


def write(topology: Topology) -> Writing:
    """Return one command line for each service that pen can carry."""
    writing = Writing(None, Topology())
    lines: list[str] = []
    for service in topology.services:
        pool = topology.pool(service.default_pool)
        reason = _hindrance(service, pool)
        if pool is None or reason:
            writing.lost.append((service.name, reason))
            continue
        lines.append(_line(service, pool, writing, len(lines) + 1))
    written = {id(record.origin) for record in writing.records}
    for origin in _origins(topology):
        if id(origin) not in written:
            writing.records.append(Record(origin, NOT_HERE))
    if lines:
        writing.main = OutFile("web.pen", "".join(f"{line}\n" for line in lines))
    return writing


def _hindrance(service: Service, pool: Pool | None) -> str:
    """Return why pen cannot carry *service*, or an empty string."""
    if pool is None or not pool.servers:
        return "pen needs servers"
    if len(service.listeners) != 1:
        return "a pen line has one listener"
    listener = service.listeners[0]
    if listener.protocol != "tcp" or not listener.ports or listener.ports[0] != listener.ports[1]:
        return "pen listens on one TCP port"
    servers = (listener.address or "", *(server.address for server in pool.servers))
    if any(":" in address for address in servers):
        return "a pen line holds no IPv6 address"
    return ""


def _line(service: Service, pool: Pool, writing: Writing, number: int) -> str:
    listener = service.listeners[0]
    assert listener.ports is not None
    port = listener.ports[0]
    head = f"{listener.address}:{port}" if listener.address else str(port)
    words = ["pen"]
    servers = [_plain(server, port) for server in pool.servers if server.role != "sorry"]
    sorry = [_plain(server, port) for server in pool.servers if server.role == "sorry"]
    persistence = Persistence("address") if pool.persistence else None
    if persistence is None:
        words.append("-r")
    for server in sorry:
        words += ["-e", _server(server)]
    words += [head, *map(_server, servers)]
    bare = Listener(listener.address, listener.ports, family=4)
    intended = Pool(head, Scheduler("rr"), [*servers, *sorry], persistence)
    writing.intended.pools.append(intended)
    writing.intended.services.append(Service(head, [bare], default_pool=head))
    same = persistence == pool.persistence
    stays = KEPT if same else Fate(Outcome.APPROXIMATED, "pen never forgets a client")
    turns = KEPT if pool.scheduler.name in ("rr", "roundrobin") else IN_TURN
    writing.records += [
        Record(service.origin, SERVICE, number),
        Record(listener.origin, LISTENER, number),
        Record(pool.origin, {"scheduler": turns, "persistence": stays, **POOL}, number),
        *(Record(server.origin, SERVER, number) for server in pool.servers),
    ]
    return " ".join(words)


def _plain(server: RealServer, port: int) -> RealServer:
    """Return *server* with what pen can say of it."""
    role = "sorry" if server.role == "sorry" else "active"
    most = server.upper_threshold
    return RealServer(server.address, server.port or port, role=role, upper_threshold=most)


def _server(server: RealServer) -> str:
    limit = f":{server.upper_threshold}" if server.upper_threshold else ""
    return f"{server.address}:{server.port}{limit}"


def _origins(topology: Topology) -> Iterator[Origin]:
    """Yield where each object of the model was written: all must be accounted for."""
    yield topology.origin
    for service in topology.services:
        yield service.origin
        yield from (listener.origin for listener in service.listeners)
        yield from (rule.origin for rule in service.rules)
    for pool in topology.pools:
        yield pool.origin
        yield from (server.origin for server in pool.servers)
    yield from (router.origin for router in topology.routers)
    yield from (group.origin for group in topology.groups)
    yield from (tracker.origin for tracker in topology.trackers)
    yield from (section.origin for section in topology.sections)
    if topology.mail is not None:
        yield topology.mail.origin
