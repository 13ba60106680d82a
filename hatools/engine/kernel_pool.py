"""A virtual service in the kernel: thresholds, persistence, and what counts as active.

Facts are those of ``ip_vs_core.c``, ``ip_vs_conn.c`` and ``ip_vs_ctl.c``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from hatools.engine.machine import Action, Event
from hatools.engine.pool import PoolMachine
from hatools.model import Pool as PoolModel
from hatools.plugin.balancing import NO_FACTS, Connection, Member, Scheduler

REARMED = 60.0  # seconds: a template that runs out under live connections lives on for so long
TRASH = 120.0  # seconds in which a deleted server that comes back has its counters still
FTP = 21
NOBODY = "no server is usable"


class Timeouts(NamedTuple):
    """How long the kernel keeps connections, in seconds (``ip_vs_proto_tcp.c``, ``_udp.c``).

    `ipvsadm --set` changes *established*, *fin_wait* and *udp*.
    """

    established: float = 900.0
    fin_wait: float = 120.0
    udp: float = 300.0
    time_wait: float = 120.0
    close: float = 10.0
    close_wait: float = 60.0


class Sysctl(NamedTuple):
    """The switches under ``net.ipv4.vs`` that decide where connections go."""

    expire_quiescent_template: bool = False
    expire_nodest_conn: bool = False


TIMEOUTS = Timeouts()
SYSCTL = Sysctl()


class Template:
    """Where a client's connections go: *server*, until when, and how many live ones hold it."""

    __slots__ = ("began", "emptied", "expires", "live", "server")

    def __init__(self, server: Member, began: float) -> None:
        self.server = server
        self.began = began
        self.expires = began
        self.live = 0
        self.emptied = 0.0

    def expired(self, now: float) -> bool:
        """Tell whether it has run out; under live connections it is armed again each time."""
        while self.expires <= now and (self.live or self.emptied > self.expires):
            self.expires += REARMED
        return self.expires <= now


