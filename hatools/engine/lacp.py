"""Link aggregation of a bond in mode 802.3ad: partners, aggregators, which of them is used.

IEEE 802.1AX as the Linux driver runs it, by its outcome: not every LACPDU is
played, but when one would make a difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hatools.engine.bond_port import UP, Port

if TYPE_CHECKING:
    from hatools.engine.bonding import BondMachine

TICK = 0.1  # the driver's state machines run ten times a second
FIRST_PDU = 0.2  # a port that comes up and its partner have spoken by then
WAIT = 2.0 + TICK  # aggregate wait time, from when the port came up
AGREE = 3 * TICK  # until both ends know that the other one is in step
FAST, SLOW = 1.0, 30.0  # how often a partner speaks that is asked to
SHORT, LONG = 3.0, 90.0  # how long it may be silent
ACTIVITY, TIMEOUT, AGGREGATION, SYNCHRONIZATION = 1, 2, 4, 8
CARRYING = 16 + 32  # collecting, distributing
DEFAULTED, EXPIRED = 64, 128


class Aggregator(NamedTuple):
    """Ports that one partner takes together; *partner* is empty where nobody answered."""

    number: int
    partner: str
    ports: tuple[Port, ...]

    def linked(self) -> int:
        """Return how many of its ports have a link."""
        return sum(port.link == UP for port in self.ports)

    def bandwidth(self) -> int:
        """Return the Mbit/s of its ports with a link."""
        return sum(port.speed for port in self.ports if port.link == UP)

    def live(self) -> bool:
        """Tell whether a port of it has a link and a carrier."""
        return any(port.link == UP and port.carrier for port in self.ports)


class _Talk:
    """What a port knows of its partner."""

    __slots__ = ("attached", "due", "in_step", "partner", "rx", "since")

    def __init__(self) -> None:
        self.rx = "disabled"  # disabled, expired, current, defaulted
        self.partner = ""
        self.due: float | None = None  # when something happens by itself
        self.in_step = False
        self.attached = 0.0  # when its aggregate wait time is over
        self.since = 0.0  # when the partner began to speak


class Lacp:
    """The LACP side of a bond.  *fast* is lacp_rate, *select* ad_select."""

    def __init__(self, ports: list[Port], fast: bool, select: str, active: bool = True) -> None:
        self.ports = ports
        self.fast = fast
        self.policy = select
        self.speaks_first = active
        self.active: Aggregator | None = None
        self._talks = {port.name: _Talk() for port in ports}

    # What happens ---------------------------------------------------------------------------

    def linked(self, port: Port, now: float) -> None:
        """Begin anew on a port whose link came or went."""
        talk = self._talks[port.name] = _Talk()
        if port.link == UP:
            talk.rx = "expired"
            talk.attached = now + WAIT
            talk.due = now + (FIRST_PDU if port.answers else SHORT)
        self._choose(now)

    def answers(self, port: Port, now: float) -> None:
        """Note that the partner's LACPDUs come in again, or no more."""
        talk = self._talks[port.name]
        if talk.rx == "disabled":
            return
        if port.answers:
            talk.due = now + FAST
        elif talk.rx == "current":
            talk.due = self._last(talk, now) + (SHORT if self.fast else LONG)
        else:
            talk.due = now + SHORT

    def due(self) -> float | None:
        """Return when to `run`, None where nothing is on its way."""
        return min((one.due for one in self._talks.values() if one.due is not None), default=None)

    def run(self, now: float) -> None:
        """Let happen what is due."""
        for port in self.ports:
            talk = self._talks[port.name]
            if talk.due is not None and talk.due <= now + TICK / 100:
                talk.due = None
                self._step(port, talk, now)
        self._choose(now)

    def _step(self, port: Port, talk: _Talk, now: float) -> None:
        if talk.rx == "current" and port.answers:
            talk.in_step = True
        elif talk.rx == "current":
            talk.rx, talk.in_step, talk.due = "expired", False, now + SHORT
        elif port.answers:
            talk.rx, talk.partner, talk.since = "current", port.partner, now
            talk.due = max(now, talk.attached) + AGREE
        else:
            talk.rx, talk.partner = "defaulted", ""

    def _last(self, talk: _Talk, now: float) -> float:
        """Return when the partner's last LACPDU came: it speaks in steps since its first."""
        pace = FAST if self.fast else SLOW
        return talk.since + (now - talk.since) // pace * pace

    # Aggregators ----------------------------------------------------------------------------

    def aggregators(self) -> list[Aggregator]:
        """Return the ports as they belong together, in the order of their first ports."""
        found: dict[tuple[object, ...], list[Port]] = {}
        for port in self.ports:
            partner = self._talks[port.name].partner
            key = (partner, port.speed) if partner else (port.name,)
            found.setdefault(key, []).append(port)
        numbers = {port.name: number for number, port in enumerate(self.ports, 1)}
        return [
            Aggregator(numbers[ports[0].name], self._talks[ports[0].name].partner, tuple(ports))
            for ports in found.values()
        ]

    def _choose(self, now: float) -> None:
        """Choose the aggregator to use, as ad_select says."""
        there = self.aggregators()
        before = self._successor(there)
        best = before if before is not None and before.live() else None
        for one in there:
            if one.live():
                best = self._better(best, one)
        if self.policy == "stable" and before is not None and best is not None and before.linked():
            best = before if before.partner or not best.partner else best
        self.active = best
        if best is not None and (before is None or best.ports != before.ports):
            for port in best.ports:  # those that waited agree with the partner only now
                talk = self._talks[port.name]
                if talk.in_step and before is not None and port not in before.ports:
                    talk.in_step, talk.due = False, now + AGREE

    def _successor(self, there: list[Aggregator]) -> Aggregator | None:
        """Return what the active aggregator has become."""
        if self.active is None:
            return None
        old = self.active
        same = [one for one in there if one.partner == old.partner and one.partner]
        for one in same or there:
            if any(port in old.ports for port in one.ports):
                return one
        return None

    def _better(self, best: Aggregator | None, one: Aggregator) -> Aggregator:
        if best is None or (one.partner and not best.partner):
            return one
        if best.partner and not one.partner:
            return best
        mine, other = one.bandwidth(), best.bandwidth()
        if self.policy == "count" and one.linked() != best.linked():
            mine, other = one.linked(), best.linked()
        return one if mine > other else best

    # What it comes to -----------------------------------------------------------------------

    def carrying(self) -> list[Port]:
        """Return the ports that carry traffic: of the active aggregator, those in step.

        Where nobody answers, one port carries as though there were no LACP.
        """
        if self.active is None:
            return []
        return [
            port
            for port in self.active.ports
            if port.link == UP
            and port.carrier
            and (not self.active.partner or self._talks[port.name].in_step)
        ]

    def state(self, port: Port) -> int:
        """Return the actor's port state as ``/proc/net/bonding`` shows it (63: in full use)."""
        talk = self._talks[port.name]
        found = AGGREGATION + ACTIVITY * self.speaks_first + TIMEOUT * self.fast
        if self.active is not None and port in self.active.ports and talk.partner:
            found += SYNCHRONIZATION * (talk.in_step or talk.rx == "expired")
            found += CARRYING * talk.in_step
        if talk.rx == "expired":
            found += EXPIRED
        return found + DEFAULTED * (not talk.partner)

    def carrier(self, bond: BondMachine) -> bool:
        """Tell whether the bond has a carrier: an aggregator with min_links links."""
        return self.active is not None and self.active.linked() >= bond.min_links
