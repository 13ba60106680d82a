"""Asks for addresses by ARP over a bond's ports every arp_interval, and judges by the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatools.engine.bond_port import BACK, DOWN, FAIL, UP, Port

if TYPE_CHECKING:
    from hatools.engine.bonding import BondMachine

GRACE = 2  # intervals that a port has after it was made active
EVERY_FRAME = ("none", "active", "backup")  # arp_validate that lets any frame count somewhere


class ArpMonitor:
    """The driver's ARP monitor; *interval* is seconds, 0 is off.

    In active-backup the active port asks and the others hear its question; in
    the other modes every port asks.  *missed* is arp_missed_max, *validate*
    arp_validate: where it does not apply to a port, any frame counts.
    """

    def __init__(self, interval: float, missed: int, validate: str) -> None:
        self.interval = interval
        self.missed = missed
        self.validate = validate
        self.asking: Port | None = None  # who asks while no port is active

    def join(self, port: Port, now: float) -> None:
        """Give a port that joins the bond its first link."""
        port.link = UP if port.carrier else DOWN
        port.last_up = port.last_rx = now

    def unsettled(self, bond: BondMachine) -> bool:
        """Tell whether looks change anything: a port is silent, or not all that answer are up."""
        return any(
            (port.link == UP) is not self._heard(bond, port, asked=True) for port in bond.ports
        )

    def settle(self, bond: BondMachine, now: float) -> None:
        """Take for granted the looks up to *now* that nobody had to make."""
        for port in bond.ports:
            if port.link == UP:
                port.last_rx = max(port.last_rx, now)

    def look(self, bond: BondMachine, now: float) -> None:
        """Judge every port, choose the active one anew where due, and ask again."""
        if bond.mode == "active-backup":
            self._judge_backup(bond, now)
            self._ask_backup(bond, now)
        else:
            self._judge_all(bond, now)
            for port in bond.ports:
                if self._heard(bond, port, asked=True):
                    port.last_rx = now

    def _within(self, now: float, then: float, intervals: int) -> bool:
        """Tell whether *then* is no more than *intervals* and a half ago."""
        return now - then <= (intervals + 0.5) * self.interval

    def _heard(self, bond: BondMachine, port: Port, asked: bool) -> bool:
        """Tell whether *port* gets frames that count; *asked* tells that questions go around."""
        if not port.carrier:
            return False
        if port.answers and asked:
            return True
        return port.traffic and not self._validates(bond, port)

    def _validates(self, bond: BondMachine, port: Port) -> bool:
        """Tell whether only ARP of the targets counts on *port* (filter: any ARP)."""
        role = "active" if bond.mode != "active-backup" or port.sending else "backup"
        return self.validate not in EVERY_FRAME or self.validate == role

    # Active-backup ---------------------------------------------------------------------------

    def _judge_backup(self, bond: BondMachine, now: float) -> None:
        anew = False
        verdicts = [(port, self._verdict(port, now)) for port in bond.ports]
        for port, verdict in verdicts:
            if verdict == UP and bond.active is not port:
                port.link = UP
                if self.asking is not None:
                    self.asking.sending, self.asking = False, None
                anew |= bond.port_up(port, now)
            elif verdict == DOWN:
                port.link, port.sending = DOWN, False
                if bond.active is port:
                    self.asking = None
                anew |= bond.port_down(port, now)
            elif verdict == FAIL:
                port.link, port.sending = FAIL, False
        if anew:
            bond.select(now)

    def _verdict(self, port: Port, now: float) -> str:
        if port.link != UP:
            if self._within(now, port.last_rx, 1):
                return UP
            return FAIL if port.link == BACK else ""
        if self._within(now, port.last_up, GRACE):
            return ""
        silent = not self._within(now, port.last_rx, self.missed + (not port.sending))
        return DOWN if silent and (port.sending or self.asking is None) else ""

    def _ask_backup(self, bond: BondMachine, now: float) -> None:
        asker = bond.active
        if asker is None:
            asker = self.asking = self._next(bond)
            if asker is None:
                return
            asker.link, asker.sending, asker.last_up = BACK, True, now
        reaches = asker.carrier and asker.answers
        searching = bond.active is None and self.validate not in EVERY_FRAME
        for port in bond.ports:
            asked = reaches and (port is asker or not searching)
            if self._heard(bond, port, asked):
                port.last_rx = now

    def _next(self, bond: BondMachine) -> Port | None:
        """Return the port that asks next while none is active; those without carrier are out."""
        for port in bond.ports:
            if not port.carrier and port.link == UP:
                port.link, port.sending = DOWN, False
                port.failures += 1
        start = bond.ports.index(self.asking) if self.asking is not None else 0
        count = len(bond.ports)
        order = (bond.ports[(start + step) % count] for step in range(1, count + 1))
        return next((port for port in order if port.carrier), None)

    # The other modes -------------------------------------------------------------------------

    def _judge_all(self, bond: BondMachine, now: float) -> None:
        anew = False
        for port in bond.ports:
            if port.link != UP:
                if self._within(now, port.last_rx, 1):
                    port.link = UP
                    anew |= bond.port_up(port, now)
            elif not self._within(now, port.last_rx, self.missed):
                port.link = DOWN
                anew |= bond.port_down(port, now)
        if anew:
            bond.select(now)
