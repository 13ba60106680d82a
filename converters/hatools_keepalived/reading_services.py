"""Reads virtual servers and their groups into services, listeners and pools."""

from __future__ import annotations

from hatools.model import (
    Fate,
    Listener,
    Origin,
    Outcome,
    Persistence,
    Pool,
    Quorum,
    RealServer,
    Scheduler,
)
from hatools.model import Service as ModelService
from hatools.text import Statement
from hatools.text.document import CLOSE, OPEN
from hatools_keepalived import remarks, vocabulary
from hatools_keepalived.block_reader import BLANK, BlockReader
from hatools_keepalived.reading_checks import CheckDefaults
from hatools_keepalived.reading_heads import Head, read_group, read_head
from hatools_keepalived.reading_methods import FORWARDING, netmask, read_method
from hatools_keepalived.reading_servers import ServerDefaults, ServerReader
from hatools_keepalived.scope import Scope
from hatools_keepalived.service_table import (
    BARE,
    CLAIMS,
    DEFAULT_PERSISTENCE,
    PATH,
    SERVICE_CLAIMS,
    SORRY,
    TABLE,
)
from hatools_keepalived.values import (
    IGNORED,
    parse_address,
    parse_whole,
)

NO_USE = "no virtual_server uses this group"


class ServiceReader:
    """Reads all virtual servers of a file."""

    def __init__(self, reader: BlockReader) -> None:
        self.reader = reader
        self.servers = ServerReader(reader)
        self.groups: dict[str, int] = {}
        self.used: set[str] = set()
        self.listeners: dict[str, list[Listener]] = {}
        self.names: dict[str, int] = {}
        self.places: dict[tuple[str, str], str] = {}
        self.said: dict[tuple[tuple[int, Statement], ...], Scope] = {}

    def note_group(self, index: int) -> None:
        """Remember where the virtual_server_group at *index* stands; the first of a name counts."""
        words = self.reader.statements[index].words
        if self.groups.setdefault(words[1] if len(words) > 1 else "", index) != index:
            read_group(self.reader, index)  # what is wrong with its lines is said all the same
            scope = Scope(index)
            said = "a virtual_server_group of this name stands above"
            advice = "put their lines into one, or give it another name"
            scope.remark(index, remarks.SAME, f"{said}, which is the one that counts", advice)
            self.reader.drop(scope, index, said)
            self.reader.finish(scope)

    def drop_unused(self) -> None:
        """Settle the groups that no virtual server names."""
        for name, index in self.groups.items():
            if name not in self.used:
                read_group(self.reader, index)  # what is wrong with its lines is said all the same
                scope = Scope(index)
                self.reader.drop(scope, index, NO_USE)
                self.reader.finish(scope)

    def read(self, index: int) -> None:
        """Read the virtual_server at *index*."""
        reader = self.reader
        scope = Scope(index)
        head = read_head(reader.words(scope, index)[1:])
        if head.fault or (head.group and head.group not in self.groups):
            said = head.fault or f"there is no virtual_server_group '{head.group}'"
            said = f"{said}: keepalived skips this virtual_server"
            if head.fault or reader.whole:  # else the group may stand in a file that was not read
                scope.remark(index, remarks.SKIPPED_BLOCK, said)
            reader.drop(scope, index, said)
            reader.finish(scope)
            return
        inside = self._statements(scope)
        self._settle(scope, head)
        defaults = _defaults(scope, head)
        name = self._name(head.name)
        servers = self.servers.read(scope, inside, defaults)
        sorry = self._sorry(scope, defaults)
        pool = Pool(
            name,
            Scheduler(scope.get("scheduler", "wlc"), tuple(scope.get("flags", ()))),
            servers + sorry,
            _persistence_of(scope, head),
            _quorum(reader, scope, servers),
            False,
            bool(scope.get("one_packet")),
            tuple(scope.own),
        )
        if not servers:
            self._without_servers(scope)
            return
        listeners = self._listeners(scope, head)
        self._twice(scope, head, name)
        service = ModelService(name, listeners, 4, [], name)
        self._hand_in(scope, head, service, pool)

    def _without_servers(self, scope: Scope) -> None:
        """Drop a virtual server that has no real server: keepalived does not run it."""
        said = "no real server: keepalived ignores this block"
        scope.remark(scope.at, remarks.NO_EFFECT, said, "give it a real_server, or take it out")
        whole = Scope(scope.at)
        self.reader.drop(whole, scope.at, said)
        scope.fates[:0] = whole.fates  # what is wrong with a statement itself is said of it still
        self.reader.finish(scope)

    def _twice(self, scope: Scope, head: Head, name: str) -> None:
        """Remark on a second virtual server in the place of another."""
        place = (head.name, scope.get("protocol", "udp") if head.mark is None else "")
        first = self.places.setdefault(place, name)
        if first != name:
            said = f"a virtual_server on {head.name} stands above: IPVS has one service for both"
            scope.remark(scope.at, remarks.SAME, said, "put their servers into one")

    def _cut(self, scope: Scope, places: list[int]) -> None:
        """Settle what stands behind an unknown block, which ends the virtual server."""
        statements, ends = self.reader.statements, self.reader.ends
        for child in places:
            note = statements[child].note
            words = getattr(note, "meant", None) or statements[child].words
            if statements[child].kind == OPEN and not vocabulary.known(PATH, words[0]):
                fate = Fate(
                    Outcome.APPROXIMATED,
                    f"keepalived does not read it: the unknown '{words[0]}' above ends the"
                    " virtual_server; read as its author meant",
                )
                behind = range(ends.get(child, child) + 1, ends.get(scope.at, scope.at))
                scope.fates[:0] = [  # what has a worse fate keeps it
                    (index - scope.at, fate) for index in behind if statements[index].kind < CLOSE
                ]
                return

    def _statements(self, scope: Scope) -> list[int]:
        """Read what is said for all servers; return where the servers stand."""
        statements, ends, at = self.reader.statements, self.reader.ends, scope.at
        servers, others = list[int](), list[int]()
        child, stop = at + 1, ends.get(at, at)
        while child < stop:
            statement = statements[child]
            if statement.words:
                if statement.kind == OPEN and statement.words[0] == "real_server":
                    servers.append(child)
                else:
                    others.append(child)
            child = ends.get(child, child) + 1
        key = tuple([(child - at, statements[child]) for child in others])
        said = self.said.get(key)
        if said is None:
            said = Scope(at)
            more = self._read_rows(said, others)
            self._cut(said, others)
            if more:
                servers = sorted(servers + more)
            elif not any(statements[child].kind == OPEN for child in others):
                self.said[key] = said
        scope.join(said)
        return servers

    def _read_rows(self, scope: Scope, places: list[int]) -> list[int]:
        """Read the statements at *places*; return where servers stand whose brace is missing."""
        reader, servers = self.reader, list[int]()
        scope.claims = {}
        for child in places:
            words = reader.words(scope, child)
            if words[:1] == ("real_server",):
                servers.append(child)
                if not reader.opens(child):
                    scope.remark(child, remarks.INCOMPLETE, BARE, "give it its braces")
                    scope.settle(child, Fate(Outcome.APPROXIMATED, f"{BARE}; read as a whole"))
            elif words:
                reader.read_row(scope, PATH, TABLE, child, words)
            else:
                reader.drop_inside(scope, child, BLANK)
        return servers

    def _settle(self, scope: Scope, head: Head) -> None:
        """Apply what keepalived does to values that do not fit together."""
        if "protocol" in scope.values and head.mark is not None:
            self._without_effect(scope, "protocol", "a firewall mark has no protocol of its own")
        elif "protocol" not in scope.values and head.mark is None:
            scope.remark(
                scope.at, remarks.NO_PROTOCOL, "no protocol is said: keepalived takes UDP",
                "write protocol TCP, or protocol UDP to say so",
            )  # fmt: skip
        if "family" in scope.values and head.mark is None:
            self._without_effect(scope, "family", "the address says the family", remarks.QUIET)
        if scope.get("one_packet") and head.mark is None and scope.get("protocol", "udp") != "udp":
            self._without_effect(scope, "one_packet", "ops is for UDP only")
        if "granularity" in scope.values:
            mask, complaint = netmask(scope.values["granularity"], head.family)
            scope.values["mask"] = mask
            if complaint:
                self._without_effect(scope, "granularity", complaint, remarks.QUIET)

    def _without_effect(
        self, scope: Scope, field: str, reason: str, code: str = remarks.NO_EFFECT
    ) -> None:
        reader = self.reader
        for offset in scope.claims.pop(field, ()):
            index = scope.at + offset
            keyword = reader.statements[index].words[0]
            scope.remark(index, code, f"{keyword} is ignored: {reason}")
            reader.drop(scope, index, f"keepalived ignores it: {reason}")
        scope.values.pop(field, None)

    def _sorry(self, scope: Scope, defaults: ServerDefaults) -> list[RealServer]:
        """Return the sorry server, if there is a sound one."""
        if "sorry" not in scope.values:
            return []
        reader = self.reader
        at = scope.at + scope.claims.pop("sorry")[0]
        words = scope.values["sorry"].split()
        address = parse_address(words[0]) if words else None
        port = parse_whole(words[1]) if len(words) > 1 else 0
        extra = [scope.at + scope.values[keyword] for keyword in SORRY if keyword in scope.values]
        if address is None or port is None or not 0 <= port <= 65535:
            said = f"'{' '.join(words)}' is no IP address and port: there is no sorry server"
            scope.remark(at, remarks.SKIPPED_BLOCK, said)
            for index in (at, *extra):
                reader.drop(scope, index, said)
            return []
        server = Scope(at)
        server.claim("address", at)
        if len(words) > 1:
            server.claim("port", at)
        forwarding, tunnel = defaults.forwarding, defaults.tunnel
        if "sorry_server_lvs_method" in scope.values:
            index = scope.at + scope.values["sorry_server_lvs_method"]
            said_words = reader.words(scope, index)
            value, complaint = read_method(said_words[1:])
            if value is IGNORED:
                reader.refuse(scope, index, said_words, complaint)
            else:
                forwarding, tunnel = value
                server.claim("forwarding", index)
        inhibit = "sorry_server_inhibit" in scope.values
        if inhibit:
            server.claim("on_failure", scope.at + scope.values["sorry_server_inhibit"])
        return [
            RealServer(
                address,
                defaults.real_port(port, forwarding),
                forwarding=forwarding,
                role="sorry",
                on_failure="zero-weight" if inhibit else "remove",
                tunnel=tunnel,
                origin=Origin(reader.expansion, at, server.claims),
            )
        ]

    def _listeners(self, scope: Scope, head: Head) -> list[Listener]:
        """Return where clients connect: the head's place, or those of its group."""
        protocol = scope.get("protocol", "udp")
        if head.group:
            found = read_group(self.reader, self.groups[head.group], head.group in self.used)
            self.used.add(head.group)
            for listener in found:
                if listener.mark is None:
                    listener.protocol = protocol
            return found
        origin = Origin(self.reader.expansion, scope.at, {"": (0,)})
        if head.mark is not None:
            family = {"inet": 4, "inet6": 6}.get(scope.get("family", ""), 0)
            return [Listener(None, None, "any", head.mark, family, origin=origin)]
        ports = (head.port, head.port) if head.port else None
        return [Listener(head.address, ports, protocol, family=head.family, origin=origin)]

    def _name(self, name: str) -> str:
        """Return *name*, with ``#2`` behind it where there is one of that name already."""
        count = self.names[name] = self.names.get(name, 0) + 1
        return name if count == 1 else f"{name}#{count}"

    def _hand_in(self, scope: Scope, head: Head, service: ModelService, pool: Pool) -> None:
        """Share out the claims between the service and its pool."""
        reader = self.reader
        listening: dict[str, tuple[int, ...]] = {"": (0,)}
        said = [offset for name in SERVICE_CLAIMS for offset in scope.claims.pop(name, ())]
        if head.group:
            said.append(self.groups[head.group] - scope.at)
        if said:
            listening["listeners"] = tuple(said)
        for name in tuple(scope.claims):
            target = CLAIMS.get(name)
            if target:
                offsets = scope.claims.pop(name)
                scope.claims[target] = (*scope.claims.get(target, ()), *offsets)
        service.origin = Origin(reader.expansion, scope.at, listening)
        pool.origin = reader.finish(scope)
        reader.topology.services.append(service)
        reader.topology.pools.append(pool)


