"""A bond: which of its ports are up, which is active, which carry traffic, and when that changes.

The Linux bonding driver (6.1 and later) by its outcome.  It looks at its ports
at regular moments; here only those looks are made that would change something,
at the moments at which the driver makes them, counted from the bond's start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hatools.engine.arp_monitor import ArpMonitor
from hatools.engine.bond_port import BACK, FAIL, NEVER, UP, Port
from hatools.engine.lacp import Lacp
from hatools.engine.machine import Action, Event, Publish, SetTimer, StopTimer
from hatools.engine.mii_monitor import MiiMonitor
from hatools.model.bond import Bond
from hatools.model.bonding_options import (
    AB,
    ALB,
    DEFAULT_MONITORING,
    LACP,
    NO_ARP,
    TLB,
    XOR,
    effective,
)

HAS_ACTIVE = (AB, TLB, ALB)
HASHING = (XOR, LACP, TLB, ALB)
EARLY = 1e-6  # seconds by which a moment may be missed and still counts as it


class Seen(NamedTuple):
    """How a bond looks from outside."""

    up: bool
    active: str
    carrying: tuple[str, ...]
    ports: tuple[tuple[str, bool], ...]


class BondMachine:
    """The machine of one bond.

    It is told ``start``, ``link`` of its ports (*up*, and *speed* in Mbit/s
    where known) and ``arp answered`` (*answered*, *traffic*: whether other
    frames come in; *partner*: who speaks LACP there).  What it was told holds
    until it is told otherwise.  Timers are ``NAME look`` and ``NAME lacp``.
    """

    def __init__(self, bond: Bond, ports: Iterable[Port] = ()) -> None:
        self.name = bond.name
        self.mode = bond.mode or "balance-rr"
        said = effective(self.mode, bond.options)
        self.options = said
        self.ports = list(ports) or [
            Port(port.name, port.priority) for port in bond.ports if port.name
        ]
        self.active: Port | None = None
        self.min_links = int(said.get("min_links", "0")) if self.mode == LACP else 0
        interval = int(said["miimon"])
        if not interval and self.mode in NO_ARP:
            interval = int(DEFAULT_MONITORING)
        by_arp = int(said.get("arp_interval", "0"))
        if by_arp and self.mode not in NO_ARP:
            interval = 0
        delays = (
            int(said[name]) // interval if interval else 0 for name in ("updelay", "downdelay")
        )
        self.mii = MiiMonitor(interval / 1000, *delays)
        self.arp = ArpMonitor(by_arp / 1000, int(said.get("arp_missed_max", "2")),
                              said.get("arp_validate", "none"))  # fmt: skip
        self.lacp: Lacp | None = None
        if self.mode == LACP:
            self.lacp = Lacp(self.ports, said["lacp_rate"] == "fast", said["ad_select"],
                             said["lacp_active"] == "on")  # fmt: skip
        self._primary = said.get("primary", "")
        self._reselect = said.get("primary_reselect", "always")
        self._force = True  # the primary port is taken when it first comes
        self._began = NEVER
        self._reason = ""
        self._seen: Seen | None = None

    # What happens ---------------------------------------------------------------------------

    def handle(self, event: Event) -> Iterator[Action]:
        """Take ``start``, ``timer``, ``link`` and ``arp answered``."""
        now = event.time
        if event.kind == "start":
            self._start(now)
        elif event.kind == "timer" and event.subject == f"{self.name} look":
            (self.arp if self.arp.interval else self.mii).look(self, now)
        elif event.kind == "timer" and self.lacp is not None:
            self._reason = "LACP"
            self.lacp.run(now)
        elif event.kind in ("link", "arp answered"):
            self._told(event, now)
        if self._began != NEVER:
            yield from self._publish(now)
            yield from self._next(now)

    def has(self, interface: str) -> bool:
        """Tell whether *interface* is a port of this bond."""
        return any(port.name == interface for port in self.ports)

    def _start(self, now: float) -> None:
        self._reason = "start"
        if self._began != NEVER:  # its node's daemons were started anew
            self._seen = None
            return
        self._began = now
        for port in self.ports:
            if self.arp.interval:
                self.arp.join(port, now)
            else:
                self.mii.join(port)
            port.last_up = now
            port.sending = self.mode != AB
            if self.lacp is not None:
                self.lacp.linked(port, now)
            self.select(now)

    def _told(self, event: Event, now: float) -> None:
        port = next((one for one in self.ports if one.name == event.subject), None)
        if port is None:
            return
        if self.arp.interval and self._began != NEVER and not self.arp.unsettled(self):
            self.arp.settle(self, self._moment(now, self.arp.interval, 0))
        details, before = event.details, (port.answers, port.traffic, port.partner)
        if event.kind == "link":
            port.carrier = bool(details["up"])
            speed = details.get("speed")
            port.speed = speed if isinstance(speed, int) else port.speed
            self._reason = f"{port.name} has {'a' if port.carrier else 'no'} carrier"
            return
        port.answers = bool(details["answered"])
        port.traffic = bool(details.get("traffic", port.answers))
        port.partner = str(details.get("partner", port.partner))
        if (port.answers, port.traffic, port.partner) == before:
            return
        self._reason = f"{port.name} {'hears' if port.answers else 'hears no'} answers"
        if self.lacp is not None and self._began != NEVER:
            self.lacp.answers(port, now)

    def _moment(self, now: float, interval: float, step: int) -> float:
        """Return the moment of a look: the last one for *step* 0, the next one for 1."""
        return self._began + ((now - self._began + EARLY) // interval + step) * interval

    def _next(self, now: float) -> Iterator[Action]:
        """Set the timers for what comes."""
        monitor = self.arp if self.arp.interval else self.mii
        interval = monitor.interval
        if interval and monitor.unsettled(self):
            yield SetTimer(f"{self.name} look", self._moment(now, interval, 1) - now)
        if self.lacp is not None:
            due = self.lacp.due()
            if due is None:
                yield StopTimer(f"{self.name} lacp")
            else:
                yield SetTimer(f"{self.name} lacp", max(due - now, 0.0))

    # What monitors ask and tell -------------------------------------------------------------

    def nothing_usable(self) -> bool:
        """Tell whether the bond stands without a port, so that updelay does not count."""
        if self.mode == AB:
            return self.active is None
        return self.mode in HASHING and not self.carrying()

    def port_up(self, port: Port, now: float) -> bool:
        """Take in that *port* is up; return whether the active port must be chosen anew."""
        self._reason = f"{port.name} {'hears answers' if self.arp.interval else 'has a link'}"
        if self.lacp is not None:
            self.lacp.linked(port, now)
        active = self.active
        return active is None or port.name == self._primary or port.priority > active.priority

    def port_down(self, port: Port, now: float) -> bool:
        """Take in that *port* is down; return whether the active port must be chosen anew."""
        self._reason = f"{port.name} {'hears no answer' if self.arp.interval else 'has no link'}"
        port.failures += 1
        if self.mode == AB:
            port.sending = False
        if self.lacp is not None:
            self.lacp.linked(port, now)
        return port is self.active

    def select(self, now: float) -> None:
        """Choose the active port (``bond_select_active_slave``)."""
        best = self._best()
        old = self.active
        if best is old:
            return
        if best is not None:
            best.last_up = now
            if best.link == BACK:  # taken before its updelay is over
                best.link, best.delay = UP, 0
                if self.lacp is not None:
                    self.lacp.linked(best, now)
        if self.mode == AB:
            if old is not None:
                old.sending = False
            if best is not None:
                best.sending = True
        self.active = best

    def _best(self) -> Port | None:
        chosen = self._preferred()
        if chosen is not None:
            return chosen
        fastest: Port | None = None
        for port in self.ports:
            if port.link == UP:
                return port
            soonest = fastest.delay if fastest else self.mii.up_delay
            if port.link == BACK and port.carrier and port.delay < soonest:
                fastest = port
        return fastest

    def _preferred(self) -> Port | None:
        """Return the primary port, the one of highest priority, or the present one; or none."""
        current = self.active
        usable = [port for port in self.ports if port.link == UP]
        wanted = next((port for port in usable if port.name == self._primary), None)
        if wanted is not None:
            if self._force:
                self._force = False
                return wanted
        else:
            wanted = max(usable, key=lambda port: port.priority, default=None)
            if wanted is None or wanted is current:
                return wanted
        if current is None or current.link != UP or self._reselect == "always":
            return wanted
        better = self._reselect == "better" and wanted.speed > current.speed
        return wanted if better else current

    # What it comes to -----------------------------------------------------------------------

    def carrying(self) -> list[Port]:
        """Return the ports that the bond sends over."""
        if self.lacp is not None:
            return self.lacp.carrying()
        if self.mode == AB:
            return [self.active] if self.active is not None else []
        return [port for port in self.ports if port.link == UP and port.carrier]

    def up(self) -> bool:
        """Tell whether the bond has a carrier (``bond_set_carrier``)."""
        if self.lacp is not None:
            return self.lacp.carrier(self)
        return any(port.link == UP for port in self.ports)

    def passes(self, hearing: bool = False) -> bool:
        """Tell whether frames leave the bond, or come in (*hearing*), whatever it knows."""
        return any(port.carrier and (port.answers or not hearing) for port in self.carrying())

    def seen(self) -> Seen:
        """Return how the bond looks from outside."""
        active = self.active.name if self.active is not None and self.mode in HAS_ACTIVE else ""
        carrying = tuple(port.name for port in self.carrying())
        fine = (UP,) if self.arp.interval else (UP, FAIL)  # by ARP one that fails is of no use
        ports = tuple((port.name, port.link in fine) for port in self.ports)
        return Seen(self.up(), active, carrying, ports)

    def _publish(self, now: float) -> Iterator[Action]:
        """Tell what changed.

        After a failover of active-backup, *notifications* peers are told of,
        *notification_interval* seconds apart; *hardware* is the port whose
        address the bond has.
        """
        seen, before = self.seen(), self._seen
        if seen == before:
            return
        self._seen = seen
        details: dict[str, object] = {
            "active": seen.active,
            "up": seen.up,
            "ports": dict(seen.ports),
            "carrying": list(seen.carrying),
            "reason": self._reason,
        }
        if self.mode == AB and seen.active and (before is None or before.active != seen.active):
            details |= self._failover(seen.active)
        yield Publish(Event(now, "bond", self.name, details))

    def _failover(self, active: str) -> dict[str, object]:
        said = self.options
        interval = self.mii.interval or self.arp.interval
        delay = int(said.get("peer_notif_delay", "0")) / 1000 if self.mii.interval else 0.0
        follows = said["fail_over_mac"] == "active"
        return {
            "hardware": active if follows else self.ports[0].name,
            "notifications": int(said["num_grat_arp"]),
            "notification_interval": max(delay, interval),
        }
