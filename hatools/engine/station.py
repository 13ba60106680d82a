"""A node at its place in the world: what runs on it, what it holds, what its links pass."""

from __future__ import annotations

from collections.abc import Callable

from hatools.engine.kernel_pool import KernelPool
from hatools.engine.node import Node
from hatools.engine.pool import PoolMachine
from hatools.plugin.balancing import Connection


class Station:
    """A node at its place in the world: running, stopped or crashed.

    *build* makes the node anew, as a restart does.  *held* are the addresses
    that are configured on it, which outlive a killed keepalived.
    """

    def __init__(self, name: str, build: Callable[[], Node]) -> None:
        self.name = name
        self.build = build
        self.node = build()
        self.running = False
        self.crashed = False
        self.withdrawn = False  # a graceful stop took its services out of the kernel
        self.crashed_at = -1.0
        self.generation = 0
        self.held: dict[str, float] = {}
        self.down_links: set[str] = set()
        self.deaf_links: set[str] = set()
        self._left: dict[str, float] = {}
        self.managed = {
            address.address
            for election in self.node.elections.values()
            for address in (
                *election.router.addresses,
                *election.router.excluded_addresses,
            )
        }

    def passes(self, interface: str, hearing: bool = False) -> bool:
        """Tell whether frames leave by *interface*, or come in (*hearing*).

        A bond whose ports failed passes nothing, even before it knows.
        """
        bond = self.node.bond(interface)
        if bond is not None and interface not in self.down_links:
            return bond.passes(hearing)
        return interface not in self.down_links and not (hearing and interface in self.deaf_links)

    def broke_at(self, address: str) -> float:
        """Return when *address* last left this node, or the node crashed; -1 for never."""
        return max(self._left.get(address, -1.0), self.crashed_at)

    def hold(self, address: str, held: bool, now: float) -> None:
        """Note that *address* came to the node, or left it."""
        if held:
            self.held[address] = now
        elif self.held.pop(address, None) is not None:
            self._left[address] = now

    def front(self, connection: Connection) -> PoolMachine | None:
        """Return the pool that *connection* comes to here, None where nobody listens.

        What is in the kernel outlives a killed keepalived, and a proxy does not
        mind whether keepalived runs.
        """
        found = None if self.crashed else self.node.front(connection)
        if found is None or (self.withdrawn and isinstance(found[0], KernelPool)):
            return None
        return found[0]
