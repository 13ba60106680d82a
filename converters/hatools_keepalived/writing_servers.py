"""Turns the servers of one pool into keepalived's real servers, once for each shape of server."""

from __future__ import annotations

from dataclasses import dataclass, field

from hatools.model import (
    KEPT,
    Check,
    Fate,
    Pool,
    RealServer,
    Topology,
    Tunnel,
    Verdict,
    approximated,
    dropped,
    replace,
)
from hatools.model.topology import Own
from hatools.plugin import Settings
from hatools_keepalived.losses import fate_of
from hatools_keepalived.spelling import canonical, family_of
from hatools_keepalived.writing_checks import Adapted, Version, adapt_check

_FIELDS = (
    "", "name", "address", "port", "weight", "forwarding", "role", "on_failure", "state",
    "upper_threshold", "lower_threshold", "checks", "tunnel", "own",
)  # fmt: skip
_ALL_KEPT: dict[str, Fate] = dict.fromkeys(_FIELDS, KEPT)
_THRESHOLD = approximated("haproxy queues above maxconn, IPVS refuses above uthreshold")
_DISABLED = approximated("keepalived has no disabled servers: weight 0 gives it no connections")
_DRAIN = approximated("weight 0 gives it no new connections")
_SORRY = approximated("sorry_server: used when all others are down, and not checked")
_SORRY_CHECKS = dropped("keepalived does not check the sorry_server")
_SORRY_WEIGHT = dropped("the sorry_server is alone: it has no weight")
_SECOND = dropped("keepalived has one sorry_server: the first backup is it")
_PROMOTED = approximated("keepalived wants an active server: there are only backups")
_NAT_FAMILY = "IPVS masquerading cannot lead from IPv{0} to IPv{1}"
_SOCKET = dropped("IPVS leads to IP addresses, not to sockets")
_ANY = dropped("IPVS needs the server's own address")
_ANYWHERE = ("0.0.0.0", "::")
_METHODS = {"direct": "direct routing", "tunnel": "a tunnel"}
_OTHER_PORT = "with {0} the packet keeps its port: the server must listen on {1}, not {2}"


@dataclass(frozen=True, slots=True)
class Way:
    """How one virtual server leads to its pool.

    *port* is its own, None where it has several.  *forwarding* is empty where
    every server says its own.
    """

    family: int
    port: int | None
    forwarding: str
    front: str = "NOT_USED NOT_USED"
    """What haproxy gives to a check script as the proxy's address and port."""


@dataclass(slots=True)
class Shape:
    """What servers have in common that differ only in address, name and comment."""

    verdict: Verdict
    weight: int
    upper: int | None
    checks: tuple[Check, ...]
    forwarding: str
    tunnel: Tunnel | None
    own: Own


@dataclass(slots=True)
class Placed:
    """The servers of a pool as keepalived has them, in parallel with where they come from.

    *refused* are the servers left out, each with its fate.
    """

    servers: list[RealServer] = field(default_factory=list)
    sources: list[RealServer] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    refused: list[tuple[RealServer, Fate]] = field(default_factory=list)
    promoted: bool = False


