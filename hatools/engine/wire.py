"""Who hears whom: the links between nodes, and what is cut."""

from __future__ import annotations

from collections.abc import Iterable

LATENCY = 0.0003  # seconds from one node to another on a local network


class Wire:
    """Local networks between nodes, each a set of (node, interface).

    Interfaces of one name are on one network.  An interface that no other node
    has is on the network of the virtual router with its VRID elsewhere
    (`join`), else on the first network.
    """

    def __init__(self) -> None:
        self._network: dict[tuple[str, str], str] = {}
        self._cut: set[tuple[str, str]] = set()
        self.changes = 0  # how often something was cut or healed

    def join(self, node: str, interface: str, network: str) -> None:
        """Plug *interface* of *node* into *network*."""
        self._network[node, interface] = network

    def cut(self, sender: str, receiver: str) -> None:
        """Let nothing more pass from *sender* to *receiver*."""
        self._cut.add((sender, receiver))
        self.changes += 1

    def heal(self, sender: str, receiver: str) -> None:
        """Let everything pass again from *sender* to *receiver*."""
        self._cut.discard((sender, receiver))
        self.changes += 1

    def passes(self, sender: str, receiver: str) -> bool:
        """Tell whether *receiver* hears *sender*."""
        return (sender, receiver) not in self._cut

    def hearers(self, sender: str, interface: str) -> Iterable[tuple[str, str]]:
        """Yield (node, interface) of those who hear what *sender* says on *interface*."""
        network = self._network.get((sender, interface))
        for (node, port), there in self._network.items():
            if there == network and node != sender and self.passes(sender, node):
                yield node, port
