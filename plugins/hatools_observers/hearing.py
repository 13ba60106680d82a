"""Makes events of what is heard on the wire: advertisements, announcements, and silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from hatools.model import Topology
from hatools.model.event import Event
from hatools.plugin import Watched
from hatools_observers.vrrp import Claim, Malformed, Packet, read_packet

ADVERTS = 3  # that are missed before a master is down (RFC 9568, 6.1)
BURST = 0.5  # seconds within which the same claim is one
REMINDER = 60.0  # seconds until the same malformed packet is told again
MOST = 1024  # advertisers, claims and faults that are remembered
IDLE = 5.0  # seconds after which one looks up, even where nobody is heard


class Sight(NamedTuple):
    """A packet: when and where, its EtherType and bytes, the sender's MAC, whether it is ours."""

    time: float
    interface: str
    kind: int
    data: bytes
    mac: str = ""
    outgoing: bool = False


class Hearing:
    """What was heard so far.  *masked* makes of a secret what may be told."""

    def __init__(self, watched: Watched, masked: Callable[[bytes], str]) -> None:
        self._watched = watched
        self._masked = masked
        self._until: dict[str, float] = {}  # a master's subject -> when it counts as silent
        self._masters: dict[str, Packet] = {}
        self._claims: dict[tuple[str, str, str], float] = {}
        self._faults: dict[tuple[str, str, str], float] = {}
        self._listed: set[str] = set()  # addresses that advertisements list
        self._read: Sequence[Topology] | None = None
        self._interfaces: set[str] = set()
        self._addresses: set[str] = set()

    def seen(self, sight: Sight) -> Iterator[Event]:
        """Yield what follows from a packet; a malformed one is told, rarely."""
        self._learn()
        if self._interfaces and sight.interface not in self._interfaces:
            return
        try:
            found = read_packet(sight.kind, sight.data)
        except Malformed as error:
            yield from self._malformed(sight, str(error))
            return
        if isinstance(found, Packet):
            yield from self._advertisement(sight, found)
        elif isinstance(found, Claim):
            yield from self._announcement(sight, found)

    def _learn(self) -> None:
        """Take in what the configurations say, when they were read anew."""
        topologies = self._watched.topologies()
        if topologies is self._read:
            return
        self._read = topologies
        routers = [router for one in topologies for router in one.routers]
        self._addresses = {
            one.address
            for router in routers
            for one in (*router.addresses, *router.excluded_addresses)
        }
        self._interfaces = set(self._watched.interfaces)
        if not self._interfaces and routers:
            self._interfaces = {router.interface for router in routers if router.interface}

    def _advertisement(self, sight: Sight, packet: Packet) -> Iterator[Event]:
        subject = f"{sight.interface}/{packet.virtual_router_id}/{packet.source}"
        self._listed.update(packet.addresses[: MOST - len(self._listed)])
        details = {
            "interface": sight.interface,
            "source": packet.source,
            "mac": sight.mac,
            "virtual_router_id": packet.virtual_router_id,
            "priority": packet.priority,
            "version": packet.version,
            "interval": packet.interval,
            "family": packet.family,
            "addresses": list(packet.addresses),
            "ttl": packet.ttl,
            "authentication": packet.authentication,
            "secret": self._masked(packet.secret) if packet.secret else "",
            "outgoing": sight.outgoing,
            "heard": sight.time,
        }
        yield Event(sight.time, "advertisement", subject, details)
        if sight.outgoing:
            return  # this host's own role is told by its addresses
        if not packet.priority:
            self._until.pop(subject, None)
            if self._masters.pop(subject, None) is not None:
                yield self._role(sight.time, subject, packet, "SILENT", "it resigned")
            return
        if subject not in self._masters:
            if len(self._masters) >= MOST:
                return
            yield self._role(sight.time, subject, packet, "MASTER", "it advertises")
        self._masters[subject] = packet
        self._until[subject] = sight.time + down_interval(packet.interval)

    def _announcement(self, sight: Sight, claim: Claim) -> Iterator[Event]:
        if claim.address not in self._addresses and claim.address not in self._listed:
            return
        key = (sight.interface, claim.address, claim.mac)
        if abs(sight.time - self._claims.get(key, -BURST)) < BURST:
            return
        _remember(self._claims, key, sight.time)
        details = {
            "address": claim.address,
            "mac": claim.mac,
            "interface": sight.interface,
            "family": claim.family,
            "gratuitous": claim.gratuitous,
            "outgoing": sight.outgoing,
            "heard": sight.time,
        }
        yield Event(sight.time, "announcement", f"{claim.address}/{claim.mac}", details)

    def _malformed(self, sight: Sight, reason: str) -> Iterator[Event]:
        source = sight.mac or "unknown"
        key = (sight.interface, source, reason)
        if abs(sight.time - self._faults.get(key, -REMINDER)) < REMINDER:
            return
        _remember(self._faults, key, sight.time)
        self._watched.say("warning", f"{sight.interface}: a VRRP packet of {source}: {reason}")
        details = {"reason": reason, "interface": sight.interface, "mac": sight.mac}
        yield Event(sight.time, "malformed", f"{sight.interface}/{source}", details)

    def next_silence(self, now: float) -> float:
        """Return how many seconds one may wait until a master may have become silent."""
        return min(max(min(self._until.values(), default=now + IDLE) - now, 0.0), IDLE)

    def silences(self, now: float) -> Iterator[Event]:
        """Yield the masters that are silent by *now*."""
        for subject, until in list(self._until.items()):
            packet = self._masters[subject]
            if now < until <= now + down_interval(packet.interval) + IDLE:
                continue  # a clock that was set back ends the wait, too
            del self._until[subject], self._masters[subject]
            yield self._role(now, subject, packet, "SILENT", "it is not heard")

    def shift(self, by: float) -> None:
        """Take it that the clock was set by so many seconds: nobody fell silent for that."""
        self._until = {key: at + by for key, at in self._until.items()}
        self._claims = {key: at + by for key, at in self._claims.items()}
        self._faults = {key: at + by for key, at in self._faults.items()}

    def _role(self, now: float, subject: str, packet: Packet, role: str, reason: str) -> Event:
        details = {
            "role": role,
            "before": "SILENT" if role == "MASTER" else "MASTER",
            "priority": packet.priority,
            "reason": reason,
            "source": "advertisement",
            "node": packet.source,
            "interface": subject.split("/", 1)[0],
            "virtual_router_id": packet.virtual_router_id,
            "family": packet.family,
            "addresses": list(packet.addresses),
        }
        return Event(now, "role", subject, details)


def down_interval(interval: float) -> float:
    """Return the longest Master_Down_Interval, in seconds, for one that is heard each *interval*.

    Its skew depends on the listener's priority: it is at most one interval.
    """
    return (ADVERTS + 1) * interval


def _remember(
    times: dict[tuple[str, str, str], float], key: tuple[str, str, str], at: float
) -> None:
    """Note when *key* was last seen; the oldest are forgotten."""
    times.pop(key, None)
    times[key] = at
    if len(times) > MOST:
        del times[next(iter(times))]
