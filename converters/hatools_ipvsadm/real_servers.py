"""Turns the servers of a pool into real servers of IPVS."""

from __future__ import annotations

from dataclasses import dataclass, field

from hatools.model import KEPT, Fate, Pool, RealServer, Tunnel, Verdict, approximated, dropped
from hatools.plugin import Settings
from hatools_ipvsadm.addresses import canonical, family_of, place, unicast
from hatools_ipvsadm.endpoints import Endpoint
from hatools_ipvsadm.losses import UNCHECKED, UNWATCHED, fate_of
from hatools_ipvsadm.values import HEAVIEST

FLAGS = {"direct": "-g", "tunnel": "-i", "masquerade": "-m"}
FORWARDING = {"masquerade": "masquerade", "nat": "masquerade", "direct": "direct", "dr": "direct",
              "tunnel": "tunnel", "tun": "tunnel"}  # fmt: skip
_WORDS = {"direct": "direct routing", "tunnel": "a tunnel"}
_ALL_KEPT: dict[str, Fate] = dict.fromkeys(
    ("", "name", "address", "port", "weight", "forwarding", "role", "state", "upper_threshold",
     "lower_threshold", "tunnel", "own"), KEPT,
)  # fmt: skip
_ALL_KEPT |= {"checks": UNCHECKED, "on_failure": UNCHECKED}
_DISABLED = approximated("weight 0 gives it no new connections; it stays in the table")
_THRESHOLD = approximated("haproxy queues above maxconn, IPVS refuses above -x")
_OPEN_LOWER = dropped("the kernel wants -y not above -x")
_HEAVY = approximated(f"weights end at {HEAVIEST}")
_TWICE = dropped("the service has this server already")
_ANYWHERE = ("0.0.0.0", "::", "*", "")
_OTHER_PORT = "with {} the packet keeps its port: the server must listen on {}, not {}"
_SINCE = {"gue": ("1.30", (1, 30)), "gre": ("1.31", (1, 31))}


@dataclass(slots=True)
class Placed:
    """The servers of one virtual service, in parallel with where they come from."""

    servers: list[RealServer] = field(default_factory=list)
    sources: list[RealServer] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    refused: list[tuple[RealServer, Fate]] = field(default_factory=list)