class KernelPool(PoolMachine):
    """One virtual service of IPVS: one address and port, or one mark, and its servers.

    *mark* and *ports* (None: all) say what its templates are for.
    """

    def __init__(
        self,
        pool: PoolModel,
        scheduler: Scheduler,
        *,
        name: str = "",
        protocol: str = "tcp",
        programs: Mapping[str, str] = NO_FACTS,
        mark: int | None = None,
        all_ports: bool = False,
        timeouts: Timeouts = TIMEOUTS,
        sysctl: Sysctl = SYSCTL,
    ) -> None:
        super().__init__(pool, scheduler, name=name, protocol=protocol, programs=programs)
        self.mark = mark
        self.all_ports = all_ports
        self.timeouts = timeouts
        self.sysctl = sysctl
        self.templates: dict[object, Template] = {}
        persistence = pool.persistence
        self._persistent = persistence is not None and persistence.kind == "address"
        self._timeout = (persistence.timeout or 0.0) if persistence else 0.0
        self._masked = _masker(persistence.mask if persistence else None)
        self._chosen = f"{pool.scheduler.name} chose it"

    def handle(self, event: Event) -> Iterator[Action]:
        """Take what every pool takes; an edit counts as one even where it changes nothing."""
        member = self.members.get(event.subject.removeprefix(f"{self.name}/"))
        before = (member.up, member.weight) if member else None
        yield from super().handle(event)
        if event.kind == "weight" and member and before == (True, member.weight):
            self.scheduler.changed(member)

    def open(self, connection: Connection, draw: float) -> Member | None:
        """Give *connection* to a server and count it."""
        if self._persistent:
            return self._persist(connection, draw)
        server = self.scheduler.pick(connection, draw)
        if server is None:
            self.reason = NOBODY
        else:
            self.reason = self._chosen
            if not self.pool.one_packet:
                self._bind(server, connection.protocol)
        return server

    def counts_in_bulk(self, protocol: str) -> bool:
        """Tell whether `open_all`, `finish_all` and `expire_all` do what their singulars do.

        That is so where no choice depends on how many connections there are.
        """
        return (
            getattr(self.scheduler, "heedless", False)
            and not (self._persistent or self.pool.one_packet or protocol == "udp")
            and not any(one.limit for one in self.members.values())
        )

    def open_all(
        self, connections: Iterable[Connection], draw: Callable[[], float]
    ) -> list[Member]:
        """Give *connections* to servers, in order; return no servers where none is usable."""
        pick = self.scheduler.pick
        chosen = [pick(connection, draw()) for connection in connections]
        if None in chosen:
            return []
        servers = cast("list[Member]", chosen)
        for server in servers:
            server.active += 1
        return servers

    def finish_all(self, servers: Iterable[Member]) -> float:
        """Note that a connection to each of *servers* ended; return when to `expire_all`."""
        for server in servers:
            server.active -= 1
            server.inactive += 1
        return self.timeouts.time_wait

    def expire_all(self, servers: Iterable[Member]) -> None:
        """Forget an ended connection to each of *servers*."""
        for server in servers:
            server.inactive -= 1

    def _persist(self, connection: Connection, draw: float) -> Member | None:
        key = self._key(connection)
        now = connection.time
        template = self.templates.get(key)
        if template is not None and (template.expired(now) or not self._holds(template.server)):
            del self.templates[key]  # for good: its server may come back, the template does not
            template = None
        if template is None:
            server = self.scheduler.pick(connection, draw)
            if server is None:
                self.reason = NOBODY
                return None
            self.reason = f"{self._chosen}, and its client stays with it"
            template = self.templates[key] = Template(server, now)
        else:
            self.reason = "the client was there before (persistence)"
        template.expires = now + self._timeout
        template.live += 1
        self._bind(template.server, connection.protocol)
        return template.server

    def _holds(self, server: Member) -> bool:
        """Tell whether a template to *server* still holds: weight 0 and overload do not matter."""
        if not server.up:
            return False
        return server.weight > 0 or not self.sysctl.expire_quiescent_template

    def _key(self, connection: Connection) -> object:
        client = self._masked(connection.client)
        if self.mark is not None:
            return client
        port = 0 if self.all_ports or connection.port == FTP else connection.port
        return client, connection.address, port

    def _bind(self, server: Member, protocol: str) -> None:
        if protocol == "udp":
            server.inactive += 1
        else:
            server.active += 1
        self.scheduler.opened(server)
        if server.limit:
            self._weigh(server)

    def _weigh(self, server: Member) -> None:
        """Set or clear the overload flag: up to the upper threshold, down to the lower one."""
        upper = server.limit
        total = server.active + server.inactive
        if total >= upper:
            overloaded = True
        else:
            lower = self.servers[server.name].lower_threshold
            overloaded = server.overloaded and total >= (lower or upper - (upper >> 2))
        if overloaded != server.overloaded:
            server.overloaded = overloaded
            self.scheduler.changed(server)

    def finish(self, connection: Connection, server: Member, aborted: bool = False) -> float:
        """Note that *connection* ended; return after how many seconds to `expire` it."""
        if self.pool.one_packet:
            return 0.0
        if connection.protocol == "udp":
            return self.timeouts.udp
        server.active -= 1
        server.inactive += 1
        self.scheduler.closed(server)
        return self.timeouts.close if aborted else self.timeouts.time_wait

    def expire(self, connection: Connection, server: Member, now: float) -> None:
        """Forget an ended connection at the time that `finish` said."""
        if self.pool.one_packet:
            return
        server.inactive -= 1
        self.scheduler.closed(server)
        if server.limit:
            self._weigh(server)
        template = self.templates.get(self._key(connection)) if self._persistent else None
        if template is not None and template.began <= connection.time and template.live:
            template.live -= 1
            if not template.live:
                template.emptied = now


def _masked_as_is(address: str) -> str:
    return address


def _masker(mask: int | None) -> Callable[[str], object]:
    """Return what cuts a client's address down to *mask* bits, None for all of them."""
    if mask is None:
        return _masked_as_is
    from socket import AF_INET, AF_INET6, inet_pton

    def masked(address: str) -> object:
        family, bits = (AF_INET6, 128) if ":" in address else (AF_INET, 32)
        return int.from_bytes(inet_pton(family, address), "big") >> (bits - min(mask, bits))

    return masked