def _defaults(scope: Scope, head: Head) -> ServerDefaults:
    """Return what the virtual server says for all its servers."""
    method = scope.get("forwarding", (FORWARDING["NAT"], None))
    checks = CheckDefaults(
        scope.get("fall"),
        scope.get("fast_interval"),
        scope.get("interval", 60.0),
        scope.get("connect_timeout", 5.0),
        scope.get("warmup"),
        bool(scope.get("initial")),
        scope.get("detail", ""),
    )
    return ServerDefaults(
        checks,
        scope.get("weight", 1),
        method[0],
        method[1],
        "zero-weight" if scope.get("on_failure") else "remove",
        head.port,
        head.address is not None,
        head.family,
    )


def _persistence_of(scope: Scope, head: Head) -> Persistence | None:
    """Return how clients come back; a port of 0 or a granularity switches it on."""
    timeout = scope.get("persistence")
    if timeout is None:
        if scope.get("mask") is None and (head.address is None or head.port):
            return None
        timeout = DEFAULT_PERSISTENCE
    mask = scope.get("mask")
    return Persistence("address", timeout, None if mask in (32, 128) else mask)


def _quorum(reader: BlockReader, scope: Scope, servers: list[RealServer]) -> Quorum | None:
    """Return the quorum as keepalived uses it: never above what the servers can give."""
    said = [name for name in ("quorum", "hysteresis", "quorum_up", "quorum_down")
            if name in scope.values]  # fmt: skip
    if not said:
        return None
    weight, slack = scope.get("quorum", 1), scope.get("hysteresis", 0)
    most = sum(server.weight for server in servers)
    if weight > most > 0:
        _reset(scope, "quorum", f"the servers weigh {most} in all: keepalived takes that")
        weight = most
    if slack >= weight:
        _reset(scope, "hysteresis", f"it must be below the quorum: keepalived takes {weight - 1}")
        slack = weight - 1
    return Quorum(weight, slack, scope.get("quorum_up", ""), scope.get("quorum_down", ""))


def _reset(scope: Scope, field: str, reason: str) -> None:
    for offset in scope.claims.get(field, ()):
        scope.remark(scope.at + offset, remarks.RESET, f"{field}: {reason}")
