"""The table of services and servers while commands change it, and who said what in it."""

from __future__ import annotations

from hatools.model import (
    Listener,
    Origin,
    Persistence,
    Pool,
    RealServer,
    Scheduler,
    Service,
    Topology,
    Tunnel,
)
from hatools.text import Expansion
from hatools_ipvsadm.addresses import place

Key = tuple[str, str, int]  # protocol (or "mark4", "mark6"), address, port or mark


class Entry:
    """A service or a server: *facts* by field, each with the statement that said it.

    *at* is the statement that made it; a field without a statement in *said* is
    a default.  *seen* are all statements that ever spoke of it.
    """

    __slots__ = ("at", "facts", "said", "seen")

    def __init__(self, at: int) -> None:
        self.at = at
        self.facts: dict[str, object] = {}
        self.said: dict[str, int] = {"": at}
        self.seen: list[int] = [at]

    def put(self, field: str, value: object, at: int, written: bool = True) -> None:
        """Set *field*; *written* tells whether statement *at* says it, or it is a default."""
        self.facts[field] = value
        if written:
            self.said[field] = at
        else:
            self.said.pop(field, None)


class ServerEntry(Entry):
    """A server of a service."""

    __slots__ = ("address", "port")

    def __init__(self, at: int, address: str, port: int | None) -> None:
        super().__init__(at)
        self.address = address
        self.port = port


class ServiceEntry(Entry):
    """A virtual service with its servers, by address and port."""

    __slots__ = ("key", "servers")

    def __init__(self, at: int, key: Key) -> None:
        super().__init__(at)
        self.key = key
        self.servers: dict[tuple[str, int], ServerEntry] = {}

    @property
    def mark(self) -> bool:
        """Tell whether a firewall mark stands for the service."""
        return self.key[0].startswith("mark")

    @property
    def family(self) -> int:
        """4 or 6; 0 for a host name."""
        kind, address, _ = self.key
        if self.mark:
            return 6 if kind == "mark6" else 4
        return 6 if ":" in address else 4 if address[-1:].isdigit() else 0


class Table:
    """What ``ipvsadm -L`` would show, and which statements were undone by which."""

    def __init__(self) -> None:
        self.services: dict[Key, ServiceEntry] = {}
        self.undone: dict[int, int] = {}
        self.changed = False  # by a command, not by a listing

    def remove(self, entry: Entry, by: int) -> None:
        """Note that statement *by* undid all that was said of *entry*."""
        for at in entry.seen:
            self.undone.setdefault(at, by)
        if isinstance(entry, ServiceEntry):
            for server in entry.servers.values():
                self.remove(server, by)

    def clear(self, by: int) -> None:
        """Remove everything."""
        for service in self.services.values():
            self.remove(service, by)
        self.services.clear()


class Builder:
    """Makes the model of a table; equal patterns of statements share their origin's fields."""

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.claimed: set[int] = set()
        self._shared: dict[tuple[tuple[str, int], ...], dict[str, tuple[int, ...]]] = {}
        self._names: dict[str, int] = {}

    def build(self, table: Table, topology: Topology) -> None:
        """Add the services of *table* to *topology*."""
        for entry in table.services.values():
            self._service(entry, topology)

    def _origin(self, entry: Entry, fields: dict[str, int]) -> Origin:
        at = entry.at
        self.claimed.update(fields.values())
        key = tuple([(name, index - at) for name, index in fields.items()])
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = {name: (offset,) for name, offset in key}
        return Origin(self.expansion, at, shared)

    def _service(self, entry: ServiceEntry, topology: Topology) -> None:
        kind, address, number = entry.key
        at, facts, said = entry.at, entry.facts, entry.said
        listening = {"": at, "address": at, "protocol": at, "ports": at}
        if entry.mark:
            listening = {"": at, "mark": at, "family": at}
            listener = Listener(None, None, "any", number, entry.family)
            name = f"fwmark:{number}"
        else:
            ports = (number, number) if number else None
            listener = Listener(address, ports, kind, family=entry.family)
            name = place(address, number)
        listener.origin = self._origin(entry, listening)
        count = self._names[name] = self._names.get(name, 0) + 1
        name = name if count == 1 else f"{name}#{count}"
        flags = facts.get("flags", ())
        assert isinstance(flags, tuple)
        pool = Pool(name, Scheduler(str(facts.get("scheduler", "wlc")), flags))
        timeout, mask = facts.get("timeout"), facts.get("mask")
        if isinstance(timeout, int):
            pool.persistence = Persistence(
                "address", float(timeout), mask if isinstance(mask, int) else None
            )
        pool.one_packet = bool(facts.get("one_packet"))
        engine = facts.get("own")
        pool.own = (("persistence_engine", str(engine)),) if engine else ()
        claims = {"": at}
        for name_, index in said.items():
            field = _POOL_FIELDS.get(name_, name_)
            if field == "own.0" and not engine:
                continue
            if field != "mask" or isinstance(timeout, int):
                claims["persistence" if field == "mask" else field] = index
        pool.origin = self._origin(entry, claims)
        pool.servers = [self._server(each) for each in entry.servers.values()]
        service = Service(name, [listener], default_pool=name)
        service.origin = self._origin(entry, {"": at, "default_pool": at})
        topology.services.append(service)
        topology.pools.append(pool)

    def _server(self, entry: ServerEntry) -> RealServer:
        facts = entry.facts
        weight, forwarding = facts.get("weight", 1), str(facts.get("forwarding", "direct"))
        upper, lower, tunnel = facts.get("upper"), facts.get("lower"), facts.get("tunnel")
        server = RealServer(
            entry.address,
            entry.port,
            weight if isinstance(weight, int) else 1,
            forwarding=forwarding,
            upper_threshold=upper if isinstance(upper, int) and upper else None,
            lower_threshold=lower if isinstance(lower, int) and lower else None,
            tunnel=tunnel if isinstance(tunnel, Tunnel) else None,
        )
        claims = {_SERVER_FIELDS.get(name, name): at for name, at in entry.said.items()}
        server.origin = self._origin(entry, claims)
        return server


_POOL_FIELDS = {"flags": "scheduler", "timeout": "persistence", "own": "own.0"}
_SERVER_FIELDS = {"upper": "upper_threshold", "lower": "lower_threshold"}
