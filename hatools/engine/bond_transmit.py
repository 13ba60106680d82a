"""Which port of a bond carries a frame that is sent: each mode's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatools.engine.bond_hash import IPV4, IPV6, Flow, flow_hash
from hatools.model.bonding_options import AB, ALB, BROADCAST, RR, TLB

if TYPE_CHECKING:
    from hatools.engine.bond_port import Port
    from hatools.engine.bonding import BondMachine

REBALANCE = 10.0  # seconds after which balance-tlb spreads its flows anew
FLOWS = 256  # balance-tlb keeps so many
BROADCAST_MAC = b"\xff" * 6


class Transmit:
    """The sending side of *bond*; one for its life, as it counts."""

    def __init__(self, bond: BondMachine) -> None:
        self.bond = bond
        self._sent = 0
        self._period = 0
        self._flows: dict[int, Port] = {}
        self._bytes: dict[int, int] = {}  # of a flow since the last rebalance
        self._history: dict[int, int] = {}  # bytes a second of a flow before it
        self._load: dict[str, int] = {}  # bytes a second that a port was given
        self._unbalanced = 0

    def ports(
        self, flow: Flow, length: int = 64, now: float = 0.0, draw: float = 0.0
    ) -> tuple[str, ...]:
        """Return the ports that a frame of *flow* leaves by: one, none, in broadcast all.

        *length* is its bytes; *draw*, in [0, 1), is for ``packets_per_slave=0``.
        """
        mode, carrying = self.bond.mode, self.bond.carrying()
        if not carrying:
            return ()
        if mode == BROADCAST:
            return tuple(port.name for port in carrying)
        if mode == AB:
            return (carrying[0].name,)
        if mode == RR:
            return (self._in_turn(draw).name,)
        if mode in (TLB, ALB):
            return self._by_load(flow, length, now, carrying)
        policy = self.bond.options["xmit_hash_policy"]
        return (carrying[flow_hash(policy, flow) % len(carrying)].name,)

    def _in_turn(self, draw: float) -> Port:
        """Return the next port in turn; in place of one that is down the next that is up."""
        every, ports = int(self.bond.options["packets_per_slave"]), self.bond.ports
        self._sent += 1
        number = self._sent // every if every else int(draw * 2**32)
        start = number % len(ports)
        carrying = self.bond.carrying()
        order = ports[start:] + ports[:start]
        return next(port for port in order if port in carrying)

    def _by_load(
        self, flow: Flow, length: int, now: float, carrying: list[Port]
    ) -> tuple[str, ...]:
        """Return the port for a frame of balance-tlb and balance-alb.

        What is not balanced leaves by the active port.
        """
        active, dynamic = self.bond.active, self.bond.options["tlb_dynamic_lb"] != "0"
        number = self._number(flow, dynamic)
        if number is None:
            self._unbalanced += length if dynamic else 0
            return (active.name,) if active in carrying and active is not None else ()
        if not dynamic:
            return (carrying[number % len(carrying)].name,)
        self._rebalance(now)
        slot = number % FLOWS
        port = self._flows.get(slot)
        if port is None or port not in carrying:
            port = max(carrying, key=self._gap)
            self._flows[slot] = port
            self._load[port.name] = self._load.get(port.name, 0) + self._history.get(slot, 0)
        self._bytes[slot] = self._bytes.get(slot, 0) + length
        return (port.name,)

    def _number(self, flow: Flow, dynamic: bool) -> int | None:
        """Return the flow's number, None for what is not balanced."""
        if flow.protocol not in (IPV4, IPV6) or not flow.destination:
            return None
        if self.bond.mode == TLB:
            if flow.destination_mac[0] & 1:
                return None
        elif flow.destination_mac == BROADCAST_MAC:
            return None
        if self.bond.mode == ALB and dynamic:
            found = 0
            for byte in flow.destination:
                found ^= byte
            return found
        return flow_hash(self.bond.options["xmit_hash_policy"], flow)

    def _gap(self, port: Port) -> int:
        """Return the bits a second that *port* has to spare."""
        return (port.speed << 20) - (self._load.get(port.name, 0) << 3)

    def _rebalance(self, now: float) -> None:
        period = int(now // REBALANCE)
        if period == self._period:
            return
        self._period = period
        self._flows.clear()
        self._history = {
            slot: 1 + self._bytes.get(slot, 0) // int(REBALANCE) for slot in range(FLOWS)
        }
        self._bytes.clear()
        active = self.bond.active
        self._load = {active.name: self._unbalanced // int(REBALANCE)} if active else {}
        self._unbalanced = 0