class ServerAdapter:
    """Adapts servers; remembers what it has decided for checks, shapes and names."""

    def __init__(self, topology: Topology, settings: Settings, version: Version) -> None:
        self._topology = topology
        self._settings = settings
        self._version = version
        self._shapes: dict[str, dict[tuple[object, ...], Shape]] = {}
        self._checks: dict[object, Adapted] = {}
        self._addresses: dict[str, tuple[str, int, Fate]] = {}

    def place(self, pool: Pool, way: Way) -> Placed:
        """Return the servers of *pool* as *way* leads to them, a sorry server last."""
        placed = Placed()
        shapes = self._shapes.setdefault(way.forwarding, {})
        direct = way.forwarding != "masquerade"
        seen: set[tuple[str, int | None]] = set()
        backups: list[tuple[RealServer, str, int | None]] = []
        sorry: list[tuple[RealServer, str, int | None]] = []
        servers, sources, verdicts = placed.servers, placed.sources, placed.verdicts
        for server in pool.servers:
            address = server.address
            family = family_of(address)
            if family == 6:
                address = canonical(address)
            elif not family:
                address, family, unknown = self._address(address)
                if not family:
                    placed.refused.append((server, unknown))
                    continue
            port = server.port if server.port is not None else way.port
            fate: Fate | None = None
            if server.port is None and server.own:
                port = _shifted(port, server.own)
                if port is not None and not 0 < port < 65536:
                    fate = dropped(f"{port} is no port")
            if direct and way.port is None and _method(server, way)[0] != "masquerade":
                port = None  # only NAT can change the port
            if direct or family != way.family or address in _ANYWHERE:
                fate = fate or _obstacle(server, family, port, way)
            if (address, port) in seen:
                fate = fate or dropped(f"{address} port {port} is in this pool already")
            if fate is not None:
                placed.refused.append((server, fate))
                continue
            if server.role != "active":
                (sorry if server.role == "sorry" else backups).append((server, address, port))
                continue
            seen.add((address, port))
            checks, own = server.checks, server.own
            key: tuple[object, ...] = (
                server.weight,
                server.upper_threshold,
                server.lower_threshold,
                server.state,
                server.on_failure,
                server.forwarding,
                server.tunnel,
                id(checks[0]) if len(checks) == 1 else tuple([id(check) for check in checks]),
                own and tuple([words[0] for words in own]),
            )
            shape = shapes.get(key)
            if shape is None:
                shape = self._shape(server, address, port, way, shapes, key)
            servers.append(
                RealServer(
                    address, port, shape.weight, "", shape.forwarding, "active",
                    server.on_failure, "ready", shape.upper, server.lower_threshold,
                    shape.checks, shape.tunnel, shape.own,
                )
            )  # fmt: skip
            sources.append(server)
            verdicts.append(shape.verdict)
        self._add_backups(pool, placed, backups, sorry, way, seen)
        return placed

    def _add_backups(
        self,
        pool: Pool,
        placed: Placed,
        backups: list[tuple[RealServer, str, int | None]],
        sorry: list[tuple[RealServer, str, int | None]],
        way: Way,
        seen: set[tuple[str, int | None]],
    ) -> None:
        while backups and not any(server.weight for server in placed.servers):
            server, address, port = backups.pop(0)
            if server.state != "ready":
                placed.refused.append((server, dropped("a disabled backup has no part here")))
                continue
            if (address, port) in seen:
                placed.refused.append((server, dropped(f"{address} port {port} is there already")))
                continue
            shape = self._decide(server, way, f"{way.front} {address} {port or 0}")
            made = RealServer(
                address, port, shape.weight, forwarding=shape.forwarding,
                on_failure=server.on_failure, upper_threshold=shape.upper,
                lower_threshold=server.lower_threshold, checks=shape.checks,
                tunnel=shape.tunnel, own=shape.own,
            )  # fmt: skip
            seen.add((address, port))
            placed.servers.append(made)
            placed.sources.append(server)
            placed.verdicts.append({**shape.verdict, "role": _PROMOTED})
            placed.promoted = True
            if pool.fallback_all:
                continue
            break
        ready = [entry for entry in sorry + backups if entry[0].state == "ready"]
        chosen = ready[0] if ready else None
        for entry in sorry + backups:
            if entry is not chosen:
                fate = _SECOND if chosen else dropped("a disabled backup has no part here")
                placed.refused.append((entry[0], fate))
        if chosen is not None:
            server, address, port = chosen
            forwarding, tunnel = _method(server, way)
            placed.servers.append(
                RealServer(address, port, 1, forwarding=forwarding, role="sorry",
                           on_failure=server.on_failure, tunnel=tunnel)
            )  # fmt: skip
            placed.sources.append(server)
            placed.verdicts.append(_sorry_verdict(server))

    def _address(self, name: str) -> tuple[str, int, Fate]:
        """Return the address and family behind *name*, family 0 and the reason if there is none."""
        found = self._addresses.get(name)
        if found is None:
            found = self._addresses[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> tuple[str, int, Fate]:
        if name.startswith(("/", "unix@", "abns@", "abnsz@", "fd@", "sockpair@", "uxst@")):
            return "", 0, _SOCKET
        if not name or name == "*":
            return "", 0, _ANY
        given = self._settings.get("address", name)
        family = family_of(given) if given else 0
        if given and family:
            return canonical(given), family, KEPT
        return "", 0, dropped(f"needs an address: --resolve or --set address@{name}=IP")

    def _shape(
        self,
        server: RealServer,
        address: str,
        port: int | None,
        way: Way,
        shapes: dict[tuple[object, ...], Shape],
        key: tuple[object, ...],
    ) -> Shape:
        """Return the shape of *server*, kept under *key* where nothing in it is its own."""
        if server.forwarding != "proxy":
            if not server.own:
                found = shapes[key] = self._decide(server, way, "")
                return found
            return self._decide(server, way, "")
        if any(check.kind == "script" or check.tracks for check in server.checks):
            return self._decide(server, way, f"{way.front} {address} {port or 0}")
        found = shapes[key] = self._decide(server, way, "")
        return found

    def _decide(self, server: RealServer, way: Way, arguments: str) -> Shape:
        """Return the shape of *server*: this runs once for each kind of line."""
        foreign = server.forwarding == "proxy"
        fates = dict(_ALL_KEPT)
        weight = server.weight
        if server.state != "ready":
            weight = 0
            fates["state"] = _DISABLED if server.state == "maintenance" else _DRAIN
            if server.weight:
                fates["weight"] = fates["state"]
        upper = server.upper_threshold or None
        if foreign:
            if upper is not None:
                fates["upper_threshold"] = _THRESHOLD
            for number, words in enumerate(server.own):
                fates[f"own.{number}"] = KEPT if _offset(words) is not None else fate_of(words)
                fates["own"] = fates[f"own.{number}"]
        checks: list[Check] = []
        for number, check in enumerate(server.checks):
            adapted = self._check(check, foreign, arguments)
            for name, fate in adapted.fates.items():
                fates[f"checks.{number}.{name}" if name else f"checks.{number}"] = fate
            if adapted.check is not None:
                checks += (adapted.check, *adapted.also)
        forwarding, tunnel = _method(server, way)
        own = () if foreign else server.own
        return Shape(fates, weight, upper, tuple(checks), forwarding, tunnel, own)

    def _check(self, check: Check, foreign: bool, arguments: str) -> Adapted:
        if not foreign:
            return Adapted(check, {})
        key = (id(check), arguments if check.kind == "script" else "")
        found = self._checks.get(key)
        if found is None:
            if check.tracks:
                found = self._tracked(check.tracks, arguments)
            else:
                found = adapt_check(check, self._version, arguments)
            self._checks[key] = found
        return found

    def _tracked(self, target: str, arguments: str) -> Adapted:
        """Return the check of the server *target* (``pool/server``), aimed at that server."""
        fate = dropped(f"keepalived has no track, and {target} has no check to copy")
        followed: list[str] = []
        while target not in followed:  # a tracked server may track another one
            followed.append(target)
            pool_name, _, name = target.rpartition("/")
            pool = self._topology.pool(pool_name)
            servers = [server for server in pool.servers if server.name == name] if pool else []
            tracks = [check.tracks for server in servers for check in server.checks if check.tracks]
            target = tracks[0] if tracks else target
        for server in servers:
            for check in server.checks:
                adapted = self._aimed(check, server, arguments)
                if adapted is not None:
                    fate = approximated(f"keepalived has no track: it asks {target} itself")
                    return Adapted(adapted, {"": fate, "tracks": fate})
        return Adapted(None, {"": fate, "tracks": fate})

    def _aimed(self, check: Check, server: RealServer, arguments: str) -> Check | None:
        if check.tracks or check.kind == "agent":
            return None

        address = check.address or self._address(server.address)[0]
        if family_of(server.address):
            address = check.address or server.address
        aimed = replace(check, address=address or None, port=check.port or server.port)
        return adapt_check(aimed, self._version, arguments).check if address else None


def _offset(words: tuple[str, ...]) -> int | None:
    """Return how far a server's port is from the client's (haproxy's ``:+8000``)."""
    text = words[0]
    if text[:2] in (":+", ":-") and text[2:].isdigit():
        return int(text[1:])
    return None


def _shifted(port: int | None, own: Own) -> int | None:
    """Return *port* with the offset that *own* may name."""
    for words in own:
        offset = _offset(words)
        if offset is not None and port is not None:
            return port + offset
    return port


def _method(server: RealServer, way: Way) -> tuple[str, Tunnel | None]:
    """Return how packets reach *server*: as asked for, else as the server says itself."""
    forwarding = way.forwarding or server.forwarding
    tunnel = None
    if forwarding == "tunnel":
        tunnel = server.tunnel or Tunnel()
    return forwarding, tunnel


def _obstacle(server: RealServer, family: int, port: int | None, way: Way) -> Fate | None:
    """Return why IPVS cannot lead to *server* this way, None when it can."""
    address, forwarding = server.address, way.forwarding or server.forwarding
    if address in _ANYWHERE:
        return _ANY
    if family != way.family and way.family and forwarding != "tunnel":
        return dropped(_NAT_FAMILY.format(way.family, family))
    if forwarding != "masquerade" and way.port and port != way.port:
        return dropped(_OTHER_PORT.format(_METHODS[forwarding], way.port, port))
    return None


def _sorry_verdict(server: RealServer) -> Verdict:
    if server.role == "sorry":
        return {**_ALL_KEPT}
    fates = dict(_ALL_KEPT)
    fates["role"] = _SORRY
    if server.checks:
        fates["checks"] = _SORRY_CHECKS
    fates["weight"] = _SORRY_WEIGHT
    fates["upper_threshold"] = dropped("the sorry_server has no uthreshold")
    for number, words in enumerate(server.own):
        fates[f"own.{number}"] = fates["own"] = fate_of(words)
    return fates