class Shaper:
    """Adapts servers; equal ones share one verdict."""

    def __init__(self, settings: Settings, version: str) -> None:
        self.settings = settings
        self.version = tuple(int(part) for part in version.split(".") if part.isdigit())
        self._verdicts: dict[tuple[object, ...], dict[str, Fate]] = {}

    def asked(self, name: str) -> str:
        """Return the forwarding method that ``--set forwarding`` asks for, else nothing."""
        return FORWARDING.get((self.settings.get("forwarding", name) or "").lower(), "")

    def place(self, pool: Pool, endpoint: Endpoint, asked: str) -> Placed:
        """Return the servers of *pool* as IPVS leads to them from *endpoint*."""
        placed = Placed()
        seen: set[tuple[str, int]] = set()
        for server in pool.servers:
            refusal, made = self._server(server, endpoint, asked)
            if made is not None:
                key = (made.address, made.port or 0)
                if key in seen:
                    refusal, made = _TWICE, None
                seen.add(key)
            if made is None:
                placed.refused.append((server, refusal))
                continue
            placed.servers.append(made)
            placed.sources.append(server)
            placed.verdicts.append(self._verdict(server, made))
        return placed

    def _server(
        self, server: RealServer, endpoint: Endpoint, asked: str
    ) -> tuple[Fate, RealServer | None]:
        """Return the server as IPVS has it, or why it is left out."""
        if server.role != "active":
            return UNWATCHED, None
        address = canonical(server.address)
        if not address and server.address not in _ANYWHERE:
            address = canonical(self.settings.get("address", server.address) or "")
        if not address:
            return _no_address(server.address), None
        if not unicast(address):
            return _no_address(address), None
        forwarding = asked or FORWARDING.get(server.forwarding, "masquerade")
        family = family_of(address)
        if family != endpoint.family and forwarding != "tunnel":
            return dropped(
                f"IPVS leads from IPv{endpoint.family} to IPv{family} by tunnels only"
            ), None
        port = server.port or None
        if endpoint.listener.mark is None:
            if endpoint.port is not None:
                port = port or endpoint.port
            if forwarding != "masquerade" and port != endpoint.port:
                said = _OTHER_PORT.format(_WORDS[forwarding], endpoint.port or "it", port)
                return dropped(said), None
        if port is not None and not 0 < port < 65536:
            return dropped(f"{port} is no port"), None
        tunnel = None
        if forwarding == "tunnel":
            tunnel = _sound(server.tunnel or Tunnel())
            refusal = self._tunnel(tunnel)
            if refusal is not None:
                return refusal, None
        weight = 0 if server.state != "ready" else min(max(server.weight, 0), HEAVIEST)
        upper = min(server.upper_threshold or 0, HEAVIEST) or None
        lower = server.lower_threshold or None
        if lower and lower > (upper or 0):
            lower = None
        return KEPT, RealServer(
            address, port, weight, forwarding=forwarding, upper_threshold=upper,
            lower_threshold=lower, tunnel=tunnel,
        )  # fmt: skip

    def _tunnel(self, tunnel: Tunnel) -> Fate | None:
        """Return why *tunnel* cannot be written, None when it can."""
        if tunnel.kind not in ("ipip", "gue", "gre"):
            return dropped(f"IPVS has no {tunnel.kind} tunnels")
        if tunnel.kind == "gue" and not tunnel.port:
            return dropped("a gue tunnel needs a port")
        first, number = _SINCE.get(tunnel.kind, ("", ()))
        if self.version and self.version < number:
            return dropped(f"{tunnel.kind} tunnels need ipvsadm {first}")
        return None

    def _verdict(self, server: RealServer, made: RealServer) -> Verdict:
        foreign = server.forwarding == "proxy"
        key = (
            server.own,
            server.state,
            foreign,
            server.upper_threshold is not None,
            server.lower_threshold == made.lower_threshold,
            server.weight > HEAVIEST,
        )
        found = self._verdicts.get(key)
        if found is None:
            found = self._verdicts[key] = dict(_ALL_KEPT)
            if server.state != "ready":
                found["state"] = _DISABLED
            if server.weight > HEAVIEST:
                found["weight"] = _HEAVY
            if foreign and server.upper_threshold:
                found["upper_threshold"] = _THRESHOLD
            if server.lower_threshold and made.lower_threshold is None:
                found["lower_threshold"] = _OPEN_LOWER
            for number, words in enumerate(server.own):
                found[f"own.{number}"] = found["own"] = fate_of(words)
        return found


def _sound(tunnel: Tunnel) -> Tunnel:
    """Return *tunnel* with the settings that go with its kind."""
    if tunnel.kind == "ipip":
        return Tunnel()
    sums = ("csum", "remcsum") if tunnel.kind == "gue" else ("csum",)
    port = tunnel.port if tunnel.kind == "gue" else None
    return Tunnel(tunnel.kind, port, tunnel.checksum if tunnel.checksum in sums else "")


def _no_address(name: str) -> Fate:
    if name in _ANYWHERE:
        return dropped("IPVS needs the server's own address")
    if name.startswith(("/", "unix@", "abns@", "fd@", "sockpair@")):
        return dropped("IPVS leads to IP addresses, not to sockets")
    if family_of(name):
        return dropped(f"the kernel takes no server {name}: it is no address of one host")
    return dropped(f"IPVS needs an address for {name}: --resolve, or --set address@{name}=IP")


def server_words(server: RealServer) -> str:
    """Return *server* as it stands behind ``-a SERVICE``, as ``ipvsadm -S -n`` would say it."""
    text = f"-r {place(server.address, server.port)} {FLAGS[server.forwarding]} -w {server.weight}"
    tunnel = server.tunnel
    if tunnel is not None and tunnel.kind != "ipip":
        port = f" --tun-port {tunnel.port}" if tunnel.port and tunnel.kind == "gue" else ""
        text += f" --tun-type {tunnel.kind}{port} --tun-{tunnel.checksum or 'nocsum'}"
    if server.upper_threshold:
        text += f" -x {server.upper_threshold}"
    if server.lower_threshold:
        text += f" -y {server.lower_threshold}"
    return text
