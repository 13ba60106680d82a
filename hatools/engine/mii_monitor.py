"""Looks at the carriers of a bond's ports every miimon: what updelay and downdelay let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatools.engine.bond_port import BACK, DOWN, FAIL, UP, Port

if TYPE_CHECKING:
    from hatools.engine.bonding import BondMachine


class MiiMonitor:
    """The driver's MII monitor; *interval* and the delays are seconds, 0 of *interval* is off.

    Delays count in looks: what is left over of a delay is cut off.
    """

    def __init__(self, interval: float, up_delay: int, down_delay: int) -> None:
        self.interval = interval
        self.up_delay = up_delay  # looks
        self.down_delay = down_delay

    def join(self, port: Port) -> None:
        """Give a port that joins the bond its first link."""
        if not self.interval:
            port.link = UP
        elif not port.carrier:
            port.link = DOWN
        elif self.up_delay:
            port.link, port.delay = BACK, self.up_delay
        else:
            port.link = UP

    def unsettled(self, bond: BondMachine) -> bool:
        """Tell whether the next look would change anything."""
        return any(port.link != (UP if port.carrier else DOWN) for port in bond.ports)

    def look(self, bond: BondMachine, now: float) -> None:
        """Look at every port; then choose the active one anew where that is due."""
        hurry = bond.nothing_usable()
        changed: list[Port] = []
        for port in bond.ports:
            proposed = self._look_at(port, hurry, now)
            if proposed == UP and port.link in (BACK, DOWN):
                hurry = False
            if proposed:
                changed.append(port)
                port.link = proposed
        anew = False
        for port in changed:
            if port.link == UP:
                port.last_up = now
                anew |= bond.port_up(port, now)
            elif port.link == DOWN:
                anew |= bond.port_down(port, now)
        if anew:
            bond.select(now)

    def _look_at(self, port: Port, hurry: bool, now: float) -> str:
        """Return the port's new link, or nothing; *hurry* leaves out updelay."""
        if port.link in (UP, FAIL):
            return self._losing(port)
        if not port.carrier:
            return DOWN if port.link == BACK else ""
        if port.link == DOWN:
            port.delay = self.up_delay
        if hurry:
            port.delay = 0
        if port.delay <= 0:
            return UP
        port.delay -= 1
        return BACK if port.link == DOWN else ""

    def _losing(self, port: Port) -> str:
        if port.carrier:
            return UP if port.link == FAIL else ""
        if port.link == UP:
            port.delay = self.down_delay
        if port.delay <= 0:
            return DOWN
        port.delay -= 1
        return FAIL if port.link == UP else ""
