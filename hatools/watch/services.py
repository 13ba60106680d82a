"""What the configurations say of services, as events."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.engine.naming import where
from hatools.engine.node import Node
from hatools.model.event import Event


def service_events(node: Node, now: float) -> Iterator[Event]:
    """Yield a ``service`` event for each service of *node*: where it listens, and its pools."""
    listeners: dict[str, list[str]] = {}
    pools: dict[str, list[str]] = {}
    for listener, service, chosen in node.fronts:
        listeners.setdefault(service.name, []).append(where(listener))
        behind = pools.setdefault(service.name, [])
        first = chosen.get(service.default_pool)
        for pool in ([first] if first else []) + list(chosen.values()):
            if pool not in behind:
                behind.append(pool)
    for name, places in listeners.items():
        yield Event(now, "service", name, {"listeners": places, "pools": pools[name]})
